"""The arrays of a C program: those it works in, and results that are other values again."""

from __future__ import annotations

from collections.abc import Collection

from gradproof.core.dimension import ONE, Dimension, plus, times
from gradproof.program.backends.spelling import PRODUCT
from gradproof.program.kernels.reading import COUNTERS, Writer, size


def memory(writer: Writer, results: Collection[str]) -> list[str]:
    """Lines that allocate all arrays but the results, one behind the other; none for none."""
    counts = {
        writer.names[place]: counted(writer, place)
        for place, store in writer.stores.items()
        if store.letters and writer.names[place] not in results
    }
    counts |= writer.rooms
    if not counts:
        return []
    total = ONE
    for count in counts.values():
        total = plus(total, count)
    entries = f"(size_t)({size(writer, total).text})"
    lines = [f"double *const memory = calloc({entries}, sizeof(double));"]
    before = "memory"
    for name, count in counts.items():
        lines.append(f"double *restrict const {name} = {before};")
        before = f"{name} + {size(writer, count).within(PRODUCT)}"
    return lines


def counted(writer: Writer, place: int) -> Dimension:
    """How many numbers the array of a value holds."""
    extents = writer.kernel.alphabet.extents
    first, *others = (extents[letter] for letter in writer.stores[place].letters)
    if writer.kernel.computations[place].operation == "lu":
        first = plus(first, ONE)  # a row for the pivots
    for extent in others:
        first = times(first, extent)
    return first


def copied(writer: Writer, place: int, result: str) -> list[str]:
    """Lines that make a result of a value that is an argument, another result, or a number."""
    own, k = writer.names[place], _counter(writer)
    is_array = place not in writer.stores and bool(writer.kernel.plan.steps[place].axes)
    return _each(writer, place, result, f"{own}[{k}]", f"{own}[0]" if is_array else own)


def set_to_nan(writer: Writer, place: int, result: str) -> list[str]:
    """Lines that make a result NAN."""
    return _each(writer, place, result, "NAN", "NAN")


def _each(writer: Writer, place: int, result: str, entry: str, scalar: str) -> list[str]:
    computation, k = writer.kernel.computations[place], _counter(writer)
    if not computation.letters:
        return [f"*{result} = {scalar};"]
    count = ONE
    for letter in computation.letters:
        count = times(count, writer.kernel.alphabet.extents[letter])
    return [
        f"for (ptrdiff_t {k} = 0; {k} < {size(writer, count).text}; ++{k}) {{",
        f"    {result}[{k}] = {entry};",
        "}",
    ]


def _counter(writer: Writer) -> str:
    return next(name for name in COUNTERS if name not in writer.taken)
