"""What a method carries from step to step; with it and the random numbers, a descent goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.optimize.objective import Objective

Array = NDArray[Any]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """A point with its loss and gradient, and what the method remembers.

    nit: the steps so far, or epochs.  evaluations: of the gradient; an epoch counts as one.
    rate: the learning rate of the last step.
    memory: arrays and numbers of the method's own.
    """

    x: Array
    fun: float
    gradient: Array
    nit: int = 0
    evaluations: int = 1
    rate: float = 0.0
    memory: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


class Method(Protocol):
    """A way of descending, one step after the other."""

    def start(self, objective: Objective, x: Array) -> State:
        """The state before the first step."""
        ...

    def step(self, objective: Objective, state: State, rng: Generator) -> State:
        """The state after one step more, or after one epoch."""
        ...


def started(objective: Objective, x: Array, **memory: Any) -> State:
    """The state at a point."""
    fun, gradient = objective.valued(x)
    return State(x, fun, gradient, memory=memory)


def moved(objective: Objective, state: State, x: Array, rate: float, **memory: Any) -> State:
    """The state at the next point."""
    fun, gradient = objective.valued(x)
    return State(x, fun, gradient, state.nit + 1, state.evaluations + 1, rate, memory)
