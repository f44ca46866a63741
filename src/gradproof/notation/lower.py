"""From the matrix language to the tensor language.

Orientation disappears here: a column and a row both become one axis, a transpose a
permutation, `sum(j, …)` a contraction over a named axis.  Inside a binder a value has one leading
axis for each index it depends on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from gradproof.core.apply import apply
from gradproof.core.contract import contract, size
from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE, Dimension, dimension, plus, times
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Node, Number, number, symbol
from gradproof.core.rational import exact
from gradproof.core.sum import add
from gradproof.notation.lower_calculus import CALCULUS
from gradproof.notation.meanings import FUNCTIONS, commutation
from gradproof.notation.operand import Operand
from gradproof.notation.scalar_meanings import AT_SCALARS
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Shape,
    Transpose,
    Tree,
    children,
)
from gradproof.ops.elementwise import power
from gradproof.ops.inverse import inv
from gradproof.ops.structure import selector

PI = "pi"


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names of an expression mean, and how its parts were lowered (for the way back)."""

    declarations: Mapping[str, Declaration]
    lowered: dict[int, Operand]


def lower(tree: Tree, declarations: Mapping[str, Declaration]) -> Node:
    """The tensor of an inferred tree."""
    return lower_parts(tree, declarations)[id(tree)].node


def lower_parts(tree: Tree, declarations: Mapping[str, Declaration]) -> dict[int, Operand]:
    """The tensor of every subtree, by the identity of the subtree."""
    scope = Scope(declarations, {})
    pending: list[tuple[Tree, bool]] = [(tree, False)]
    while pending:
        current, ready = pending.pop()
        if ready:
            scope.lowered[id(current)] = _lower_one(current, scope)
        elif id(current) not in scope.lowered:
            pending.append((current, True))
            pending.extend([(part, False) for part in _lowered_children(current)])
    return scope.lowered


def variable(declaration: Declaration) -> Node:
    """The tensor of a declared variable; a diagonal matrix shows its diagonal."""
    facts = declaration.facts
    if declaration.kind == "index":
        return symbol(declaration.name, declaration.axes, facts | {"index"})
    node = symbol(declaration.name, declaration.axes, facts)
    if "diagonal" in facts:
        return contract(1, [(node, (0, 0), 1)], (0, 0))
    return node


def _lowered_children(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, Binary) and tree.operator in ("+", "-"):
        return tuple([term for _, term in _terms(tree)])
    if isinstance(tree, Binary) and tree.operator in ("*", "/"):
        return tuple([factor.tree for factor in _factors(tree)])
    if isinstance(tree, Selection):
        return (tree.base,)
    if isinstance(tree, Call) and tree.function in ("eye", "ones", "zeros", "comm"):
        return ()
    if isinstance(tree, Call) and tree.function in CALCULUS:
        return tree.arguments[:1]
    return children(tree)


def _terms(tree: Tree) -> list[tuple[int, Tree]]:
    """The signed terms of a + b − c + …, which is lowered as one sum."""
    terms: list[tuple[int, Tree]] = []
    while isinstance(tree, Binary) and tree.operator in ("+", "-"):
        terms.append((1 if tree.operator == "+" else -1, tree.right))
        tree = tree.left
    return [(1, tree), *reversed(terms)]


class _WrittenFactor(NamedTuple):
    """One factor of a written product, its transpose and its sign taken off."""

    tree: Tree
    shape: Shape
    sign: int
    transposed: bool
    exponent: int


def _factors(tree: Tree) -> list[_WrittenFactor]:
    """The factors of A B′ c / s …, which is lowered as one product."""
    found: list[_WrittenFactor] = []
    while isinstance(tree, Binary) and tree.operator in ("*", "/"):
        found.append(_factor(tree.right, 1 if tree.operator == "*" else -1))
        tree = tree.left
    found.append(_factor(tree, 1))
    found.reverse()
    return found


def _factor(tree: Tree, exponent: int) -> _WrittenFactor:
    shape, sign, transposed = tree.shape, 1, False
    assert shape is not None
    while isinstance(tree, Negation | Transpose):
        sign = -sign if isinstance(tree, Negation) else sign
        transposed ^= isinstance(tree, Transpose)
        tree = tree.operand
    return _WrittenFactor(tree, shape, sign, transposed, exponent)


