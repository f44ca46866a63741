"""The rules of differentials: what d of a tree is, one level down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gradproof.derivation.differentials import words
from gradproof.derivation.differentials.instances import instance, partial_instance
from gradproof.derivation.differentials.setting import Setting
from gradproof.notation.build import literal, sign_and_rest, times, total, transposed
from gradproof.notation.precedence import is_inner_product
from gradproof.notation.tree import (
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
    rebuild,
)
from gradproof.notation.vocabulary import FUNCTIONS

HIGHEST_WRITTEN_POWER = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """d(tree) = `result`, by the rule `name`; a linear rule only moves d inside."""

    name: str
    result: Tree
    linear: bool = True


def rule_for(tree: Tree, setting: Setting) -> Rule:
    """The rule for d(tree), where the tree moves."""
    composite = _composite(tree, setting)
    if composite is not None:
        return composite
    match tree:
        case Binary("+" | "-"):
            return _of_sum(tree, setting)
        case Negation(operand):
            return Rule(words.NEGATIVE, Negation(setting.differential(operand), shape=tree.shape))
        case Transpose(operand):
            moved = Transpose(setting.differential(operand), shape=tree.shape)
            return Rule(words.TRANSPOSE, moved)
        case Binary("*" | ".*"):
            return _of_product(tree, setting)
        case Binary("/" | "./"):
            return _of_quotient(tree, setting)
        case Binary("^" | ".^"):
            return _of_power(tree, setting)
        case Selection(base):
            return Rule(words.SELECTED, replace(tree, base=setting.differential(base)))
        case Binder(body=body):
            return Rule(words.UNDER_SUM, replace(tree, body=setting.differential(body)))
        case Call():
            return _of_function(tree, setting)
        case Name(name) if name in setting.definitions:
            return rule_for(setting.definitions[name], setting)
        case _:
            raise AssertionError(tree)


def _of_sum(tree: Binary, setting: Setting) -> Rule:
    terms = signed_terms(tree)
    moving = [(sign, term) for sign, term in terms if setting.depends(term)]
    result = _signed_sum([(sign, setting.differential(term)) for sign, term in moving])
    dropped = len(moving) < len(terms)
    name = words.SUM if len(moving) > 1 else words.CONSTANTS
    if dropped and len(moving) > 1:
        name = f"{words.SUM}; {words.CONSTANTS}"
    return Rule(name, result)


def signed_terms(tree: Tree) -> list[tuple[int, Tree]]:
    """The terms of a + b − c."""
    terms: list[tuple[int, Tree]] = []
    while isinstance(tree, Binary) and tree.operator in ("+", "-"):
        terms.append((1 if tree.operator == "+" else -1, tree.right))
        tree = tree.left
    return [(1, tree), *reversed(terms)]


def _signed_sum(terms: Sequence[tuple[int, Tree]]) -> Tree:
    return total([t if sign > 0 else Negation(t, shape=t.shape) for sign, t in terms])


def _of_product(tree: Binary, setting: Setting) -> Rule:
    """d(A B C) = dA B C + A dB C + A B dC."""
    factors = [
        *_factors(tree.left, tree.operator),
        *_factors(tree.right, tree.operator),
    ]
    moving = [place for place, factor in enumerate(factors) if setting.depends(factor)]
    if len(moving) > 1 and tree.operator == "*":
        front, rest = _constants_in_front(factors, setting)
        if rest is not None:
            return Rule(words.FACTOR, times([front, setting.differential(rest)]))
    if len(moving) == 1:
        return Rule(words.FACTOR, _with_differential(tree, tree.operator, setting))
    return Rule(words.PRODUCT, total(_product_terms(tree, setting)), linear=False)


def _constants_in_front(factors: list[Tree], setting: Setting) -> tuple[Tree, Tree | None]:
    """½x′Ax as ½ and x′Ax: numbers and constant scalars, and what they multiply."""
    front: list[Tree] = []
    chain: list[Tree] = []
    for factor in factors:
        sign, rest = sign_and_rest(factor)
        front += [literal(-1)] if sign < 0 else []
        constant = is_scalar(rest) and not setting.depends(rest)
        (front if constant else chain).append(rest)
    if not front or not chain:
        return literal(1), None
    return times(front), times(chain)


def _product_terms(tree: Binary, setting: Setting) -> list[Tree]:
    """The products in which one factor at a time moves."""
    terms: list[Tree] = []
    for place, side in enumerate((tree.left, tree.right)):
        if not setting.depends(side):
            continue
        if (
            isinstance(side, Binary)
            and side.operator == tree.operator
            and not (is_inner_product(side))
        ):
            inner = _product_terms(side, setting)
        else:
            inner = [setting.differential(side)]
        for term in inner:
            parts = (term, tree.right) if place == 0 else (tree.left, term)
            terms.append(rebuild(tree, parts))
    return terms


def _factors(tree: Tree, operator: str) -> list[Tree]:
    if isinstance(tree, Binary) and tree.operator == operator and not is_inner_product(tree):
        return [*_factors(tree.left, operator), *_factors(tree.right, operator)]
    return [tree]


def _with_differential(tree: Tree, operator: str, setting: Setting) -> Tree:
    """The product with d before its only moving factor."""
    if not isinstance(tree, Binary) or tree.operator != operator:
        return setting.differential(tree)
    parts = [
        _with_differential(part, operator, setting) if setting.depends(part) else part
        for part in (tree.left, tree.right)
    ]
    return rebuild(tree, tuple(parts))


def _of_quotient(tree: Binary, setting: Setting) -> Rule:
    """d(a/b) = da/b − a db/b²."""
    above, below = tree.left, tree.right
    if not setting.depends(below):
        return Rule(words.FACTOR, replace(tree, left=setting.differential(above)))
    moved = _divided_twice(tree, setting)
    if not setting.depends(above):
        return Rule(words.RECIPROCAL, Negation(moved, shape=tree.shape), linear=False)
    first = replace(tree, left=setting.differential(above))
    return Rule(words.QUOTIENT, Binary("-", first, moved, shape=tree.shape), linear=False)


def _divided_twice(tree: Binary, setting: Setting) -> Tree:
    """(a/b) db/b; a quotient that has a name is called by it."""
    above, below = tree.left, tree.right
    named = [name for name, known in setting.definitions.items() if known == tree]
    d = setting.differential(below)
    if is_scalar(below):
        quotient = Name(named[0], shape=tree.shape) if named else tree
        return Binary("/", times([d, quotient]), below, shape=tree.shape)
    square = Binary(".^", below, literal(2), shape=below.shape)
    top = Binary(".*", above, d, shape=tree.shape)
    return Binary("./", top, square, shape=tree.shape)


def _of_power(tree: Binary, setting: Setting) -> Rule:
    """d(uⁿ) = n uⁿ⁻¹ du; of a matrix, a product."""
    base, exponent = tree.left, tree.right
    varies = setting.depends(exponent)
    if tree.operator == "^" and not is_scalar(base):
        count = exponent.value if isinstance(exponent, Literal) else Fraction(0)
        if 2 <= count <= HIGHEST_WRITTEN_POWER:
            product = times([base] * int(count))
            assert isinstance(product, Binary)
            terms = total(_product_terms(product, setting))
            return Rule(words.PRODUCT, terms, linear=False)
        return Rule(words.POWER, instance(tree, base, setting), linear=False)
    entrywise = tree.operator == ".^" and not is_scalar(tree)
    found = [
        partial_instance(tree, place, setting, entrywise=entrywise and place == 0)
        for place, part in enumerate((base, exponent))
        if setting.depends(part)
    ]
    name = words.of_function(tree.operator) if varies else words.POWER
    return Rule(name, total(found), linear=False)


def _of_function(tree: Call, setting: Setting) -> Rule:
    moving = [part for part in tree.arguments if setting.depends(part)]
    linear = tree.function in words.LINEAR_FUNCTIONS or (
        tree.function in words.BILINEAR and len(moving) == 1
    )
    if linear:
        arguments = tuple(
            [setting.differential(p) if setting.depends(p) else p for p in tree.arguments]
        )
        name = words.LINEAR_FUNCTIONS.get(tree.function, words.FACTOR)
        return Rule(name, replace(tree, arguments=arguments))
    if tree.function in words.BILINEAR:
        return Rule(words.PRODUCT, _bilinear(tree, setting), linear=False)
    entrywise = FUNCTIONS[tree.function].chapter == "elementwise"
    terms = [
        partial_instance(tree, place, setting, entrywise=entrywise)
        for place, part in enumerate(tree.arguments)
        if setting.depends(part)
    ]
    return Rule(words.of_function(tree.function), total(terms), linear=False)


def _bilinear(tree: Call, setting: Setting) -> Tree:
    one, other = tree.arguments
    first = replace(tree, arguments=(setting.differential(one), other))
    second = replace(tree, arguments=(one, setting.differential(other)))
    return Binary("+", first, second, shape=tree.shape)


# ------------------------------------------------------------- forms that people know as one
def _composite(tree: Tree, setting: Setting) -> Rule | None:
    """‖u‖², u′u, u′Au, log σ(u), log det X and the like, each by one rule."""
    match tree:
        case Binary("^", Call("norm2", (u,)), Literal()) if tree.right == literal(2):
            return Rule("differential of a squared norm", instance(tree, u, setting), linear=False)
        case Call("log", (Call("sigmoid", (u,)),)) if setting.depends(u):
            found = instance(tree, u, setting, entrywise=True)
            name = "differential of log σ, (log σ)′(u) = σ(−u)"
            return Rule(name, found, linear=False)
        case Call("log", (Call("det", (u,)),)):
            name = words.of_function("logdet")
            return Rule(name, instance(tree, u, setting), linear=False)
        case Call("log", (Binary("+", one, Call("exp", (u,))),)) if _is_one(one):
            return Rule(SOFTPLUS, instance(tree, u, setting, entrywise=True), linear=False)
        case Call("log", (Binary("+", Call("exp", (u,)), one),)) if _is_one(one):
            return Rule(SOFTPLUS, instance(tree, u, setting, entrywise=True), linear=False)
        case Call("log", (Binary("-", one, Call("sigmoid", (u,))),)) if _is_one(one):
            name = "differential of log(1 − σ), whose derivative is −σ(u)"
            return Rule(name, instance(tree, u, setting, entrywise=True), linear=False)
        case Call("log", (Call("softmax", (u,)),)):
            return Rule("differential of log softmax", instance(tree, u, setting), linear=False)
        case Call("inner", (u, v)) if u == v:
            return Rule("differential of a squared norm", instance(tree, u, setting), linear=False)
        case Call("sum", (Binary(".^", u, Literal(value)),)) if value == 2:
            name = "differential of a sum of squares"
            return Rule(name, instance(tree, u, setting), linear=False)
        case Binary("*") if is_scalar(tree):
            return _quadratic(tree, tree, setting)
        case Call("tr", (Binary("*") as product,)) if not is_scalar(product):
            return _quadratic(tree, product, setting)
        case _:
            return None


SOFTPLUS = "differential of log(1 + exp(u)), whose derivative is σ(u)"


def _is_one(tree: Tree) -> bool:
    match tree:
        case Literal(value):
            return value == 1
        case Call("vector" | "matrix", (Literal(value),)):
            return value == 1
        case Call("ones"):
            return True
        case _:
            return False


def _quadratic(tree: Tree, product: Binary, setting: Setting) -> Rule | None:
    """u′u, u′Au, tr(U′U) and tr(U′AU), with a constant A."""
    if is_scalar(product.left) or is_scalar(product.right):
        return None
    factors = _matrix_factors(product)
    first, last = factors[0], factors[-1]
    moving = [factor for factor in factors if setting.depends(factor)]
    if len(moving) != 2 or transposed(last) != first or not setting.depends(last):
        return None
    square = len(factors) == 2
    name = "differential of a squared norm" if square else "differential of a quadratic form"
    part = first if isinstance(last, Transpose) else last
    return Rule(name, instance(tree, part, setting), linear=False)


def _matrix_factors(tree: Tree) -> list[Tree]:
    if (
        isinstance(tree, Binary)
        and tree.operator == "*"
        and not (is_scalar(tree.left) or is_scalar(tree.right))
    ):
        return [*_matrix_factors(tree.left), *_matrix_factors(tree.right)]
    return [tree]
