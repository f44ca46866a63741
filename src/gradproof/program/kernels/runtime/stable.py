"""Functions that lose no digits where their plain formulas cancel."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.exponential import exp_of_minus_size
from gradproof.program.kernels.runtime.lane import elementary, of_libm, where


@elementary
def sech_squared(x):
    """1 - tanh(x)²."""
    e = exp_of_minus_size(x + x)
    return (4 * e) / ((1 + e) * (1 + e))


@elementary
def log1mexp(x):
    """log(1 - exp(x)) for x < 0."""
    near = of_libm("log", -of_libm("expm1", x))
    far = of_libm("log1p", -of_libm("exp", x))
    return where(x > -0.6931471805599453, near, far)
