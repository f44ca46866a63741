"""Derivatives by numbers.

complex step    Im f(x + ih)/h, exact to rounding for analytic f
                (Squire & Trapp, SIAM Review 40 (1998))
central         (8 (f₁ − f₋₁) − (f₂ − f₋₂)) / 12h, of fourth order
                (Fornberg, Math. Comp. 51 (1988), table 1)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

COMPLEX_STEP = 1e-30
CENTRAL_STEP = 1e-3


def central(along: Callable[[float], Array], step: float = CENTRAL_STEP) -> Array:
    """d/dt of `along` at 0, by the fourth-order central difference."""
    near = along(step) - along(-step)
    far = along(2 * step) - along(-2 * step)
    return np.asarray((8 * near - far) / (12 * step))


def central_with_error(
    along: Callable[[float], Array], step: float = CENTRAL_STEP
) -> tuple[Array, float]:
    """d/dt of `along` at 0, extrapolated from two steps, and how far the two disagree.

    (16 D(h/2) − D(h))/15 is of sixth order (Richardson's extrapolation).
    """
    wide, narrow = central(along, step), central(along, step / 2)
    value = (16 * narrow - wide) / 15
    return value, float(np.abs(narrow - wide).max(initial=0.0)) / 15


def numerical_gradient(f: Callable[[Array], ArrayLike], x: ArrayLike, step: float = 1e-4) -> Array:
    """∂f/∂x entry by entry, by the fourth-order central difference.

    f     a function of one array; its value may have any shape
    x     the point, of any shape
    step  the step, relative to max(1, |xᵢ|)

    The result has the shape of f's value, then that of x.

    >>> numerical_gradient(lambda x: x @ x, [1.0, 2.0]).round(9)
    array([2., 4.])
    """
    point = np.asarray(x, dtype=float)
    columns = []
    for place in np.ndindex(point.shape):
        size = step * max(1.0, abs(float(point[place])))

        def along(t: float, place: tuple[int, ...] = place) -> Array:
            moved = point.copy()
            moved[place] += t
            return np.asarray(f(moved), dtype=float)

        columns.append(central(along, size))
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape((*stacked.shape[:-1], *point.shape))
