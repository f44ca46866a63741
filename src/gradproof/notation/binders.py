"""What Σ and arrays of components are worth: the body for all values of the indices.

A body that is a number is evaluated for all of them at once; one that is a matrix, for each.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

import numpy as np

from gradproof.core.dimension import ONE
from gradproof.notation.linear_algebra import Array
from gradproof.notation.over_indices import (
    MOST_ENTRIES,
    Value,
    bound_at,
    counted,
    over_indices,
)
from gradproof.notation.point import Point
from gradproof.notation.tree import (
    Binder,
    Call,
    Literal,
    Name,
    Selection,
    Tree,
    fold,
    is_scalar,
    rebuild,
    walk,
)
from gradproof.notation.varied import VARIED


def summed(tree: Binder, point: Point, value: Value) -> Any:
    """Σ of the body over all values of the indices."""
    ranges = _ranges(tree, point)
    if not is_scalar(tree.body):
        return sum(_bodies(tree, ranges, point, value), start=point.dtype.type(0))
    return _entries(tree, ranges, point, value).sum(dtype=point.dtype)


def components(tree: Binder, point: Point, value: Value) -> Any:
    """The array that has the body as its entries."""
    ranges = _ranges(tree, point)
    if is_scalar(tree.body):
        stacked = _entries(tree, ranges, point, value)
    else:
        bodies = [
            natural(tree.body, np.asarray(body)) for body in _bodies(tree, ranges, point, value)
        ]
        stacked = np.array(bodies).reshape(*map(len, ranges), *bodies[0].shape)
    return stacked[:, None] if stacked.ndim == 1 else stacked


def natural(tree: Tree, value: Array) -> Array:
    """`value` without the axis that makes a vector a row or a column."""
    shape = tree.shape
    if value.ndim == 2 and shape is not None and ONE in shape:
        return value.ravel()
    return value


def _entries(tree: Binder, ranges: list[range], point: Point, value: Value) -> Any:
    """The values of a body that is a number, an axis for each index."""
    lengths = {name: len(counts) for name, counts in zip(tree.indices, ranges, strict=True)}
    if prod(lengths.values()) <= MOST_ENTRIES or len(lengths) == 1:
        return over_indices(tree.body, point, value, lengths)
    first, *_ = tree.indices
    rest = replace(tree, indices=tree.indices[1:])
    slices = [_entries(rest, ranges[1:], bound_at(point, {first: n}), value) for n in ranges[0]]
    return np.stack(slices)


def _bodies(tree: Binder, ranges: list[range], point: Point, value: Value) -> list[Any]:
    """The values of the body for all values of the indices, the last index fastest."""
    body, point = _with_constants(tree, point, value)
    places = [dict(zip(tree.indices, counts, strict=True)) for counts in product(*ranges)]
    return [value(body, bound_at(point, place)) for place in places]


def _with_constants(tree: Binder, point: Point, value: Value) -> tuple[Tree, Point]:
    """The body with the parts that no index touches named, and a point that knows their values."""
    bound = {name for part in walk(tree) if isinstance(part, Binder) for name in part.indices}
    constants: dict[str, Any] = {}

    def named_constant(part: Tree) -> Tree:
        if isinstance(part, Name | Literal):
            return part
        name = f"#{len(point.arrays) + len(constants)}"
        constants[name] = value(part, point)
        return Name(name, shape=part.shape)

    def combine(node: Tree, parts: tuple[tuple[bool, Tree], ...]) -> tuple[bool, Tree]:
        if not any(moves for moves, _ in parts):
            return isinstance(node, Name) and node.name in bound, node
        if isinstance(node, Call) and node.function in VARIED:
            return True, node
        fixed = [part if moves else named_constant(part) for moves, part in parts]
        if isinstance(node, Selection):
            fixed[1:] = [index for _, index in parts[1:]]
        return True, rebuild(node, tuple(fixed))

    _, body = fold(tree.body, combine)
    return body, replace(point, arrays={**point.arrays, **constants})


def _ranges(tree: Binder, point: Point) -> list[range]:
    return [range(point.length(counted(index, tree.body))) for index in tree.indices]
