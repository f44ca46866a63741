"""Elementary functions that the compiler turns into vector instructions.

numba's own call a library once per entry, at several times the cost.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types
from numba.extending import intrinsic, overload

# No reassociation: the reduction of the argument depends on its order.
EXACT = {"fastmath": {"contract"}, "error_model": "numpy", "inline": "always"}

LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LOG2_E32, HALF32 = np.float32(LOG2_E), np.float32(0.5)
LN2_HIGH32, LN2_LOW32 = np.float32(0.693359375), np.float32(-2.12194440e-4)
LOWEST32, HIGHEST32, ONE32, BIAS32 = (np.float32(x) for x in (-87, 88, 1, 127))
FACTORIALS32 = tuple(np.float32(x) for x in (1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2))
ATANH = tuple(2.0 / (2 * k + 1) for k in range(17))


@intrinsic
def _float64_of_bits(typing, bits):
    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), generate


@intrinsic
def _float32_of_bits(typing, bits):
    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.float32))

    return types.float32(types.int32), generate


@njit(**EXACT)
def _exp64(x):
    """2ᵏ times the series of exp on |r| ≤ ½ ln 2; clamped at both ends."""
    x = min(max(x, -708.0), 709.0)
    k = np.floor(x * LOG2_E + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    p = 1 / 479001600
    p = p * r + 1 / 39916800
    p = p * r + 1 / 3628800
    p = p * r + 1 / 362880
    p = p * r + 1 / 40320
    p = p * r + 1 / 5040
    p = p * r + 1 / 720
    p = p * r + 1 / 120
    p = p * r + 1 / 24
    p = p * r + 1 / 6
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * _float64_of_bits((np.int64(k) + 1023) << 52)


@njit(**EXACT)
def _exp32(x):
    """The same with half the digits."""
    x = min(max(x, LOWEST32), HIGHEST32)
    k = np.floor(x * LOG2_E32 + HALF32)
    r = (x - k * LN2_HIGH32) - k * LN2_LOW32
    p = FACTORIALS32[0]
    p = p * r + FACTORIALS32[1]
    p = p * r + FACTORIALS32[2]
    p = p * r + FACTORIALS32[3]
    p = p * r + FACTORIALS32[4]
    p = p * r + ONE32
    p = p * r + ONE32
    return p * _float32_of_bits(np.int32((np.int32(k) + np.int32(127)) << np.int32(23)))


def fast_exp(x):
    """exp, in the precision of its argument."""
    return np.exp(x)


@overload(fast_exp, inline="always")
def _fast_exp(x):
    if x == types.float32:
        return lambda x: _exp32(x)
    return lambda x: _exp64(x)


@njit(**EXACT)
def fast_tanh(x):
    """(e − 1)/(e + 1) for e = exp 2x: exact to an ulp of 1."""
    e = fast_exp(x + x)
    return (e - 1) / (e + 1)


@njit(**EXACT)
def log1p_to_one(t):
    """log(1 + t) for t in [0, 1], as 2 artanh(t/(2 + t))."""
    s = t / (2.0 + t)
    q = s * s
    p = ATANH[16]
    p = p * q + ATANH[15]
    p = p * q + ATANH[14]
    p = p * q + ATANH[13]
    p = p * q + ATANH[12]
    p = p * q + ATANH[11]
    p = p * q + ATANH[10]
    p = p * q + ATANH[9]
    p = p * q + ATANH[8]
    p = p * q + ATANH[7]
    p = p * q + ATANH[6]
    p = p * q + ATANH[5]
    p = p * q + ATANH[4]
    p = p * q + ATANH[3]
    p = p * q + ATANH[2]
    p = p * q + ATANH[1]
    p = p * q + ATANH[0]
    return p * s
