"""What the digits of numbers tell: single precision, and the step of a difference quotient."""

from __future__ import annotations

from functools import reduce
from math import fmod
from typing import Any

import numpy as np

from gradproof.numeric.arrays import Array

SHORT_BITS = 18  # of the 24 of single precision
LONGEST_MULTIPLE = 1e5
SAMPLE = 10_000
QUANTA = 64
STEPS = (1e-17, 1e-8)  # steps so small that rounding shows


def fits_single(values: Array) -> bool:
    """Whether several values are all of single precision, and not just because they are short."""
    values = np.asarray(values, dtype=float).reshape(-1)
    values = values[:: max(1, values.size // SAMPLE)]
    values = values[values != 0]
    if not np.array_equal(values, values.astype(np.float32)):
        return False
    digits = np.ldexp(np.frexp(values)[0], SHORT_BITS)
    long = np.count_nonzero(digits != np.round(digits))
    return bool(long >= 2 and 2 * long > values.size)


def epsilon_for(dtypes: list[np.dtype[Any]], *values: Array) -> float:
    """The ε of the coarsest of some kinds of numbers; that of values is seen from their digits."""
    kinds = [dtype for dtype in dtypes if dtype.kind == "f"]
    epsilons = [float(np.finfo(dtype).eps) for dtype in kinds]
    single = any(fits_single(value) for value in values)
    return max([*epsilons, float(np.finfo(np.float32 if single else np.float64).eps)])


def step_of_quantum(given: Array, at: float) -> tuple[float, float]:
    """The step h and the quantum u/h, u the last digit of f(x), that all entries are multiples of.

    Both are 0 where there is no such quantum.
    """
    sizes = np.unique(np.abs(given.reshape(-1)))
    sizes = sizes[sizes > 0][:QUANTA]
    if len(sizes) < 3 or not np.isfinite(sizes).all():
        return 0.0, 0.0
    least = float(sizes[-1]) / LONGEST_MULTIPLE
    quantum = reduce(lambda a, b: _common_divisor(a, b, least), map(float, sizes))
    step = float(np.spacing(abs(at))) / quantum if quantum else 0.0
    return (step, quantum) if STEPS[0] < step < STEPS[1] else (0.0, 0.0)


def _common_divisor(a: float, b: float, least: float) -> float:
    """Euclid's algorithm on numbers that are exact up to rounding; 0 below `least`."""
    if not a:
        return 0.0
    while b > least / 100:
        a, b = b, fmod(a, b)
        if b > a * (1 - 1e-9) and a:  # rounding made a whole multiple look like one less
            b = 0.0
    return a if a > least else 0.0
