"""The differential of a function of u as du, from the one card that the function has.

d g(u) is worked out for a fresh u by the same differentiation that finds derivatives, and written
as ⟨∇g(u), du⟩, tr(G du), g′(u) ⊙ du or a linear map of du: there is no second table.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from gradproof.algebra.simplify import simplify
from gradproof.calculus.derivative import derivative
from gradproof.calculus.differential import differential
from gradproof.core.canonical import ones
from gradproof.core.declaration import Declaration
from gradproof.core.node import Node, Symbol, symbol
from gradproof.core.symmetry import is_symmetric
from gradproof.derivation.differentials.setting import (
    Setting,
    declaration_for,
    shape_of_declared,
)
from gradproof.notation.build import (
    chain_of,
    negated,
    shape_of,
    sign_and_rest,
    times,
    transposed,
    turned_through,
)
from gradproof.notation.build import entrywise as _odot
from gradproof.notation.lower import lower, lower_parts
from gradproof.notation.precedence import is_inner_product
from gradproof.notation.raising.context import Context, context_of
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Name,
    Negation,
    Shape,
    Transpose,
    Tree,
    children,
    fold,
    is_row,
    rebuild,
    walk,
    weight_of,
)

ARGUMENT = "·u"
DIRECTION = "·du"
CONSTANT = "·c"


def instance(tree: Tree, part: Tree, setting: Setting, *, entrywise: bool = False) -> Tree:
    """The differential of `tree` as its subtree `part` moves wherever it occurs, by d(part)."""
    values: dict[str, Tree] = {}
    return _put_in(_abstract(tree, part, setting, values), part, values, setting, entrywise)


def partial_instance(tree: Tree, place: int, setting: Setting, *, entrywise: bool) -> Tree:
    """The differential of f(…, u, …) as the operand at one place moves and the others stay."""
    values: dict[str, Tree] = {}
    operands = list(children(tree))
    for other, operand in enumerate(operands):
        if other != place and not _stays(operand, setting):
            operands[other] = _constant(operand, values)
    part = operands[place]
    operands[place] = Name(ARGUMENT, shape=part.shape)
    return _put_in(rebuild(tree, tuple(operands)), part, values, setting, entrywise)


def _put_in(
    abstract: Tree, part: Tree, values: dict[str, Tree], setting: Setting, entrywise: bool
) -> Tree:
    """The differential of a tree in a fresh u, with u and du replaced by the part and its d."""
    used = {node.name for node in walk(abstract) if isinstance(node, Name)}
    values[ARGUMENT] = part
    known = [_declared(name, value, setting) for name, value in values.items()]
    known += [d for name, d in setting.declarations.items() if name in used]
    shapes = tuple([shape_of(tree) for tree in (abstract, *values.values())])
    found = _linear_form(abstract, tuple(known), shapes, entrywise)
    if is_row(abstract) and not is_row(found):
        found = transposed(found)
    columns = {name: _as_column(value) for name, value in values.items()}
    columns[DIRECTION] = setting.differential(_as_column(part))
    return put(found, columns)


def _declared(name: str, value: Tree, setting: Setting) -> Declaration:
    """A fresh name for a part; for a constant matrix it is kept whether it is symmetric."""
    known = declaration_for(name, shape_of(value))
    inside = {node.name for node in walk(value) if isinstance(node, Name)}
    if len(known.axes) < 2 or name == ARGUMENT or not inside <= setting.declarations.keys():
        return known
    if is_symmetric(simplify(lower(value, setting.declarations))):
        return replace(known, facts=frozenset({"symmetric"}))
    return known


def _as_column(tree: Tree) -> Tree:
    return transposed(tree) if is_row(tree) else tree


def _abstract(tree: Tree, part: Tree, setting: Setting, values: dict[str, Tree]) -> Tree:
    """The tree in a fresh u for `part`, and fresh names for what is constant."""
    if tree == part:
        return Name(ARGUMENT, shape=tree.shape)
    if _stays(tree, setting):
        return tree
    below = children(tree)
    if not below or not setting.depends(tree):
        return _constant(tree, values)
    return rebuild(tree, tuple([_abstract(child, part, setting, values) for child in below]))


def _constant(tree: Tree, values: dict[str, Tree]) -> Tree:
    name = f"{CONSTANT}{len(values)}"
    values[name] = tree
    return Name(name, shape=tree.shape)


def _stays(node: Tree, setting: Setting) -> bool:
    """Numbers, and constants whose facts are known."""
    match node:
        case Literal():
            return True
        case Negation(Literal()):
            return True
        case Name(name):
            known = setting.declarations.get(name)
            return known is not None and known.kind != "index" and not setting.depends(node)
        case Call("eye" | "ones" | "zeros"):
            return True
        case Call("vector" | "matrix", (Literal(),)):
            return True
        case _:
            return False


@lru_cache(maxsize=512)
def _linear_form(
    tree: Tree, known: tuple[Declaration, ...], shapes: tuple[Shape, ...], entrywise: bool
) -> Tree:
    """The differential in the direction of a fresh du; equal trees may differ in their shapes."""
    declarations = {declaration.name: declaration for declaration in known}
    parts = lower_parts(tree, declarations)
    node = simplify(parts[id(tree)].node)
    context = context_of(tree, {}, simplify)
    declared = declarations[ARGUMENT]
    u = symbol(declared.name, declared.axes, declared.facts)
    assert isinstance(u, Symbol)
    du = Name(DIRECTION, shape=shape_of_declared(declared))
    if entrywise and declared.axes:
        slope = matrix_tree(simplify(differential(node, u, ones(declared.axes, 1))), context)
        shape = shape_of(tree)
        slope = transposed(slope) if shape_of(slope) != shape else slope
        move = Transpose(du, shape=shape) if is_row(tree) else du
        match slope:
            case Binary(".^", base, Negation(Literal(value))) if value == 1:
                return Binary("./", move, base, shape=shape)
            case _:
                return Binary(".*", slope, move, shape=shape)
    if not declared.axes or not node.axes:
        gradient = matrix_tree(simplify(derivative(node, u)), context)
        return times([gradient, du]) if not declared.axes else paired(gradient, du)
    return _as_map(node, u, du, context)


def _as_map(node: Node, u: Symbol, du: Name, context: Context) -> Tree:
    direction = symbol(DIRECTION, u.axes)
    return fold(matrix_tree(simplify(differential(node, u, direction)), context), _du_last)


def _du_last(node: Tree, parts: tuple[Tree, ...]) -> Tree:
    """⟨g, du⟩ for du′g, and g ⊙ du for du ⊙ g."""
    tree = rebuild(node, parts)
    match tree:
        case Binary("*") if is_inner_product(tree):
            first, *rest = chain_of(tree)
            if isinstance(first, Transpose) and _is_du(first.operand):
                return Call("inner", (times(rest), first.operand), shape=SCALAR)
        case Binary(".*"):
            factors = _entrywise_factors(tree)
            return _odot(sorted(factors, key=_is_du))
    return tree


def _entrywise_factors(tree: Tree) -> list[Tree]:
    match tree:
        case Binary(".*", left, right):
            return [*_entrywise_factors(left), *_entrywise_factors(right)]
        case _:
            return [tree]


def _is_du(tree: Tree) -> bool:
    return isinstance(tree, Name) and tree.name == DIRECTION


def paired(gradient: Tree, du: Tree) -> Tree:
    """⟨G, dU⟩, or tr(G′ dU) where that is easier to read: tr(X⁻¹ dX)."""
    turned = turned_through(gradient)
    square = shape_of(gradient) == shape_of(gradient)[::-1]
    if square and weight_of(turned) < weight_of(gradient):
        return Call("tr", (times([turned, du]),), shape=SCALAR)
    return Call("inner", (gradient, du), shape=SCALAR)


def put(tree: Tree, values: dict[str, Tree]) -> Tree:
    """Names replaced by trees, signs and transposes carried inwards as they are read."""

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        match node:
            case Name(name):
                return values.get(name, node)
            case Negation():
                return _without_two_signs(parts[0])
            case Transpose():
                return transposed(parts[0])
            case _:
                return rebuild(node, parts)

    return fold(tree, combine)


def _without_two_signs(tree: Tree) -> Tree:
    sign, rest = sign_and_rest(tree)
    return rest if sign < 0 else negated(tree)
