"""Products and calls on whole arrays, or on the rows of a block: one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gradproof.program.backends.spelling import PRODUCT, Spelled
from gradproof.program.kernels.dialect import MatrixProduct
from gradproof.program.kernels.letters import Computation, Letter, Letters
from gradproof.program.kernels.reading import (
    Writer,
    array,
    counter,
    entry_of,
    extent,
    read_text,
    seen,
    span,
)

INDENT = "    "


def whole(writer: Writer, computation: Computation) -> list[str]:
    """The statements of a product of matrices, a scatter, or a call."""
    if computation.form == "product":
        return [writer.dialect.product(_block_product(writer, computation))]
    if computation.form == "scatter":
        return _scatter(writer, computation)
    return writer.dialect.call(writer, computation)


class Seen(NamedTuple):
    """An array or a part of it: its text, the letters of its axes and their sizes."""

    text: str
    letters: Letters
    sizes: tuple[Spelled, ...]


def _block_product(writer: Writer, computation: Computation) -> MatrixProduct:
    """C = A B with either transposed, added to what is there where rows go on being summed."""
    (inner,) = computation.over
    letters = writer.stores[computation.place].letters
    result = _at_loops(writer, array(writer, computation.place, letters[0]), letters)
    beta = "1.0" if inner == writer.row else "0.0"
    result = _as_matrix(writer, result, _free(computation, result.letters))
    first = result.letters[0]
    operands = [
        _as_matrix(writer, _at_loops(writer, *seen(writer, read)), (inner,))
        for read in computation.operands
    ]
    left, right = sorted(operands, key=lambda operand: first not in operand.letters)
    function = _function(inner, result, left, right)
    texts: tuple[str, ...] = (left.text, right.text)
    if function == "matmul_tn" and left.text == right.text:
        function, texts = "gram", texts[:1]
    sizes = (*result.sizes, span(writer, inner))
    return MatrixProduct(function, texts, result.text, tuple(x.text for x in sizes), beta)


def _at_loops(writer: Writer, name: str, letters: Letters) -> Seen:
    """The part of an array at the loops that are open, whose letters come first."""
    sizes = tuple(span(writer, letter) for letter in letters)
    count = sum(letter in writer.opened for letter in letters)
    if not count:
        return Seen(name, letters, sizes)
    at = [counter(writer, letter) for letter in letters[:count]]
    return Seen(writer.dialect.part(name, at, sizes), letters[count:], sizes[count:])


def _free(computation: Computation, layout: Letters) -> Letters:
    """The letters at the front of the result that are those of one operand."""
    for operand in computation.operands:
        if layout[0] in operand.at:
            return tuple(letter for letter in layout if letter in operand.at)
    return layout[:1]


def _as_matrix(writer: Writer, given: Seen, apart: Letters) -> Seen:
    """An array with two axes: the letters to be kept apart, and all others as one."""
    name, letters, sizes = given
    if len(letters) <= 2:
        return given
    first = letters[: len(apart)] == apart
    cut = len(apart) if first else len(letters) - len(apart)
    rows, columns = _together(sizes[:cut]), _together(sizes[cut:])
    text = writer.dialect.matrix(name, rows.text, columns.text)
    return Seen(text, (letters[0], letters[-1]), (rows, columns))


def _together(sizes: Sequence[Spelled]) -> Spelled:
    if len(sizes) == 1:
        return sizes[0]
    return Spelled(" * ".join(size.within(PRODUCT) for size in sizes), PRODUCT)


def _function(inner: Letter, result: Seen, left: Seen, right: Seen) -> str:
    """The product that has its operands as they lie."""
    if len(result.letters) == 1:
        return "matvec" if left.letters[-1] == inner else "matvec_transposed"
    turned = ("t" if left.letters[0] == inner else "n") + (
        "n" if right.letters[0] == inner else "t"
    )
    return "matmul" if turned == "nn" else f"matmul_{turned}"


def _scatter(writer: Writer, computation: Computation) -> list[str]:
    """out[index[n], …] += values[n, …], after zeros unless it is made of them."""
    values, places = computation.operands
    dialect, own = writer.dialect, computation.letters
    letters = [*computation.over, *own[1:]]
    is_cleared = computation.place in writer.cleared
    lines = [] if is_cleared else dialect.fill(writer, computation.place, own, "0.0")
    for depth, letter in enumerate(letters):
        head = dialect.loop(counter(writer, letter), extent(writer, letter))
        lines.append(f"{INDENT * depth}{head}")
    entry = entry_of(writer, computation.place, own, (places, *own[1:]))
    value = read_text(writer, values).text
    depth = len(letters)
    lines.append(f"{INDENT * depth}{dialect.statement(f'{entry} += {value}')}")
    ends = [f"{INDENT * k}{end}" for k in reversed(range(depth)) for end in dialect.end]
    return [*lines, *ends]


def operand_names(writer: Writer, computation: Computation) -> list[str]:
    """The arrays and scalars that a function of whole arrays is given."""
    return [
        seen(writer, read)[0] if read.at else read_text(writer, read).text
        for read in computation.operands
    ]
