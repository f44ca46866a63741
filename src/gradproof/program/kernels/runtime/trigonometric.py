"""The trigonometric functions, and those of the sign, for loops."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.lane import (
    elementary,
    of_libm,
    of_llvm,
    size_of,
    where,
)


@elementary
def sin(x):
    """sin(x)."""
    return of_libm("sin", x)


@elementary
def cos(x):
    """cos(x)."""
    return of_libm("cos", x)


@elementary
def tan(x):
    """tan(x)."""
    return of_libm("tan", x)


@elementary
def arcsin(x):
    """arcsin(x)."""
    return of_libm("asin", x)


@elementary
def arccos(x):
    """arccos(x)."""
    return of_libm("acos", x)


@elementary
def arctan(x):
    """arctan(x)."""
    return of_libm("atan", x)


@elementary
def sqrt(x):
    """√x."""
    return of_llvm("llvm.sqrt", x)


@elementary
def absolute(x):
    """|x|."""
    return size_of(x)


@elementary
def sign(x):
    """-1, 0 or 1."""
    return where(x < 0, x.like(-1), where(x > 0, x.like(1), x))


@elementary
def relu(x):
    """max(x, 0)."""
    return where(x < 0, 0, x)