def _lower_one(tree: Tree, scope: Scope) -> Operand:
    shape = tree.shape
    assert shape is not None, "only inferred trees are lowered"
    done = scope.lowered
    match tree:
        case Literal(value):
            return Operand(number(exact(value)), (), shape)
        case Name(name):
            return Operand(_named(name, scope), (), shape)
        case Negation(operand):
            part = done[id(operand)]
            return Operand(add([(-1, part.node)], part.node.axes), part.indices, shape)
        case Transpose(operand):
            return _transposed(done[id(operand)], shape)
        case Binary("+" | "-", _, _):
            return _sum([(sign, done[id(term)]) for sign, term in _terms(tree)], shape)
        case Binary("*" | "/", _, _):
            return _product([(factor, done[id(factor.tree)]) for factor in _factors(tree)], shape)
        case Binary(operator, left, right):
            return BINARY[operator](done[id(left)], done[id(right)], shape)
        case Call():
            return _called(tree, shape, scope)
        case Selection(base, indices):
            return _selected(done[id(base)], indices, shape, scope)
        case Binder("sum", indices, body):
            part = _counting(indices, done[id(body)], scope)
            kept = tuple([index for index in part.indices if index not in indices])
            return Operand(part.over(kept), kept, shape)
        case Binder(_, indices, body):
            part = _counting(indices, done[id(body)], scope)
            return Operand(part.over(indices), (), shape)
    raise AssertionError(tree)


def _counting(indices: tuple[str, ...], part: Operand, scope: Scope) -> Operand:
    """The body of a binder, which depends on each of its indices, none of them free elsewhere."""
    for index in indices:
        if index in scope.declarations or index not in part.indices:
            raise UnsupportedError(f"{index} is bound here and stands for something else elsewhere")
    return part


def _called(tree: Call, shape: Shape, scope: Scope) -> Operand:
    done = scope.lowered
    if tree.function in CALCULUS:
        return CALCULUS[tree.function](tree, done[id(tree.arguments[0])], scope.declarations)
    if tree.function == "comm":
        rows, columns = map(dimension_of, tree.arguments)
        return commutation(rows, columns, shape)
    arguments = tuple([done[id(part)] for part in tree.arguments if id(part) in done])
    at_scalars = AT_SCALARS.get(tree.function)
    shapes = {part.shape for part in arguments}
    if at_scalars is not None and shapes == {SCALAR} and shape == SCALAR:
        return at_scalars(arguments)
    return FUNCTIONS[tree.function](arguments, shape)


def _named(name: str, scope: Scope) -> Node:
    declaration = scope.declarations.get(name)
    if declaration is not None:
        return variable(declaration)
    if name == PI:
        return symbol(PI, (), frozenset({"positive", "constant"}))
    return size(dimension(name))


def dimension_of(tree: Tree) -> Dimension:
    """The dimension that a size argument such as `m*n + 1` names."""
    match tree:
        case Name(name):
            return dimension(name)
        case Literal(value):
            return dimension(int(value))
        case Binary("+", left, right):
            return plus(dimension_of(left), dimension_of(right))
        case Binary("*", left, right):
            return times(dimension_of(left), dimension_of(right))
        case _:
            raise UnsupportedError("a size is made of names, whole numbers, + and *")


def _transposed(part: Operand, shape: Shape) -> Operand:
    own = part.own_letters()
    if len(own) < 2:
        return Operand(part.node, part.indices, shape)
    leading = part.index_letters()
    node = contract(1, [(part.node, leading + own, 1)], leading + own[::-1])
    return Operand(node, part.indices, shape)


def _sum(terms: list[tuple[int, Operand]], shape: Shape) -> Operand:
    sizes = {index: axis for _, term in terms for index, axis in term.sizes()}
    nodes = [(sign, term.spread(sizes)) for sign, term in terms]
    return Operand(add(nodes, nodes[0][1].axes), tuple(sizes), shape)


def _product(factors: list[tuple[_WrittenFactor, Operand]], shape: Shape) -> Operand:
    """Each factor's rows are the letter where the columns before it ended; scalars have none."""
    indices = tuple(dict.fromkeys(index for _, part in factors for index in part.indices))
    named = {index: -1 - k for k, index in enumerate(indices)}
    rows, columns = 0, 0
    coefficient = 1
    placed = []
    running = SCALAR
    for written, part in factors:
        coefficient *= written.sign
        if written.shape != SCALAR:
            if running == SCALAR:
                rows, columns, running = columns + 1, columns + 2, written.shape
                places = (rows, columns)
            else:
                places = (columns, columns + 1)
                columns, running = columns + 1, (running[0], written.shape[1])
            if written.transposed:
                places = places[::-1]
        else:
            places = (0, 0)
        placed.append((part.node, part.letters(named, places), written.exponent))
    ends = zip(shape, (rows, columns), strict=True)
    own = tuple([place for axis, place in ends if axis != ONE])
    return Operand(contract(coefficient, placed, tuple(named.values()) + own), indices, shape)


