"""The layout of products: a tall one, as X′P over many rows, is worked out turned.

BLAS copies one side of a product into the order of its registers in strips of a few entries, and
the other in wide ones.  The strips of a matrix that lies turned are slow to gather: it should be
the narrow one.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from gradproof.program.kernels.letters import Computation, Letter, Letters, Read
from gradproof.program.kernels.passes import Sizes
from gradproof.program.kernels.values import Kernel, batch_letters, is_block_product, is_plain

TALL = 4  # rows for each column
WORTH_TURNING = 1_000_000  # multiplications: far more than it takes to turn the result


def turned(kernel: Kernel, row: Letter | None, sizes: Sizes) -> Kernel:
    """The kernel with tall products of columns laid out column by column.

    row: the letter that is walked by blocks, which stays the first of its arrays.
    """
    fixed = _taken_as_it_lies(kernel)
    leading = dict(kernel.leading)
    computations: dict[int, Computation] = {}
    fresh = len(kernel.plan.steps) + max(kernel.computations, default=0) + 1
    for place, computation in kernel.computations.items():
        is_kept = place in leading or row in computation.letters
        if is_kept or not _is_tall(kernel, computation, sizes):
            computations[place] = computation
            continue
        own: Letters = computation.letters
        leading[fresh if place in fixed else place] = own[1:]
        if place not in fixed:
            computations[place] = computation
            continue
        computations[fresh] = computation._replace(place=fresh)
        copied = (Read(fresh, own),)
        computations[place] = Computation(place, "map", "copy", own, (), copied)
        fresh += 1
    return replace(kernel, computations=computations, leading=leading)


def _taken_as_it_lies(kernel: Kernel) -> set[int]:
    """The places whose layout is not ours to choose: of results, and of what calls are given."""
    calls = (c for c in kernel.computations.values() if c.form == "call")
    given = {read.place for call in calls for read in call.operands}
    return given | {place for _, place in kernel.outputs}


def _is_tall(kernel: Kernel, computation: Computation, sizes: Sizes) -> bool:
    """Whether it is X′P with more columns in X than in P, and much work."""
    if not is_block_product(computation) or len(computation.letters) != 2:
        return False
    (inner,) = computation.over
    if batch_letters(computation) or any(
        not is_plain(read) or read.at[0] != inner or len(read.at) != 2
        for read in computation.operands
    ):
        return False
    extents = kernel.alphabet.extents
    rows, columns, terms = (extents[x].size(sizes) for x in (*computation.letters, inner))
    return rows >= TALL * columns and prod((rows, columns, terms)) >= WORTH_TURNING
