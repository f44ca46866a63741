"""Gaussian likelihoods: Cholesky, half of the inverse, and one pass that completes it."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from scipy.linalg import blas, lapack

from benchmarks.programs.hand_numba.flags import FAST, INLINE

SMALL = 32  # rows up to which plain loops are quicker than LAPACK's calls
SQUARE = 16  # rows of a square of a matrix that is transposed


@njit(**FAST)
def _inverse(A, L, G):
    """G = A⁻¹ by Cholesky; the sum of the logarithms of the factor's diagonal."""
    n = len(A)
    half_logdet = 0.0
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i == j:
                L[i, i] = math.sqrt(s)
                half_logdet += math.log(L[i, i])
            else:
                L[i, j] = s / L[j, j]
    _invert_triangle(L)
    for i in range(n):
        for j in range(i + 1):
            s = A.dtype.type(0)
            for k in range(i, n):
                s += L[k, i] * L[k, j]
            G[i, j] = s
            G[j, i] = s
    return half_logdet


@njit(**INLINE)
def _invert_triangle(L):
    n = len(L)
    for j in range(n):
        L[j, j] = 1 / L[j, j]
        for i in range(j + 1, n):
            s = L.dtype.type(0)
            for k in range(j, i):
                s -= L[i, k] * L[k, j]
            L[i, j] = s / L[i, i]


@njit(**FAST)
def _small_process(K, y, L, a, G):
    half_logdet = _inverse(K, L, G)
    n, square = y.size, 0.0
    for i in range(n):
        s = K.dtype.type(0)
        for j in range(n):
            s += G[i, j] * y[j]
        a[i] = s
        square += s * y[i]
    for i in range(n):
        for j in range(n):
            G[i, j] = (G[i, j] - a[i] * a[j]) / 2
    return 0.5 * square + half_logdet


@njit(**FAST)
def _small_precision(A, S, L, G):
    half_logdet = _inverse(A, L, G)
    n, inner = len(S), 0.0
    for i in range(n):
        for j in range(n):
            inner += S[i, j] * A[i, j]
            G[i, j] = (S[i, j] - G[i, j]) / 2
    return 0.5 * inner - half_logdet


@njit(**FAST)
def _hessian(A, L, G, H):
    _inverse(A, L, G)
    n = len(A)
    for i in range(n):
        for j in range(n):
            row = H[i * n + j]
            for k in range(n):
                factor = G[j, k] / 2
                for l in range(n):
                    row[k * n + l] = factor * G[i, l]


@njit(**INLINE)
def _mirror(A):
    """The upper half copied to the lower, by squares, so that what is written lies together."""
    n = len(A)
    for block in range((n + SQUARE - 1) // SQUARE):
        first = block * SQUARE
        end = min(n, first + SQUARE)
        for other in range(block):
            for j in range(first, end):
                row = A[j]
                for i in range(other * SQUARE, (other + 1) * SQUARE):
                    row[i] = A[i, j]
        for j in range(first, end):
            for i in range(first, j):
                A[j, i] = A[i, j]


@njit(**FAST)
def _finish_process(A, a):
    """½(A − aaᵀ) of the symmetric A whose upper half is given."""
    n, half = a.size, A.dtype.type(0.5)
    for i in range(n):
        row, factor = A[i, i:], a[i]
        other = a[i:]
        for j in range(row.size):
            row[j] = (row[j] - factor * other[j]) * half
    _mirror(A)


@njit(**FAST)
def _finish_precision(A, S):
    """½(S − A) of the symmetric A whose upper half is given."""
    n, half = len(A), A.dtype.type(0.5)
    for i in range(n):
        row, other = A[i, i:], S[i, i:]
        for j in range(row.size):
            row[j] = (other[j] - row[j]) * half
    _mirror(A)


def process(K, y):
    """½ yᵀK⁻¹y + ½ log|K| and its gradient."""
    if y.size <= SMALL:
        G, L, a = np.empty_like(K), np.empty_like(K), np.empty_like(y)
        return lambda K: (_small_process(K, y, L, a, G), (G,))
    potrf, potri, potrs = lapack.get_lapack_funcs(("potrf", "potri", "potrs"), (K,))

    def solve(K):
        L, _ = potrf(K.T, lower=1, clean=0)
        a, _ = potrs(L, y, lower=1)
        value = 0.5 * np.dot(y, a) + np.log(L.diagonal()).sum()
        inverse, _ = potri(L, lower=1, overwrite_c=1)
        _finish_process(inverse.T, a)
        return value, (inverse,)

    return solve


def precision(L, S):
    """½ tr(SL) − ½ log|L| and its gradient."""
    if len(S) <= SMALL:
        G, factor = np.empty_like(L), np.empty_like(L)
        return lambda L: (_small_precision(L, S, factor, G), (G,))
    potrf, potri = lapack.get_lapack_funcs(("potrf", "potri"), (L,))
    (dot,) = blas.get_blas_funcs(("dot",), (L,))
    flat = S.reshape(-1)

    def solve(L):
        factor, _ = potrf(L.T, lower=1, clean=0)
        value = 0.5 * dot(flat, L.reshape(-1)) - np.log(factor.diagonal()).sum()
        inverse, _ = potri(factor, lower=1, overwrite_c=1)
        _finish_precision(inverse.T, S)
        return value, (inverse,)

    return solve


def precision_hessian(L, S):
    """½ (L⁻¹)ⱼₖ(L⁻¹)ₗᵢ."""
    n = len(L)
    H, G, factor = np.empty((n * n, n * n), L.dtype), np.empty_like(L), np.empty_like(L)

    def solve(L):
        _hessian(L, factor, G, H)
        return H

    return solve
