"""Bilinear negative sampling: one pair in plain loops, batches with BLAS before and after."""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.elementary import fast_exp
from benchmarks.programs.hand_numba.flags import FAST, INLINE, PARALLEL, PARTS
from benchmarks.programs.hand_numba.products import product


@njit(**INLINE)
def _softplus_and_sigmoid(t):
    e = fast_exp(-abs(t))
    return math.log1p(e) + max(t, 0), (1 if t >= 0 else e) / (1 + e)


@njit(**INLINE)
def _scored(h, v, V, q, by_v, by_V):
    """The value for h = Wu; its gradient in q, and those by the samples."""
    d = h.size
    s = h.dtype.type(0)
    for i in range(d):
        s += h[i] * v[i]
    value, share = _softplus_and_sigmoid(-s)
    for i in range(d):
        q[i] = -share * v[i]
        by_v[i] = -share * h[i]
    for k in range(len(V)):
        sample, gradient = V[k], by_V[k]
        s = h.dtype.type(0)
        for i in range(d):
            s += sample[i] * h[i]
        more, share = _softplus_and_sigmoid(s)
        value += more
        for i in range(d):
            q[i] += share * sample[i]
            gradient[i] = share * h[i]
    return value


@njit(**FAST)
def _one(u, W, v, V, h, q, by_u, by_W, by_v, by_V):
    d = u.size
    for i in range(d):
        row = W[i]
        s = u.dtype.type(0)
        for j in range(d):
            s += row[j] * u[j]
        h[i] = s
    value = _scored(h, v, V, q, by_v, by_V)
    by_u[:] = 0
    for i in range(d):
        weight, row, gradient = q[i], W[i], by_W[i]
        for j in range(d):
            by_u[j] += weight * row[j]
            gradient[j] = weight * u[j]
    return value


@njit(**PARALLEL)
def _batch(U, W, Q, R, H, G, parts, by_U, by_W, by_Q, by_R):
    B, d = U.shape
    values = np.zeros(PARTS)
    for t in prange(PARTS):
        low, high = t * B // PARTS, (t + 1) * B // PARTS
        product(H[low:high], 0.0, 1.0, U[low:high], False, W, True)
        value = 0.0
        for b in range(high - low):
            i = low + b
            value += _scored(H[i], Q[i], R[i], G[i], by_Q[i], by_R[i])
        product(by_U[low:high], 0.0, 1.0, G[low:high], False, W, False)
        product(parts[t], 0.0, 1.0, G[low:high], True, U[low:high], False)
        values[t] = value
    for i in range(d):
        for j in range(d):
            s = parts[0, i, j]
            for t in range(1, PARTS):
                s += parts[t, i, j]
            by_W[i, j] = s
    return values.sum()


def samples(u, W, v, V):
    """One pair."""
    gradients = tuple(np.empty_like(array) for array in (u, W, v, V))
    h, q = np.empty_like(u), np.empty_like(u)
    return lambda u, W, v, V: (_one(u, W, v, V, h, q, *gradients), gradients)


def samples_in_batches(U, W, Q, R):
    """Many pairs, shared among the threads."""
    gradients = tuple(np.empty_like(array) for array in (U, W, Q, R))
    H, G, parts = np.empty_like(U), np.empty_like(U), np.empty((PARTS, *W.shape), W.dtype)
    return lambda U, W, Q, R: (_batch(U, W, Q, R, H, G, parts, *gradients), gradients)
