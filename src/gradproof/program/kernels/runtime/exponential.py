"""exp and its kin, for loops.

exp(x) = 2^n exp(r) with x = n log 2 + r and |r| ≤ log(2)/2, where a polynomial serves.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

import math

from gradproof.program.kernels.runtime.lane import (
    Lane,
    elementary,
    of_libm,
    of_llvm,
    polynomial,
    size_of,
    where,
)
from gradproof.program.kernels.runtime.stand_ins import ir

# Of floats of each width: the bias of the exponent, the bits of the fraction.
BIAS = {64: 1023, 32: 127}
FRACTION = {64: 52, 32: 23}
# A float to which this one is added is rounded to a whole number, which the last bits then hold.
ROUNDER = {64: 1.5 * 2.0**52, 32: 1.5 * 2.0**23}
LOG2_E = 1.4426950408889634
# log 2 in two parts, of which the first has so few bits that its multiples are exact.
LOG_2 = {64: (0.6931471803691238, 1.9082149292705877e-10), 32: (0.693359375, -2.12194440e-4)}
# (exp(r) - 1 - r) / r^2, the highest power first: errors below 1.5e-17 and 1e-9.
EXP = {
    64: (
        2.5100424157005067e-08, 2.7620138719733994e-07, 2.7557268378684192e-06,
        2.480152119021773e-05, 0.00019841269863105968, 0.0013888888917281794,
        0.008333333333330051, 0.04166666666662399, 0.16666666666666669, 0.5000000000000001,
    ),
    32: (0.0013926213, 0.008363203, 0.041666556, 0.16666576, 0.5),
}  # fmt: skip
# (tanh(x) / x - 1) / x² in powers of x², the highest first, for |x| < 0.55: below 6e-18 and 2e-8.
TANH = {
    64: (
        -2.0590142191129335e-05, 8.509496230481108e-05, -0.00023462364889964053,
        0.0005889323148747205, -0.0014556610716809572, 0.003592110283775399,
        -0.008863234390612944, 0.02186948849335458, -0.053968253967427174,
        0.1333333333333271, -0.3333333333333333,
    ),
    32: (-0.0066083865, 0.021308409, -0.05390927, 0.13333113, -0.3333333),
}  # fmt: skip
# (sinh(x) / x - 1) / x² in powers of x², the highest first, for |x| < 1.
SINH = {
    width: [1 / math.factorial(n) for n in range(top, 2, -2)] for width, top in ((64, 19), (32, 11))
}


def power_of_two(n, shift=0):
    """2^(n + shift) for whole numbers whose sum is the exponent of a normal float."""
    whole = ir.IntType(n.width)
    biased = n + (shift + n.like(ROUNDER[n.width] + BIAS[n.width]))
    bits = n.builder.shl(n.builder.bitcast(biased.value, whole), whole(FRACTION[n.width]))
    return Lane(n.builder, n.builder.bitcast(bits, n.type))


def multiple_of_log2(x):
    """n, the first part of r, the second."""
    rounder = ROUNDER[x.width]
    n = (x * LOG2_E + rounder) - rounder
    first, second = LOG_2[x.width]
    return n, x - n * first, n * second


def exp_and_power(x):
    """exp(r) and n."""
    n, first, second = multiple_of_log2(x)
    r = first - second
    return 1 + (r + (r * r) * polynomial(r, EXP[x.width])), n


def expm1_and_power(x):
    """exp(r) - 1, with what the rounding of r loses, and n."""
    n, first, second = multiple_of_log2(x)
    r = first - second
    lost = (first - r) - second
    return r + ((r * r) * polynomial(r, EXP[x.width]) + lost), n


@elementary
def exp(x):
    """exp(x), rounded once where it is denormal."""
    lowest, small, highest = (-750, -700, 710) if x.width == 64 else (-105, -80, 89)
    x = where(x < lowest, lowest, x)
    x = where(x > highest, highest, x)
    e, n = exp_and_power(x)
    is_small = x < small
    scaled = e * power_of_two(n, where(is_small, x.like(64), -1))
    return scaled * where(is_small, x.like(2.0**-64), 2)


@elementary
def expm1(x):
    """exp(x) - 1."""
    lowest, highest = (-40, 710) if x.width == 64 else (-20, 89)
    bounded = where(x < lowest, lowest, x)
    bounded = where(bounded > highest, highest, bounded)
    e, n = expm1_and_power(bounded)
    power = power_of_two(n, -1)
    value = (power * e + (power - 0.5)) * 2
    return where(size_of(x) < 2.0**-60, x, value)


def exp_of_minus_size(x):
    """exp(-|x|)."""
    x = -size_of(x)
    lowest = -750 if x.width == 64 else -105
    e, n = exp_and_power(where(x < lowest, lowest, x))
    return (e * power_of_two(n, 64)) * 2.0**-64


@elementary
def tanh(x):
    """x + x³ P(x²) near 0, else 1 - 2 e / (1 + e) with e = exp(-2|x|)."""
    size = size_of(x)
    z = x * x
    near = size + (size * z) * polynomial(z, TANH[x.width])
    e = exp_of_minus_size(x + x)  # as sech_squared has it: beside each other, they share it
    far = 1 - (2 * e) / (1 + e)
    return of_llvm("llvm.copysign", where(size < 0.55, near, far), x)


@elementary
def sigmoid(x):
    """1 / (1 + exp(-x)), without overflow."""
    e = exp_of_minus_size(x)
    return where(x < 0, e, 1) / (1 + e)


def halves(x):
    """exp(|x|) / 4 and exp(-|x|) / 4, whose doubled sum and difference overflow last."""
    size = size_of(x)
    highest = 711 if x.width == 64 else 90
    e, n = exp_and_power(where(size > highest, highest, size))
    e = e * power_of_two(n, -2)
    return e, 0.0625 / e


@elementary
def cosh(x):
    """(exp(x) + exp(-x)) / 2."""
    rising, falling = halves(x)
    return 2 * (rising + falling)


@elementary
def sinh(x):
    """(exp(x) - exp(-x)) / 2, near 0 the series."""
    z = x * x
    near = x + (x * z) * polynomial(z, SINH[x.width])
    rising, falling = halves(x)
    far = of_llvm("llvm.copysign", 2 * (rising - falling), x)
    return where(size_of(x) < 1, near, far)


@elementary
def power(x, y):
    """x^y."""
    return of_libm("pow", x, y)
