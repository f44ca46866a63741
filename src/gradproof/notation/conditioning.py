"""Reasons why an expression has no trustworthy value at a point."""

from __future__ import annotations

from gradproof.core.errors import GradproofError

CONDITION_LIMIT = 1e8


class Singular(GradproofError):
    """A matrix that must be inverted is singular, or nearly so: no digits would be left."""


class NonFinite(GradproofError):
    """The value is infinite or undefined, as the logarithm of a negative number is."""


class NotAnalytic(GradproofError):
    """The function has no analytic continuation that could be evaluated here."""
