"""How values are read and named in the text of the loops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from gradproof.core.dimension import Dimension
from gradproof.program.backends.spelling import ATOM, PRODUCT, SUM, Operands, Spelled
from gradproof.program.kernels.dialect import Dialect
from gradproof.program.kernels.letters import Computation, Letter, Read
from gradproof.program.kernels.spelling import entry, number
from gradproof.program.kernels.storage import Store
from gradproof.program.kernels.values import Kernel, bound, substituted

COUNTERS = ("i", "j", "k", "l", "m", "n", "p", "q", "r", "s", "u", "v")


@dataclass(slots=True)
class Writer:
    """What is known while the statements of one program are written.

    names: of values.  sizes: of dimensions.  row: the letter walked by blocks here, if any.
    like: an array whose type of number new arrays have.  given: places of scalars whose
    variables are there before.  cleared: places whose arrays are made full of zeros.
    rooms: arrays that calls work in, with their sizes.
    """

    kernel: Kernel
    stores: Mapping[int, Store]
    names: Mapping[int, str]
    sizes: Mapping[str, str]
    taken: set[str]
    dialect: Dialect
    row: Letter | None = None
    like: str = ""
    given: frozenset[int] = frozenset()
    cleared: frozenset[int] = frozenset()
    counters: dict[Letter, str] = field(default_factory=dict)
    view_names: dict[str, str] = field(default_factory=dict)
    views: dict[int, str] = field(default_factory=dict)
    brought: set[str] = field(default_factory=set)
    rooms: dict[str, Dimension] = field(default_factory=dict)
    entries: dict[int, str] = field(default_factory=dict)
    opened: list[Letter] = field(default_factory=list)


def size(writer: Writer, extent: Dimension) -> Spelled:
    """A size in the names of dimensions."""
    terms = []
    for names, count in extent.terms:
        factors = [writer.sizes[name] for name in names]
        if count != 1 or not factors:
            factors.insert(0, str(count))
        terms.append(" * ".join(factors))
    precedence = SUM if len(terms) > 1 else PRODUCT if " * " in terms[0] else ATOM
    return Spelled(" + ".join(terms), precedence)


def counter(writer: Writer, letter: Letter) -> str:
    """The loop variable of a letter."""
    if letter not in writer.counters:
        used = {*writer.counters.values(), *writer.taken}
        free = (name for name in _counter_names() if name not in used)
        writer.counters[letter] = next(free)
    return writer.counters[letter]


def _counter_names() -> Iterator[str]:
    yield from COUNTERS
    number = 0
    while True:
        yield f"i{number}"
        number += 1


def extent(writer: Writer, letter: Letter) -> str:
    """How far a letter runs here: the rows of the block, or the size of the axis."""
    return span(writer, letter).text


def span(writer: Writer, letter: Letter) -> Spelled:
    """The same with its precedence."""
    if letter == writer.row:
        return Spelled("rows")
    return size(writer, writer.kernel.alphabet.extents[letter])


def array(writer: Writer, place: int, first: Letter | Read | None) -> str:
    """The array of a value as it is seen here: of a block, the rows of the block."""
    if writer.row is not None and first == writer.row:
        return writer.views.get(place, writer.names[place])
    return writer.names[place]


def target(writer: Writer, computation: Computation) -> str:
    """Where one entry is kept: a scalar, or a place of an array."""
    store = writer.stores[computation.place]
    if not store.letters:
        return writer.names[computation.place]
    return _indexed(writer, computation.place, store, {})


def entry_name(writer: Writer, computation: Computation) -> str:
    """H_ij, the entry of H at the letters of the loops."""
    letters = "".join(counter(writer, letter) for letter in computation.letters)
    name = f"{writer.names[computation.place]}_{letters}"
    while name in writer.taken:
        name += "_"
    return name


def value_text(writer: Writer, computation: Computation) -> Spelled:
    """What is computed at the current letters: a map's entry, or what is summed."""
    operands = tuple(read_text(writer, read) for read in computation.operands)
    letters = tuple(_index_text(writer, letter) for letter in computation.letters)
    if computation.form == "map":
        return entry(writer.dialect, computation, operands, letters)
    if computation.form == "product":
        return _product(operands)
    return operands[0]


