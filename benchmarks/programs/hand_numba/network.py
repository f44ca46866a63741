"""A two-layer tanh network: all of a block of rows, forward and back, while it is in the cache."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.elementary import fast_tanh
from benchmarks.programs.hand_numba.flags import FAST, INLINE, PARALLEL, PARTS
from benchmarks.programs.hand_numba.products import product

SMALL = 3000  # hidden entries up to which plain loops are quicker than BLAS and threads
BLOCK = 256


@njit(**INLINE)
def _hidden(H, a):
    for i in range(len(H)):
        row = H[i]
        for j in range(a.size):
            row[j] = fast_tanh(row[j] + a[j])


@njit(**INLINE)
def _residuals(D, b, Y, scale, by_b):
    """D + b − Y in place, times the scale; the sum of its squares before."""
    value = 0.0
    for i in range(len(D)):
        for j in range(b.size):
            r = D[i, j] + b[j] - Y[i, j]
            value += r * r
            r *= scale
            D[i, j] = r
            by_b[j] += r
    return value


@njit(**INLINE)
def _through_tanh(F, H, by_a):
    for i in range(len(F)):
        row, hidden = F[i], H[i]
        for j in range(by_a.size):
            f = row[j] * (1 - hidden[j] * hidden[j])
            row[j] = f
            by_a[j] += f


@njit(**FAST)
def _small(A, a, B, b, X, Y, H, F, by_A, by_a, by_B, by_b):
    N, d = X.shape
    h, o = B.shape
    value, scale = 0.0, 2.0 / (N * o)
    by_A[:, :] = 0
    by_a[:] = 0
    by_B[:, :] = 0
    by_b[:] = 0
    for i in range(N):
        hidden, back, x = H[i], F[i], X[i]
        for j in range(h):
            hidden[j] = a[j]
            back[j] = 0
        for q in range(d):
            for j in range(h):
                hidden[j] += x[q] * A[q, j]
        for j in range(h):
            hidden[j] = fast_tanh(hidden[j])
        for k in range(o):
            r = b[k] - Y[i, k]
            for j in range(h):
                r += hidden[j] * B[j, k]
            value += r * r
            r *= scale
            by_b[k] += r
            for j in range(h):
                by_B[j, k] += r * hidden[j]
                back[j] += r * B[j, k]
        for j in range(h):
            back[j] *= 1 - hidden[j] * hidden[j]
            by_a[j] += back[j]
        for q in range(d):
            for j in range(h):
                by_A[q, j] += x[q] * back[j]
    return value / (N * o)


@njit(**PARALLEL)
def _blocks(A, a, B, b, X, Y, Hs, Fs, Ds, parts_A, parts_a, parts_B, parts_b):
    """The value; the gradients of each thread's rows in its parts."""
    N, block = len(X), Hs.shape[1]
    values, scale = np.zeros(PARTS), X.dtype.type(2.0 / Y.size)
    for t in prange(PARTS):
        low, high = t * N // PARTS, (t + 1) * N // PARTS
        parts_a[t] = 0
        parts_b[t] = 0
        value = 0.0
        for start in range(low, high, block):
            end = min(start + block, high)
            rows, size, beta = X[start:end], end - start, 0.0 if start == low else 1.0
            H, F, D = Hs[t, :size], Fs[t, :size], Ds[t, :size]
            product(H, 0.0, 1.0, rows, False, A, False)
            _hidden(H, a)
            product(D, 0.0, 1.0, H, False, B, False)
            value += _residuals(D, b, Y[start:end], scale, parts_b[t])
            product(parts_B[t], beta, 1.0, H, True, D, False)
            product(F, 0.0, 1.0, D, False, B, True)
            _through_tanh(F, H, parts_a[t])
            product(parts_A[t], beta, 1.0, rows, True, F, False)
        values[t] = value
    return values.sum() / Y.size


@njit(**PARALLEL)
def _sums(parts_A, parts_a, parts_B, parts_b, by_A, by_a, by_B, by_b):
    for i in prange(len(by_A)):
        by_A[i] = parts_A[0, i]
        for t in range(1, PARTS):
            by_A[i] += parts_A[t, i]
    for i in range(len(by_B)):
        by_B[i] = parts_B[0, i]
        for t in range(1, PARTS):
            by_B[i] += parts_B[t, i]
    by_a[:] = parts_a[0]
    by_b[:] = parts_b[0]
    for t in range(1, PARTS):
        by_a += parts_a[t]
        by_b += parts_b[t]


def network(A, a, B, b, X, Y):
    """The mean square and the gradients by both layers."""
    N, (h, o), dtype = len(X), B.shape, X.dtype
    gradients = tuple(np.empty_like(array) for array in (A, a, B, b))
    if N * h < SMALL:
        H, F = np.empty((N, h), dtype), np.empty((N, h), dtype)
        return lambda A, a, B, b: (_small(A, a, B, b, X, Y, H, F, *gradients), gradients)
    block = min((N + 1) // PARTS, BLOCK)
    buffers = tuple(np.empty((PARTS, block, width), dtype) for width in (h, h, o))
    parts = tuple(np.empty((PARTS, *array.shape), dtype) for array in (A, a, B, b))

    def solve(A, a, B, b):
        value = _blocks(A, a, B, b, X, Y, *buffers, *parts)
        _sums(*parts, *gradients)
        return value, gradients

    return solve
