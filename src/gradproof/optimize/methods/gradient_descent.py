"""Gradient descent: x − η ∇Q(x)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.optimize.methods.line_search import backtracked
from gradproof.optimize.methods.rates import Backtracking, Rate, check_rate, rate_at
from gradproof.optimize.methods.state import State, moved, started
from gradproof.optimize.objective import Objective

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class GradientDescent:
    """x ← x − η ∇Q(x).

    rate  η: a number, `Decaying(η, δ)`, or `Backtracking()`, which finds one at every step

    (Cauchy, Comptes rendus 25 (1847))

    >>> import gradproof as gp
    >>> result = gp.minimize("norm2(x)^2", over="x", start=[3.0, 4.0], method=GradientDescent(0.1))
    >>> result.x.round(4)
    array([0., 0.])
    """

    rate: Rate | Backtracking = 0.1

    def __post_init__(self) -> None:
        check_rate(self.rate)

    def start(self, objective: Objective, x: Array) -> State:
        """The state before the first step."""
        return started(objective, x)

    def step(self, objective: Objective, state: State, rng: Generator) -> State:
        """The state after one step more."""
        if isinstance(self.rate, Backtracking):
            return _searched(objective, state, self.rate)
        rate = rate_at(self.rate, state.nit)
        return moved(objective, state, state.x - rate * state.gradient, rate)


def _searched(objective: Objective, state: State, rate: Backtracking) -> State:
    """A step of the length that a line search finds; none where rounding leaves no descent."""
    slope = -float(state.gradient @ state.gradient)
    first = state.rate / rate.shrink if state.rate else rate.first
    found = backtracked(
        objective, state.x, state.fun, -state.gradient, slope, first, rate.shrink, rate.slope
    )
    if found is None:
        return replace(state, nit=state.nit + 1)
    evaluations = state.evaluations + found.tries
    return State(found.x, *found.valued, state.nit + 1, evaluations, found.length)
