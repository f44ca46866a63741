"""The slope of a function along a line, d/dt φ(t) at 0, with a bound on its error.

`quick` costs four values of φ and has no bound.  `measured` costs six, at one step.  `settled`
looks for a good step.  `patient` looks at all of them, and believes only what neighbours confirm;
no gradient is called wrong on less.

Source: Richardson's extrapolation; Ridders, Adv. Eng. Software 4 (1982), for the table of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, ldexp

Along = Callable[[float], float]
Estimate = tuple[float, float]

START = 2.0**-6
LARGEST, SMALLEST = 2.0**-2, 2.0**-30
FINEST = 22  # the smallest step of `patient` is 2^-22: beyond it single precision is noise
GOOD = 1e-10
ROUNDINGS = 4.0  # how many roundings of φ, each at most ε|φ|, one quotient is made of


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope, how far it may be off, and the step h that it was measured with.

    bend  |φ(h) + φ(−h) − 2φ(0)| / h: how much the slope changes within a step
    """

    value: float
    error: float
    step: float
    bend: float = 0.0


@dataclass(frozen=True, slots=True)
class Rounding:
    """How exact φ is: ε of its arithmetic, and φ(0)."""

    epsilon: float
    at: float

    def error(self, up: float, down: float, step: float) -> float:
        """How far rounding may put a slope off; `up` and `down` are φ at ± the step."""
        return ROUNDINGS * self.epsilon * max(abs(self.at), abs(up), abs(down)) / step


def _second_order(along: Along, step: float) -> float:
    return (along(step) - along(-step)) / (2 * step)


def quick(along: Along, step: float) -> float:
    """The fourth-order central difference with steps of `step` and half of it."""
    return (4 * _second_order(along, step / 2) - _second_order(along, step)) / 3


def measured(along: Along, step: float, rounding: Rounding) -> Slope:
    """The slope extrapolated from steps 2h, h and h/2."""
    up, down = along(step), along(-step)
    middle = (up - down) / (2 * step)
    wide, narrow = _second_order(along, 2 * step), _second_order(along, step / 2)
    coarse, fine = (4 * middle - wide) / 3, (4 * narrow - middle) / 3
    error = abs(fine - coarse) / 15 + rounding.error(up, down, step)
    value = (16 * fine - coarse) / 15
    bend = abs((up - rounding.at) + (down - rounding.at)) / step
    return Slope(value, error, step, bend) if isfinite(error) else Slope(0.0, inf, step)


def settled(along: Along, rounding: Rounding, start: float = START) -> Slope:
    """The slope by a step at which truncation and rounding are small, looked for by eighths.

    The step grows where rounding alone is felt, and shrinks otherwise.
    """
    best = measured(along, start, rounding)
    least = ROUNDINGS * rounding.epsilon * abs(rounding.at) / start
    step, ratio = start, 4.0 if best.error < 3 * least else 0.125
    while best.error > GOOD * (abs(best.value) + best.bend) and SMALLEST <= step * ratio <= LARGEST:
        step *= ratio
        trial = measured(along, step, rounding)
        if trial.error >= best.error and isfinite(best.error):
            break
        best = trial
    return best


def patient(along: Along, rounding: Rounding) -> Slope:
    """The slope by the step at which the estimates of neighbouring steps agree best.

    Each step is half the one before.  An estimate is as uncertain as its two neighbours differ
    from it, and as those of smaller steps do in proportion to their steps, since what they show is
    the noise of φ.  Steps at which φ does not move at all say nothing, if others do.
    """
    steps = [ldexp(1.0, -power) for power in range(1, FINEST + 3)]
    pairs = [(along(step), along(-step)) for step in steps]
    second = [(up - down) / (2 * step) for (up, down), step in zip(pairs, steps, strict=True)]
    fourth = [(4 * fine - coarse) / 3 for coarse, fine in pairwise(second)]
    sixth = [(16 * fine - coarse) / 15 for coarse, fine in pairwise(fourth)]
    moves = [any(up != down for up, down in pairs[k : k + 3]) for k in range(len(sixth))]
    known = [k for k, value in enumerate(sixth) if isfinite(value) and (moves[k] or not any(moves))]
    found = [(steps[k + 1], sixth[k]) for k in known]
    slopes = [
        Slope(
            sixth[k],
            _uncertainty(found, number) + rounding.error(*pairs[k + 1], steps[k + 1]),
            steps[k + 1],
        )
        for number, k in enumerate(known)
        if 0 < number < len(known) - 1
    ]
    return min(slopes, key=lambda slope: slope.error, default=Slope(0.0, inf, SMALLEST))


def _uncertainty(found: list[Estimate], number: int) -> float:
    step, value = found[number]
    neighbours = (found[number - 1], found[number + 1])
    apart = max(abs(other - value) for _, other in neighbours)
    noise = max(abs(other - value) * size / step for size, other in found[number + 1 :])
    return max(apart, noise)


def one_sided(along: Along, step: float, at: float) -> tuple[float, float]:
    """The slopes to the left and to the right, of second order; `at` is φ(0)."""
    left, right = (
        (4 * along(side * step / 2) - along(side * step) - 3 * at) / (side * step)
        for side in (-1.0, 1.0)
    )
    return left + 0.0, right + 0.0
