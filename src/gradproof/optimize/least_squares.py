"""A loss as a sum of squares of residuals that are affine in w: Σ ‖A w − c‖².

Least squares on A itself keeps twice as many digits as the equations with A′A do; it is what the
solution falls back to where the condition number is large or the rank short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from gradproof.algebra.simplify import simplify
from gradproof.calculus.derivative import derivative
from gradproof.core.canonical import ones
from gradproof.core.contract import contract, is_zero, scale
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Contraction, Node, Sum, Symbol, number
from gradproof.core.sum import add
from gradproof.core.traverse import substitute, symbols
from gradproof.expression.expression import Expression
from gradproof.notation.lower import lower
from gradproof.notation.tree import Binary, Call, Literal, Tree, is_scalar
from gradproof.optimize.common_factor import without_common_factor
from gradproof.optimize.linear_system import LinearSystem

HALF = Fraction(1, 2)
NodeOf = Callable[[Tree], Node]


@dataclass(frozen=True, slots=True)
class Square:
    """weight · ‖residual‖², the weight being a number or one for each entry of the residual."""

    weight: Node
    residual: Node


@dataclass(frozen=True, slots=True)
class Block:
    """Rows A and c of the equations A W = c that are to be met as well as can be."""

    matrix: Node
    target: Node


def residual_blocks(
    expression: Expression, variable: Symbol, system: LinearSystem
) -> tuple[Block, ...]:
    """The blocks, of which W is the least squares solution; none where the loss is no such sum.

    Of the form `right`, W is transposed in them.
    """
    if system.form not in ("left", "right"):
        return ()
    inferred = expression.inferred
    squares = list(
        _squares(
            inferred.tree,
            number(1),
            lambda tree: lower(tree, inferred.declarations),
            variable,
        )
    )
    if not squares or any(square is None for square in squares):
        return ()
    known = [square for square in squares if square is not None]
    weights = _relative([square.weight for square in known])
    blocks = [
        _block(weight, square.residual, variable, system.form)
        for weight, square in zip(weights, known, strict=True)
    ]
    return tuple(block for block in blocks if block is not None) if all(blocks) else ()


def _relative(weights: list[Node]) -> tuple[Node, ...]:
    """The weights but for a common factor: a single number is none."""
    if len(weights) == 1 and not weights[0].axes:
        return (number(1),)
    return without_common_factor(*weights)


def _squares(
    tree: Tree, weight: Node, node_of: NodeOf, variable: Symbol
) -> Iterator[Square | None]:
    """The squares that are added up; None for a term that is none, nothing for a constant."""
    if variable not in symbols(node_of(tree)):
        return
    match tree:
        case Binary("+", left, right):
            yield from _squares(left, weight, node_of, variable)
            yield from _squares(right, weight, node_of, variable)
        case Binary("-", left, right) if variable not in symbols(node_of(right)):
            yield from _squares(left, weight, node_of, variable)
        case Binary("*", left, right) if is_scalar(left) and is_scalar(right):
            number_, rest = (left, right) if _free(left, node_of, variable) else (right, left)
            scaled = _times(weight, node_of(number_), 1)
            yield from _squares(rest, scaled, node_of, variable)
        case Binary("/", left, right) if _free(right, node_of, variable):
            scaled = _times(weight, node_of(right), -1)
            yield from _squares(left, scaled, node_of, variable)
        case _:
            yield _square(tree, weight, node_of, variable)


def _free(tree: Tree, node_of: NodeOf, variable: Symbol) -> bool:
    return variable not in symbols(node_of(tree))


def _times(weight: Node, node: Node, exponent: int) -> Node:
    return contract(1, [(weight, (), 1), (node, (), exponent)], ())


def _square(tree: Tree, weight: Node, node_of: NodeOf, variable: Symbol) -> Square | None:
    match tree:
        case Binary("^", Call("norm2", (residual,)), Literal(value)) if value == 2:
            return Square(weight, node_of(residual))
        case Call("sum", (Binary(".^", residual, Literal(value)),)) if value == 2:
            return Square(weight, node_of(residual))
        case _:
            return _squared_factor(weight, node_of(tree), variable)


def _squared_factor(weight: Node, term: Node, variable: Symbol) -> Square | None:
    """Σ p r², where r alone has the variable and p has the axes of r."""
    if not isinstance(term, Contraction) or term.output:
        return None
    moved = [factor for factor in term.factors if variable in symbols(factor.node)]
    if len(moved) != 1 or moved[0].exponent != 2:
        return None
    (residual,) = moved
    rest = [factor for factor in term.factors if factor is not residual]
    if any(not set(factor.letters) <= set(residual.letters) for factor in rest):
        return None
    lettered = any(factor.letters for factor in rest)
    output = residual.letters if lettered else ()
    sizes = {letter: term.dimensions[letter] for letter in output}
    entries = contract(term.coefficient, [(weight, (), 1), *rest], output, sizes)
    return Square(entries, residual.node)


def _block(weight: Node, residual: Node, variable: Symbol, form: str) -> Block | None:
    """A and c, with the root of the weight, from ∂r/∂w and −r(0)."""
    try:
        jacobian = simplify(derivative(residual, variable))
    except UnsupportedError:
        return None
    if variable in symbols(jacobian):
        return None
    target = simplify(scale(-1, substitute(residual, {variable: ones(variable.axes, 0)})))
    root = _root(weight, residual)
    rows = _rows(jacobian, len(residual.axes), len(variable.axes), form)
    if root is None or rows is None:
        return None
    matrix, order = rows
    letters = tuple(range(len(residual.axes)))
    factors = [(target, letters, 1), (root, letters if root.axes else (), 1)]
    turned = contract(1, factors, tuple(letters[place] for place in order))
    place = order[0] if order else 0
    weighted = [(matrix, (0, 1), 1), (root, (0,) if root.axes else (), 1)]
    if root.axes and (len(root.axes) > 1 or place != 0):
        return None
    return Block(simplify(contract(1, weighted, (0, 1))), simplify(turned))


def _root(weight: Node, residual: Node) -> Node | None:
    letters = tuple(range(len(weight.axes)))
    if weight.axes and weight.axes != residual.axes:
        return None
    return simplify(contract(1, [(weight, letters, HALF)], letters))


def _rows(jacobian: Node, outer: int, inner: int, form: str) -> tuple[Node, tuple[int, ...]] | None:
    """A with two axes, and the order of the residual's axes in which the rows come first."""
    if is_zero(jacobian):
        return None
    if inner == 1:
        return (jacobian, (0,)) if outer == 1 else None
    if outer != 2:
        return None
    moved, fixed = (2, 3) if form == "left" else (3, 2)
    for row, column in ((0, 1), (1, 0)):
        matrix = _without_delta(jacobian, (row, moved), (column, fixed))
        if matrix is not None:
            return matrix, (row, column)
    return None


def _without_delta(node: Node, kept: tuple[int, int], gone: tuple[int, int]) -> Node | None:
    """K with node = K δ in two of its axes."""
    terms = node.terms if isinstance(node, Sum) else ((1, node),)
    parts = []
    for weight, term in terms:
        if not isinstance(term, Contraction):
            return None
        letter = term.output[gone[0]]
        used = any(letter in factor.letters for factor in term.factors)
        if letter != term.output[gone[1]] or term.output.count(letter) != 2 or used:
            return None
        output = (term.output[kept[0]], term.output[kept[1]])
        sizes = {own: term.dimensions[own] for own in output}
        parts.append((weight, contract(term.coefficient, term.factors, output, sizes)))
    return add(parts, parts[0][1].axes)
