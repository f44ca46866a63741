"""Descents that run away: how they are noticed, and what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.optimize.methods.state import State
from gradproof.optimize.objective import Objective, norm

Array = NDArray[Any]

GROWTH = 1e6  # of the loss above that of the start, beside the fall that was seen
ITERATIONS = 20
STEP = 1e-4


def is_diverging(state: State, first: State) -> bool:
    """Whether numbers are lost, or the loss has grown beyond all that a detour explains."""
    if not (np.isfinite(state.fun) and np.isfinite(state.gradient).all()):
        return True
    return state.fun - first.fun > GROWTH * max(1.0, abs(first.fun))


def advice(objective: Objective, best: State, rate: float) -> str:
    """What may help: the rate against 2/L, where L is estimated at the best point that was seen."""
    largest = curvature(objective, best)
    if not largest > 0 or not np.isfinite(largest):
        return "Try a smaller rate, or another start."
    bound = 2 / largest
    if rate and rate > bound:
        return (
            f"The rate {rate:g} is above 2/L = {bound:.3g} (L, the largest curvature, is about "
            f"{largest:.3g} there): take {1 / largest:.2g} or less, or Backtracking()."
        )
    return f"There rates below 2/L = {bound:.3g} are safe; try a smaller one."


def curvature(objective: Objective, state: State) -> float:
    """L, the largest |eigenvalue| of ∇²Q at a point, by power iteration on differences of ∇Q.

    (Golub and Van Loan, Matrix Computations, 4th ed., section 7.3)
    """
    direction = state.gradient + np.arange(len(state.gradient)) * 1e-3 * norm(state.gradient)
    largest = 0.0
    step = STEP * max(1.0, norm(state.x))
    for _ in range(ITERATIONS):
        size = norm(direction)
        if not size > 0 or not np.isfinite(size):
            break
        direction = direction / size
        beyond = objective.valued(state.x + step * direction)[1]
        direction = (beyond - state.gradient) / step
        largest = norm(direction)
    return largest
