"""Rows of scores: their softmax in place, and the cross entropy with a label."""

from __future__ import annotations

import math

from numba import njit

from benchmarks.programs.hand_numba.elementary import fast_exp
from benchmarks.programs.hand_numba.flags import INLINE


@njit(**INLINE)
def exponentials(z):
    """The row becomes exp(z − max z); the largest entry and the sum."""
    largest = z[0]
    for k in range(z.size):
        largest = max(largest, z[k])
    total = z.dtype.type(0)
    for k in range(z.size):
        e = fast_exp(z[k] - largest)
        z[k] = e
        total += e
    return largest, total


@njit(**INLINE)
def softmax(z):
    """The row becomes its softmax."""
    _, total = exponentials(z)
    share = z.dtype.type(1) / total
    for k in range(z.size):
        z[k] *= share


@njit(**INLINE)
def cross_entropy(z, label, scale):
    """logsumexp(z) − z_label; the row becomes its gradient times the scale."""
    chosen = z[label]
    largest, total = exponentials(z)
    share = z.dtype.type(scale) / total
    for k in range(z.size):
        z[k] *= share
    z[label] -= z.dtype.type(scale)
    return math.log(total) + largest - chosen


@njit(**INLINE)
def softmax_differential(G, P, D, F):
    """The row G of gradients by the probabilities P becomes that by the scores.

    Σ GP = Σ DF, the shorter sum, for the row D of gradients by F = PV.
    """
    mean = G.dtype.type(0)
    for k in range(D.size):
        mean += D[k] * F[k]
    for k in range(G.size):
        G[k] = (G[k] - mean) * P[k]
