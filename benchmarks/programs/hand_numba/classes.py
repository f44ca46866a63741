"""Softmax regression: each thread multiplies, exponentiates and multiplies back its blocks."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.flags import FAST, PARALLEL, PARTS
from benchmarks.programs.hand_numba.products import product
from benchmarks.programs.hand_numba.softmax import cross_entropy

BLOCK = 256
SMALL = 5000  # entries of X up to which plain loops are quicker than BLAS and threads


@njit(**FAST)
def _small(X, W, c, Z, g):
    N, d = X.shape
    value = 0.0
    g[:, :] = 0
    for i in range(N):
        z = Z[i]
        z[:] = 0
        for a in range(d):
            x = X[i, a]
            for k in range(z.size):
                z[k] += x * W[a, k]
        value += cross_entropy(z, c[i], 1.0 / N)
        for a in range(d):
            x = X[i, a]
            for k in range(z.size):
                g[a, k] += x * z[k]
    return value / N


@njit(**PARALLEL)
def _blocks(X, W, c, Zs, parts, g):
    N = len(X)
    values = np.zeros(PARTS)
    for t in prange(PARTS):
        low, high = t * N // PARTS, (t + 1) * N // PARTS
        value = 0.0
        for start in range(low, high, BLOCK):
            rows = X[start : min(start + BLOCK, high)]
            Z = Zs[t, : len(rows)]
            product(Z, 0.0, 1.0, rows, False, W, False)
            for i in range(len(rows)):
                value += cross_entropy(Z[i], c[start + i], 1.0 / N)
            product(parts[t], 0.0 if start == low else 1.0, 1.0, rows, True, Z, False)
        values[t] = value
    for a in range(g.shape[0]):
        for k in range(g.shape[1]):
            s = parts[0, a, k]
            for t in range(1, PARTS):
                s += parts[t, a, k]
            g[a, k] = s
    return values.sum() / N


def classes(W, X, c):
    """The mean cross entropy and its gradient."""
    g = np.empty_like(W)
    if X.size < SMALL:
        Z = np.empty((len(X), W.shape[1]), X.dtype)
        return lambda W: (_small(X, W, c, Z, g), (g,))
    Zs = np.empty((PARTS, BLOCK, W.shape[1]), X.dtype)
    parts = np.empty((PARTS, *W.shape), X.dtype)
    return lambda W: (_blocks(X, W, c, Zs, parts, g), (g,))
