"""Difference quotients of a function, one entry of its point after the other or stacks at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.errors import DataError, UnsupportedError
from gradproof.numeric.arrays import as_array
from gradproof.numeric.schemes import DifferenceScheme

Array = NDArray[Any]
Values = Callable[[Array], Array]

STACKED_NUMBERS = 4_000_000


def single_values(f: Callable[[Any], Any], back: Callable[[Array], Any]) -> Values:
    """The values of f at a stack of points, one point at a time, as it is taught."""
    return lambda points: np.stack([as_array(f(back(point))) for point in points])


def stacked_values(f: Callable[[Any], Any], back: Callable[[Array], Any]) -> Values:
    """The values of f, which takes a stack of points along a first axis."""

    def values(points: Array) -> Array:
        found = as_array(f(back(points)))
        if not found.ndim or len(found) != len(points):
            raise DataError(
                f"f was given {len(points)} points and returned the shape {found.shape}",
                hint="With vectorized=True, f takes and returns a stack along the first axis.",
            )
        return found

    return values


def quotients(values: Values, array: Array, sizes: Array, scheme: DifferenceScheme) -> Array:
    """The quotient of each entry, along a last axis; `sizes` are the steps, one for each entry."""
    if not array.size:
        shape = values(array[np.newaxis].copy()).shape[1:]
        return np.zeros((*shape, 0))
    block = max(1, STACKED_NUMBERS // (array.size * len(scheme.offsets)))
    starts = range(0, array.size, block)
    parts = [_block(values, array, sizes, scheme, slice(start, start + block)) for start in starts]
    return np.concatenate(parts, axis=-1)


def _block(
    values: Values, array: Array, sizes: Array, scheme: DifferenceScheme, places: slice
) -> Array:
    steps = sizes[places]
    total: Array | float = 0.0
    for offset, weight in zip(scheme.offsets, scheme.weights, strict=True):
        # f(x) itself is the same for all entries.
        points = _moved(array, offset * steps, places) if offset else array[np.newaxis].copy()
        total = total + _weighted(weight, values(points))
    return np.moveaxis(np.asarray(total), 0, -1) / steps


def _moved(array: Array, shifts: Array, places: slice) -> Array:
    """A stack of copies of the point, each with one of the entries of `places` moved."""
    kind = np.result_type(array, np.complex64) if np.iscomplexobj(shifts) else array.dtype
    points = np.repeat(array.reshape(1, -1).astype(kind), len(shifts), axis=0)
    rows = np.arange(len(shifts))
    points[rows, rows + places.start] += shifts
    return points.reshape(-1, *array.shape)


def _weighted(weight: complex, found: Array) -> Array:
    """Re w·f, in double precision."""
    if not complex(weight).imag:
        return np.asarray(complex(weight).real * np.real(found).astype(float))
    if not np.iscomplexobj(found):
        raise UnsupportedError(
            "f's value at a complex point is real, so that the complex step sees no change",
            hint='f must not take the real part on its way; use scheme="five-point".',
        )
    return np.asarray(np.real(weight * found.astype(complex)))
