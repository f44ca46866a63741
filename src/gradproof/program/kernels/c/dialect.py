"""The grammar of C for loops: rows of arrays one after the other, scalars where they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gradproof.program.backends.spelling import PRODUCT, Spelled
from gradproof.program.kernels.c.calls import call
from gradproof.program.kernels.dialect import Dialect, MatrixProduct
from gradproof.program.kernels.letters import Letter
from gradproof.program.kernels.reading import Writer, counter, entry_of, extent
from gradproof.program.kernels.spelling import FUNCTIONS

INDENT = "    "
LIBRARY: Mapping[str, str] = MappingProxyType(
    {
        "arcsin": "asin",
        "arccos": "acos",
        "arctan": "atan",
        "abs": "fabs",
        "power": "pow",
    }
)


def flat(indices: Sequence[str], sizes: Sequence[Spelled]) -> str:
    """(i * d + j) * k + l: where an entry stands; axes of length one do not count."""
    walked = [(index, size) for index, size in zip(indices, sizes, strict=True) if size.text != "1"]
    if not walked:
        return "0"
    text = walked[0][0]
    for count, (index, size) in enumerate(walked[1:]):
        text = f"({text})" if count else text
        text = f"{text} * {size.within(PRODUCT)} + {index}"
    return text


def _entry(name: str, indices: Sequence[str], sizes: Sequence[Spelled]) -> str:
    return f"{name}[{flat(indices, sizes)}]"


def _loop(letter: str, extent: str) -> str:
    return f"for (ptrdiff_t {letter} = 0; {letter} < {extent}; ++{letter}) {{"


def _statement(text: str) -> str:
    return f"{text};"


def _fill(writer: Writer, place: int, letters: Sequence[Letter], value: str) -> list[str]:
    """Loops over the letters that are not walked around."""
    left = [letter for letter in letters if letter not in writer.opened]
    lines = [f"{entry_of(writer, place, letters, letters)} = {value};"]
    for letter in reversed(left):
        inner = [f"{INDENT}{line}" for line in lines]
        lines = [_loop(counter(writer, letter), extent(writer, letter)), *inner, "}"]
    return lines


def _part(name: str, at: Sequence[str], sizes: Sequence[Spelled]) -> str:
    """A pointer to where the part begins."""
    return f"{name} + {flat([*at, *['0'] * (len(sizes) - len(at))], sizes)}"


def _matrix(name: str, rows: str, columns: str) -> str:
    return name


def _real(size: Spelled) -> Spelled:
    return Spelled(f"(double){size.atom}")


def _product(product: MatrixProduct) -> str:
    sizes = product.sizes[1:] if product.function == "gram" else product.sizes
    arguments = [*product.operands, product.result, *sizes]
    return f"{product.function}({', '.join(arguments)});"


C = Dialect(
    loop=_loop,
    end=("}",),
    statement=_statement,
    constant="const double ",
    variable="double ",
    entry=_entry,
    fill=_fill,
    part=_part,
    matrix=_matrix,
    choice="({0} ? {1} : 0.0)".format,
    both=" && ",
    real=_real,
    pi="3.141592653589793",
    lowest="-INFINITY",
    functions=MappingProxyType({name: LIBRARY.get(name, name) for name in FUNCTIONS}),
    product=_product,
    call=call,
)
