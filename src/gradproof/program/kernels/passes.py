"""Row structure: one pass over blocks of rows for all that walks the rows of the data.

Most losses are Σᵢ qᵢ(θ; rowᵢ).  What runs over the letter i of the rows is worked out block
by block, in as few passes as the sums over i allow; what does not stands before, between
or after the passes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from gradproof.program.kernels.letters import Computation, Letter, Read
from gradproof.program.kernels.nests import nest, places_of
from gradproof.program.kernels.values import Kernel, is_block_product

Sizes = Mapping[str, int]

CALLER = -1  # in the place of a computation
START = 250  # entries that could be moved while a pass begins
LONG = 500_000  # operations of a pass that is surely worth threads
SHARE = 0.95  # of what a long pass moves, so that it wins what is equal
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
    sound = [own for own in options if _takes_rows(kernel, own) and _suits_calls(kernel, own)]
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


def _suits_calls(kernel: Kernel, option: Schedule) -> bool:
    """Whether functions of whole arrays find them as they are: rows that are walked lie first."""
    by_row = {place for stage in option.stages if stage.rows for place in stage.places}
    outputs = {place for _, place in kernel.outputs}
    return all(
        option.row not in kernel.computations[read.place].letters[1:]
        for stage in option.stages
        for place in stage.places
        if kernel.computations[place].form in ("call", "scatter")
        for read in kernel.computations[place].operands
        if read.place in by_row - outputs
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
    """Entries moved to and from memory, roughly: arrays that a pass or a loop reads or leaves.

    What is made and used up in a pass block by block, or in one loop, stays in the cache.
    """
    readers = _readers(kernel, option)
    total = 0.0
    for stage in option.stages:
        if not stage.rows:
            for node in nest(kernel, stage.places):
                total += _moved(kernel, set(places_of(node)), readers, sizes)
            continue
        share = SHARE if work(kernel, stage, sizes) > LONG else 1
        total += START + share * _moved(kernel, set(stage.places), readers, sizes)
        for place in stage.places:
            computation = kernel.computations[place]
            if option.row in computation.over and is_block_product(computation):
                total += _summing(entries(kernel, place, sizes))
    return total


def _readers(kernel: Kernel, option: Schedule) -> Mapping[int, set[int]]:
    """For each value, the computations that read it; an output is read by whoever calls."""
    readers: dict[int, set[int]] = defaultdict(set)
    for _, place in kernel.outputs:
        readers[place].add(CALLER)
    for place in (place for stage in option.stages for place in stage.places):
        for read in kernel.reads(kernel.computations[place]):
            readers[read.place].add(place)
    return readers


def _moved(kernel: Kernel, made: set[int], readers: Mapping[int, set[int]], sizes: Sizes) -> int:
    """Entries of arrays that come from elsewhere or are read elsewhere."""
    reads = {read.place for place in made for read in kernel.reads(kernel.computations[place])}
    left = {place for place in made if readers[place] - made}
    return sum(entries(kernel, place, sizes) for place in (reads - made) | left)


def _summing(count: int) -> int:
    """Entries moved to sum over the rows what has so many.

    Of each of two threads or more one reads and writes its own array, first fills it and in the
    end adds it up; in the cache that is done beside the other work.
    """
    return (2 if count <= CACHE else 6) * count


def work(kernel: Kernel, stage: Stage, sizes: Sizes) -> int:
    """Operations, roughly: points of all that is walked."""
    extents = kernel.alphabet.extents
    return sum(
        prod(extents[x].size(sizes) for x in kernel.computations[place].space)
        for place in stage.places
    )


def entries(kernel: Kernel, place: int, sizes: Sizes) -> int:
    """How many entries a value has."""
    extents = kernel.alphabet.extents
    return prod(extents[letter].size(sizes) for letter in kernel.computations[place].letters)
