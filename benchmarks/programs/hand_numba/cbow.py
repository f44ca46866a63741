"""CBOW with full softmax: each thread owns a part of the vocabulary.

The gradient by E is kept zero where no word was; only the rows of the words are written.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.flags import FAST, INLINE, PARALLEL, PARTS
from benchmarks.programs.hand_numba.products import product
from benchmarks.programs.hand_numba.softmax import cross_entropy, exponentials

LARGE = 100_000  # entries of O from which threads are worth waking


@njit(**INLINE)
def _gather(E, c, h, by_E):
    """The means of the rows of E; the same rows of the gradient become zero."""
    B, C = c.shape
    for b in range(B):
        mean = h[b]
        mean[:] = 0
        for i in range(C):
            row = E[c[b, i]]
            by_E[c[b, i]] = 0
            for j in range(mean.size):
                mean[j] += row[j]
        for j in range(mean.size):
            mean[j] /= C


@njit(**INLINE)
def _scatter(by_h, c, by_E):
    B, C = c.shape
    for b in range(B):
        for i in range(C):
            row, gradient = by_E[c[b, i]], by_h[b]
            for j in range(row.size):
                row[j] += gradient[j] / C


@njit(**INLINE)
def _scores(O, h, z):
    for word in range(len(O)):
        row = O[word]
        s = O.dtype.type(0)
        for j in range(row.size):
            s += row[j] * h[j]
        z[word] = s


@njit(**INLINE)
def _backward(O, z, h, by_h, by_O):
    by_h[:] = 0
    for word in range(len(O)):
        row, gradient, share = O[word], by_O[word], z[word]
        for j in range(row.size):
            by_h[j] += share * row[j]
            gradient[j] = share * h[j]


@njit(**FAST)
def _one(E, O, c, label, z, h, by_h, by_E, by_O):
    _gather(E, c, h, by_E)
    _scores(O, h[0], z)
    value = cross_entropy(z, label, 1.0)
    _backward(O, z, h[0], by_h[0], by_O)
    _scatter(by_h, c, by_E)
    return value


@njit(**PARALLEL)
def _one_in_parts(E, O, c, label, z, h, by_h, by_E, by_O):
    V = len(O)
    _gather(E, c, h, by_E)
    mean = h[0]
    for t in prange(PARTS):
        low, high = t * V // PARTS, (t + 1) * V // PARTS
        _scores(O[low:high], mean, z[low:high])
    value = cross_entropy(z, label, 1.0)
    for t in prange(PARTS):
        low, high = t * V // PARTS, (t + 1) * V // PARTS
        _backward(O[low:high], z[low:high], mean, by_h[t, 0], by_O[low:high])
    _sum(by_h)
    _scatter(by_h[0], c, by_E)
    return value


@njit(**INLINE)
def _sum(by_h):
    """The parts' sums in the first part."""
    first = by_h[0]
    for t in range(1, PARTS):
        for b in range(first.shape[0]):
            for j in range(first.shape[1]):
                first[b, j] += by_h[t, b, j]


@njit(**PARALLEL)
def _batch(E, O, c, labels, Z, h, by_h, by_E, by_O):
    """An exact softmax in two phases: each part's maximum and sum, then the common scale."""
    V, B = len(O), len(labels)
    largest, sums = np.empty((PARTS, B), O.dtype), np.empty((PARTS, B), O.dtype)
    chosen = np.zeros(B, O.dtype)
    _gather(E, c, h, by_E)
    for t in prange(PARTS):
        low, high = t * V // PARTS, (t + 1) * V // PARTS
        scores = Z[t, :, : high - low]
        product(scores, 0.0, 1.0, h, False, O[low:high], True)
        for b in range(B):
            if low <= labels[b] < high:
                chosen[b] = scores[b, labels[b] - low]
            largest[t, b], sums[t, b] = exponentials(scores[b])
    value = _scales(largest, sums, chosen)
    for t in prange(PARTS):
        low, high = t * V // PARTS, (t + 1) * V // PARTS
        scores = Z[t, :, : high - low]
        for b in range(B):
            row, share = scores[b], sums[t, b]
            for j in range(row.size):
                row[j] *= share
            if low <= labels[b] < high:
                row[labels[b] - low] -= O.dtype.type(1.0 / B)
        product(by_h[t], 0.0, 1.0, scores, False, O[low:high], False)
        product(by_O[low:high], 0.0, 1.0, scores, True, h, False)
    _sum(by_h)
    _scatter(by_h[0], c, by_E)
    return value


@njit(**INLINE)
def _scales(largest, sums, chosen):
    """The mean cross entropy; the sums become what each part is multiplied by."""
    B = chosen.size
    value = 0.0
    for b in range(B):
        most = largest[0, b]
        for t in range(1, PARTS):
            most = max(most, largest[t, b])
        total = 0.0
        for t in range(PARTS):
            total += sums[t, b] * math.exp(largest[t, b] - most)
        value += math.log(total) + most - chosen[b]
        for t in range(PARTS):
            sums[t, b] = math.exp(largest[t, b] - most) / (total * B)
    return value / B


def word(E, O, c, t):
    """One word."""
    (V, d), label, contexts = O.shape, int(t), c[None]
    by_E, by_O, z = np.zeros_like(E), np.empty_like(O), np.empty(V, O.dtype)
    h = np.empty((1, d), E.dtype)
    if O.size < LARGE:
        by_h = np.empty((1, d), E.dtype)
        return lambda E, O: (
            _one(E, O, contexts, label, z, h, by_h, by_E, by_O),
            (by_E, by_O),
        )
    parts = np.empty((PARTS, 1, d), E.dtype)
    return lambda E, O: (
        _one_in_parts(E, O, contexts, label, z, h, parts, by_E, by_O),
        (by_E, by_O),
    )


def words(E, O, c, t):
    """A batch."""
    (V, d), B = O.shape, len(t)
    by_E, by_O, h = np.zeros_like(E), np.empty_like(O), np.empty((B, d), E.dtype)
    Z = np.empty((PARTS, B, V // PARTS + 1), O.dtype)
    by_h = np.empty((PARTS, B, d), O.dtype)
    return lambda E, O: (_batch(E, O, c, t, Z, h, by_h, by_E, by_O), (by_E, by_O))
