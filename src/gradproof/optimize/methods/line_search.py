"""The step along a direction at which the loss falls enough."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradproof.optimize.objective import Objective, Valued

Array = NDArray[Any]
MOST_TRIES = 60


class Found(NamedTuple):
    """A length, the point there, its loss and gradient, and how often the loss was evaluated."""

    length: float
    x: Array
    valued: Valued
    tries: int


def backtracked(
    objective: Objective,
    x: Array,
    fun: float,
    direction: Array,
    slope: float,
    first: float,
    shrink: float,
    enough: float,
) -> Found | None:
    """Armijo's rule: Q(x + t d) ≤ Q(x) + c t ∇Q·d, for t = first, shrink·first, …

    slope   ∇Q·d, below 0

    None where no length is short enough: the direction does not descend, or rounding hides it.
    (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 3.1)
    """
    length = first
    for tries in range(1, MOST_TRIES + 1):
        point = x + length * direction
        valued = objective.valued(point)
        if np.isfinite(valued[0]) and valued[0] <= fun + enough * length * slope:
            return Found(length, point, valued, tries)
        length *= shrink
    return None
