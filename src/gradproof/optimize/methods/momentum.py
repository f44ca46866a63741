"""Descent with momentum: a step goes on in the direction of the steps before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.core.errors import DataError
from gradproof.optimize.methods.rates import Rate, check_rate, rate_at
from gradproof.optimize.methods.state import State, moved, started
from gradproof.optimize.objective import Objective

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Momentum:
    """v ← βv − η ∇Q(x), x ← x + v; Nesterov's takes the gradient at x + βv.

    rate      η: a number or `Decaying(η, δ)`
    momentum  β, from 0 to below 1
    nesterov  whether the gradient is that of the point to which momentum alone would lead

    (Polyak, USSR Computational Mathematics 4 (1964); Nesterov, Soviet Mathematics Doklady 27
    (1983), in the form of Sutskever et al., ICML 2013)
    """

    rate: Rate = 0.01
    momentum: float = 0.9
    nesterov: bool = False

    def __post_init__(self) -> None:
        check_rate(self.rate)
        if not 0 <= self.momentum < 1:
            raise DataError(
                f"the momentum is {self.momentum!r}", hint="It is a number from 0 to below 1."
            )

    def start(self, objective: Objective, x: Array) -> State:
        """The state before the first step: at rest."""
        return started(objective, x, velocity=np.zeros_like(x))

    def step(self, objective: Objective, state: State, rng: Generator) -> State:
        """The state after one step more."""
        rate, before = rate_at(self.rate, state.nit), state.memory["velocity"]
        gradient = state.gradient
        if self.nesterov:
            gradient = objective.valued(state.x + self.momentum * before)[1]
        velocity = self.momentum * before - rate * gradient
        return moved(objective, state, state.x + velocity, rate, velocity=velocity)
