"""Adam: each entry's step by the mean of its gradients over that of their squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.core.errors import DataError
from gradproof.optimize.methods.batches import batches, check_batch, rows_of
from gradproof.optimize.methods.rates import Rate, check_rate, rate_at
from gradproof.optimize.methods.state import State, moved, started
from gradproof.optimize.objective import Objective

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Adam:
    """m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², x ← x − η m̂ / (√v̂ + ε), with m̂ = m / (1−β₁ᵗ).

    rate   η: a number or `Decaying(η, δ)`
    batch  how many rows give a gradient; None for all of them, and one update a step

    With batches, a step is an epoch: every row once, in a random order.
    (Kingma and Ba, ICLR 2015, algorithm 1)
    """

    rate: Rate = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    batch: int | None = None

    def __post_init__(self) -> None:
        check_rate(self.rate)
        check_batch(self.batch)
        for name, beta in (("beta1", self.beta1), ("beta2", self.beta2)):
            if not 0 <= beta < 1:
                raise DataError(f"{name} is {beta!r}", hint="It is a number from 0 to below 1.")

    def start(self, objective: Objective, x: Array) -> State:
        """The state before the first step."""
        return started(objective, x, mean=np.zeros_like(x), square=np.zeros_like(x), updates=0)

    def step(self, objective: Objective, state: State, rng: Generator) -> State:
        """The state after one step more, or after one epoch."""
        rate = rate_at(self.rate, state.nit)
        x, memory = state.x, dict(state.memory)
        if self.batch is None:
            x, memory = self._updated(x, state.gradient, rate, memory)
        else:
            rows = rows_of(objective)
            for some in batches(rows, self.batch, rng):
                x, memory = self._updated(x, rows.batch(x, some)[1], rate, memory)
        return moved(objective, state, x, rate, **memory)

    def _updated(
        self, x: Array, gradient: Array, rate: float, memory: dict[str, Any]
    ) -> tuple[Array, dict[str, Any]]:
        updates = memory["updates"] + 1
        mean = self.beta1 * memory["mean"] + (1 - self.beta1) * gradient
        square = self.beta2 * memory["square"] + (1 - self.beta2) * gradient**2
        first, second = mean / (1 - self.beta1**updates), square / (1 - self.beta2**updates)
        x = x - rate * first / (np.sqrt(second) + self.epsilon)
        return x, {"mean": mean, "square": square, "updates": updates}
