"""What `differential(F)` and `derivative(F, x)` are worth: F is varied, and nothing is derived.

The reference values of derivatives, by the complex step where F continues analytically and by
central differences elsewhere.  A variable x moves in the direction of the value of `dx`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from gradproof.core.errors import UnsupportedError
from gradproof.notation.conditioning import NonFinite, NotAnalytic
from gradproof.notation.linear_algebra import Array
from gradproof.notation.point import Point, indexed_axes, places
from gradproof.notation.tree import (
    Call,
    Name,
    Selection,
    Transpose,
    Tree,
    fold,
    is_row,
    is_scalar,
    rebuild,
    walk,
)
from gradproof.notation.write_text import short
from gradproof.numeric.differences import COMPLEX_STEP, central_with_error

Value = Callable[[Tree, Point], Any]

MOVED = "#moved"


def direction_name(name: str) -> str:
    """dx, the name of the direction in which x moves."""
    return f"d{name}"


def differential_value(tree: Call, point: Point, value: Value) -> Any:
    """d/dt F(x + t dx) at t = 0, every variable moving for which a direction is given."""
    (function,) = tree.arguments
    moves = {
        name: np.asarray(point.values[direction_name(name)], dtype=point.dtype)
        for name in _variables(function, point)
        if direction_name(name) in point.values
    }
    return _along(function, moves, point, value)


def derivative_value(tree: Call, point: Point, value: Value) -> Any:
    """∂F/∂x, an entry of x at a time, in the shape in which it is written."""
    function, by = tree.arguments
    by_entry = along_entry(function, by, point, value)
    if by_entry is not None:
        return _arranged(tree, by_entry, point)
    variable, chosen = _variable(by)
    if not isinstance(variable, Name):
        function, variable, point = _renamed(function, variable, point, value)
    where = np.asarray(point.values.get(variable.name, 0.0), dtype=point.dtype)
    columns: list[Array] = []
    for place in np.ndindex(where.shape):
        direction = np.zeros(where.shape)
        direction[place] = 1.0
        moves = {variable.name: direction}
        columns.append(np.asarray(_along(function, moves, point, value, known=bool(columns))))
    stacked = np.stack(columns, axis=-1).reshape((*columns[0].shape, *where.shape))
    return _arranged(tree, chosen(stacked, point), point)


def along_entry(function: Tree, by: Tree, point: Point, value: Value) -> Array | None:
    """∂F/∂xᵢ, or ∂F/∂t by a number t: only this entry moves.  None by anything else."""
    match by:
        case Selection(Name() as variable, indices) if is_scalar(by):
            axes = indexed_axes(variable)
            place = [int(places(i, axis, point)) for i, axis in zip(indices, axes, strict=True)]
        case Name() as variable if is_scalar(by) and variable.name in point.values:
            place = []
        case _:
            return None
    direction = np.zeros(np.shape(point.values[variable.name]))
    direction[tuple(place)] = 1.0
    return np.asarray(_along(function, {variable.name: direction}, point, value))


def _variables(tree: Tree, point: Point) -> Iterator[str]:
    for part in walk(tree):
        if isinstance(part, Name) and part.name in point.values and part.name not in point.bound:
            yield part.name


def _variable(by: Tree) -> tuple[Tree, Callable[[Array, Point], Array]]:
    """What varies, and what is taken of the derivative by all of it."""
    if isinstance(by, Transpose):
        by = by.operand
    match by:
        case Call("vec", (Name() as name,)):
            return name, lambda whole, point: _stacked(whole)
        case Selection(Name() as name, indices):
            axes = indexed_axes(name)

            def entry(whole: Array, point: Point) -> Array:
                chosen = [
                    places(index, axis, point) for index, axis in zip(indices, axes, strict=False)
                ]
                where: tuple[Any, ...] = (*_all_of(whole, len(axes)), *chosen)
                return np.asarray(whole[where])

            return name, entry
        case _:
            return by, lambda whole, point: whole


def _all_of(whole: Array, kept: int) -> tuple[slice, ...]:
    return (slice(None),) * (whole.ndim - kept)


def _stacked(whole: Array) -> Array:
    """The last two axes as one, columns below each other."""
    turned = whole.swapaxes(-1, -2)
    return turned.reshape((*turned.shape[:-2], -1))


def _renamed(function: Tree, by: Tree, point: Point, value: Value) -> tuple[Tree, Name, Point]:
    """F with the expression that it is differentiated by as a variable of its own."""
    moved = Name(MOVED, shape=by.shape)
    found = False

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        nonlocal found
        if node == by:
            found = True
            return moved
        return rebuild(node, parts) if parts else node

    renamed = fold(function, combine)
    if not found:
        raise UnsupportedError(
            f"{short(by)} does not occur in {short(function)}",
            hint="Differentiate by a variable, or by a part as it is written.",
        )
    known = np.asarray(value(by, point))
    natural = known.reshape([length for length in known.shape if length != 1])
    return renamed, moved, replace(point, values={**point.values, MOVED: natural}, arrays={})


def _arranged(tree: Call, whole: Array, point: Point) -> Any:
    """Rows and columns as the derivative has them."""
    function, by = tree.arguments
    assert tree.shape is not None, "only inferred trees are evaluated"
    if is_row(function) and not is_scalar(by):
        whole = whole.reshape(whole.shape[-2:]).T
    elif isinstance(by, Transpose) and is_scalar(function) and whole.ndim == 2:
        whole = whole.T
    if is_scalar(tree):
        return whole.reshape(())[()]
    return whole.reshape(point.lengths(tree.shape))


def _along(
    tree: Tree, moves: Mapping[str, Array], point: Point, value: Value, *, known: bool = False
) -> Any:
    """d/dt of the tree's value as the named variables move; `known` if it is known to exist."""

    def at(step: complex) -> Array:
        kind = np.dtype(complex) if step.imag else point.dtype
        start = {name: np.asarray(point.values[name]) for name in moves if name in point.values}
        moved = {name: where + step * moves[name] for name, where in start.items()}
        there = replace(point, values={**point.values, **moved}, dtype=kind, arrays={}, numbers={})
        found = np.asarray(value(tree, there))
        if not np.isfinite(found).all():
            raise NonFinite(f"{short(tree)} is infinite or undefined here")
        return found

    if not moves:
        return np.zeros_like(at(0.0))
    if point.dtype != complex:
        if not known:
            at(0.0)  # a logarithm of a negative number has a complex value, and no real one
        try:
            return at(complex(0, COMPLEX_STEP)).imag / COMPLEX_STEP
        except NotAnalytic:
            pass
    return central_with_error(at)[0]


VARIED: MappingProxyType[str, Callable[[Call, Point, Value], Any]] = MappingProxyType(
    {"differential": differential_value, "derivative": derivative_value}
)
