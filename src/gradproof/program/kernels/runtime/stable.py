"""Functions that lose no digits where their plain formulas cancel."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.exponential import (
    exp_of_minus_size,
    expm1_and_power,
    power_of_two,
)
from gradproof.program.kernels.runtime.lane import elementary, where
from gradproof.program.kernels.runtime.logarithm import log_of, log_of_parts


@elementary
def sech_squared(x):
    """1 - tanh(x)²."""
    e = exp_of_minus_size(x + x)
    return (4 * e) / ((1 + e) * (1 + e))


@elementary
def log1mexp(x):
    """log(1 - exp(x)) for x < 0: of 1 - exp(x) near 0, else of 1 + f with f = -exp(x)."""
    e, n = expm1_and_power(where(x < -1, x.like(-1), x))
    power = power_of_two(n)
    near = log_of((1 - power) - power * e)
    e = exp_of_minus_size(x)
    is_large = e > 0.29
    far = log_of_parts(where(is_large, x.like(-1), 0), where(is_large, 1 - 2 * e, -e))
    return where(x > -0.6931471805599453, near, far)
