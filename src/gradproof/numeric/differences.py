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
from numpy.typing import NDArray

from gradproof.core.errors import DataError
from gradproof.numeric.arrays import library_of, point_of
from gradproof.numeric.quotients import quotients, single_values, stacked_values
from gradproof.numeric.schemes import (
    COMPLEX_STEP as COMPLEX_STEP,
)
from gradproof.numeric.schemes import (
    DifferenceScheme,
    epsilon_of,
    relative_step,
    scheme_named,
)

Array = NDArray[Any]

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


def numerical_gradient(
    f: Callable[[Any], Any],
    x: Any,
    step: float | None = None,
    *,
    scheme: str | DifferenceScheme = "five-point",
    vectorized: bool = False,
) -> Array:
    """∂f/∂x entry by entry, by difference quotients.

    f           a function of one array; its value may have any shape
    x           the point, of any shape: a number, an array of NumPy, JAX or PyTorch
    step        the step, relative to max(1, |xᵢ|); without it, ε^(1/(p+1)) for a scheme of order p
    scheme      "forward", "central", "five-point", "complex", or a DifferenceScheme
    vectorized  whether f takes a stack of points along a first axis, and returns as many values

    The result has the shape of f's value, then that of x.  f is given arrays of its own.

    Raises UnsupportedError, with the reason, for a quotient that is no derivative.
    Source: Fornberg, Math. Comp. 51 (1988); Squire & Trapp, SIAM Review 40 (1998).

    >>> numerical_gradient(lambda x: x @ x, [1.0, 2.0]).round(9)
    array([2., 4.])
    >>> numerical_gradient(lambda x: (x**3).sum(-1), [1.0, 2.0], scheme="complex", vectorized=True)
    array([ 3., 12.])
    """
    quotient = scheme_named(scheme)
    point = point_of(x)
    array = point.array if library_of(x) != "numpy" else point.array.astype(float)
    relative = step if step is not None else relative_step(quotient, epsilon_of(array.dtype))
    if not 0 < relative < np.inf:
        raise DataError(f"the step is {relative}; it must be a positive number")
    sizes = _exact_steps(array, relative).reshape(-1)
    values = stacked_values(f, point.back) if vectorized else single_values(f, point.back)
    columns = quotients(values, array, sizes, quotient)
    return columns.reshape((*columns.shape[:-1], *array.shape))


def _exact_steps(array: Array, relative: float) -> Array:
    """Steps that x + h and x differ by exactly, since x + h is rounded."""
    steps = relative * np.maximum(1.0, np.abs(array)).astype(array.dtype)
    moved = (array + steps) - array
    return np.where(moved > 0, moved, steps)
