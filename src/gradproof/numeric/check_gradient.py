"""Whether a gradient is right: any two functions on arrays, at a point.

Random directions come first; their cost is a few values of f, whatever the size of x.  Entries are
looked at only where a direction disagrees, and what is wrong is then said in words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from gradproof.core.errors import DataError
from gradproof.numeric.asking import question_of
from gradproof.numeric.comparison import Question, Trial, compared, largest_error, resolution_of
from gradproof.numeric.diagnosis import Case, diagnosis
from gradproof.numeric.entries import wrong_entries
from gradproof.numeric.gradient_report import GradientReport, agreement, disagreement, obstacle
from gradproof.numeric.obstacles import obstacles

Notes = tuple[str, ...]


def check_gradient(
    f: Any,
    grad: Any,
    x: Any,
    *,
    rng: int | Generator = 0,
    directions: int = 8,
    tolerance: float | None = None,
) -> GradientReport:
    """⟨grad(x), v⟩ = d/dt f(x + tv) at t = 0, for random directions v.

    f           a function of one array whose value is a number; or a pair: a class with static
                forward(ctx, x) and backward(ctx, dy), such as torch.autograd.Function, or an
                object with forward(x) and backward(dy)
    grad        its gradient, a function of x or an array, of the shape of x; None for a pair
    x           the point: a number or an array of any shape, of NumPy, JAX or PyTorch
    rng         a seed, or a numpy Generator
    directions  how many random directions
    tolerance   the relative error of a slope that is none; without it, the square root of the ε of
                the arithmetic: 1.5e-8, or 3.5e-4 in single precision

    f and grad are given arrays of the library and precision of x, copies of their own.  The steps
    are chosen by what is seen of f, and its rounding is allowed for.  In the report, `ok` says
    whether all directions agree; if one does not, `worst_entries` and `diagnosis` say what is
    wrong.  At a kink the mean of the slopes on both sides counts as the gradient.

    Raises DataError where f's value is no real number, or x no array of them.
    Source: fourth-order central differences, Fornberg, Math. Comp. 51 (1988), with Richardson's
    extrapolation.

    >>> import numpy as np
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> check_gradient(lambda x: x @ x, lambda x: 2 * x, x).ok
    True
    >>> print(check_gradient(lambda x: x @ x, lambda x: x, x))
    the gradient is wrong by 5.0e-01; worst at [2]: 3 is given, differences say 6
    the factor 2 is missing
    """
    generator = np.random.default_rng(rng)
    _check_settings(directions, tolerance)
    with np.errstate(all="ignore"):
        question, again, notes = question_of(f, grad, x, generator, tolerance)
        for report in obstacles(question, again, generator):
            return report
        return _judged(question, generator, directions, notes)


def _check_settings(directions: int, tolerance: float | None) -> None:
    if directions < 1:
        raise DataError(f"{directions} directions are none; at least 1 is needed")
    if tolerance is not None and not 0 <= tolerance < np.inf:
        raise DataError(f"the tolerance is {tolerance}; it must be a number from 0 on")


def _judged(question: Question, rng: Generator, directions: int, notes: Notes) -> GradientReport:
    question, trials = compared(question, rng, directions)
    if not all(np.isfinite(trial.slope.error) for trial in trials):
        return obstacle(
            "f is not finite on both sides of x",
            "x is on the edge of where f is defined, or beside it",
        )
    error, resolution = largest_error(trials), resolution_of(trials[0])
    if all(trial.agrees for trial in trials):
        return agreement(error, resolution, directions, notes)
    entries = wrong_entries(question, _worst(trials))
    certain = [entry.relative_error for entry in entries if entry.certain]
    said = diagnosis(Case(question, trials, entries))
    return disagreement(entries, max(certain, default=error), resolution, said, notes)


def _worst(trials: tuple[Trial, ...]) -> Trial:
    return max((trial for trial in trials if not trial.agrees), key=lambda t: abs(t.residual))
