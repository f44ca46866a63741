"""docs/benchmarks.md: the tables of a run with how they were taken, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from benchmarks.programs.problems import PROBLEMS
from benchmarks.programs.report import tables
from benchmarks.programs.results import Results
from benchmarks.programs.worker import TOLERANCES
from benchmarks.table import Table

if TYPE_CHECKING:
    from benchmarks.programs.schedule import Settings

HEAD = """# Speed of programs

The programs that `gradproof.compile` writes, beside the derivatives that JAX, PyTorch, autograd
and PyTensor find by themselves and beside the same closed forms written by hand in NumPy and
numba. `python -m benchmarks programs --markdown` measures and writes this page anew.

## How it was taken

- Every program under measurement runs in a process of its own, with {threads} threads for all its
  libraries. The programs take turns on one problem before the next one begins, in {rounds} rounds.
  From the second round on, JAX and PyTorch's ways that took more than twice the best of them are
  left out: they cannot become the best. `torch.compile` and PyTensor, which compile for seconds,
  are measured once, after the others. Hessians by `torch.compile` are left out: they took longer
  than without it, or ended the process.
- A time is the median of many calls of about {seconds} s together; calls that are too short for
  the clock are counted in bundles. Arrays already belong to the library that is called. JAX's
  dispatch is synchronous, which is its best latency; every call waits for its result.
- Where a library offers two ways to write a loss, such as Cholesky's factors or a general
  elimination, each is measured and the better one counts.
- Before it is timed, every output of every call is held against JAX in float64: the largest
  deviation of an entry relative to the largest entry is at most {tolerance:.0e}. What is not so
  is marked WRONG and has no time.
- While a time is taken the share of the machine that others use is measured; a time with more than
  4% is repeated up to {tries} times and the quickest is kept. `~` marks those that never were
  quiet.
- `ours-…` is the call in full, `program(X=X, y=y)`, which checks its arguments; `bound` is what
  `program.bind(…)` returns. The hand-written versions have their arrays and buffers bound too.

## The machine

{machine}

## The problems

{problems}
"""


def page(results: Results, machine: Mapping[str, str], settings: Settings) -> str:
    """The whole page."""
    head = HEAD.format(
        threads=2,
        rounds=settings.rounds,
        seconds=settings.seconds,
        tries=settings.tries,
        tolerance=TOLERANCES[settings.dtype],
        machine="\n".join(f"- {name}: {text}" for name, text in machine.items()),
        problems=_problems(),
    )
    return head + "\n".join(_second_level(table) for table in tables(results))


def _second_level(table: Table) -> str:
    return str(table).replace("\n### ", "\n## ", 1) + "\n"


def _problems() -> str:
    rows = [
        (
            problem.key,
            problem.title,
            f"`{problem.statement.text}`",
            ", ".join(problem.statement.wrt),
        )
        for problem in PROBLEMS
    ]
    return str(Table("", ("problem", "", "as written", "by"), rows)).split("\n", 3)[-1]
