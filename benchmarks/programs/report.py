"""The tables of a run: ratios, means, the worst cells, and every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.programs import aims
from benchmarks.programs.peer import BEATEN, PEERS
from benchmarks.programs.problem import KINDS, SIZES
from benchmarks.programs.problems import BY_KEY
from benchmarks.programs.results import (
    Measured,
    Place,
    Results,
    best,
    geometric_mean,
    group,
    own_calls,
    peer_of,
    ratios,
)
from benchmarks.table import Table

TITLES = {
    "gradient": "Value and gradient",
    "hessian": "Hessian",
    "hvp": "Hessian-vector product",
}
AGAINST = {"libraries": "JAX and PyTorch", "hand": "hand-written"}
# A cell in which we are slower than this multiple allows is named.
FLOORS = {"libraries": aims.SLACK, "hand": aims.NEAR}


def tables(results: Results) -> list[Table]:
    """The means, the ratios of each kind, the cells that fall short, and the times."""
    found = [aims.table(results), _means(results)]
    kinds = [kind for kind in KINDS if any(place.kind == kind for place in results)]
    found += [_ratios(results, kind) for kind in kinds]
    found += [_short(results, against) for against in AGAINST]
    found += [_times(results, kind) for kind in kinds]
    troubles = _troubles(results)
    return [*found, troubles] if troubles.rows else found


def microseconds(seconds: float) -> str:
    """Three digits: 0.532, 12.3, 4,560."""
    value = 1e6 * seconds
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"


def times_as_fast(ratio: float | None) -> str:
    """Two digits after the comma for small ratios, none for large ones."""
    if ratio is None:
        return "–"
    return f"{ratio:.0f}" if ratio >= 100 else f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}"


def ordered(results: Results, kind: str) -> list[Place]:
    """The cells of a kind, by problem and size."""
    keys = list(BY_KEY)
    places = [place for place in results if place.kind == kind]
    return sorted(places, key=lambda one: (keys.index(one.problem), SIZES.index(one.size)))


def _means(results: Results) -> Table:
    """The geometric means of the ratios, for each of our calls, by size and in all."""
    rows = []
    for kind in KINDS:
        for ours in own_calls(results):
            for against, title in AGAINST.items():
                found = ratios(results, ours, against)
                of_kind = {place: ratio for place, ratio in found.items() if place.kind == kind}
                if of_kind:
                    rows.append((TITLES[kind], ours, title, *_by_size(of_kind)))
    headings = ("kind", "ours", "against the best of", *SIZES, "all", "cells", "worst cell")
    remark = "Geometric means of (the time of the best of them) / (our time)."
    return Table("How many times as fast", headings, rows, (remark,))


def _by_size(found: Mapping[Place, float]) -> list[str]:
    sized = [
        geometric_mean(ratio for place, ratio in found.items() if place.size == size)
        for size in SIZES
    ]
    worst = min(found, key=lambda place: found[place])
    cells = [times_as_fast(mean) for mean in (*sized, geometric_mean(found.values()))]
    return [*cells, str(len(found)), f"{worst.problem} {worst.size}: {times_as_fast(found[worst])}"]


def _ratios(results: Results, kind: str) -> Table:
    """For each cell the best of the others, and our ratios to it and to the hand-written."""
    calls = own_calls(results)
    versus = {
        (ours, against): ratios(results, ours, against) for ours in calls for against in AGAINST
    }
    rows = []
    for place in ordered(results, kind):
        row = [*_named(place), *_leaders(results[place])]
        for ours in calls:
            pair = [versus[ours, against].get(place) for against in AGAINST]
            row.append(_cell(results[place].get(ours), pair))
        rows.append(row)
    headings = ("problem", "size", "JAX or PyTorch, µs", "by hand, µs", *calls)
    remark = (
        "Under our calls: the time of the best of JAX and PyTorch over ours / the time of the best "
        "hand-written version over ours, ± the spread of our time."
    )
    return Table(f"{TITLES[kind]}: ratios", headings, rows, (remark,))


def _named(place: Place) -> tuple[str, str]:
    problem = BY_KEY[place.problem]
    extents = problem.sizes[place.kind][place.size]
    sizes = ", ".join(f"{name}={extent:,}" for name, extent in extents.items())
    return f"{place.problem} {problem.title}", f"{place.size} ({sizes})"


def _leaders(calls: Mapping[str, Measured]) -> list[str]:
    found = (best(calls, BEATEN), best(calls, group("hand")))
    return [f"{microseconds(one.seconds)} {one.name}" if one else "–" for one in found]


def _cell(measured: Measured | None, pair: Sequence[float | None]) -> str:
    if measured is None:
        return "–"
    if measured.wrong is not None:
        return "WRONG"
    if measured.error:
        return "error"
    if measured.seconds is None:
        return "–"
    mark = " ~" if measured.disturbed else ""
    return f"{' / '.join(map(times_as_fast, pair))} ±{100 * measured.spread:.0f}%{mark}"


def _short(results: Results, against: str) -> Table:
    """The cells in which even the best of our calls is slower than it should be."""
    found = [
        (ratio, place)
        for kind in KINDS
        for place, ratio in aims.of_call(results, aims.BEST, against, kind).items()
        if ratio < FLOORS[against]
    ]
    rows = [
        (TITLES[place.kind], *_named(place), times_as_fast(ratio)) for ratio, place in sorted(found)
    ]
    title = f"Cells below {FLOORS[against]:.2f} of the best of {AGAINST[against]}"
    remark = "Ratios of the quickest of our calls, the worst first."
    return Table(title, ("kind", "problem", "size", "ratio"), rows, (remark,))


def _times(results: Results, kind: str) -> Table:
    """Every call of every peer, in microseconds."""
    places = ordered(results, kind)
    order = list(PEERS)
    names = {name for place in places for name in results[place]}
    calls = sorted(names, key=lambda name: (order.index(peer_of(name)), name))
    rows = [
        (
            f"{place.problem} {place.size}",
            *(_time(results[place].get(name)) for name in calls),
        )
        for place in places
    ]
    remark = "± half the way from the lowest to the highest quartile; ~ others used the machine."
    return Table(f"{TITLES[kind]}: times in µs", ("cell", *calls), rows, (remark,))


def _time(measured: Measured | None) -> str:
    if measured is None:
        return "–"
    if measured.wrong is not None:
        return "WRONG"
    if measured.error:
        return "error"
    if measured.seconds is None:
        return "–"
    mark = " ~" if measured.disturbed else ""
    return f"{microseconds(measured.seconds)} ±{100 * measured.spread:.0f}%{mark}"


def _troubles(results: Results) -> Table:
    """What was wrong, and what ended with an error."""
    rows = []
    for kind in KINDS:
        for place in ordered(results, kind):
            for name, measured in results[place].items():
                cell = f"{place.problem} {kind} {place.size}"
                if measured.wrong is not None:
                    rows.append((name, cell, f"WRONG: deviates by {measured.wrong:.1e}"))
                elif measured.error:
                    rows.append((name, cell, measured.error))
    return Table("Wrong results and errors", ("call", "cell", "what happened"), rows)
