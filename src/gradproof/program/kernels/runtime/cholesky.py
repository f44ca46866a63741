"""The Cholesky factor and what it gives."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

import math

from gradproof.program.kernels.runtime.rows import LOOPS
from gradproof.program.kernels.runtime.stand_ins import njit


@njit(**LOOPS)
def cholesky(A, L):
    """The factor of A = L L', from A's lower half; whether A is positive definite."""
    n = A.shape[0]
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i > j:
                L[i, j] = s / L[j, j]
            elif s > 0:
                L[i, i] = math.sqrt(s)
            else:
                return False
    return True


@njit(**LOOPS)
def cholesky_solve(L, b, x):
    """x = A⁻¹ b."""
    n = L.shape[0]
    for i in range(n):
        s = b[i]
        for k in range(i):
            s -= L[i, k] * x[k]
        x[i] = s / L[i, i]
    for i in range(n - 1, -1, -1):
        x[i] /= L[i, i]
        for k in range(i):
            x[k] -= L[i, k] * x[i]


@njit(**LOOPS)
def cholesky_solve_many(L, B, X):
    """X = A⁻¹ B."""
    n = L.shape[0]
    for i in range(n):
        for c in range(B.shape[1]):
            X[i, c] = B[i, c]
        for k in range(i):
            for c in range(B.shape[1]):
                X[i, c] -= L[i, k] * X[k, c]
        for c in range(B.shape[1]):
            X[i, c] /= L[i, i]
    for i in range(n - 1, -1, -1):
        for c in range(B.shape[1]):
            X[i, c] /= L[i, i]
        for k in range(i):
            for c in range(B.shape[1]):
                X[k, c] -= L[i, k] * X[i, c]


@njit(**LOOPS)
def cholesky_inverse(L, out):
    """out = A⁻¹."""
    for i in range(L.shape[0]):
        for j in range(L.shape[0]):
            out[i, j] = i == j
    cholesky_solve_many(L, out, out)


@njit(**LOOPS)
def cholesky_logdet(L):
    """log det A."""
    s = L.dtype.type(0)
    for i in range(L.shape[0]):
        s += math.log(L[i, i])
    return 2 * s