def _combined(
    left: Operand,
    right: Operand,
    exponent: int | Fraction,
    places: tuple[tuple[int, int], tuple[int, int]],
    shape: Shape,
) -> Operand:
    indices = tuple(dict.fromkeys(left.indices + right.indices))
    letter = {index: -1 - k for k, index in enumerate(indices)}
    factors = [
        (left.node, left.letters(letter, places[0]), 1),
        (right.node, right.letters(letter, places[1]), exponent),
    ]
    own = tuple([place for axis, place in zip(shape, (1, 3), strict=True) if axis != ONE])
    node = contract(1, factors, tuple(letter.values()) + own)
    return Operand(node, indices, shape)


def _entrywise(left: Operand, right: Operand, shape: Shape) -> Operand:
    return _combined(left, right, 1, ((1, 3), (1, 3)), shape)


def _quotient(left: Operand, right: Operand, shape: Shape) -> Operand:
    return _combined(left, right, -1, ((1, 3), (1, 3)), shape)


def _entrywise_power(left: Operand, right: Operand, shape: Shape) -> Operand:
    exponent = right.node
    if isinstance(exponent, Number):
        axes = tuple(range(len(left.node.axes)))
        node = contract(1, [(left.node, axes, exponent.value)], axes)
        return Operand(node, left.indices, shape)
    if left.indices or right.indices:
        raise UnsupportedError("a power with a varying exponent under a sum over an index")
    return Operand(apply(power, (left.node, exponent)), (), shape)


def _power(left: Operand, right: Operand, shape: Shape) -> Operand:
    if left.is_scalar:
        return _entrywise_power(left, right, shape)
    exponent = right.node
    if not isinstance(exponent, Number) or not isinstance(exponent.value, int) or left.indices:
        raise UnsupportedError(
            "a matrix power needs a whole number as its exponent",
            hint="Write .^ for the elementwise power.",
        )
    base = left.node if exponent.value >= 0 else apply(inv, (left.node,))
    count = abs(exponent.value)
    if count > 64:
        raise UnsupportedError("matrix powers beyond the 64th are not expanded")
    factors = [(base, (k, k + 1), 1) for k in range(count)]
    output = (0, count) if count else (0, 0)
    return Operand(contract(1, factors, output, {0: base.axes[0]}), (), shape)


BINARY = {
    ".*": _entrywise,
    "./": _quotient,
    ".^": _entrywise_power,
    "^": _power,
}


def _selected(base: Operand, indices: tuple[Tree, ...], shape: Shape, scope: Scope) -> Operand:
    """A bound index names an axis; an index variable selects through its one-hot rows."""
    own = list(base.own_letters())
    factors = [(base.node, base.index_letters() + tuple(own), 1)]
    named = dict(zip(base.indices, base.index_letters(), strict=True))
    output: list[int] = []
    renamed: dict[int, int] = {}
    for place, index in enumerate(indices):
        if isinstance(index, Name) and not _is_declared_index(index.name, scope):
            known = named.setdefault(index.name, own[place])
            renamed[own[place]] = known
            continue
        rows = _one_hot(index, base.node.axes[len(base.indices) + place], scope)
        for name in rows.indices:
            named.setdefault(name, -100 - len(named))
        letters = tuple(range(100 * (place + 1), 100 * (place + 1) + len(rows.own_letters()) - 1))
        bound = tuple([named[name] for name in rows.indices])
        factors.append((rows.node, (*bound, *letters, own[place]), 1))
        output.extend(letters)
    node, letters_of_base, exponent = factors[0]
    factors[0] = (
        node,
        tuple([renamed.get(letter, letter) for letter in letters_of_base]),
        exponent,
    )
    output.extend(own[len(indices) :])
    names = tuple(named)
    result = contract(1, factors, tuple(named.values()) + tuple(output))
    return Operand(result, names, shape)


def _is_declared_index(name: str, scope: Scope) -> bool:
    declaration = scope.declarations.get(name)
    return declaration is not None and declaration.kind == "index"


def _one_hot(index: Tree, bound: Dimension, scope: Scope) -> Operand:
    """The one-hot rows of an index, or of an entry of an array of indices; the last axis is hot."""
    match index:
        case Name(name):
            rows = apply(selector, (variable(scope.declarations[name]),), (bound,))
            return Operand(rows, (), rows.axes)
        case Selection(Name() as array, inner):
            return _selected(_one_hot(array, bound, scope), inner, SCALAR, scope)
        case _:
            raise UnsupportedError("an entry by number has a value by numbers only")
