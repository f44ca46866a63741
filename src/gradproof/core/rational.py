"""Exact coefficients and exponents: whole numbers stay `int`, everything else is a `Fraction`."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt, lcm

Rational = int | Fraction
LARGEST_POWER = 1_000  # beyond it, exact numbers have thousands of digits: they stay powers


def exact(value: Rational) -> Rational:
    """The same number, as an int when it is whole (ints are ten times faster)."""
    if type(value) is int:
        return value
    return value.numerator if value.denominator == 1 else value


def ratio(numerator: Rational, denominator: Rational) -> Rational:
    """numerator / denominator, exactly."""
    if denominator == 1:
        return numerator
    if type(numerator) is int and type(denominator) is int and numerator % denominator == 0:
        return numerator // denominator
    return exact(Fraction(numerator) / denominator)


def power(base: Rational, exponent: Rational) -> Rational | None:
    """base^exponent when that is rational, else None.

    >>> power(4, Fraction(1, 2)), power(2, Fraction(1, 2)), power(2, -1)
    (2, None, Fraction(1, 2))
    """
    if base == 1 or exponent == 1:
        return base
    if isinstance(exponent, int) and abs(exponent) > LARGEST_POWER:
        return None
    if type(exponent) is int and type(base) is int and exponent > 0:
        return int(base**exponent)
    if isinstance(exponent, int):
        return exact(Fraction(base) ** exponent) if base or exponent > 0 else None
    if base <= 0 or exponent.denominator != 2:
        return None
    root = Fraction(base)
    above, below = isqrt(root.numerator), isqrt(root.denominator)
    if above * above != root.numerator or below * below != root.denominator:
        return None
    return exact(Fraction(above, below) ** exponent.numerator)


def magnitude(value: Rational) -> Rational:
    """|value|."""
    return -value if value < 0 else value


def content(values: list[Rational]) -> Rational:
    """The positive rational c for which all values / c are whole and coprime."""
    above = gcd(*[value.numerator for value in values])
    below = lcm(*[value.denominator for value in values])
    return above if below == 1 else Fraction(above, below)
