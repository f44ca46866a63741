"""A gradient beside the slopes of its function along random directions.

Along v the slope of f is ⟨∇f, v⟩, whatever the size of x, so that a few values of f judge all
entries at once.  An entry wrong by δ changes it by δ·v: the entries of v are between ½ and 1½ of a
step, with random signs, so that every mistake is seen and no two cancel.  In a gradient of unequal
entries the small ones would be lost among the large: some directions favour them, and some have
nothing but the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.numeric.slopes import (
    START,
    Along,
    Rounding,
    Slope,
    measured,
    patient,
    quick,
    settled,
)

Array = NDArray[Any]

SAFETY = 20.0  # how much the bound on a slope's error is trusted less than it says
FAVOUR = 16.0  # how much longer a step small entries get than those of ordinary size
SMALL = 1e-3  # entries this much smaller than ordinary ones get directions of their own
SECOND_OPINIONS = (0.5, 0.37)  # the largest steps of two looks that both must find it wrong
NOTHING = 1e-30  # entries of x smaller than this are as good as 0
SAMPLE = 100_000
ROUGH = 1e-6


@dataclass(frozen=True, slots=True)
class Question:
    """Whether `given` is the gradient at `point` of the function that has these values.

    rounding   f(x), and how exact it is
    tolerance  the error that is none, relative to ‖given ⊙ v‖
    floor      the error of an entry that is none, relative to the largest, and to how much slopes
               change within a step, which at a minimum is more; entries are those of given ⊙ scale
    scale      how far each entry moves in a step of 1
    largest    the largest entry of given ⊙ scale
    """

    value: Callable[[Array], float]
    point: Array
    given: Array
    rounding: Rounding
    tolerance: float
    floor: float
    scale: Array
    step: float = START
    largest: float = 0.0

    @property
    def at(self) -> float:
        """f(x)."""
        return self.rounding.at


@dataclass(frozen=True, slots=True)
class Trial:
    """A direction with the slope that the gradient says, ⟨given, v⟩, and the slope that f has.

    size   ‖given ⊙ v‖, what ⟨given, v⟩ is about
    close  how near the two must be
    """

    direction: Array
    claimed: float
    size: float
    close: float
    slope: Slope

    @property
    def residual(self) -> float:
        """The slope of f less the one that is claimed."""
        return self.slope.value - self.claimed

    @property
    def agrees(self) -> bool:
        """Whether the two are as near as can be asked."""
        return abs(self.residual) <= self.close + SAFETY * self.slope.error


def length(array: Array) -> float:
    """The Euclidean norm of all entries."""
    return float(np.sqrt(np.vdot(array, array)))


def line(question: Question, direction: Array) -> Along:
    """t ↦ f(x + tv)."""

    def along(t: float) -> float:
        moved = np.multiply(direction, t, dtype=question.point.dtype)
        moved += question.point
        return question.value(moved)

    return along


def scales(point: Array) -> Iterator[Array]:
    """How far each entry may move: by its own size or the typical size; its own; 1 or its size."""
    size = np.where(np.abs(point) > NOTHING, np.abs(point), 0.0)
    filled = size[size > 0]
    sample = filled[:: max(1, filled.size // SAMPLE)]
    typical = float(np.median(sample)) if sample.size else 1.0
    yield np.maximum(size, typical)
    yield np.where(size > 0, size, typical)
    yield np.maximum(size, 1.0)


def spread(shape: tuple[int, ...], rng: Generator) -> Array:
    """Random entries between ½ and 1½ in size, of random signs."""
    numbers = np.asarray(rng.random(shape))
    numbers *= 2
    numbers -= 1
    numbers += np.copysign(0.5, numbers)
    return numbers


def calibrated(question: Question, rng: Generator) -> Question:
    """The same question with the scale and the step at which slopes are measured well."""
    best, chosen = np.inf, question
    numbers = spread(question.point.shape, rng)
    for scale in scales(question.point):
        slope = settled(line(question, numbers * scale), question.rounding)
        quality = slope.error / max(abs(slope.value), np.finfo(float).tiny)
        if quality < best:
            best, chosen = quality, replace(question, scale=scale, step=slope.step)
        if best <= ROUGH:
            break
    return replace(chosen, largest=float(np.abs(chosen.given * chosen.scale).max(initial=0.0)))


def weights(given: Array, number: int) -> Array | float:
    """Which entries the direction of that number favours: small ones, if it is odd."""
    if number % 2 == 0:
        return 1.0
    size = np.abs(given)
    filled = int(np.count_nonzero(size))
    ordinary = length(size) / sqrt(max(filled, 1))
    smallest = size <= SMALL * ordinary
    if number % 8 == 3 and smallest.any():
        return np.asarray(smallest, dtype=float)
    if not ordinary:
        return 1.0
    return np.asarray((ordinary / FAVOUR) / np.maximum(size, ordinary / FAVOUR))


def compared(
    question: Question, rng: Generator, directions: int
) -> tuple[Question, tuple[Trial, ...]]:
    """The question with its scale and step, and the slopes along random directions."""
    question = calibrated(question, rng)
    trials: list[Trial] = []
    for number in range(directions):
        steps = spread(question.point.shape, rng)
        steps *= weights(question.given * question.scale, number)
        seen = any(not trial.agrees for trial in trials)
        trials.append(tried(question, steps, sure=seen))
    return question, tuple(trials)


def tried(question: Question, steps: Array, sure: bool = False) -> Trial:
    """The gradient against the slope along steps ⊙ scale.

    More values of f are asked for only where few do not agree with the gradient; where it is `sure`
    that the gradient is wrong, six are enough.
    """
    direction = steps * question.scale
    along = cache(line(question, direction))
    slope = Slope(quick(along, question.step), 0.0, question.step)
    shares = question.given * direction
    size, claimed = length(shares), float(np.sum(shares))
    close = question.tolerance * size + question.floor * question.largest * length(steps)
    trial = Trial(direction, claimed, size, close, slope)
    if not trial.agrees:
        slope = measured(along, question.step, question.rounding)
        trial = replace(trial, slope=slope, close=close + question.floor * slope.bend)
    for largest in () if sure else SECOND_OPINIONS:
        if not trial.agrees:
            trial = replace(trial, slope=patient(along, question.rounding, largest))
    return trial


def largest_error(trials: tuple[Trial, ...]) -> float:
    """How far slopes are off, relative to the largest that slopes along such directions are."""
    sizes = [max(trial.size, abs(trial.slope.value)) for trial in trials]
    return max(abs(trial.residual) for trial in trials) / max(*sizes, np.finfo(float).tiny)


def resolution_of(trial: Trial) -> float:
    """The relative error of a slope that is certain to be seen."""
    size = max(trial.size, abs(trial.slope.value), np.finfo(float).tiny)
    return (trial.close + SAFETY * trial.slope.error) / size
