"""What flows between the functions of a program: the values that each needs, and those it makes."""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.program.kernels.module import Loops, is_accumulator
from gradproof.program.kernels.nests import Node
from gradproof.program.kernels.passes import Stage, work

Staged = tuple[Stage, tuple[Node, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """Stages that are one function; in threads if it is a single pass that is worth them."""

    stages: tuple[Staged, ...]
    threads: bool

    def places(self) -> list[int]:
        """All that the stages work out."""
        return [place for stage, _ in self.stages for place in stage.places]


@dataclass(frozen=True, slots=True)
class Flow:
    """The arrays and scalars that a function is given, and what it leaves to others.

    given: places it reads that are made elsewhere.  arrays: places of arrays it fills.
    scalars: places of scalars that others read.  sums: those of its places that are summed
    over the rows.
    """

    given: tuple[int, ...]
    arrays: tuple[int, ...]
    scalars: tuple[int, ...]
    sums: frozenset[int]


def groups(found: Loops, worth: int) -> list[Group]:
    """The stages, with all between two passes in threads as one function.

    worth: the work above which a pass is done in threads.
    """
    result: list[Group] = []
    pending: list[Staged] = []
    for stage, tree in found.stages():
        if not stage.rows or work(found.kernel, stage, found.sizes) <= worth:
            pending.append((stage, tree))
            continue
        if pending:
            result.append(Group(tuple(pending), False))
        result.append(Group(((stage, tree),), True))
        pending = []
    return [*result, Group(tuple(pending), False)] if pending else result


def flow(found: Loops, group: Group) -> Flow:
    """What a function is given and what it leaves."""
    places = group.places()
    inside = set(places)
    given: dict[int, None] = {}
    for place in places:
        for read in found.kernel.reads(found.kernel.computations[place]):
            computation = found.kernel.computations[read.place]
            named = computation.form != "leaf" or computation.operation == "argument"
            if read.place not in inside and named:
                given[read.place] = None
    later = _read_elsewhere(found, inside)
    sums = frozenset(p for p in places if group.threads and is_accumulator(found, p))
    arrays = tuple(p for p in places if found.stores[p].letters and (p in later or p in sums))
    scalars = tuple(p for p in places if not found.stores[p].letters and p in later)
    return Flow(tuple(given), arrays, scalars, sums)


def _read_elsewhere(found: Loops, inside: set[int]) -> set[int]:
    """What other stages or the caller read."""
    wanted = {place for _, place in found.kernel.outputs}
    for stage in found.schedule.stages:
        for place in stage.places:
            if place not in inside:
                reads = found.kernel.reads(found.kernel.computations[place])
                wanted |= {read.place for read in reads}
    return wanted
