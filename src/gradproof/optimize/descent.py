"""The loop of a descent: step, look, go on or stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.optimize.divergence import advice, is_diverging
from gradproof.optimize.methods.scipys import LBFGS, TrustRegion
from gradproof.optimize.methods.state import Method, State, started
from gradproof.optimize.objective import Objective, norm
from gradproof.optimize.result import History
from gradproof.optimize.stopping import Progress, Rule, fired

Array = NDArray[Any]
Watch = Callable[[Progress, State], None]
HeldOut = Callable[[Array], float]
FLAT = 1e-6  # of the slope at the start: where rounding ends a descent that has arrived
PATH = 1000  # entries of points up to which a history keeps them all


@dataclass(slots=True)
class Track:
    """What has been seen so far, from which rules judge."""

    stop: Rule
    watch: Watch
    held_out: HeldOut | None
    began: float = field(default_factory=perf_counter)
    fun: list[float] = field(default_factory=list)
    slope: list[float] = field(default_factory=list)
    step: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    path: list[Array] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    last: Array | None = None

    def see(self, state: State) -> Rule | None:
        """Note a state; the rule that fires."""
        change = abs(state.fun - self.fun[-1]) if self.fun else np.inf
        step = norm(state.x - self.last) if self.last is not None else np.inf
        self.fun.append(state.fun)
        self.slope.append(norm(state.gradient))
        self.step.append(step)
        self.seconds.append(perf_counter() - self.began)
        self.last = state.x.copy()
        if state.x.size <= 2 or state.x.size * (len(self.path) + 1) <= PATH:
            self.path.append(self.last)
        if self.held_out is not None:
            self.losses.append(self.held_out(state.x))
        progress = Progress(
            state.nit,
            self.seconds[-1],
            state.fun,
            self.slope[-1],
            self.slope[0],
            norm(state.x),
            step,
            change,
            tuple(self.losses),
        )
        self.watch(progress, state)
        return fired(self.stop, progress)

    def history(self) -> History:
        """What was seen, as a history."""
        path = self.path if len(self.path) == len(self.fun) else ()
        return History(self.fun, self.slope, self.step, self.seconds, path, self.losses)


@dataclass(frozen=True, slots=True)
class End:
    """Where and why a descent ended."""

    state: State
    message: str
    success: bool
    history: History
    interrupted: bool = False


def descend(
    objective: Objective, method: Any, x: Array, rng: Generator, track: Track, state: State | None
) -> End:
    """Go down from x, or on from a state, until a rule fires, numbers are lost, or Ctrl-C."""
    if isinstance(method, LBFGS | TrustRegion):
        return _handed_over(objective, method, x, track)
    return _stepwise(objective, method, x, rng, track, state)


def _stepwise(
    objective: Objective,
    method: Method,
    x: Array,
    rng: Generator,
    track: Track,
    state: State | None,
) -> End:
    first = state or method.start(objective, x)
    state = best = first
    try:
        rule = track.see(state) if not track.fun else None  # a checkpoint has seen it
        while rule is None:
            state = method.step(objective, state, rng)
            if is_diverging(state, first):
                return _diverged(objective, best, state, track)
            best = min(best, state, key=lambda own: own.fun)
            rule = track.see(state)
    except KeyboardInterrupt:
        return _interrupted(state, track)
    return End(state, _sentence(rule, state.nit), rule.met, track.history())


def _handed_over(objective: Objective, method: LBFGS | TrustRegion, x: Array, track: Track) -> End:
    """A descent whose loop is SciPy's; ours looks at every point that it reaches."""
    states = [started(objective, x)]
    fires: list[Rule | None] = [track.see(states[0])]
    calls = [1]

    def counted(point: Array) -> tuple[float, Array]:
        calls[0] += 1
        return objective.valued(point)

    def observe(point: Array, fun: float, gradient: Array) -> bool:
        states[0] = State(point, fun, gradient, states[0].nit + 1, calls[0])
        fires[0] = track.see(states[0])
        return fires[0] is not None

    if fires[0] is None:
        own = Objective(
            objective.layout, counted, objective.hessian, objective.product, objective.rows
        )
        try:
            said = method.run(own, x, observe)
        except KeyboardInterrupt:
            return _interrupted(states[0], track)
    rule, state = fires[0], states[0]
    if rule is not None:
        return End(state, _sentence(rule, state.nit), rule.met, track.history())
    message = f"no lower point was found, after {state.nit} steps ({said.strip().lower()})"
    flat = track.slope[-1] <= FLAT * max(1.0, track.slope[0])
    return End(state, message, flat, track.history())


def _sentence(rule: Rule, steps: int) -> str:
    if f"{steps} steps" in rule.text:
        return rule.text
    return f"{rule.text}, after {steps} {'step' if steps == 1 else 'steps'}"


def _interrupted(state: State, track: Track) -> End:
    message = f"interrupted after {state.nit} steps; the point is the last one reached"
    return End(state, message, success=False, history=track.history(), interrupted=True)


def _diverged(objective: Objective, best: State, state: State, track: Track) -> End:
    """The best point that was seen is given back, not the one where numbers are lost."""
    what = "the loss is no number any more" if not np.isfinite(state.fun) else "the loss grows"
    message = f"{what}, at step {state.nit}: the descent diverges. "
    message += advice(objective, best, state.rate)
    return End(best, message, success=False, history=track.history())
