"""The factors of a square matrix by elimination with pivots, and what they give."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

import math

from gradproof.program.kernels.runtime.rows import LOOPS
from gradproof.program.kernels.runtime.stand_ins import njit


@njit(**LOOPS)
def lu(A, LU, piv):
    """The factors of A' as LAPACK has them: to it, rows are columns."""
    n = A.shape[0]
    for i in range(n):
        for j in range(n):
            LU[i, j] = A[i, j]
    for k in range(n):
        p = k
        for i in range(k, n):
            if abs(LU[k, i]) > abs(LU[k, p]):
                p = i
        piv[k] = p + 1
        if not abs(LU[k, p]) > 0:
            return False
        if p != k:
            for j in range(n):
                LU[j, k], LU[j, p] = LU[j, p], LU[j, k]
        for i in range(k + 1, n):
            LU[k, i] /= LU[k, k]
        for j in range(k + 1, n):
            for i in range(k + 1, n):
                LU[j, i] -= LU[k, i] * LU[j, k]
    return True


@njit(**LOOPS)
def lu_solve_many(LU, piv, B, X):
    """A = (P L U)' = U' L' P', with U' and L' in the rows of LU as they lie there."""
    n = LU.shape[0]
    m = B.shape[1]
    for i in range(n):
        for c in range(m):
            X[i, c] = B[i, c]
        for k in range(i):
            for c in range(m):
                X[i, c] -= LU[i, k] * X[k, c]
        for c in range(m):
            X[i, c] /= LU[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            for c in range(m):
                X[i, c] -= LU[i, k] * X[k, c]
    for i in range(n - 1, -1, -1):
        p = piv[i] - 1
        if p != i:
            for c in range(m):
                X[i, c], X[p, c] = X[p, c], X[i, c]


@njit(**LOOPS)
def lu_solve_transposed_many(LU, piv, B, X):
    """A' = P L U."""
    n = LU.shape[0]
    m = B.shape[1]
    for i in range(n):
        for c in range(m):
            X[i, c] = B[i, c]
    for i in range(n):
        p = piv[i] - 1
        if p != i:
            for c in range(m):
                X[i, c], X[p, c] = X[p, c], X[i, c]
    for k in range(n):
        for i in range(k + 1, n):
            for c in range(m):
                X[i, c] -= LU[k, i] * X[k, c]
    for k in range(n - 1, -1, -1):
        for c in range(m):
            X[k, c] /= LU[k, k]
        for i in range(k):
            for c in range(m):
                X[i, c] -= LU[k, i] * X[k, c]


@njit(**LOOPS)
def lu_solve(LU, piv, b, x):
    """x = A⁻¹ b."""
    lu_solve_many(LU, piv, b.reshape(b.size, 1), x.reshape(x.size, 1))


@njit(**LOOPS)
def lu_solve_transposed(LU, piv, b, x):
    """x = A⁻ᵀ b."""
    lu_solve_transposed_many(LU, piv, b.reshape(b.size, 1), x.reshape(x.size, 1))


@njit(**LOOPS)
def lu_inverse(LU, piv, out):
    """out = A⁻¹."""
    for i in range(LU.shape[0]):
        for j in range(LU.shape[0]):
            out[i, j] = i == j
    lu_solve_many(LU, piv, out, out)


@njit(**LOOPS)
def lu_logdet(LU):
    """log |det A|."""
    s = LU.dtype.type(0)
    for i in range(LU.shape[0]):
        s += math.log(abs(LU[i, i]))
    return s


@njit(**LOOPS)
def lu_det(LU, piv):
    """det A."""
    product = LU.dtype.type(1)
    for i in range(LU.shape[0]):
        product *= LU[i, i] if piv[i] == i + 1 else -LU[i, i]
    return product
