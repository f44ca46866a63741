"""The functions of factorisations that emitted NumPy programs bring along, by way of SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import get_lapack_funcs

Array = Any


def cholesky_inverse(lower: Array) -> Array:
    """The inverse of L L'."""
    half = get_lapack_funcs("potri", (lower,))(lower, lower=True)[0]
    return np.tril(half) + np.tril(half, -1).T


def lu_inverse(factors: Array) -> Array:
    """The inverse of the matrix with these factors."""
    return get_lapack_funcs("getri", factors[:1])(*factors)[0]


def lu_det(factors: Array) -> Array:
    """The determinant of the matrix with these factors."""
    swaps = np.count_nonzero(factors[1] != np.arange(len(factors[1])))
    return (-1) ** int(swaps) * np.prod(np.diag(factors[0]))
