"""A program as one function: all stages, one after the other."""

from __future__ import annotations

from gradproof.program.kernels.module import Loops, allocations, stage_lines
from gradproof.program.kernels.reading import Writer, size


def serial_lines(found: Loops, writer: Writer) -> list[str]:
    """The statements of the function, after the sizes and before the return."""
    lines = allocations(
        found,
        writer,
        [p for p, store in found.stores.items() if store.letters and not store.block],
    )
    for stage, tree in found.stages():
        lines += stage_lines(found, writer, stage, tree, "0", row_count(found, writer))
    return lines


def row_count(found: Loops, writer: Writer) -> str:
    """How many rows the passes walk."""
    row = found.schedule.row
    if row is None:
        return ""
    return size(writer, found.kernel.alphabet.extents[row]).text
