"""Row structure: one pass over blocks of rows for all that walks the rows of the data.

Most losses are Σᵢ qᵢ(θ; rowᵢ).  What runs over the letter i of the rows is worked out block
by block, in as few passes as the sums over i allow; what does not stands before, between
or after the passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from gradproof.program.kernels.letters import Computation, Letter, Read
from gradproof.program.kernels.nests import is_whole
from gradproof.program.kernels.values import Kernel, is_block_product

Sizes = Mapping[str, int]

CACHE = 64_000  # entries: half of a common second cache


@dataclass(frozen=True, slots=True)
class Stage:
    """Computations that are done together: in one pass over the rows, or once."""

    rows: bool
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The stages in order, and the letter of the rows, if there are passes."""

    row: Letter | None
    stages: tuple[Stage, ...]


def schedule(kernel: Kernel, sizes: Sizes) -> Schedule:
    """The stages with the rows that move least memory at these sizes.

    Walking a letter as rows pays where some array has it as its first axis and no array
    that is given or asked for has it as another.
    """
    options = [walking(kernel, letter) for letter in sorted(_candidates(kernel))]
    sound = [option for option in options if _takes_rows(kernel, option)]
    return min([walking(kernel, None), *sound], key=lambda own: _traffic(kernel, own, sizes))


def walking(kernel: Kernel, row: Letter | None) -> Schedule:
    """The stages with the letter as rows, or without passes."""
    stored = [c for c in kernel.computations.values() if is_done(kernel, c)]
    if row is None:
        return Schedule(None, (Stage(False, tuple(c.place for c in stored)),))
    return _by_rows(kernel, stored, row)


def is_done(kernel: Kernel, computation: Computation) -> bool:
    """Whether there is anything to do for it: not a leaf, not worked out where it is read."""
    return computation.form != "leaf" and computation.place not in kernel.inline


def is_row(computation: Computation, row: Letter | None) -> bool:
    """Whether a computation belongs into a pass over the rows."""
    return row in computation.space and computation.form not in ("call", "scatter")


def _candidates(kernel: Kernel) -> set[Letter]:
    """Letters that are the first axis of a given array and no other axis of one."""
    fixed = {place for _, place in kernel.outputs}
    first: set[Letter] = set()
    later: set[Letter] = set()
    for computation in kernel.computations.values():
        for read in _array_reads(kernel, computation):
            producer = kernel.computations[read.place]
            if producer.form == "leaf" or producer.place in fixed:
                _note(read.at, first, later)
        if computation.place in fixed and computation.form in ("map", "sum", "max", "product"):
            _note(computation.letters, first, later)
    return first - later


def _array_reads(kernel: Kernel, computation: Computation) -> Iterator[Read]:
    if is_done(kernel, computation):
        yield from (read for read in kernel.reads(computation) if read.at)


def _note(index: tuple[object, ...], first: set[Letter], later: set[Letter]) -> None:
    for axis, letter in enumerate(index):
        if isinstance(letter, int):
            (later if axis else first).add(letter)


def _by_rows(kernel: Kernel, stored: list[Computation], row: Letter) -> Schedule:
    """The stages when this letter is walked by blocks."""
    levels: dict[int, int] = {}
    for computation in stored:
        mine = is_row(computation, row)
        level = 0
        for read in kernel.reads(computation):
            producer = kernel.computations[read.place]
            if read.place not in levels:
                continue
            later = is_row(producer, row) and not (mine and _flows(producer, read, row))
            level = max(level, levels[read.place] + later)
        levels[computation.place] = level
    stages: list[Stage] = []
    for level in range(max(levels.values(), default=0) + 1):
        for rows in (False, True):
            places = tuple(
                c.place for c in stored if levels[c.place] == level and is_row(c, row) == rows
            )
            if places:
                stages.append(Stage(rows, places))
    return Schedule(row, tuple(stages))


def _takes_rows(kernel: Kernel, option: Schedule) -> bool:
    """Whether each product of a block takes rows of its operands, never columns."""
    return all(
        _first_or_none(kernel, option, stage, read)
        for stage in option.stages
        if stage.rows
        for place in stage.places
        if is_block_product(kernel.computations[place])
        for read in kernel.computations[place].operands
    )


def _first_or_none(kernel: Kernel, option: Schedule, stage: Stage, read: Read) -> bool:
    """Whether the letter of the rows walks the first axis of what is read, or none."""
    producer = kernel.computations[read.place]
    own_block = read.place in stage.places
    by_row = own_block or any(other.rows and read.place in other.places for other in option.stages)
    layout = list(producer.letters)
    outputs = {place for _, place in kernel.outputs}
    if by_row and option.row in layout and read.place not in outputs:
        layout.sort(key=lambda letter: letter != option.row)
    meaning = dict(zip(producer.letters, [x for x in read.at if x is not None], strict=True))
    walked = [meaning[letter] for letter in layout]
    return option.row not in walked[1:]


def _flows(producer: Computation, read: Read, row: Letter) -> bool:
    """Whether rows of the value are there as soon as the block has been worked out."""
    if row in producer.over:
        return False
    present = [index for index in read.at if index is not None]
    return all(
        index == own
        for own, index in zip(producer.letters, present, strict=True)
        if row in (own, index)
    )


def _traffic(kernel: Kernel, option: Schedule, sizes: Sizes) -> float:
    """Entries moved to and from memory, roughly: arrays a stage reads or leaves behind.

    Within a pass, what is made and used up block by block stays in the cache.
    """
    row = option.row
    outputs = {place for _, place in kernel.outputs}
    where = {place: k for k, stage in enumerate(option.stages) for place in stage.places}
    last: dict[int, int] = {}
    for place, k in where.items():
        for read in kernel.reads(kernel.computations[place]):
            last[read.place] = max(last.get(read.place, -1), k)
    total = 0.0
    for k, stage in enumerate(option.stages):
        moved: set[int] = set()
        reads = 0
        for place in stage.places:
            computation = kernel.computations[place]
            for read in kernel.reads(computation):
                if where.get(read.place, -1) != k or not stage.rows:
                    repeated = not stage.rows and is_whole(computation)
                    reads += entries(kernel, read.place, sizes) if repeated else 0
                    moved.add(read.place)
            leaves = not stage.rows or last.get(place, k) != k or place in outputs
            if leaves or row in computation.over:
                moved.add(place)
            if stage.rows and row in computation.over and is_block_product(computation):
                total += _summing(entries(kernel, place, sizes))
        total += reads + sum(entries(kernel, place, sizes) for place in moved)
        total += 64 if stage.rows else 0
    return total


def _summing(count: int) -> int:
    """Entries moved to sum over the rows what has so many.

    Of each of two threads or more one reads and writes its own array, first fills it and in the
    end adds it up; in the cache that is done beside the other work.
    """
    return (2 if count <= CACHE else 6) * count


def entries(kernel: Kernel, place: int, sizes: Sizes) -> int:
    """How many entries a value has."""
    extents = kernel.alphabet.extents
    return prod(extents[letter].size(sizes) for letter in kernel.computations[place].letters)
