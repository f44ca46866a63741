"""What is found out about a gradient."""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.numeric.entries import Entry

SHOWN = 10


@dataclass(frozen=True, slots=True)
class GradientReport:
    """Whether a function's gradient is the one that is given.

    ok                  whether the two agree wherever they were compared
    max_relative_error  the largest error: of an entry where entries are wrong, else of a slope
                        along a direction, relative to the usual size of such slopes
    worst_entries       index, given and numeric value of up to ten wrong entries, the worst first
    message             the same in words
    diagnosis           what is probably wrong, in words; empty where nothing is known
    resolution          the relative error of a slope that would have been seen
    """

    ok: bool
    max_relative_error: float
    worst_entries: tuple[Entry, ...]
    message: str
    diagnosis: str = ""
    resolution: float = 0.0

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return self.message


def obstacle(message: str, diagnosis: str = "") -> GradientReport:
    """The report on a gradient that cannot be compared at all."""
    return GradientReport(False, float("inf"), (), _lines(message, diagnosis), diagnosis)


def agreement(
    error: float, resolution: float, directions: int, notes: tuple[str, ...]
) -> GradientReport:
    """The report on a gradient that is right, as far as can be seen."""
    message = (
        f"agrees with differences of f along {directions} directions to {error:.1e}; "
        f"an error of {resolution:.1e} would be seen"
    )
    return GradientReport(True, error, (), _lines(message, *notes), "", resolution)


def disagreement(
    entries: tuple[Entry, ...],
    error: float,
    resolution: float,
    diagnosis: str,
    notes: tuple[str, ...],
) -> GradientReport:
    """The report on a gradient that is wrong."""
    message = _lines(f"the gradient is wrong by {error:.1e}{_worst(entries)}", diagnosis, *notes)
    return GradientReport(False, error, entries[:SHOWN], message, diagnosis, resolution)


def _worst(entries: tuple[Entry, ...]) -> str:
    if not entries:
        return ""
    worst = entries[0]
    where = f" at {place(worst.index)}" if worst.index else ""
    return f"; worst{where}: {worst.given:.6g} is given, differences say {worst.numeric:.6g}"


def place(index: tuple[int, ...]) -> str:
    """An index as it is written in code: [2, 3]."""
    return f"[{', '.join(map(str, index))}]"


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))
