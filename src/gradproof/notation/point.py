"""The point at which an expression is evaluated: what its names and indices stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.errors import DataError
from gradproof.notation.conditioning import NonFinite
from gradproof.notation.linear_algebra import Array
from gradproof.notation.tree import Literal, Name, Selection, Shape, Tree

Counts = Mapping[str, Array]
_NO_COUNTS: Counts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Point:
    """Where an expression is evaluated; `arrays` and `numbers` remember what was looked up."""

    values: Mapping[str, ArrayLike]
    sizes: Mapping[str, int]
    dtype: np.dtype[Any]
    arrays: dict[str, Any]
    numbers: dict[Dimension, int]
    bound: Mapping[str, int]

    def length(self, axis: Dimension) -> int:
        """The number that a dimension stands for here."""
        known = self.numbers.get(axis)
        if known is None:
            known = self.numbers[axis] = axis.size(self.sizes)
        return known

    def lengths(self, axes: Shape) -> tuple[int, ...]:
        """The numbers that dimensions stand for here."""
        return tuple([self.length(axis) for axis in axes])


def named(tree: Name, point: Point) -> Any:
    """A bound index, a variable, a dimension as a number, or π."""
    name = tree.name
    if name in point.bound:
        return point.dtype.type(point.bound[name])
    if name in point.values:
        value = _variable(tree, point)
    elif name in point.sizes:
        value = point.dtype.type(point.sizes[name])
    elif name == "pi":
        value = point.dtype.type(np.pi)
    else:
        raise DataError(f"{name} has no value", hint=f"Give one, as {name}=….")
    point.arrays[name] = value
    return value


def _variable(tree: Name, point: Point) -> Any:
    array = np.asarray(point.values[tree.name], dtype=point.dtype)
    if tree.shape is not None:
        needed = point.lengths(tuple([axis for axis in tree.shape if axis != ONE]))
        if array.shape != needed:
            raise DataError(
                f"{tree.name} has the shape {array.shape}, and {needed} is needed",
                hint="Scalars have no axis, vectors one and matrices two.",
            )
    return array[()] if array.ndim == 0 else array[:, None] if array.ndim == 1 else array


def indexed_axes(base: Tree) -> tuple[Dimension, ...]:
    """The axes that indices count in: those of a row or column are one."""
    shape = base.shape
    assert shape is not None, "only inferred trees are evaluated"
    return shape if len(shape) > 2 else tuple([axis for axis in shape if axis != ONE])


def places(tree: Tree, axis: Dimension, point: Point, counts: Counts = _NO_COUNTS) -> Array:
    """The places that an index names, within its bounds; `counts` are those of bound indices."""
    match tree:
        case Literal():
            return _numbered(tree, point.length(axis))
        case Selection(Name(name) as array, indices):
            axes = indexed_axes(array)
            inner = [places(i, own, point, counts) for i, own in zip(indices, axes, strict=False)]
            return np.asarray(_given(name, axis, point)[tuple(inner)])
        case Name(name) if name in counts:
            return counts[name]
        case Name(name) if name in point.bound:
            return np.asarray(point.bound[name])
        case Name(name):
            return _given(name, axis, point)
        case _:
            raise AssertionError(tree)


def _given(name: str, axis: Dimension, point: Point) -> Array:
    """The value of an index, or of an array of indices."""
    if name not in point.values:
        raise DataError(f"the index {name} has no value", hint="Give a whole number from 0.")
    given = np.asarray(point.values[name])
    length = point.length(axis)
    whole = given.real.astype(int)
    if (whole != given).any() or (whole < 0).any() or (whole >= length).any():
        raise DataError(
            f"the index {name} must count from 0 to {length - 1}",
            hint="Indices are whole numbers, the first one 0.",
        )
    return whole


def _numbered(index: Literal, length: int) -> Array:
    """The place that a number is; where the sizes drawn are too small there is no value."""
    if index.value >= length:
        raise NonFinite(f"there is no entry {index.value + 1}: the entries are {length}")
    return np.asarray(int(index.value))
