"""A program for several threads: a function for each stage, and one that runs them.

Each thread walks its own part of the rows and adds into arrays of its own, which are then
added up in the order of the rows: the result does not depend on which thread was faster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradproof.program.backends.syntax import heading, indented
from gradproof.program.kernels.module import Loops, allocation, allocations, stage_lines
from gradproof.program.kernels.nests import Node
from gradproof.program.kernels.passes import Stage
from gradproof.program.kernels.reading import Writer
from gradproof.program.kernels.serial import row_count
from gradproof.program.kernels.stages import Flow, flow


@dataclass(frozen=True, slots=True)
class Piece:
    """The function of a stage: its text, and the statements that call it."""

    text: str
    call: list[str]


def threaded(
    found: Loops, writer: Writer, name: str, decorator: str
) -> tuple[list[str], list[str]]:
    """The functions of the stages, and the statements that allocate and run them."""
    functions: list[str] = []
    lines: list[str] = []
    there: set[str] = set()
    for number, (stage, tree) in enumerate(found.stages(), start=1):
        piece = _piece(found, writer, stage, tree, f"{name}_{number}", decorator, there)
        functions.append(piece.text)
        lines += piece.call
    return functions, lines


def _piece(
    found: Loops,
    writer: Writer,
    stage: Stage,
    tree: Sequence[Node],
    name: str,
    decorator: str,
    there: set[str],
) -> Piece:
    moved = flow(found, stage)
    names = writer.names
    outside = {names[place] for place in (*moved.given, *moved.arrays)}
    local = allocations(
        found, writer, [p for p in _arrays(found, stage) if names[p] not in outside]
    )
    stop = "stop" if stage.rows else ""
    lines = [*local, *stage_lines(found, writer, stage, tree, "start", stop)]
    if moved.scalars:
        lines.append(f"return {_tuple([names[place] for place in moved.scalars])}")
    text = "\n".join(lines)
    used = [own for own in writer.sizes.values() if re.search(rf"\b{own}\b", text)]
    passed = [*used, *dict.fromkeys(names[place] for place in (*moved.given, *moved.arrays))]
    like = writer.like
    if like and re.search(rf"\b{like}\.dtype", text) and like not in passed:
        passed.append(like)
    ends = ["start", "stop"] if stage.rows else []
    function = "\n".join(
        [decorator, *heading(f"def {name}", [*ends, *passed], ":"), *indented(lines)]
    )
    if stage.rows:
        return Piece(function, _pass_call(found, writer, moved, name, passed, there))
    return Piece(function, _call(found, writer, moved, name, passed, there))


def _arrays(found: Loops, stage: Stage) -> list[int]:
    """The arrays that a stage fills, those of its blocks apart."""
    stores = found.stores
    return [p for p in stage.places if stores[p].letters and not stores[p].block]


def _new(writer: Writer, places: Sequence[int], there: set[str]) -> list[int]:
    """Those whose array is not there yet, one for each array."""
    fresh = {writer.names[p]: p for p in reversed(places) if writer.names[p] not in there}
    there.update(fresh)
    return list(reversed(fresh.values()))


def _call(
    found: Loops,
    writer: Writer,
    moved: Flow,
    name: str,
    passed: Sequence[str],
    there: set[str],
) -> list[str]:
    lines = [allocation(found, writer, place) for place in _new(writer, moved.arrays, there)]
    made = _tuple([writer.names[place] for place in moved.scalars])
    call = f"{name}({', '.join(passed)})"
    return [*lines, f"{made} = {call}" if made else call]


def _pass_call(
    found: Loops,
    writer: Writer,
    moved: Flow,
    name: str,
    passed: Sequence[str],
    there: set[str],
) -> list[str]:
    """One call for the rows of each thread, and their sums in order."""
    names = writer.names
    sums = [place for place in moved.arrays if place in moved.sums]
    lines = [
        allocation(found, writer, place, "THREADS" if place in moved.sums else "")
        for place in _new(writer, moved.arrays, there)
    ]
    own = {names[place] for place in sums}
    arguments = ["start", "stop", *(f"{x}[part]" if x in own else x for x in passed)]
    lines.append("with blas_threads(1):")
    lines.append("    parts = in_threads(")
    lines.append(f"        lambda part, start, stop: {name}({', '.join(arguments)}),")
    lines.append(f"        {row_count(found, writer)},")
    lines.append("    )")
    for place in sums:
        reduce = "max" if found.kernel.computations[place].form == "max" else "sum"
        lines.append(f"{names[place]} = {names[place]}.{reduce}(axis=0)")
    lines += _scalar_sums(found, writer, moved)
    return lines


def _scalar_sums(found: Loops, writer: Writer, moved: Flow) -> list[str]:
    lines = []
    for number, place in enumerate(moved.scalars):
        reduce = "max" if found.kernel.computations[place].form == "max" else "sum"
        each = "parts" if len(moved.scalars) == 1 else f"(part[{number}] for part in parts)"
        lines.append(f"{writer.names[place]} = {reduce}({each})")
    return lines


def _tuple(names: Sequence[str]) -> str:
    return ", ".join(names)
