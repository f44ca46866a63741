"""d pushed inwards through a tree that is linear in differentials, a level at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gradproof.core.errors import UnsupportedError
from gradproof.derivation.differentials import words
from gradproof.derivation.differentials.naming import with_names
from gradproof.derivation.differentials.rules import Rule, rule_for, signed_terms
from gradproof.derivation.differentials.setting import Setting
from gradproof.derivation.differentials.terms import (
    collapsed,
    inside,
    multiplied,
    outside,
    parts,
    reciprocal,
    scaled,
    sum_tree,
    turned,
)
from gradproof.notation.build import shape_of, sign_and_rest, times
from gradproof.notation.raising.product import Product, product_tree
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    is_scalar,
    walk,
)

# How far d may go: one that stood in the tree, one met behind a linear rule, one behind another.
STANDING, MET, PASSED = 2, 1, 0
AT_ONCE = frozenset({words.FACTOR, words.NEGATIVE, words.TRANSPOSE, words.SELECTED})


@dataclass(slots=True)
class Push:
    """One step: the rules that it has used, and how far it may still go.

    A concise step moves d through linear expressions as far as it goes and applies one level of
    other rules; a single step applies one rule.
    """

    setting: Setting
    single: bool = False
    rules: dict[str, bool] = field(default_factory=dict)

    def pushed(self, tree: Tree) -> Tree | None:
        """The tree after this step; None where it has become zero."""
        terms = self._terms(tree, STANDING)
        if not terms:
            return None
        after = sum_tree(terms)
        only_linear = not self.single and all(self.rules.values())
        return self.pushed(after) if only_linear and is_pending(after) else after

    # ------------------------------------------------------------------------- differentials
    def _expanded(self, pending: Tree, level: int) -> list[Product]:
        """The terms of d(u), one level down if that may still be."""
        assert isinstance(pending, Call)
        (u,) = pending.arguments
        plain = _is_plain(u, self.setting)
        if isinstance(u, Name) and level < STANDING:
            return [_slot(pending)]
        if not plain and self.single and (self.rules or level == PASSED):
            return [_slot(pending)]
        rule = rule_for(u, self.setting)
        if not plain and level == PASSED and not self._is_said_at_once(rule):
            return [_slot(pending)]
        if not plain and level:
            self.rules[rule.name] = rule.linear
        if _is_zero(rule.result):
            return []
        result = with_names(rule.result, self.setting)
        return self._terms(result, min(level, MET) if rule.linear else PASSED)

    def _is_said_at_once(self, rule: Rule) -> bool:
        """Whether d passes by without a step: by constant factors, and to x in x − y."""
        if rule.name == words.CONSTANTS:
            rest = sign_and_rest(rule.result)[1]
            return rest == Name(self.setting.direction.name) or _is_d_of_name(rest)
        return rule.name in AT_ONCE

    # ------------------------------------------------------------------------ linear surroundings
    def _terms(self, tree: Tree, level: int) -> list[Product]:
        """The tree as a sum of products, each linear in one differential."""
        if isinstance(tree, Call) and tree.function == "differential":
            return self._expanded(tree, level)
        match tree:
            case Name():
                return [_slot(tree)]
            case Negation(operand):
                return [scaled(term, -1) for term in self._terms(operand, level)]
            case Binary("+" | "-"):
                return [
                    scaled(term, sign)
                    for sign, part in signed_terms(tree)
                    for term in self._terms(part, level)
                ]
            case _:
                return self._of_factor(tree, level)

    def _of_factor(self, tree: Tree, level: int) -> list[Product]:
        """A product, or a linear function, of one moving part."""
        place, moving = self._moving_part(tree)
        inner = collapsed(self._terms(moving, level))
        if inner is None or any(map(_is_zero, _operands(tree))):
            return []
        match tree:
            case Binary("*", left, right):
                other = parts(right if place == 0 else left)
                return [multiplied(inner, other) if place == 0 else multiplied(other, inner)]
            case Binary("/" | "./", _, below) if is_scalar(below):
                return [multiplied(inner, reciprocal(below))]
            case Binary(".*", left, right) if is_scalar(left) or is_scalar(right):
                return [multiplied(inner, parts(right if place == 0 else left))]
            case Transpose():
                return [turned(inner)]
            case Binder():
                return [_under_sum(tree, inner)]
            case _:
                return [self._wrapped(tree, place, inner)]

    def _moving_part(self, tree: Tree) -> tuple[int, Tree]:
        subtrees = _operands(tree)
        moving = [k for k, part in enumerate(subtrees) if self.setting.is_moving(part)]
        if len(moving) != 1:
            raise UnsupportedError("a differential that is not linear in its direction")
        return moving[0], subtrees[moving[0]]

    def _wrapped(self, tree: Tree, place: int, inner: Product) -> Product:
        """f(… s·dU …) = s·f(… dU …); constants of an inner product come out as well."""
        subtrees = list(_operands(tree))
        subtrees[place] = inside(inner)
        front = outside(inner)
        if place == 1 and _is_bilinear(tree) and not is_scalar(subtrees[0]):
            other = parts(subtrees[0])
            if other.chain:
                front, subtrees[0] = multiplied(outside(other), front), times(other.chain)
        made = _as_pairing(_with_operands(tree, tuple(subtrees)))
        return multiplied(front, Product(1, (), (made,), shape_of(tree)))


def _operands(tree: Tree) -> tuple[Tree, ...]:
    match tree:
        case Binary(_, left, right):
            return left, right
        case Call(_, arguments):
            return arguments
        case Selection(base):
            return (base,)
        case Transpose(operand) | Negation(operand):
            return (operand,)
        case Binder(body=body):
            return (body,)
        case _:
            return ()


def _with_operands(tree: Tree, subtrees: tuple[Tree, ...]) -> Tree:
    match tree:
        case Binary():
            return replace(tree, left=subtrees[0], right=subtrees[1])
        case Call():
            return replace(tree, arguments=subtrees)
        case Selection():
            return replace(tree, base=subtrees[0])
        case _:
            raise AssertionError(tree)


def _is_bilinear(tree: Tree) -> bool:
    match tree:
        case Call(function):
            return function in words.BILINEAR
        case Binary(".*"):
            return True
        case _:
            return False


def _as_pairing(tree: Tree) -> Tree:
    """⟨a, du⟩ for the sum of all entries of a ⊙ du."""
    match tree:
        case Call("sum", (Binary(".*", left, right),)):
            return Call("inner", (left, right), shape=SCALAR)
        case _:
            return tree


def _slot(tree: Tree) -> Product:
    return Product(1, (), (tree,), shape_of(tree))


def is_pending(tree: Tree) -> bool:
    """Whether a d stands before something else than a variable."""
    return any(isinstance(part, Call) and part.function == "differential" for part in walk(tree))


def _is_d_of_name(tree: Tree) -> bool:
    match tree:
        case Call("differential", (Name(),)):
            return True
        case _:
            return False


def _is_zero(tree: Tree) -> bool:
    match tree:
        case Literal(value):
            return value == 0
        case Call("zeros"):
            return True
        case _:
            return False


def _is_plain(tree: Tree, setting: Setting) -> bool:
    """Whether d of this is written at once: of x′ and x[i]."""
    match tree:
        case Transpose(operand):
            return _is_plain(operand, setting)
        case Selection(Name(name)) | Name(name):
            return name == setting.variable
        case _:
            return False


def _under_sum(tree: Binder, inner: Product) -> Product:
    """Σ over an index, with what does not depend on it in front."""
    bound = set(tree.indices)
    fixed = [(base, power) for base, power in inner.scalars if not _mentions(base, bound)]
    moving = [(base, power) for base, power in inner.scalars if _mentions(base, bound)]
    body = product_tree(replace(inner, coefficient=1, scalars=tuple(moving)))
    made = replace(tree, body=body)
    front = replace(inner, scalars=tuple(fixed), chain=(), shape=SCALAR)
    return multiplied(front, Product(1, (), (made,), shape_of(tree)))


def _mentions(tree: Tree, names: set[str]) -> bool:
    return any(isinstance(part, Name) and part.name in names for part in walk(tree))
