"""The loops of a program, and the statements of its stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gradproof.core.dimension import ONE, Dimension, plus, times
from gradproof.program.backends.spelling import PRODUCT
from gradproof.program.kernels.letters import Letter
from gradproof.program.kernels.nests import Node, nest
from gradproof.program.kernels.passes import (
    CACHE,
    Schedule,
    Sizes,
    Stage,
    entries,
    schedule,
    walking,
)
from gradproof.program.kernels.reading import Writer, size
from gradproof.program.kernels.storage import Store, stores
from gradproof.program.kernels.values import Kernel, is_block_product
from gradproof.program.kernels.writer import INDENT, neutral, statements

FEWEST_ROWS, MOST_ROWS = 32, 256
MOST_FOR_PRODUCTS = 512
FACTOR_OF_ROW = 512  # entries of a product's other factor, which is read anew for each block


@dataclass(frozen=True, slots=True)
class Loops:
    """A kernel with its stages, the loops of each, and where values live."""

    kernel: Kernel
    schedule: Schedule
    trees: tuple[tuple[Node, ...], ...]
    stores: Mapping[int, Store]
    sizes: Sizes

    def stages(self) -> Iterable[tuple[Stage, tuple[Node, ...]]]:
        """Each stage with its loops."""
        return zip(self.schedule.stages, self.trees, strict=True)


Layout = Callable[[Kernel, Letter | None, Sizes], Kernel]


def as_it_is(kernel: Kernel, row: Letter | None, sizes: Sizes) -> Kernel:
    """No other layout."""
    return kernel


def loops(kernel: Kernel, sizes: Sizes, layout: Layout = as_it_is) -> Loops:
    """The loops of a kernel, with the rows and the layout that suit these sizes."""
    row = schedule(kernel, sizes).row
    kernel = layout(kernel, row, sizes)
    chosen = walking(kernel, row)
    trees = tuple(
        tuple(nest(kernel, stage.places, chosen.row if stage.rows else None))
        for stage in chosen.stages
    )
    return Loops(kernel, chosen, trees, stores(kernel, chosen, trees), sizes)


def stage_lines(
    found: Loops, writer: Writer, stage: Stage, tree: Sequence[Node], start: str, stop: str
) -> list[str]:
    """The statements of a stage; of a pass, for the rows from start to stop."""
    if not stage.rows:
        return statements(writer, tree)
    row = found.schedule.row
    assert row is not None
    lines = [
        f"block = {_rows_of_block(found, writer, stage)}",
        f"block = min(block, {stop if start == '0' else f'{stop} - {start}'})",
        *allocations(
            found,
            writer,
            [p for p, store in found.stores.items() if store.block and p in stage.places],
        ),
        *_accumulators(found, writer, stage),
        f"for first in range({start}, {stop}, block):",
    ]
    inner = [f"rows = min(block, {stop} - first)"]
    writer.row = row
    views: dict[str, str] = {}
    for place in walked(found, stage):
        name = writer.names[place]
        if name in views:
            writer.views[place] = views[name]
            continue
        view = views[name] = _view(writer, name)
        store = found.stores.get(place)
        rows = "[:rows]" if store is not None and store.block else "[first:first + rows]"
        inner.append(f"{view} = {name}{rows}")
        writer.views[place] = view
    inner += statements(writer, tree)
    writer.row = None
    writer.views = {}
    return [*lines, *(f"{INDENT}{line}" for line in inner)]


def allocations(found: Loops, writer: Writer, places: Iterable[int]) -> list[str]:
    """Empty arrays for some values; those that share an array have one."""
    return list(
        {
            writer.names[place]: allocation(found, writer, place)
            for place in reversed(list(places))
        }.values()
    )[::-1]


def allocation(found: Loops, writer: Writer, place: int) -> str:
    """An empty array for a value."""
    return f"{writer.names[place]} = {empty(found, writer, place)}"


def empty(found: Loops, writer: Writer, place: int) -> str:
    """A new array with the axes of a value's store."""
    store = found.stores[place]
    extents = found.kernel.alphabet.extents
    shape = [size(writer, extents[letter]).text for letter in store.letters]
    if store.block:
        shape[0] = "block"
    if found.kernel.computations[place].operation == "lu":
        shape[0] += " + 1"  # a row for the pivots
    listed = shape[0] if len(shape) == 1 else f"({', '.join(shape)})"
    kind = f", {writer.like}.dtype" if writer.like else ""
    return f"np.{'zeros' if place in writer.cleared else 'empty'}({listed}{kind})"


