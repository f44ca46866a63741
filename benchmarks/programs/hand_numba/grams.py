"""Hessians of linear and logistic regression: XᵀDX by blocks of rows that stay in the cache."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.elementary import fast_exp
from benchmarks.programs.hand_numba.flags import INLINE, PARALLEL, PARTS
from benchmarks.programs.hand_numba.products import product

BLOCK = 512


@njit(**PARALLEL)
def _gram(X, scale, parts, H):
    for t in prange(PARTS):
        rows = X[t * len(X) // PARTS : (t + 1) * len(X) // PARTS]
        product(parts[t], 0.0, scale, rows, True, rows, False)
    _sum(parts, H)


@njit(**PARALLEL)
def _logistic_gram(X, w, blocks, parts, H):
    d = X.shape[1]
    for t in prange(PARTS):
        low, high = t * len(X) // PARTS, (t + 1) * len(X) // PARTS
        for start in range(low, high, BLOCK):
            rows = X[start : min(start + BLOCK, high)]
            weighted = blocks[t, : len(rows)]
            for i in range(len(rows)):
                row, into = rows[i], weighted[i]
                s = X.dtype.type(0)
                for j in range(d):
                    s += row[j] * w[j]
                e = fast_exp(-abs(s))
                weight = e / ((1 + e) * (1 + e))
                for j in range(d):
                    into[j] = weight * row[j]
            product(parts[t], 0.0 if start == low else 1.0, 1.0, rows, True, weighted, False)
    _sum(parts, H)


@njit(**INLINE)
def _sum(parts, H):
    for i in range(len(H)):
        for j in range(len(H)):
            s = parts[0, i, j]
            for t in range(1, PARTS):
                s += parts[t, i, j]
            H[i, j] = s


def linear(w, X, y):
    """2/N XᵀX."""
    H, parts = np.empty((w.size, w.size), X.dtype), np.zeros((PARTS, w.size, w.size), X.dtype)
    scale = 2 / y.size

    def solve(w):
        _gram(X, scale, parts, H)
        return H

    return solve


def logistic(w, X, y):
    """XᵀDX."""
    d = w.size
    H, parts = np.empty((d, d), X.dtype), np.zeros((PARTS, d, d), X.dtype)
    blocks = np.empty((PARTS, BLOCK, d), X.dtype)

    def solve(w):
        _logistic_gram(X, w, blocks, parts, H)
        return H

    return solve
