"""Matrix factorisation: blocks of the residual are never all there at once."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.flags import FAST, PARALLEL, PARTS
from benchmarks.programs.hand_numba.products import product

SMALL = 2000  # entries of T up to which plain loops are quicker than BLAS and threads
CACHED = 60_000  # entries of a block of the residual


@njit(**FAST)
def _small(U, V, T, by_U, by_V):
    (m, k), n = U.shape, len(V)
    value = 0.0
    by_U[:, :] = 0
    by_V[:, :] = 0
    for i in range(m):
        for j in range(n):
            r = -T[i, j]
            for a in range(k):
                r += U[i, a] * V[j, a]
            value += r * r
            r *= 2
            for a in range(k):
                by_U[i, a] += r * V[j, a]
                by_V[j, a] += r * U[i, a]
    return value


@njit(**FAST)
def _subtracted(R, T):
    """R − T in place; the sum of its squares."""
    value = 0.0
    for i in range(len(R)):
        row, target = R[i], T[i]
        s = R.dtype.type(0)
        for j in range(row.size):
            r = row[j] - target[j]
            s += r * r
            row[j] = r
        value += s
    return value


@njit(**PARALLEL)
def _blocks(U, V, T, Rs, parts, by_U, by_V):
    m, block = len(U), Rs.shape[1]
    values = np.zeros(PARTS)
    for t in prange(PARTS):
        low, high = t * m // PARTS, (t + 1) * m // PARTS
        value = 0.0
        for start in range(low, high, block):
            end = min(start + block, high)
            rows, R = U[start:end], Rs[t, : end - start]
            product(R, 0.0, 1.0, rows, False, V, True)
            value += _subtracted(R, T[start:end])
            product(by_U[start:end], 0.0, 2.0, R, False, V, False)
            product(parts[t], 0.0 if start == low else 1.0, 2.0, R, True, rows, False)
        values[t] = value
    for j in range(by_V.shape[0]):
        for a in range(by_V.shape[1]):
            s = parts[0, j, a]
            for t in range(1, PARTS):
                s += parts[t, j, a]
            by_V[j, a] = s
    return values.sum()


def factorisation(U, V, T):
    """‖T − UVᵀ‖² and both gradients."""
    by_U, by_V = np.empty_like(U), np.empty_like(V)
    if T.size < SMALL:
        return lambda U, V: (_small(U, V, T, by_U, by_V), (by_U, by_V))
    n = T.shape[1]
    Rs = np.empty((PARTS, max(16, min(128, CACHED // n)), n), T.dtype)
    parts = np.empty((PARTS, *V.shape), T.dtype)
    return lambda U, V: (_blocks(U, V, T, Rs, parts, by_U, by_V), (by_U, by_V))
