"""What flows from stage to stage: the values that each needs, and those that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.program.kernels.module import Loops, is_accumulator
from gradproof.program.kernels.passes import Stage


@dataclass(frozen=True, slots=True)
class Flow:
    """The arrays and scalars that a stage is given, and what it leaves to others.

    given: places it reads that are made elsewhere.  arrays: places of arrays it fills.
    scalars: places of scalars that others read.  sums: those of its places that are summed
    over the rows.
    """

    given: tuple[int, ...]
    arrays: tuple[int, ...]
    scalars: tuple[int, ...]
    sums: frozenset[int]


def flow(found: Loops, stage: Stage) -> Flow:
    """What a stage is given and what it leaves."""
    inside = set(stage.places)
    given: dict[int, None] = {}
    for place in stage.places:
        for read in found.kernel.reads(found.kernel.computations[place]):
            computation = found.kernel.computations[read.place]
            named = computation.form != "leaf" or computation.operation == "argument"
            if read.place not in inside and named:
                given[read.place] = None
    later = _read_later(found, stage)
    left = [place for place in stage.places if place in later]
    stores: Mapping[int, object] = found.stores
    arrays = tuple(
        place
        for place in stage.places
        if place in stores and found.stores[place].letters and not _is_local(found, stage, place)
    )
    scalars = tuple(place for place in left if not found.stores[place].letters)
    sums = frozenset(place for place in stage.places if stage.rows and is_accumulator(found, place))
    return Flow(tuple(given), arrays, scalars, sums)


def _is_local(found: Loops, stage: Stage, place: int) -> bool:
    """Whether an array is of no interest outside the stage, and small."""
    return place not in _read_later(found, stage) and not (
        stage.rows and is_accumulator(found, place)
    )


def _read_later(found: Loops, stage: Stage) -> set[int]:
    """What other stages or the caller read."""
    wanted = {place for _, place in found.kernel.outputs}
    for other in found.schedule.stages:
        if other is stage:
            continue
        for place in other.places:
            wanted |= {read.place for read in found.kernel.reads(found.kernel.computations[place])}
    return wanted
