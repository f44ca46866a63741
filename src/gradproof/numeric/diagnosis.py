"""What is wrong with a gradient, in words.

Every slip that is known here proposes what the slopes should be if it were the only one, and is
named only where the measured slopes confirm it: they leave nearly nothing of the disagreement.
So a slip costs few values of f, or none, however large x is.  SLIPS are tried in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from gradproof.numeric.comparison import Array, Question, Trial, line, tried
from gradproof.numeric.entries import Entry, along_entry
from gradproof.numeric.gradient_report import place
from gradproof.numeric.rounding import fits_single, step_of_quantum
from gradproof.numeric.slopes import Along, one_sided

LEFT_OVER = 0.02  # the part of the disagreement that a slip may leave unexplained
KINK_STEPS = (2.0**-10, 2.0**-13)
KINKS = 3
SLACK = 1e-4
NICE_TO = 1e-3
LARGEST_NICE = 10_000_000
TINY_STEP = 1e-3
MOST_AXES = 4


@dataclass(frozen=True, slots=True)
class Case:
    """A wrong gradient: what was asked, the slopes, the wrong entries."""

    question: Question
    trials: tuple[Trial, ...]
    entries: tuple[Entry, ...]

    @property
    def slopes(self) -> Array:
        """The slopes of f."""
        return np.array([trial.slope.value for trial in self.trials])

    @property
    def claimed(self) -> Array:
        """The slopes that the given gradient has."""
        return np.array([trial.claimed for trial in self.trials])

    def along(self, gradient: Array) -> Array:
        """The slopes that another gradient would have."""
        return np.array([float(np.sum(gradient * trial.direction)) for trial in self.trials])


def explained(case: Case, proposed: Array, part: float = LEFT_OVER) -> bool:
    """Whether slopes as proposed leave nearly nothing of the disagreement."""
    errors = float(np.linalg.norm([trial.slope.error for trial in case.trials]))
    before = float(np.linalg.norm(case.slopes - case.claimed))
    after = float(np.linalg.norm(case.slopes - proposed))
    return after <= part * before + errors


def _fitted(basis: Array, rest: Array) -> float:
    """The multiple of the slopes `basis` that is nearest to the slopes `rest`."""
    square = float(basis @ basis)
    return float(basis @ rest) / square if square else 0.0


def kink(case: Case) -> str:
    """One-sided derivatives differ, and what is given is between them."""
    question = case.question
    for entry in case.entries[:KINKS]:
        unit = float(question.scale[entry.index])
        sides = _sides(along_entry(question, entry.place), question.at)
        left, right = (side / unit for side in sides)
        if _between(entry.given, left, right):
            return _kink_said(f"at {place(entry.index)}", left, right)
    worst = max(case.trials, key=lambda trial: abs(trial.residual))
    left, right = _sides(line(question, worst.direction), question.at)
    return (
        _kink_said("along a direction", left, right) if _between(worst.claimed, left, right) else ""
    )


def _kink_said(where: str, left: float, right: float) -> str:
    return (
        f"f has a kink {where}: its slope is {left:.6g} to the left and {right:.6g} to the right, "
        "so that it has no gradient here; check it beside"
    )


def _sides(along: Along, at: float) -> tuple[float, float]:
    """The slopes on both sides, if their difference stays as the step shrinks; else 0 and 0."""
    wide, narrow = (one_sided(along, step, at) for step in KINK_STEPS)
    jumps = (wide[1] - wide[0], narrow[1] - narrow[0])
    return narrow if abs(jumps[0] - jumps[1]) < 0.1 * abs(jumps[1]) else (0.0, 0.0)


def _between(value: float, left: float, right: float) -> bool:
    slack = SLACK * abs(left - right)
    return left != right and min(left, right) - slack <= value <= max(left, right) + slack


def nice_factor(case: Case) -> str:
    """The gradient is a whole number of times too large or too small, or has the other sign."""
    factor = _factor(case)
    size = abs(factor)
    multiple = max(size, 1 / size) if size else 0.0
    whole = round(multiple)
    if not 1 <= whole <= LARGEST_NICE or abs(multiple - whole) > NICE_TO:
        return ""
    sign = "the sign is wrong" if factor < 0 else ""
    if whole == 1:
        return sign
    number = f"{whole}" if size > 1 else f"1/{whole}"
    return f"the factor {number} is missing" + (f", and {sign}" if sign else "")


def factor(case: Case) -> str:
    """The gradient is a multiple of the right one."""
    found = _factor(case)
    many = case.question.given.size > 1
    return f"it should be {found:.6g} times as large" if found and many else ""


def _factor(case: Case) -> float:
    """What the given gradient must be multiplied by; 0 where no number will do."""
    found = _fitted(case.claimed, case.slopes)
    return found if explained(case, found * case.claimed) else 0.0


def unsubtracted(case: Case) -> str:
    """Every entry is f(x)/h too large: a quotient from which f(x) is not subtracted."""
    question = case.question
    ones = case.along(np.ones_like(question.given))
    excess = _fitted(ones, case.claimed - case.slopes)
    step = question.at / excess if excess else 0.0
    if not 0 < step < TINY_STEP or not explained(case, case.claimed - excess * ones):
        return ""
    rest = np.linalg.norm(case.claimed - excess * ones - case.slopes)
    uneven = np.linalg.norm(case.slopes - _fitted(ones, case.slopes) * ones)
    form = "f(x+h)/h" if rest < uneven / 2 else "(f(x+h) + f(x−h))/2h"
    return (
        f"it looks like {form} with h = {step:.3g}: every entry is f(x)/h = {excess:.3g} off. "
        "A difference quotient subtracts; without that it grows like f(x)/h as h → 0 and has no "
        "limit unless f(x) = 0. Use (f(x+h) − f(x−h))/2h."
    )


def transposed(case: Case) -> str:
    """The gradient with its axes in another order would be right."""
    given = case.question.given
    if not 2 <= given.ndim <= MOST_AXES:
        return ""
    for order in list(permutations(range(given.ndim)))[1:]:
        turned = given.transpose(order)
        if turned.shape == given.shape and explained(case, case.along(turned)):
            return (
                "it is transposed"
                if given.ndim == 2
                else f"its axes should be in the order {order}"
            )
    return ""


def missing_term(case: Case) -> str:
    """A multiple of x, of sign x or of ones is missing, or there is one too many."""
    point = case.question.point.astype(float)
    terms = {"x": point, "sign(x)": np.sign(point), "(1, …, 1)": np.ones_like(point)}
    if point.size < 2:
        return ""
    for name, term in terms.items():
        basis = case.along(term)
        times = _fitted(basis, case.slopes - case.claimed)
        if times and explained(case, case.claimed + times * basis):
            return f"the term {abs(times):.6g}·{name} " + (
                "is missing" if times > 0 else "is too much"
            )
    return ""


def few_entries(case: Case) -> str:
    """A few entries are wrong, or one row or column, and all others agree."""
    given, entries = case.question.given, case.entries
    if given.size < 2 or not entries or len(entries) == given.size:
        return ""
    return _one_slice(case) or _listed(case)


def _listed(case: Case) -> str:
    proposed = case.claimed.copy()
    for entry in case.entries:
        shares = np.array([trial.direction[entry.index] for trial in case.trials])
        proposed += (entry.numeric - entry.given) * shares
    if not explained(case, proposed):
        return ""
    if len(case.entries) == 1:
        return f"a single entry is wrong, {place(case.entries[0].index)}; all others agree"
    return f"{len(case.entries)} entries are wrong; all others agree"


def _one_slice(case: Case) -> str:
    """Whether all that is wrong has one index in common, as the entries of a row have."""
    shape = case.question.given.shape
    if len(shape) < 2 or len(case.entries) < 2:
        return ""
    for axis in range(len(shape)):
        shared = {entry.index[axis] for entry in case.entries}
        if len(shared) == 1 and shape[axis] > 1:
            index = shared.pop()
            if _others_agree(case, axis, index):
                name = ("row", "column")[axis] if len(shape) == 2 else f"axis {axis}, index"
                return f"{name} {index} is wrong; all others agree"
    return ""


def _others_agree(case: Case, axis: int, index: int) -> bool:
    wrong = max(case.trials, key=lambda trial: abs(trial.residual))
    steps = wrong.direction / case.question.scale
    np.moveaxis(steps, axis, 0)[index] = 0.0
    return tried(case.question, steps).agrees


def too_small_a_step(case: Case) -> str:
    """The entries are whole multiples of the last digit of f(x) over a step."""
    step, quantum = step_of_quantum(case.question.given, case.question.at)
    if not step or any(entry.error > 8 * quantum for entry in case.entries):
        return ""
    return (
        f"its entries are whole multiples of {quantum:.3g}, the last digit of f(x) over h = "
        f"{step:.1g}: it looks like a difference quotient with too small a step; for central "
        "differences h ≈ 6e-6 is best"
    )


def single_precision(case: Case) -> str:
    """The entries are numbers of single precision and are wrong by their rounding."""
    coarse = all(entry.relative_error < 1e-3 for entry in case.entries)
    if not coarse or not fits_single(case.question.given):
        return ""
    return "its entries are numbers of single precision (float32), and so is its error"


SLIPS: tuple[Callable[[Case], str], ...] = (
    kink,
    nice_factor,
    unsubtracted,
    transposed,
    missing_term,
    few_entries,
    factor,
    too_small_a_step,
    single_precision,
)


def diagnosis(case: Case) -> str:
    """What is wrong, in words; empty where no slip explains it."""
    return next(filter(None, (slip(case) for slip in SLIPS)), "")
