"""What we aim at, and whether a run shows it."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.programs.results import (
    Place,
    Results,
    geometric_mean,
    own_calls,
    ratios,
)
from benchmarks.table import Table

SLACK = 0.95  # of the best; the rest is noise
NEAR = 1 / 1.15  # of the best hand-written version

BEST = "best of ours"


@dataclass(frozen=True, slots=True)
class Aim:
    """A number that the ratios of one kind against some rivals should reach.

    mean: whether it is their geometric mean, or every one of them.
    """

    text: str
    kind: str
    against: str
    least: float
    mean: bool


AIMS = (
    Aim("gradients: mean ≥ 3 over JAX and PyTorch", "gradient", "libraries", 3.0, True),
    Aim("gradients: no cell slower than JAX and PyTorch", "gradient", "libraries", SLACK, False),
    Aim("gradients: each cell within 1.15 of hand-written", "gradient", "hand", NEAR, False),
    Aim("Hessians: mean ≥ 6 over JAX", "hessian", "JAX", 6.0, True),
    Aim("Hessians: mean ≥ 100 over PyTorch", "hessian", "PyTorch", 100.0, True),
    Aim("Hessians: no cell slower than JAX and PyTorch", "hessian", "libraries", SLACK, False),
    Aim("Hessian-vector products: no cell slower than JAX", "hvp", "JAX", SLACK, False),
)


def table(results: Results) -> Table:
    """For each aim and each of our calls: the number, and which cells fall short."""
    calls = [*own_calls(results), BEST]
    rows = [
        ["every result right", *(_right(results, call) for call in calls)],
        *([aim.text, *(_reached(results, aim, call) for call in calls)] for aim in AIMS),
    ]
    remark = f"{BEST}: for each cell the quickest of our calls."
    return Table("What is aimed at", ("aim", *calls), rows, (remark,))


def of_call(results: Results, call: str, against: str, kind: str) -> dict[Place, float]:
    """The ratios of one call of ours, or of the quickest of them, in the cells of a kind."""
    calls = own_calls(results) if call == BEST else [call]
    found: dict[Place, float] = {}
    for ours in calls:
        for place, ratio in ratios(results, ours, against).items():
            if place.kind == kind:
                found[place] = max(ratio, found.get(place, 0.0))
    return found


def _reached(results: Results, aim: Aim, call: str) -> str:
    found = of_call(results, call, aim.against, aim.kind)
    if not found:
        return "–"
    if aim.mean:
        mean = geometric_mean(found.values()) or 0.0
        return f"{'yes' if mean >= aim.least else 'no'}: {mean:.3g}"
    short = sorted((ratio, place) for place, ratio in found.items() if ratio < aim.least)
    if not short:
        return f"yes: {len(found)} of {len(found)}"
    worst = ", ".join(f"{place.problem} {place.size} {ratio:.2f}" for ratio, place in short[:3])
    return f"no: {len(found) - len(short)} of {len(found)}; {worst}{', …' if short[3:] else ''}"


def _right(results: Results, call: str) -> str:
    """Whether all that this call returned was right, and it returned everywhere."""
    calls = own_calls(results) if call == BEST else [call]
    found = {
        place: [measured[name] for name in calls if name in measured]
        for place, measured in results.items()
    }
    bad = [place for place, ours in found.items() if any(one.seconds is None for one in ours)]
    if not bad:
        return f"yes: {sum(map(bool, found.values()))} cells"
    names = ", ".join(f"{place.problem} {place.kind} {place.size}" for place in sorted(bad)[:3])
    return f"no: {names}{', …' if bad[3:] else ''}"
