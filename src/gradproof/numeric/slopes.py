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
from math import inf, isfinite, log

Along = Callable[[float], float]
Estimate = tuple[float, float]

START = 2.0**-6
LARGEST, SMALLEST = 2.0**-2, 2.0**-30
FINEST = 16.0  # the smallest step of `patient`, in ε^¾
RATIO = 2.3
NOISE_STEPS = 4  # smaller steps, at least, that tell how noisy a slope is
NOISE = 0.75  # the power of a step that its noise falls with; 1 for rounding, 0 for kinks
GOOD, ROUGH = 1e-9, 1e-3
TINY = 1e-300
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
    while uncertainty(best) > GOOD and SMALLEST <= step * ratio <= LARGEST:
        step *= ratio
        trial = measured(along, step, rounding)
        if uncertainty(trial) < uncertainty(best):
            best = trial
        elif uncertainty(best) < ROUGH:
            break
    return best


def uncertainty(slope: Slope) -> float:
    """The error of a slope, relative to what slopes are within a step."""
    return slope.error / (abs(slope.value) + slope.bend + TINY)


def patient(along: Along, rounding: Rounding, largest: float = 0.5) -> Slope:
    """The slope by the step at which the estimates of neighbouring steps agree best.

    An estimate is as uncertain as its two neighbours differ from it, and, since smaller steps show
    the noise of φ and its kinks, as theirs do in proportion to a power of their steps.  Steps at
    which φ does not move at all say nothing, if others do.  The ratio of steps is no whole number,
    so that values rounded to a few digits are not proportional to steps by accident.
    """
    count = int(log(largest / (FINEST * rounding.epsilon**0.75), RATIO))
    steps = [largest / RATIO**power for power in range(count)]
    pairs = [(along(step), along(-step)) for step in steps]
    second = [(up - down) / (2 * step) for (up, down), step in zip(pairs, steps, strict=True)]
    sixth = _extrapolated(_extrapolated(second, 2), 4)
    moves = [any(up != down for up, down in pairs[k : k + 3]) for k in range(len(sixth))]
    known = [k for k, value in enumerate(sixth) if isfinite(value) and (moves[k] or not any(moves))]
    found = [(steps[k + 1], sixth[k]) for k in known]
    slopes = [
        Slope(
            sixth[k],
            _scatter(found, number) + rounding.error(*pairs[k + 1], steps[k + 1]),
            steps[k + 1],
        )
        for number, k in enumerate(known)
        if 0 < number < len(known) - NOISE_STEPS
    ]
    return min(slopes, key=lambda slope: slope.error, default=Slope(0.0, inf, SMALLEST))


def _extrapolated(estimates: list[float], order: int) -> list[float]:
    """Estimates whose error is of a higher order, from those of neighbouring steps."""
    gain = RATIO**order
    return [(gain * fine - coarse) / (gain - 1) for coarse, fine in pairwise(estimates)]


def _scatter(found: list[Estimate], number: int) -> float:
    step, value = found[number]
    neighbours = (found[number - 1], found[number + 1])
    apart = max(abs(other - value) for _, other in neighbours)
    smaller = found[number + 1 : number + 1 + 2 * NOISE_STEPS]
    noise = [abs(other - value) * float((size / step) ** NOISE) for size, other in smaller]
    return max(apart, *noise)


def one_sided(along: Along, step: float, at: float) -> tuple[float, float]:
    """The slopes to the left and to the right, of second order; `at` is φ(0)."""
    left, right = (
        (4 * along(side * step / 2) - along(side * step) - 3 * at) / (side * step)
        for side in (-1.0, 1.0)
    )
    return left + 0.0, right + 0.0
