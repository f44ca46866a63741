"""What one derivation costs: every published case, each derived as if it were the first.

Reading (parse and infer), deriving (lower, differentiate, simplify, write back as a formula) and
verifying are timed apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import gradproof as gp
from benchmarks.table import Table
from benchmarks.timing import forget, milliseconds, quantile, timed
from gradproof.derivation.closed_form import ClosedForm, closed_form
from gradproof.derivation.derive import differentiated
from gradproof.notation.infer import Inferred
from tests.conformance.cases import Case, load

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A case that has been read."""

    case: Case
    expression: Inferred
    names: tuple[str, ...]

    @classmethod
    def of(cls, case: Case) -> Job:
        """Read the case."""
        expression = gp.parse(case.text, declare=case.declare).inferred
        return cls(case, expression, differentiated(expression, case.wrt, case.order))

    def derive(self) -> list[ClosedForm]:
        """The formula, not yet verified."""
        return closed_form(self.expression, self.names)

    def label(self) -> str:
        """What is derived, on one line."""
        return f"`{self.case.text}` by {', '.join(self.names)}"


def tables() -> list[Table]:
    """Reading, deriving and verifying, as quantiles; and the slowest derivations."""
    cases = load()
    reading = _reading(cases)
    jobs = [Job.of(case) for case in cases]
    deriving, left = _deriving(jobs)
    verifying = _verifying(cases)
    rows = [
        _row("read", reading),
        _row("derive", deriving),
        _row("verify", verifying),
    ]
    remark = (
        f"Best of {ROUNDS} rounds, each begun with nothing remembered. At most {left} nodes of"
        " earlier rounds were still alive."
    )
    headings = ("ms", "median", "95th percentile", "max", "all together")
    return [
        Table(f"{len(cases)} published derivatives", headings, rows, (remark,)),
        _slowest(jobs, deriving),
    ]


def _row(name: str, times: list[float]) -> tuple[str, ...]:
    shown = (*(quantile(times, share) for share in (0.5, 0.95, 1)), sum(times))
    return name, *map(milliseconds, shown)


def _best(rounds: list[list[float]]) -> list[float]:
    return [min(times) for times in zip(*rounds, strict=True)]


def _reading(cases: list[Case]) -> list[float]:
    return _best([[timed(partial(Job.of, case))[0] for case in cases] for _ in range(ROUNDS)])


def _deriving(jobs: list[Job]) -> tuple[list[float], int]:
    """The times, and how many nodes were alive at most when a round began."""
    left, rounds = 0, []
    for _ in range(ROUNDS):
        left = max(left, forget())
        rounds.append([timed(job.derive)[0] for job in jobs])
    return _best(rounds), left


def _verifying(cases: list[Case]) -> list[float]:
    derivations = [case.derive() for case in cases]
    return _best([[timed(one.verify)[0] for one in derivations] for _ in range(ROUNDS)])


def _slowest(jobs: list[Job], times: list[float]) -> Table:
    ranked = sorted(zip(times, jobs, strict=True), key=lambda pair: -pair[0])[:5]
    rows = [(job.label(), milliseconds(time)) for time, job in ranked]
    return Table("The slowest of them", ("case", "ms"), rows)
