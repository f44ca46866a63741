"""Inverses, solutions and determinants, and factorisations that say when they fail."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

import numpy as np

from gradproof.program.kernels.runtime.cholesky import cholesky
from gradproof.program.kernels.runtime.lu import (
    factor_det,
    factor_inverse,
    factor_logdet,
    factor_solve,
    lu_factor,
)
from gradproof.program.kernels.runtime.rows import LOOPS
from gradproof.program.kernels.runtime.stand_ins import njit


@njit(**LOOPS)
def cholesky_factor(A, L):
    """A = L L'."""
    if not cholesky(A, L):
        raise np.linalg.LinAlgError("Matrix is not positive definite")


@njit(**LOOPS)
def regular_factor(A, F):
    """A = P L U, or an error."""
    if not lu_factor(A, F):
        raise np.linalg.LinAlgError("Singular matrix")


@njit(**LOOPS)
def inverse(A, out):
    """A^-1."""
    F = np.empty((A.shape[0] + 1, A.shape[0]), A.dtype)
    regular_factor(A, F)
    factor_inverse(F, out)


@njit(**LOOPS)
def solve(A, B, X):
    """A X = B."""
    F = np.empty((A.shape[0] + 1, A.shape[0]), A.dtype)
    regular_factor(A, F)
    factor_solve(F, B, X)


@njit(**LOOPS)
def det(A):
    """det A, which is 0 where there is no factorisation."""
    F = np.empty((A.shape[0] + 1, A.shape[0]), A.dtype)
    return factor_det(F) if lu_factor(A, F) else A.dtype.type(0)


@njit(**LOOPS)
def logdet(A):
    """log |det A|, which is -inf where det A is 0."""
    F = np.empty((A.shape[0] + 1, A.shape[0]), A.dtype)
    return factor_logdet(F) if lu_factor(A, F) else A.dtype.type(-np.inf)
