"""What stands around dX, read off: ⟨A, B dX C⟩ = ⟨B′AC′, dX⟩, dF = J dx, df = f′ dt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradproof.algebra.simplify import simplify
from gradproof.calculus.derivative import derivative
from gradproof.calculus.differential import differential
from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.core.node import Node, Symbol, number, symbol
from gradproof.derivation.differentials.setting import Setting, shape_of_declared
from gradproof.notation.build import shape_of, times, transposed
from gradproof.notation.infer import Inferred
from gradproof.notation.lower import lower_parts
from gradproof.notation.raising.context import Context, context_of
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import (
    SCALAR,
    Binder,
    Call,
    Name,
    Selection,
    Shape,
    Tree,
    is_row,
    is_scalar,
)


def coefficient_of(tree: Tree, setting: Setting) -> tuple[Node, Context]:
    """The derivative by dX of a tree that is linear in it, and how its parts were written."""
    direction = replace(setting.direction, facts=frozenset())
    known = {**setting.declarations, direction.name: direction}
    parts = lower_parts(tree, known)
    node = simplify(parts[id(tree)].node)
    by = symbol(direction.name, direction.axes)
    assert isinstance(by, Symbol)
    found = differential(node, by, number(1)) if not by.axes else derivative(node, by)
    return simplify(found), context_of(tree, parts, simplify)


def context_with(expression: Inferred, context: Context, setting: Setting) -> Context:
    """The memory of the expression, and that of a step, whose order counts where it has names."""
    parts = lower_parts(expression.tree, expression.declarations)
    known = context_of(expression.tree, parts, simplify)
    order = context.order if setting.definitions else known.order
    return Context({**context.written, **known.written}, order)


def factor_tree(node: Node, context: Context, like: Tree) -> Tree:
    """The coefficient of dX as a formula; that of a row by a number is a row."""
    tree = matrix_tree(node, context)
    return transposed(tree) if is_row(like) and not is_row(tree) else tree


def applied(factor: Tree, moving: Tree, direction: Declaration) -> Tree:
    """⟨G, dX⟩ for a number, J dx for a vector, F′ dt for a scalar variable."""
    dX = Name(direction.name, shape=shape_of_declared(direction))
    if isinstance(factor, Binder):
        return _in_components(factor, dX, len(direction.axes))
    if not direction.axes:
        return times([factor, dX])
    if is_scalar(moving):
        return Call("inner", (factor, dX), shape=SCALAR)
    return times([factor, dX])


def _in_components(array: Binder, dX: Tree, width: int) -> Tree:
    """[Σ R[i, j, k, l] dX[k, l]]ᵢⱼ."""
    outer, inner = array.indices[:-width], array.indices[-width:]
    chosen = Selection(dX, tuple([Name(index, shape=SCALAR) for index in inner]), shape=SCALAR)
    term = times([array.body, chosen])
    entry = Binder("sum", inner, term, shape=SCALAR)
    if not outer:
        return entry
    axes = shape_of(array)[:-width]
    return Binder("array", outer, entry, shape=axes if len(axes) == 2 else (*axes, ONE))


def is_same(one: Tree, other: Tree, known: Mapping[str, Declaration]) -> bool:
    """Whether two trees are the same tensor."""
    nodes = [simplify(lower_parts(tree, known)[id(tree)].node) for tree in (one, other)]
    return nodes[0] is nodes[1]


def derivative_tree(function: Tree, by: Tree) -> Call:
    """∂F/∂x, as it is stated."""
    return Call("derivative", (function, by), shape=_derivative_shape(function, by))


def _derivative_shape(function: Tree, by: Tree) -> Shape:
    """The shape of the variable for a number, m×n for vectors, else all axes of both."""
    if is_scalar(function):
        return shape_of(by)
    if is_scalar(by):
        return shape_of(function)
    return tuple([axis for axis in (*shape_of(function), *shape_of(by)) if axis != ONE])
