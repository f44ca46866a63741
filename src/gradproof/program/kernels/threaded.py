"""A program for several threads: a function for each long pass, and one that runs them.

Each thread walks its own part of the rows and adds into arrays of its own, which are then
added up in the order of the rows: the result does not depend on which thread was faster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gradproof.program.backends.syntax import heading, indented
from gradproof.program.kernels.module import Loops, allocation, allocations, empty, stage_lines
from gradproof.program.kernels.nests import is_whole
from gradproof.program.kernels.reading import Writer
from gradproof.program.kernels.serial import row_count
from gradproof.program.kernels.stages import Flow, Group, flow, groups


@dataclass(slots=True)
class Parts:
    """The functions so far, the statements that run them, and the arrays that are there."""

    functions: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    there: set[str] = field(default_factory=set)


def threaded(found: Loops, writer: Writer, name: str, decorator: str, worth: int) -> Parts:
    """The functions of the stages, and the statements that allocate and run them.

    worth: the work above which a pass is done in threads.
    """
    parts = Parts()
    for number, group in enumerate(groups(found, worth), start=1):
        moved = flow(found, group)
        own = f"{name}_{number}"
        text, passed = _function(found, writer, group, moved, f"def {own}")
        parts.functions.append(f"{decorator}\n{text}")
        if group.threads:
            _in_threads(found, writer, parts, group, moved, own, passed)
        else:
            _once(found, writer, parts, moved, own, passed)
    return parts


def _function(
    found: Loops, writer: Writer, group: Group, moved: Flow, head: str
) -> tuple[str, list[str]]:
    """The text of a function, and what it has to be given."""
    names = writer.names
    lines = _body(found, writer, group, moved)
    if moved.scalars:
        lines.append(f"return {', '.join(names[place] for place in moved.scalars)}")
    text = "\n".join(lines)
    passed = [own for own in writer.sizes.values() if re.search(rf"\b{own}\b", text)]
    passed += dict.fromkeys(names[place] for place in (*moved.given, *moved.arrays))
    like = writer.like
    if like and re.search(rf"\b{like}\.dtype", text) and like not in passed:
        passed.append(like)
    ends = ["start", "stop"] if group.threads else []
    return "\n".join([*heading(head, [*ends, *passed], ":"), *indented(lines)]), passed


def _body(found: Loops, writer: Writer, group: Group, moved: Flow) -> list[str]:
    names, stores = writer.names, found.stores
    outside = {names[place] for place in (*moved.given, *moved.arrays)}
    own = [p for p in group.places() if stores[p].letters and not stores[p].block]
    lines = allocations(found, writer, [p for p in own if names[p] not in outside])
    ends = ("start", "stop") if group.threads else ("0", row_count(found, writer))
    for stage, tree in group.stages:
        lines += stage_lines(found, writer, stage, tree, *ends)
    return lines


def _new(writer: Writer, places: Sequence[int], there: set[str]) -> list[int]:
    """Those whose array is not there yet, one for each array."""
    fresh = {writer.names[p]: p for p in reversed(places) if writer.names[p] not in there}
    there.update(fresh)
    return list(reversed(fresh.values()))


def _once(
    found: Loops, writer: Writer, parts: Parts, moved: Flow, name: str, passed: Sequence[str]
) -> None:
    """One call, of all that it needs."""
    fresh = _new(writer, moved.arrays, parts.there)
    parts.lines += [allocation(found, writer, place) for place in fresh]
    made = ", ".join(writer.names[place] for place in moved.scalars)
    parts.lines += heading(f"{made} = {name}" if made else name, passed, "")


def _in_threads(
    found: Loops,
    writer: Writer,
    parts: Parts,
    group: Group,
    moved: Flow,
    name: str,
    passed: Sequence[str],
) -> None:
    """One call for the rows of each thread, and their sums in order."""
    names = writer.names
    fresh = _new(writer, moved.arrays, parts.there)
    parts.lines += [_for_threads(found, writer, moved, place) for place in fresh]
    sums = [place for place in moved.arrays if place in moved.sums]
    own = {names[place] for place in sums}
    arguments = ["start", "stop", *(f"{x}[part]" if x in own else x for x in passed)]
    parts.lines += [
        f"def {name}_of(part, start, stop):",
        *indented(heading(f"return {name}", arguments, "")),
        *_run(found, group, f"parts = in_threads({name}_of, {row_count(found, writer)})"),
    ]
    for place in sums:
        combined = {"max": "largest", "sum": "summed"}[_reduction(found, place)]
        parts.lines.append(f"{names[place]} = {combined}({names[place]})")
    parts.lines += _scalar_sums(found, writer, moved)


def _run(found: Loops, group: Group, statement: str) -> list[str]:
    """The statement, with a thread of BLAS's for each of ours where products are in the pass."""
    if not any(is_whole(found.kernel.computations[place]) for place in group.places()):
        return [statement]
    return ["with blas_threads(1):", *indented([statement])]


def _for_threads(found: Loops, writer: Writer, moved: Flow, place: int) -> str:
    """An array of its own for each thread, where it adds something up; one for all, else."""
    if place not in moved.sums:
        return allocation(found, writer, place)
    each = empty(found, writer, place)
    return f"{writer.names[place]} = [{each} for part in range(THREADS)]"


def _scalar_sums(found: Loops, writer: Writer, moved: Flow) -> list[str]:
    lines = []
    for number, place in enumerate(moved.scalars):
        each = "parts" if len(moved.scalars) == 1 else f"part[{number}] for part in parts"
        lines.append(f"{writer.names[place]} = {_reduction(found, place)}({each})")
    return lines


def _reduction(found: Loops, place: int) -> str:
    return "max" if found.kernel.computations[place].form == "max" else "sum"
