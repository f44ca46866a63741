"""The point at which an expression is evaluated: what its names and indices stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.errors import DataError
from gradproof.notation.conditioning import NonFinite
from gradproof.notation.linear_algebra import Array
from gradproof.notation.tree import Literal, Name, Shape, Tree


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
    assert base.shape is not None, "only inferred trees are evaluated"
    return tuple([axis for axis in base.shape if axis != ONE])


def places(tree: Tree, axis: Dimension, point: Point) -> Array:
    """The places that an index names, within its bounds."""
    if isinstance(tree, Literal):
        return _numbered(tree, point.length(axis))
    assert isinstance(tree, Name), "an index is a name or a number"
    if tree.name in point.bound:
        return np.asarray(point.bound[tree.name])
    if tree.name not in point.values:
        raise DataError(f"the index {tree.name} has no value", hint="Give a whole number from 0.")
    given = np.asarray(point.values[tree.name])
    length = point.length(axis)
    whole = given.real.astype(int)
    if (whole != given).any() or (whole < 0).any() or (whole >= length).any():
        raise DataError(
            f"the index {tree.name} must count from 0 to {length - 1}",
            hint="Indices are whole numbers, the first one 0.",
        )
    return whole


def _numbered(index: Literal, length: int) -> Array:
    """The place that a number is; where the sizes drawn are too small there is no value."""
    if index.value >= length:
        raise NonFinite(f"there is no entry {index.value + 1}: the entries are {length}")
    return np.asarray(int(index.value))
