"""What check_gradient costs on a million parameters, and how often it sees what is wrong.

Mistakes are drawn at random: one entry of a million wrong by a hundredth, and the transpose of a
matrix that is nearly symmetric.  False alarms are counted over right gradients of many functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import gradproof as gp
from benchmarks.table import Table
from benchmarks.timing import milliseconds, timed
from tests.support.gradients import KNOWN

Array = Any
MILLION = 1_000_000
SMALLER = 100_000
SIDE = 100
TRIALS = 200
ROUNDS = 5
POINTS = 50


@dataclass
class Counted:
    """A function that counts its calls and the seconds they took."""

    f: Callable[[Array], Any]
    calls: int = 0
    seconds: float = 0.0

    def __call__(self, x: Array) -> Any:
        """The value, counted."""
        seconds, value = timed(lambda: self.f(x))
        self.calls, self.seconds = self.calls + 1, self.seconds + seconds
        return value


def tables() -> Iterator[Table]:
    """The cost, the false alarms and the detection rates, which take a quarter of an hour."""
    yield _cost()
    yield _false_alarms()
    yield from _detection()


Problem = tuple[Callable[[Array], Any], Callable[[Array], Array], Array]


def _distance(seed: int, size: int = MILLION) -> Problem:
    b, x = np.random.default_rng(seed).standard_normal((2, size))

    def distance(x: Array) -> float:
        difference = x - b
        return float(np.vdot(difference, difference))

    return distance, (lambda x: 2 * (x - b)), x


def _logistic(seed: int, size: int = MILLION) -> Problem:
    c, x = np.random.default_rng(seed).standard_normal((2, size))
    return (lambda x: float(np.logaddexp(0, c * x).sum())), (lambda x: c / (1 + np.exp(-c * x))), x


def _cost() -> Table:
    rows = [
        _cost_row(name, make) for name, make in (("‖x − b‖²", _distance), ("logistic", _logistic))
    ]
    header = ("f", "calls of f", "whole ms", "of which f", "beyond f", "an evaluation of f")
    remarks = (f"Median of {ROUNDS} rounds; a right gradient.",)
    return Table("check_gradient on 1,000,000 parameters", header, rows, remarks)


def _cost_row(name: str, make: Callable[..., Problem]) -> tuple[str, ...]:
    f, gradient, x = make(0)
    found = []
    for seed in range(ROUNDS):
        counted = Counted(f)
        whole, report = timed(
            lambda f=counted, seed=seed: gp.check_gradient(f, gradient, x, rng=seed)
        )
        assert report.ok, report.message
        found.append((whole, counted.calls, counted.seconds))
    whole, calls, seconds = sorted(found)[ROUNDS // 2]
    times = (whole, seconds, whole - seconds, seconds / calls)
    return (name, str(calls), *map(milliseconds, times))


def _detection() -> Iterator[Table]:
    entry = "one entry wrong by 1 %"
    trials = {
        f"{entry} of {SMALLER:,}, logistic": _one_entry(_logistic, SMALLER),
        **{
            f"transposed, {SIDE}×{SIDE}, asymmetry {tilt:g}": _transposed(tilt)
            for tilt in (1e-2, 1e-4, 1e-6)
        },
        f"{entry} of {MILLION:,}, ‖x − b‖²": _one_entry(_distance, MILLION),
    }
    heads = ("mistake", "trials", "found", "named", "false alarms on the right one")
    for name, trial in trials.items():
        yield Table(f"Mistakes found: {name}", heads, [_detection_row(name, trial)])


Trial = Callable[[int], tuple[bool, bool, bool]]


def _detection_row(name: str, trial: Trial) -> tuple[str, ...]:
    results = [trial(seed) for seed in range(TRIALS)]
    counts = [sum(result[k] for result in results) for k in range(3)]
    return (name, str(TRIALS), *map(str, counts))


def _one_entry(make: Callable[..., Problem], size: int) -> Trial:
    def trial(seed: int) -> tuple[bool, bool, bool]:
        f, gradient, x = make(seed, size)
        right = gradient(x)
        place = int(np.random.default_rng([seed, 1]).integers(size))
        wrong = right.copy()
        wrong[place] *= 1.01
        report = gp.check_gradient(f, wrong, x, rng=seed)
        named = report.diagnosis.startswith(f"a single entry is wrong, [{place}]")
        return not report.ok, named, not gp.check_gradient(f, right, x, rng=seed).ok

    return trial


def _transposed(tilt: float) -> Trial:
    def trial(seed: int) -> tuple[bool, bool, bool]:
        rng = np.random.default_rng(seed)
        c, x = rng.standard_normal((2, SIDE, SIDE))
        c = c + c.T + tilt * rng.standard_normal((SIDE, SIDE))
        report = gp.check_gradient(lambda x: float(np.vdot(c, x)), c.T, x, rng=seed)
        alarm = not gp.check_gradient(lambda x: float(np.vdot(c, x)), c, x, rng=seed).ok
        return not report.ok, report.diagnosis == "it is transposed", alarm

    return trial


def _false_alarms() -> Table:
    rows = []
    for name, known in KNOWN.items():
        points = [known.draw(np.random.default_rng(seed)) for seed in range(POINTS)]
        reports = [
            gp.check_gradient(known.f, known.gradient, x, rng=seed) for seed, x in enumerate(points)
        ]
        alarms = sum(not report.ok for report in reports)
        worst = max(report.max_relative_error for report in reports)
        rows.append((name, str(POINTS), str(alarms), f"{worst:.1e}"))
    return Table("Right gradients", ("f", "points", "false alarms", "largest error"), rows)
