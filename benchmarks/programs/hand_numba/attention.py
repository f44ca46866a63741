"""Attention: blocks of rows of the scores, forward and back, while they are in the cache."""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.flags import FAST, INLINE, PARALLEL, PARTS
from benchmarks.programs.hand_numba.products import product
from benchmarks.programs.hand_numba.softmax import softmax, softmax_differential

SMALL = 2000  # scores up to which plain loops are quicker than BLAS and threads
BLOCK = 64


@njit(**INLINE)
def _scores(q, K, scale, p):
    for j in range(len(K)):
        s = q.dtype.type(0)
        for k in range(q.size):
            s += q[k] * K[j, k]
        p[j] = s * scale


@njit(**FAST)
def _small(Q, K, V, T, p, D, by_Q, by_K, by_V):
    n, d = Q.shape
    scale, value = 1.0 / math.sqrt(d), 0.0
    by_Q[:, :] = 0
    by_K[:, :] = 0
    by_V[:, :] = 0
    for i in range(n):
        _scores(Q[i], K, scale, p)
        softmax(p)
        D[:] = 0
        for j in range(n):
            for k in range(d):
                D[k] += p[j] * V[j, k]
        mean = Q.dtype.type(0)
        for k in range(d):
            f = D[k]
            D[k] = f - T[i, k]
            mean += f * D[k]
            value += D[k] * D[k]
        for j in range(n):
            s = Q.dtype.type(0)
            for k in range(d):
                s += D[k] * V[j, k]
                by_V[j, k] += p[j] * D[k]
            g = (s - mean) * p[j] * scale
            for k in range(d):
                by_Q[i, k] += g * K[j, k]
                by_K[j, k] += g * Q[i, k]
    return 0.5 * value


@njit(**INLINE)
def _residuals(F, T, D):
    value = 0.0
    for i in range(len(F)):
        for j in range(F.shape[1]):
            r = F[i, j] - T[i, j]
            D[i, j] = r
            value += r * r
    return value


@njit(**PARALLEL)
def _blocks(Q, K, V, T, Ps, Gs, Fs, Ds, parts_K, parts_V, by_Q, by_K, by_V):
    (n, d), block = Q.shape, Ps.shape[1]
    scale, values = 1.0 / math.sqrt(d), np.zeros(PARTS)
    for t in prange(PARTS):
        low, high = t * n // PARTS, (t + 1) * n // PARTS
        value = 0.0
        for start in range(low, high, block):
            end = min(start + block, high)
            rows, size, beta = Q[start:end], end - start, 0.0 if start == low else 1.0
            P, G, F, D = Ps[t, :size], Gs[t, :size], Fs[t, :size], Ds[t, :size]
            product(P, 0.0, scale, rows, False, K, True)
            for i in range(size):
                softmax(P[i])
            product(F, 0.0, 1.0, P, False, V, False)
            value += _residuals(F, T[start:end], D)
            product(parts_V[t], beta, 1.0, P, True, D, False)
            product(G, 0.0, 1.0, D, False, V, True)
            for i in range(size):
                softmax_differential(G[i], P[i], D[i], F[i])
            product(by_Q[start:end], 0.0, scale, G, False, K, False)
            product(parts_K[t], beta, scale, G, True, rows, False)
        values[t] = value
    for i in range(n):
        for j in range(d):
            key, worth = parts_K[0, i, j], parts_V[0, i, j]
            for t in range(1, PARTS):
                key += parts_K[t, i, j]
                worth += parts_V[t, i, j]
            by_K[i, j], by_V[i, j] = key, worth
    return 0.5 * values.sum()


def attention(Q, K, V, T):
    """½‖softmax(QKᵀ/√d)V − T‖² and its three gradients."""
    (n, d), dtype = Q.shape, Q.dtype
    gradients = tuple(np.empty_like(Q) for _ in range(3))
    if n * n < SMALL:
        p, row = np.empty(n, dtype), np.empty(d, dtype)
        return lambda Q, K, V: (_small(Q, K, V, T, p, row, *gradients), gradients)
    block = min((n + 1) // PARTS, BLOCK)
    buffers = tuple(np.empty((PARTS, block, width), dtype) for width in (n, n, d, d))
    parts = tuple(np.empty((PARTS, n, d), dtype) for _ in range(2))
    return lambda Q, K, V: (_blocks(Q, K, V, T, *buffers, *parts, *gradients), gradients)
