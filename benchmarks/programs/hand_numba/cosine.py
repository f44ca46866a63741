"""The squared cosine loss: all inner products in one pass, all results in another."""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

from benchmarks.programs.hand_numba.flags import FAST, INLINE, PARALLEL, PARTS

LONG = 50_000  # entries of a vector from which threads are worth waking
WIDE = 500  # rows of the Hessian from which they are


@njit(**FAST)
def _inner_products(x, y):
    a = b = c = x.dtype.type(0)
    for i in range(x.size):
        a += x[i] * x[i]
        b += y[i] * y[i]
        c += x[i] * y[i]
    return a, b, c


@njit(**FAST)
def _combine(x, y, cross, own_x, own_y, by_x, by_y):
    for i in range(x.size):
        by_x[i] = cross * y[i] + own_x * x[i]
        by_y[i] = cross * x[i] + own_y * y[i]


@njit(**INLINE)
def _coefficients(a, b, c, t):
    """The value, and the coefficients of y and x in the gradients."""
    r = 1.0 / math.sqrt(a * b)
    cosine = c * r
    e = t - cosine
    return e * e, -2 * e * r, 2 * e * cosine / a, 2 * e * cosine / b


@njit(**FAST)
def _serial(x, y, t, by_x, by_y):
    a, b, c = _inner_products(x, y)
    value, cross, own_x, own_y = _coefficients(a, b, c, t)
    number = x.dtype.type
    _combine(x, y, number(cross), number(own_x), number(own_y), by_x, by_y)
    return value


@njit(**PARALLEL)
def _in_parts(x, y, t, by_x, by_y):
    n, sums = x.size, np.zeros((PARTS, 16))
    for part in prange(PARTS):
        low, high = part * n // PARTS, (part + 1) * n // PARTS
        a, b, c = _inner_products(x[low:high], y[low:high])
        sums[part, 0], sums[part, 1], sums[part, 2] = a, b, c
    total = sums.sum(axis=0)
    value, cross, own_x, own_y = _coefficients(total[0], total[1], total[2], t)
    number = x.dtype.type
    k, p, q = number(cross), number(own_x), number(own_y)
    for part in prange(PARTS):
        low, high = part * n // PARTS, (part + 1) * n // PARTS
        _combine(x[low:high], y[low:high], k, p, q, by_x[low:high], by_y[low:high])
    return value


@njit(**INLINE)
def _second(x, y, t):
    """‖x‖², 1/(‖x‖‖y‖), the cosine, and 2(t − cosine)/‖x‖²."""
    a, b, c = _inner_products(x, y)
    r = 1.0 / math.sqrt(a * b)
    return a, r, c * r, 2 * (t - c * r) / a


@njit(**INLINE)
def _hessian_row(i, x, u, k, bend, H):
    p, q, row = 2 * u[i] + k * x[i], k * u[i] - bend * x[i], H[i]
    for j in range(x.size):
        row[j] = p * u[j] + q * x[j]


@njit(**FAST)
def _hessian(x, y, t, H):
    a, r, cosine, k = _second(x, y, t)
    u = np.empty(x.size, x.dtype)
    for i in range(x.size):
        u[i] = y[i] * r - x[i] * (cosine / a)
    for i in range(x.size):
        _hessian_row(i, x, u, k, k * cosine / a, H)
        H[i, i] += k * cosine


@njit(**PARALLEL)
def _hessian_in_parts(x, y, t, H):
    a, r, cosine, k = _second(x, y, t)
    u = np.empty(x.size, x.dtype)
    for i in range(x.size):
        u[i] = y[i] * r - x[i] * (cosine / a)
    for i in prange(x.size):
        _hessian_row(i, x, u, k, k * cosine / a, H)
        H[i, i] += k * cosine


@njit(**FAST)
def _product(x, y, t, v, out):
    a = b = c = along_x = along_y = x.dtype.type(0)
    for i in range(x.size):
        a += x[i] * x[i]
        b += y[i] * y[i]
        c += x[i] * y[i]
        along_x += x[i] * v[i]
        along_y += y[i] * v[i]
    r = 1.0 / math.sqrt(a * b)
    cosine = c * r
    k = 2 * (t - cosine) / a
    along_u = along_y * r - along_x * cosine / a
    p, q = 2 * along_u + k * along_x, k * along_u - k * cosine / a * along_x
    of_y, of_x, of_v = p * r, q - p * cosine / a, k * cosine
    for i in range(x.size):
        out[i] = of_y * y[i] + of_x * x[i] + of_v * v[i]


def cosine(x, y, t):
    """(t − cos(x, y))² and both gradients."""
    by_x, by_y, target = np.empty_like(x), np.empty_like(y), float(t)
    kernel = _in_parts if x.size >= LONG else _serial
    return lambda x, y: (kernel(x, y, target, by_x, by_y), (by_x, by_y))


def hessian(x, y, t):
    """A diagonal and two outer products, row by row."""
    H, target = np.empty((x.size, x.size), x.dtype), float(t)
    kernel = _hessian_in_parts if x.size >= WIDE else _hessian

    def solve(x, y):
        kernel(x, y, target, H)
        return H

    return solve


def product(dx, x, y, t):
    """A combination of x, y and the direction."""
    out, target = np.empty_like(x), float(t)

    def solve(dx, x, y):
        _product(x, y, target, dx, out)
        return out

    return solve