def is_accumulator(found: Loops, place: int) -> bool:
    """Whether a value is summed over the rows of a pass."""
    computation = found.kernel.computations[place]
    return found.schedule.row in computation.over and any(
        stage.rows and place in stage.places for stage in found.schedule.stages
    )


def _accumulators(found: Loops, writer: Writer, stage: Stage) -> list[str]:
    lines = []
    for place in stage.places:
        if not is_accumulator(found, place):
            continue
        name, value = writer.names[place], neutral(writer, found.kernel.computations[place])
        array = bool(found.stores[place].letters)
        lines.append(f"{name}[:] = {value}" if array else f"{name} = {value}")
    return lines


def walked(found: Loops, stage: Stage) -> list[int]:
    """The arrays whose rows the pass walks."""
    row = found.schedule.row
    arrays: dict[int, None] = {}
    for place in stage.places:
        computation = found.kernel.computations[place]
        for read in found.kernel.reads(computation):
            if read.at and _first(found, read.place, read.at) == row:
                arrays[read.place] = None
        letters = found.stores[place].letters
        if letters and letters[0] == row:
            arrays[place] = None
    return list(arrays)


def _first(found: Loops, place: int, index: Sequence[object]) -> object:
    """At what the first axis of an array's layout is read."""
    store = found.stores.get(place)
    if store is None:
        return index[0]
    if not store.letters:
        return None
    own = found.kernel.computations[place].letters
    present = [entry for entry in index if entry is not None]
    return dict(zip(own, present, strict=True))[store.letters[0]]


def _rows_of_block(found: Loops, writer: Writer, stage: Stage) -> str:
    """As many rows as fit the cache in all arrays that the pass walks, within bounds.

    Each block reads the factors of products anew: more rows where one of them is large.
    """
    bounds = [str(FEWEST_ROWS)]
    factor = _largest_factor(found, stage)
    if factor is not None:
        own = size(writer, _extent(found, factor)).within(PRODUCT)
        bounds.append(f"min({MOST_FOR_PRODUCTS}, {own} // {FACTOR_OF_ROW})")
    width = Dimension(())
    for place in walked(found, stage):
        width = plus(width, _extent(found, place))
    bounds.append(f"min({MOST_ROWS}, {CACHE} // ({size(writer, width).text}))")
    return f"max({', '.join(bounds)})"


def _largest_factor(found: Loops, stage: Stage) -> int | None:
    """The largest matrix without rows that a product of the pass reads or adds to."""
    computations, row = found.kernel.computations, found.schedule.row
    factors = [
        place
        for product in (computations[place] for place in stage.places)
        if is_block_product(product)
        for place, letters in ((product.place, product.letters), *product.operands)
        if row not in letters and len(letters) > 1
    ]
    return max(factors, key=lambda p: entries(found.kernel, p, found.sizes), default=None)


def _extent(found: Loops, place: int) -> Dimension:
    """The entries of an array; of one that the pass walks, in a row."""
    extents = found.kernel.alphabet.extents
    count = ONE
    for letter in found.kernel.computations[place].letters:
        count = count if letter == found.schedule.row else times(count, extents[letter])
    return count


def _view(writer: Writer, name: str) -> str:
    """What the rows of an array are called; the same in every pass."""
    if name not in writer.view_names:
        view = f"{name}_rows"
        while view in writer.taken:
            view += "_"
        writer.taken.add(view)
        writer.view_names[name] = view
    return writer.view_names[name]