def _product(operands: Operands) -> Spelled:
    return Spelled(" * ".join(operand.within(PRODUCT) for operand in operands), PRODUCT)


def read_text(writer: Writer, read: Read) -> Spelled:
    """One entry of a value where it is read."""
    place = read.place
    computation = writer.kernel.computations[place]
    if computation.form == "leaf" and computation.operation != "argument":
        return _leaf(writer, computation, place)
    if place in writer.kernel.inline:
        return _inline(writer, computation, read)
    store = writer.stores.get(place)
    if store is None:
        return Spelled(_argument(writer, read))
    if not store.letters:
        return Spelled(writer.names[place])
    if place in writer.entries:
        return Spelled(writer.entries[place])
    return Spelled(_indexed(writer, place, store, bound(computation, read)))


def _leaf(writer: Writer, computation: Computation, place: int) -> Spelled:
    parameters = computation.parameters
    if computation.operation == "number":
        value = parameters[0]
        assert isinstance(value, Fraction)
        return Spelled(number(value), ATOM if value >= 0 else SUM)
    if computation.operation == "size":
        assert isinstance(parameters[0], Dimension)
        return writer.dialect.real(size(writer, parameters[0]))
    return Spelled(writer.dialect.pi)


def _inline(writer: Writer, computation: Computation, read: Read) -> Spelled:
    """The expression of a value that is not stored, at the letters where it is read."""
    meaning = bound(computation, read)
    operands = tuple(
        read_text(writer, substituted(operand, meaning)) for operand in computation.operands
    )
    letters = tuple(_index_text(writer, meaning[letter]) for letter in computation.letters)
    return entry(writer.dialect, computation, operands, letters)


def _argument(writer: Writer, read: Read) -> str:
    if not read.at:
        return writer.names[read.place]
    return _entry(writer, read.place, read.at, writer.kernel.plan.steps[read.place].axes)


def _indexed(
    writer: Writer,
    place: int,
    store: Store,
    meaning: Mapping[Letter, Letter | Read],
) -> str:
    """An entry of an array with the axes of the store."""
    indices = [meaning.get(letter, letter) for letter in store.letters]
    return entry_of(writer, place, store.letters, indices)


def entry_of(
    writer: Writer, place: int, layout: Sequence[Letter], at: Sequence[Letter | Read | None]
) -> str:
    """An entry of an array whose axes run over the letters of its layout."""
    axes = [writer.kernel.alphabet.extents[letter] for letter in layout]
    return _entry(writer, place, at, axes)


def _entry(
    writer: Writer,
    place: int,
    at: Sequence[Letter | Read | None],
    axes: Sequence[Dimension],
) -> str:
    first, *rest = at
    seen_by_rows = writer.row is not None and first == writer.row and place in writer.views
    indices = [
        counter(writer, writer.row) if seen_by_rows and writer.row is not None else "",
        *(_index_text(writer, index) for index in rest),
    ]
    indices[0] = indices[0] or _index_text(writer, first)
    sizes = [size(writer, axis) for axis in axes]
    return writer.dialect.entry(array(writer, place, first), indices, sizes)


def _index_text(writer: Writer, index: Letter | Read | None) -> str:
    if index is None:
        return "0"
    if isinstance(index, Read):
        return read_text(writer, index).text
    own = counter(writer, index)
    return f"first + {own}" if index == writer.row else own


def seen(writer: Writer, read: Read) -> tuple[str, tuple[Letter, ...]]:
    """The array that is read, as it is seen here, and its letters in the order of its layout."""
    own = writer.kernel.computations[read.place].letters
    index = [letter for letter in read.at if isinstance(letter, int)]
    store = writer.stores.get(read.place)
    layout = own if store is None else store.letters
    meaning = dict(zip(own, index, strict=True))
    letters = tuple(meaning[letter] for letter in layout)
    return array(writer, read.place, letters[0]), letters
