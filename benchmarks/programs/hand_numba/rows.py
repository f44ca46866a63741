"""Linear and logistic regression: one pass over X, a tile of rows at a time.

A tile is read for its inner products and again, from the cache, for the gradient.  Four rows
together keep the sums in registers.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.elementary import fast_exp, log1p_to_one
from benchmarks.programs.hand_numba.flags import FAST, INLINE, LARGE, PARALLEL, PARTS

TILE = 32


@njit(**INLINE)
def _inner_products(X, w, out):
    n, d = X.shape
    for q in range(n // 4):
        a, b, c, e = X[4 * q], X[4 * q + 1], X[4 * q + 2], X[4 * q + 3]
        s0 = s1 = s2 = s3 = X.dtype.type(0)
        for j in range(d):
            weight = w[j]
            s0 += a[j] * weight
            s1 += b[j] * weight
            s2 += c[j] * weight
            s3 += e[j] * weight
        out[4 * q], out[4 * q + 1], out[4 * q + 2], out[4 * q + 3] = s0, s1, s2, s3
    for i in range(n - n % 4, n):
        s = X.dtype.type(0)
        row = X[i]
        for j in range(d):
            s += row[j] * w[j]
        out[i] = s


@njit(**INLINE)
def _add_rows(X, weights, g):
    n, d = X.shape
    for q in range(n // 4):
        a, b, c, e = X[4 * q], X[4 * q + 1], X[4 * q + 2], X[4 * q + 3]
        w0, w1, w2, w3 = weights[4 * q], weights[4 * q + 1], weights[4 * q + 2], weights[4 * q + 3]
        for j in range(d):
            g[j] += w0 * a[j] + w1 * b[j] + w2 * c[j] + w3 * e[j]
    for i in range(n - n % 4, n):
        weight, row = weights[i], X[i]
        for j in range(d):
            g[j] += weight * row[j]


@njit(**FAST)
def _linear(X, w, y, scale, g):
    """Σ(xᵀw − y)², and scale · Σ(xᵀw − y)x in g."""
    g[:] = 0
    r = np.empty(TILE, X.dtype)
    value = 0.0
    for start in range(0, len(X), TILE):
        tile, target = X[start : start + TILE], y[start : start + TILE]
        _inner_products(tile, w, r)
        part = X.dtype.type(0)
        for i in range(target.size):
            residual = r[i] - target[i]
            part += residual * residual
            r[i] = scale * residual
        value += part
        _add_rows(tile, r, g)
    return value


@njit(**FAST)
def _logistic(X, w, y, g):
    """Σ softplus(−m) for m = y xᵀw, and its gradient in g."""
    g[:] = 0
    m, e = np.empty(TILE, X.dtype), np.empty(TILE, X.dtype)
    zero, one = X.dtype.type(0), X.dtype.type(1)
    value = 0.0
    for start in range(0, len(X), TILE):
        tile, label = X[start : start + TILE], y[start : start + TILE]
        _inner_products(tile, w, m)
        for i in range(label.size):
            m[i] *= label[i]
            e[i] = fast_exp(-abs(m[i]))
        part = zero
        for i in range(label.size):
            small, margin = e[i], m[i]
            part += log1p_to_one(small) - min(margin, zero)
            m[i] = -label[i] * ((small if margin >= 0 else one) / (one + small))
        value += part
        _add_rows(tile, m, g)
    return value


@njit(**FAST)
def _logistic_product(X, w, v, g):
    """Σ s(1 − s)(xᵀv)x in g."""
    g[:] = 0
    m, along = np.empty(TILE, X.dtype), np.empty(TILE, X.dtype)
    one = X.dtype.type(1)
    for start in range(0, len(X), TILE):
        tile = X[start : start + TILE]
        _inner_products(tile, w, m)
        _inner_products(tile, v, along)
        for i in range(len(tile)):
            e = fast_exp(-abs(m[i]))
            along[i] *= e / ((one + e) * (one + e))
        _add_rows(tile, along, g)


@njit(**PARALLEL)
def _linear_in_parts(X, w, y, scale, parts, g):
    values = np.zeros(PARTS)
    for t in prange(PARTS):
        low, high = t * len(X) // PARTS, (t + 1) * len(X) // PARTS
        values[t] = _linear(X[low:high], w, y[low:high], scale, parts[t])
    _sum(parts, g)
    return values.sum()


@njit(**PARALLEL)
def _logistic_in_parts(X, w, y, parts, g):
    values = np.zeros(PARTS)
    for t in prange(PARTS):
        low, high = t * len(X) // PARTS, (t + 1) * len(X) // PARTS
        values[t] = _logistic(X[low:high], w, y[low:high], parts[t])
    _sum(parts, g)
    return values.sum()


@njit(**PARALLEL)
def _logistic_product_in_parts(X, w, v, parts, g):
    for t in prange(PARTS):
        low, high = t * len(X) // PARTS, (t + 1) * len(X) // PARTS
        _logistic_product(X[low:high], w, v, parts[t])
    _sum(parts, g)


@njit(**INLINE)
def _sum(parts, g):
    for j in range(g.size):
        s = parts[0, j]
        for t in range(1, PARTS):
            s += parts[t, j]
        g[j] = s


def linear(w, X, y):
    """‖Xw − y‖²/N and its gradient."""
    g, parts, N = np.empty_like(w), _parts(w), y.size
    scale = X.dtype.type(2 / N)
    if X.size < LARGE:
        return lambda w: (_linear(X, w, y, scale, g) / N, (g,))
    return lambda w: (_linear_in_parts(X, w, y, scale, parts, g) / N, (g,))


def linear_product(dw, w, X, y):
    """2/N XᵀX dw, as the gradient at dw for y = 0."""
    solve = linear(w, X, np.zeros_like(y))
    return lambda dw, w: solve(dw)[1][0]


def logistic(w, X, y):
    """Σ softplus(−y ⊙ Xw) and its gradient."""
    g, parts = np.empty_like(w), _parts(w)
    if X.size < LARGE:
        return lambda w: (_logistic(X, w, y, g), (g,))
    return lambda w: (_logistic_in_parts(X, w, y, parts, g), (g,))


def logistic_product(dw, w, X, y):
    """XᵀDX dw."""
    g, parts = np.empty_like(w), _parts(w)

    def solve(dw, w):
        if X.size < LARGE:
            _logistic_product(X, w, dw, g)
        else:
            _logistic_product_in_parts(X, w, dw, parts, g)
        return g

    return solve


def _parts(w):
    """A gradient for each thread, on cache lines of its own."""
    return np.zeros((PARTS, w.size + 16), w.dtype)[:, : w.size]
