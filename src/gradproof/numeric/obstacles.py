"""Why a gradient cannot be compared with differences: its shape, or numbers that are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from gradproof.numeric.comparison import Array, Question, compared
from gradproof.numeric.gradient_report import GradientReport, obstacle, place

SAME = 1e-9  # sums of many terms in threads may differ by their rounding


def obstacles(question: Question, again: float, rng: Generator) -> Iterator[GradientReport]:
    """What keeps the gradient from being compared, worst first; nothing where it can be.

    `again` is f(x), asked for a second time.
    """
    yield from _not_finite("x", question.point)
    yield from _value_not_finite(question)
    yield from _two_values(question, again)
    yield from _wrong_shape(question, rng)
    yield from _not_finite("the gradient", question.given)


def _not_finite(name: str, array: Array) -> Iterator[GradientReport]:
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        index = tuple(int(axis) for axis in wrong[0])
        where = f" at {place(index)}" if index else ""
        yield obstacle(f"{name} is {array[index]}{where}; it must be finite")


def _value_not_finite(question: Question) -> Iterator[GradientReport]:
    if not np.isfinite(question.at):
        yield obstacle(f"f is {question.at} at x, and has no gradient there")


def _two_values(question: Question, again: float) -> Iterator[GradientReport]:
    if not abs(again - question.at) <= max(SAME, 8 * question.rounding.epsilon) * abs(question.at):
        yield obstacle(
            f"f has two values at the same x, {question.at:.9g} and {again:.9g}",
            "it has no gradient; if it draws random numbers, fix their seed in f",
        )


def _wrong_shape(question: Question, rng: Generator) -> Iterator[GradientReport]:
    given, shape = question.given, question.point.shape
    if given.shape == shape:
        return
    message = f"the gradient has the shape {given.shape}, x has {shape}"
    if given.shape == shape[::-1] and _is_right(question, given.T, rng):
        yield obstacle(message, "it is transposed")
    elif given.size == question.point.size and _is_right(question, given.reshape(shape), rng):
        yield obstacle(message, "with the shape of x it is right")
    else:
        yield obstacle(message)


def _is_right(question: Question, given: Array, rng: Generator) -> bool:
    _, trials = compared(replace(question, given=given), rng, directions=2)
    return all(trial.agrees for trial in trials)
