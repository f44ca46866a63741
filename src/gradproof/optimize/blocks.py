"""Sums over rows block by block: data larger than memory, one block of which is there at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.errors import DataError
from gradproof.optimize.objective import Valued
from gradproof.optimize.rows import Parts, RowForm

Array = NDArray[Any]
Block = Mapping[str, Any]

BLOCK = 1 << 26  # bytes of a block: 64 MB
LARGE = 1 << 29  # bytes of data in memory, from which on a call takes them by blocks


def blocks_of(data: Mapping[str, Any], names: tuple[str, ...], count: int) -> Iterator[Block]:
    """The rows of arrays or memory maps, in their order, in blocks of some megabytes."""
    width = sum(np.asarray(data[name][:1]).nbytes for name in names)
    rows = max(1, BLOCK // max(1, width))
    for start in range(0, count, rows):
        # A memory map gives a view, whose pages are read while the block is worked on.
        yield {name: np.asarray(data[name][start : start + rows]) for name in names}


def summed(
    form: RowForm,
    valued: Callable[[Array, Block], Valued],
    blocks: Callable[[], Iterable[Block]],
    rest: Callable[[Array], Valued],
) -> Callable[[Array], Valued]:
    """Q and ∇Q from one pass over the blocks, which are added up in their order.

    valued: by one block.  rest: R and ∇R, of a sum that has such a term.
    """

    def whole(x: Array) -> Valued:
        fun, gradient, count, number = 0.0, np.zeros_like(x), 0, 0
        for block in blocks():
            size = len(block[form.names[0]])
            own, slope = valued(x, block)
            weight = size if form.kind == "mean" else 1
            fun, gradient = fun + weight * own, gradient + weight * slope
            count, number = count + size, number + 1
        if not count:
            raise DataError("the data have no rows")
        if form.kind == "mean":
            return fun / count, gradient / count
        if not form.has_rest:
            return fun, gradient
        own, slope = rest(x)
        return fun - (number - 1) * own, gradient - (number - 1) * slope

    return whole


def streamed(parts: Parts) -> Callable[[Array], Valued]:
    """Q and ∇Q of data that lie in arrays or memory maps, block by block."""
    names = parts.form.names
    return summed(
        parts.form,
        parts.valued,
        lambda: blocks_of(parts.data, names, parts.count),
        parts.rest,
    )
