"""Stochastic gradient descent: steps by the gradients of single rows, or of small batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.optimize.methods.batches import batches, check_batch, rows_of, single_rows
from gradproof.optimize.methods.rates import Rate, check_rate, rate_at
from gradproof.optimize.methods.state import State, moved, started
from gradproof.optimize.objective import Objective

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class StochasticGradientDescent:
    """x ← x − η ∇qᵢ(x), for a row i drawn at random; as many times in an epoch as there are rows.

    rate  η: a number, or `Decaying(η, δ)`, which decays from epoch to epoch

    Rules look at the whole loss after each epoch.
    (Robbins and Monro, Annals of Mathematical Statistics 22 (1951))
    """

    rate: Rate = 0.01

    def __post_init__(self) -> None:
        check_rate(self.rate)

    def start(self, objective: Objective, x: Array) -> State:
        """The state before the first epoch."""
        rows_of(objective)
        return started(objective, x)

    def step(self, objective: Objective, state: State, rng: Generator) -> State:
        """The state after one epoch more."""
        return _epoch(objective, state, self.rate, single_rows(rows_of(objective), rng))


@dataclass(frozen=True, slots=True)
class MiniBatch:
    """x ← x − η ∇Q_B(x), for batches B of the rows in a random order.

    rate  η: a number, or `Decaying(η, δ)`, which decays from epoch to epoch
    size  how many rows a batch has; the last one of an epoch may have fewer

    Rules look at the whole loss after each epoch.
    """

    rate: Rate = 0.01
    size: int = 32

    def __post_init__(self) -> None:
        check_rate(self.rate)
        check_batch(self.size)

    def start(self, objective: Objective, x: Array) -> State:
        """The state before the first epoch."""
        rows_of(objective)
        return started(objective, x)

    def step(self, objective: Objective, state: State, rng: Generator) -> State:
        """The state after one epoch more."""
        order = batches(rows_of(objective), self.size, rng)
        return _epoch(objective, state, self.rate, order)


def _epoch(
    objective: Objective, state: State, rate: Rate, chosen: Iterable[Array | slice]
) -> State:
    """The state after a step by each choice of rows."""
    rows, x, own = rows_of(objective), state.x.copy(), rate_at(rate, state.nit)
    for some in chosen:
        x -= own * rows.batch(x, some)[1]
    return moved(objective, state, x, own)
