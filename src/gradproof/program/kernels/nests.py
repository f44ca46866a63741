"""Loop nests: computations that walk the same letters share their loops.

A computation joins the loop over a letter when all it needs is there at that point: stored
before, or made earlier in the same round of the loop.  A sum over the letter is there only
when the loop has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from gradproof.program.kernels.letters import Computation, Letter, Read
from gradproof.program.kernels.values import Kernel, batch_letters, is_block_product


@dataclass(slots=True)
class Loop:
    """Everything in the body, for every value of the letter."""

    letter: Letter
    body: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Start:
    """The accumulator of a reduction at its neutral value."""

    place: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The accumulator of a reduction is complete."""

    place: int


@dataclass(frozen=True, slots=True)
class Compute:
    """One value, or one contribution to a reduction, at the letters of the loops around."""

    place: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A product or a call on whole arrays (of a block of rows, the rows of the block)."""

    place: int


Node = Loop | Start | Finish | Compute | Whole


def nest(kernel: Kernel, places: Sequence[int], row: Letter | None = None) -> list[Node]:
    """The loops that work out the computations at these places, in an order that fuses.

    row: the letter of the rows of a block, whose reductions go on from block to block: they
    are started by whoever walks the blocks.
    """
    computations = [kernel.computations[place] for place in places]
    return _nodes(kernel, computations, (), frozenset() if row is None else frozenset({row}), row)


def places_of(node: Node) -> Iterator[int]:
    """What is worked out in a node of the loops."""
    match node:
        case Loop(_, body):
            for inner in body:
                yield from places_of(inner)
        case Compute(place) | Whole(place):
            yield place
        case Start() | Finish():
            pass
        case _:
            assert_never(node)


def is_whole(computation: Computation) -> bool:
    """Whether a computation works on whole arrays, not in loops of its own."""
    return computation.form in ("call", "scatter") or is_block_product(computation)


def _nodes(
    kernel: Kernel,
    computations: Sequence[Computation],
    opened: tuple[Letter, ...],
    started: frozenset[Letter],
    row: Letter | None,
) -> list[Node]:
    remaining = list(computations)
    nodes: list[Node] = []
    while remaining:
        first = _next(kernel, remaining, opened)
        order = loop_order(kernel, first, opened, row)
        if not order:
            leaf = Whole if is_whole(first) else Compute
            nodes.append(leaf(first.place))
            remaining.remove(first)
        else:
            group = _group(kernel, remaining, order[0], opened, row)
            chosen = {computation.place for computation in group}
            remaining = [left for left in remaining if left.place not in chosen]
            reduced = _reduced(group, order[0], started)
            inside = started | {order[0]}
            body = _nodes(kernel, group, (*opened, order[0]), inside, row)
            nodes += [*map(Start, reduced), Loop(order[0], body), *map(Finish, reduced)]
    return nodes


def _next(
    kernel: Kernel, remaining: Sequence[Computation], opened: tuple[Letter, ...]
) -> Computation:
    """What is done next: a value without loops as soon as it can be, since loops wait for it."""
    waiting = {computation.place for computation in remaining}
    for computation in remaining:
        if is_whole(computation) or not set(computation.space) <= set(opened):
            continue
        if all(read.place not in waiting for read in kernel.reads(computation)):
            return computation
    return remaining[0]


def _reduced(group: Iterable[Computation], letter: Letter, started: frozenset[Letter]) -> list[int]:
    """The reductions whose first reduced loop is the one about to open."""
    return [
        computation.place
        for computation in group
        if letter in computation.over and not started.intersection(computation.over)
    ]


def _group(
    kernel: Kernel,
    remaining: Sequence[Computation],
    letter: Letter,
    opened: tuple[Letter, ...],
    row: Letter | None,
) -> list[Computation]:
    """The computations that can share a loop over the letter, beginning with the first."""
    group: dict[int, Computation] = {}
    waiting: set[int] = set()
    for computation in remaining:
        order = loop_order(kernel, computation, opened, row)
        joins = (
            bool(order)
            and order[0] == letter
            and all(_is_there(group, waiting, read, letter) for read in kernel.reads(computation))
        )
        if joins:
            group[computation.place] = computation
        else:
            waiting.add(computation.place)
    return list(group.values())


def _is_there(group: dict[int, Computation], waiting: set[int], read: Read, letter: Letter) -> bool:
    """Whether a value can be read in the same round of a loop over the letter."""
    if read.place in waiting:
        return False
    producer = group.get(read.place)
    if producer is None:
        return True
    if letter in producer.over:
        return False
    return matched(producer, read, letter)


def matched(producer: Computation, read: Read, letter: Letter) -> bool:
    """Whether a value is read at the very letter with which it is made."""
    present = [index for index in read.at if index is not None]
    return all(
        index == own
        for own, index in zip(producer.letters, present, strict=True)
        if own == letter or index == letter
    )


def loop_order(
    kernel: Kernel, computation: Computation, opened: tuple[Letter, ...], row: Letter | None
) -> list[Letter]:
    """The letters still to be walked, outermost first: as the widest array is laid out."""
    if is_whole(computation):
        return [letter for letter in batch_letters(computation) if letter not in opened]
    layouts = [list(computation.letters)]
    if computation.over:
        layouts += [
            [index for index in read.at if isinstance(index, int)]
            for read in kernel.reads(computation)
        ]
    widest = max(layouts, key=lambda letters: len(set(letters)))
    space = computation.space
    rest = [letter for letter in space if letter not in widest]
    ordered = [letter for letter in dict.fromkeys([*rest, *widest]) if letter in space]
    first = [*kernel.leading.get(computation.place, ()), *([] if row is None else [row])]
    ordered = list(dict.fromkeys([*(x for x in first if x in ordered), *ordered]))
    return [letter for letter in ordered if letter not in opened]
