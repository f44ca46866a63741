"""Inverses, solutions and determinants, and factorisations that say when they fail."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

import numpy as np

from gradproof.program.kernels.runtime.cholesky import cholesky
from gradproof.program.kernels.runtime.lu import (
    lu,
    lu_det,
    lu_inverse,
    lu_logdet,
    lu_solve,
    lu_solve_many,
    lu_solve_transposed,
    lu_solve_transposed_many,
)
from gradproof.program.kernels.runtime.rows import LOOPS
from gradproof.program.kernels.runtime.stand_ins import njit


@njit(**LOOPS)
def cholesky_factor(A, L):
    """A = L L'."""
    if not cholesky(A, L):
        raise np.linalg.LinAlgError("Matrix is not positive definite")


@njit(**LOOPS)
def lu_factor(A, F):
    """Whether A = P L U is regular; the last row of F has the pivots."""
    n = A.shape[0]
    pivots = np.empty(n, np.int32)
    regular = lu(A, F[:n], pivots)
    for i in range(n):
        F[n, i] = pivots[i]
    return regular


@njit(**LOOPS)
def pivots_of(F):
    """The rows that were exchanged."""
    return F[F.shape[1]].astype(np.int32)


@njit(**LOOPS)
def regular_factor(A, F):
    """A = P L U, or an error."""
    if not lu_factor(A, F):
        raise np.linalg.LinAlgError("Singular matrix")


@njit(**LOOPS)
def factor_solve(F, B, X):
    """A X = B."""
    n = F.shape[1]
    if B.ndim == 1:
        lu_solve(F[:n], pivots_of(F), B, X)
    else:
        lu_solve_many(F[:n], pivots_of(F), B, X)


@njit(**LOOPS)
def factor_solve_transposed(F, B, X):
    """A' X = B."""
    n = F.shape[1]
    if B.ndim == 1:
        lu_solve_transposed(F[:n], pivots_of(F), B, X)
    else:
        lu_solve_transposed_many(F[:n], pivots_of(F), B, X)


@njit(**LOOPS)
def factor_inverse(F, out):
    """A^-1."""
    lu_inverse(F[: F.shape[1]], pivots_of(F), out)


@njit(**LOOPS)
def factor_det(F):
    """det A."""
    return lu_det(F[: F.shape[1]], pivots_of(F))


@njit(**LOOPS)
def factor_logdet(F):
    """log |det A|."""
    return lu_logdet(F[: F.shape[1]])


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
