"""Learning rates: constant, decaying with the steps, or found by a line search."""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.core.errors import DataError


@dataclass(frozen=True, slots=True)
class Decaying:
    """η / (1 + δk) after k steps or epochs: its sum diverges and that of its squares does not.

    (Robbins and Monro, Annals of Mathematical Statistics 22 (1951))
    """

    rate: float
    decay: float = 0.01


@dataclass(frozen=True, slots=True)
class Backtracking:
    """The first of η, βη, β²η, … at which the loss falls by at least c η ‖∇Q‖².

    (Armijo, Pacific Journal of Mathematics 16 (1966); Nocedal and Wright, Numerical
    Optimization, 2nd ed., algorithm 3.1.)  Each step begins with the rate of the last, enlarged
    once.
    """

    first: float = 1.0
    shrink: float = 0.5
    slope: float = 1e-4


Rate = float | Decaying


def rate_at(rate: Rate, step: int) -> float:
    """The learning rate of a step; the first step has the number 0.

    >>> rate_at(Decaying(1.0, 0.5), 2)
    0.5
    """
    if isinstance(rate, Decaying):
        return rate.rate / (1 + rate.decay * step)
    return rate


def check_rate(rate: object) -> None:
    """Raises DataError for what is no learning rate."""
    own = rate.rate if isinstance(rate, Decaying) else rate
    if isinstance(own, Backtracking):
        return
    if isinstance(own, bool) or not isinstance(own, int | float) or not own > 0:
        raise DataError(
            f"the learning rate is {own!r}", hint="It is a number above 0, such as 0.1."
        )
