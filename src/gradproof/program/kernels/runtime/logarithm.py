"""log and its kin, for loops.

log(x) = n log 2 + log(1 + f) with x = 2^n (1 + f) and √½ ≤ 1 + f < √2, where
log(1 + f) = 2 artanh(s) with s = f / (2 + f), of which a polynomial in s² is the rest.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

import math

from gradproof.program.kernels.runtime.exponential import (
    BIAS,
    FRACTION,
    LOG_2,
    exp_of_minus_size,
)
from gradproof.program.kernels.runtime.lane import Lane, elementary, polynomial, size_of, where
from gradproof.program.kernels.runtime.stand_ins import ir

LOG_OF_2 = 0.6931471805599453
# The bits of √½, of floats of each width.
ROOT_OF_HALF = {64: 0x3FE6A09E667F3BCD, 32: 0x3F3504F3}
# (2 artanh(s) / s - 2) / s² in powers of s², the highest first: errors below 1e-17 and 6e-9.
LOG = {
    64: (
        0.14617807153417325, 0.15331611722055008, 0.1818289243253687, 0.22222211089379496,
        0.28571428626253836, 0.3999999999989889, 0.666666666666667,
    ),
    32: (0.29580986, 0.3998876, 0.66666687),
}  # fmt: skip
# logcosh(x) / x² in powers of x², the highest first, for |x| < 0.7: errors below 1.1e-17 and 4e-9.
LOGCOSH = {
    64: (
        -5.843815348986939e-07, 3.306072960992298e-06, -1.1224727150653976e-05,
        3.2456494690159274e-05, -9.089346408855964e-05, 0.0002565612087641269,
        -0.0007386003734602855, 0.0021869486332619504, -0.006746031734914763,
        0.02222222222193155, -0.08333333333333034, 0.5,
    ),
    32: (-0.00045750765, 0.002046978, -0.0067120986, 0.022218416, -0.08333317, 0.5),
}  # fmt: skip


def split(x):
    """n and 1 + f, of a positive normal float."""
    builder, fraction = x.builder, FRACTION[x.width]
    whole = ir.IntType(x.width)
    bits = builder.sub(builder.bitcast(x.value, whole), whole(ROOT_OF_HALF[x.width]))
    biased = builder.lshr(builder.add(bits, whole(BIAS[x.width] << fraction)), whole(fraction))
    place = x.like(2.0**fraction)
    n = Lane(
        builder, builder.bitcast(builder.or_(biased, builder.bitcast(place.value, whole)), x.type)
    )
    rest = builder.add(builder.and_(bits, whole((1 << fraction) - 1)), whole(ROOT_OF_HALF[x.width]))
    return n - (2.0**fraction + BIAS[x.width]), Lane(builder, builder.bitcast(rest, x.type))


def log_of_parts(n, f, lost=0):
    """n log 2 + log(1 + f) + lost, from the small to the large."""
    s = f / (2 + f)
    z = s * s
    half = 0.5 * (f * f)
    first, second = LOG_2[f.width]
    rest = s * (half + z * polynomial(z, LOG[f.width])) + (n * second + lost)
    return n * first - ((half - rest) - f)


def log_of(x):
    """log(x)."""
    tiny, up = (2.0**-1022, 54) if x.width == 64 else (2.0**-126, 25)
    is_tiny = x < tiny
    n, m = split(where(is_tiny, x * 2.0**up, x))
    value = log_of_parts(n - where(is_tiny, x.like(up), 0), m - 1)
    value = where(x > 0, value, where(x < 0, x.like(math.nan), -math.inf))
    return where(x < math.inf, value, x)


@elementary
def log(x):
    """log(x)."""
    return log_of(x)


@elementary
def log1p(x):
    """log(1 + x)."""
    u = 1 + x
    lost = where(x > 1, 1 - (u - x), x - (u - 1)) / u
    n, m = split(u)
    value = log_of_parts(n, m - 1, lost)
    value = where(x > -1, value, where(x < -1, x.like(math.nan), -math.inf))
    value = where(x < math.inf, value, x)
    return where(size_of(x) < 2.0**-60, x, value)


def log1p_of_fraction(x):
    """log(1 + x) for 0 ≤ x ≤ 1."""
    is_large = x > 0.41
    return log_of_parts(where(is_large, x.like(1), 0), where(is_large, 0.5 * (x - 1), x))


@elementary
def softplus(x):
    """log(1 + exp(x)), without overflow."""
    return where(x < 0, 0, x) + log1p_of_fraction(exp_of_minus_size(x))


@elementary
def log_sigmoid(x):
    """-log(1 + exp(-x)), without overflow."""
    return where(x < 0, x, 0) - log1p_of_fraction(exp_of_minus_size(x))


@elementary
def logcosh(x):
    """log(cosh(x)), without overflow."""
    size = size_of(x)
    z = x * x
    far = (size - LOG_OF_2) + log1p_of_fraction(exp_of_minus_size(2 * x))
    return where(size < 0.7, z * polynomial(z, LOGCOSH[x.width]), far)
