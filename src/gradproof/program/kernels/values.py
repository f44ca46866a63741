"""Which values are stored, and which are worked out anew wherever they are read.

An outer product, an identity or a one-hot row has more entries than what it is made of: it
is never an array unless it is asked for, but an expression at each place that reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gradproof.program.kernels.lettered import lettered
from gradproof.program.kernels.letters import Alphabet, Computation, Letter, Letters, Read
from gradproof.program.kernels.merging import merged
from gradproof.program.kernels.primitive import primitive
from gradproof.program.plan import Plan

CHEAP = frozenset({"add", "multiply", "negative", "copy"})
GIVEN = frozenset({"eye", "ones", "zeros", "arange", "one_hot"})


@dataclass(frozen=True, slots=True)
class Kernel:
    """A primitive plan as computations over letters, and which of them are not stored."""

    plan: Plan
    computations: Mapping[int, Computation]
    alphabet: Alphabet
    inline: frozenset[int]
    leading: Mapping[int, Letters]
    outputs: tuple[tuple[str, int], ...]

    def reads(self, computation: Computation) -> Iterator[Read]:
        """The stored values that a computation reads, at which letters."""
        for operand in computation.operands:
            yield from self.stored(operand)

    def stored(self, read: Read) -> Iterator[Read]:
        """The stored values behind one read."""
        for index in read.at:
            if isinstance(index, Read):
                yield from self.stored(index)
        if read.place not in self.inline:
            yield read
            return
        inner = self.computations[read.place]
        for operand in inner.operands:
            yield from self.stored(substituted(operand, bound(inner, read)))


def kernel(plan: Plan) -> Kernel:
    """The computations that a plan needs, with what is to be stored marked off."""
    plan = primitive(plan)
    computations, alphabet, outputs = lettered(plan)
    by_place = merged(
        {computation.place: computation for computation in computations},
        {place for _, place in outputs},
    )
    _with_copies(plan, by_place)
    inline = _inline(by_place, {place for _, place in outputs})
    return Kernel(plan, by_place, alphabet, inline, _leading(by_place), outputs)


def _leading(computations: Mapping[int, Computation]) -> dict[int, Letters]:
    """Letters that come first in an array, so that products can take it as matrices."""
    found: dict[int, Letters] = {}
    for computation in computations.values():
        sides = _sides(computation)
        if sides is None or not is_block_product(computation):
            continue
        batch = batch_letters(computation)
        free = [x for side in sides for x in side if x in computation.letters and x not in batch]
        if batch or len(free) > 2:
            found[computation.place] = (*batch, *free)
        if batch:
            found.update((operand.place, batch) for operand in computation.operands)
    return found


def bound(computation: Computation, read: Read) -> dict[Letter, Letter | Read]:
    """What the letters of a value stand for where it is read."""
    present = [index for index in read.at if index is not None]
    return dict(zip(computation.letters, present, strict=True))


def substituted(read: Read, meaning: Mapping[Letter, Letter | Read]) -> Read:
    """The read with other letters."""
    return Read(
        read.place,
        tuple(
            None
            if index is None
            else substituted(index, meaning)
            if isinstance(index, Read)
            else meaning.get(index, index)
            for index in read.at
        ),
    )


def is_plain(read: Read) -> bool:
    """Whether each axis is walked by a letter of its own, none by a gather or a fixed place."""
    letters = [index for index in read.at if isinstance(index, int)]
    return len(letters) == len(read.at) == len(set(letters))


def is_block_product(computation: Computation) -> bool:
    """Whether it is a product of matrices, or of a matrix and a vector, over one letter.

    Several letters may stand for the rows or the columns of a matrix, as one; and it may be a
    product for each value of `batch_letters`.
    """
    sides = _sides(computation)
    if sides is None:
        return False
    batch = batch_letters(computation)
    free = [[x for x in side if x not in batch and x not in computation.over] for side in sides]
    if batch:
        leads = all(side[: len(batch)] == batch for side in sides)
        return leads and [len(letters) for letters in free] == [1, 1]
    return any(free) and all(_is_matrix(side, computation.over[0]) for side in sides)


def _is_matrix(side: Letters, inner: Letter) -> bool:
    """Whether the letter that is summed is the first or the last."""
    return inner in (side[0], side[-1])


def _sides(computation: Computation) -> tuple[Letters, Letters] | None:
    """The letters of the two operands, where both are walked over the letter that is summed."""
    if computation.form != "product" or len(computation.over) != 1:
        return None
    if len(computation.operands) != 2 or not computation.letters:
        return None
    left, right = (tuple(_letters(read)) for read in computation.operands)
    inner = computation.over[0]
    return (left, right) if inner in left and inner in right else None


def batch_letters(computation: Computation) -> Letters:
    """The letters for each of whose values a matrix is multiplied by a matrix."""
    sides = _sides(computation)
    if sides is None:
        return ()
    common = set(sides[0]) & set(sides[1]) - set(computation.over)
    return tuple(letter for letter in computation.letters if letter in common)


def _letters(read: Read) -> list[Letter]:
    found = []
    for index in read.at:
        found += _letters(index) if isinstance(index, Read) else [] if index is None else [index]
    return found


def _with_copies(plan: Plan, computations: dict[int, Computation]) -> None:
    """What products and calls read, made arrays that are walked as they lie."""
    fresh = len(plan.steps) + max(computations, default=0) + 1
    ordered: dict[int, Computation] = {}
    copies: dict[Read, int] = {}

    def plain(operand: Read) -> Read:
        nonlocal fresh
        if is_plain(operand) and computations[operand.place].operation not in GIVEN:
            return operand
        letters = tuple(dict.fromkeys(_letters(operand)))
        if operand not in copies:
            copies[operand] = fresh
            ordered[fresh] = Computation(fresh, "map", "copy", letters, (), (operand,))
            fresh += 1
        return Read(copies[operand], letters)

    for place, computation in computations.items():
        if is_block_product(computation) or computation.form == "call":
            operands = tuple(map(plain, computation.operands))
            computation = computation._replace(operands=operands)
        ordered[place] = computation
    computations.clear()
    computations.update(ordered)


def _inline(computations: Mapping[int, Computation], outputs: set[int]) -> frozenset[int]:
    """The values that are cheap to work out where they are read, and large to store."""
    readers: dict[int, list[tuple[Computation, Read]]] = {place: [] for place in computations}
    for computation in computations.values():
        for operand in computation.operands:
            for inner in _all_reads(operand):
                readers[inner.place].append((computation, inner))
    uses = Counter({place: len(found) for place, found in readers.items()})
    return frozenset(
        place
        for place, computation in computations.items()
        if place not in outputs
        and not any(_needs_array(reader) for reader, _ in readers[place])
        and _is_inline(computation, uses[place], readers[place])
    )


def _all_reads(read: Read) -> Iterator[Read]:
    yield read
    for index in read.at:
        if isinstance(index, Read):
            yield from _all_reads(index)


def _needs_array(reader: Computation) -> bool:
    return is_block_product(reader) or reader.form == "call"


def _is_inline(
    computation: Computation, uses: int, readers: list[tuple[Computation, Read]]
) -> bool:
    if computation.form == "leaf":
        return computation.operation != "argument"
    if computation.form != "map":
        return False
    if computation.operation in GIVEN:
        return True
    if computation.operation not in CHEAP:
        return False
    widest = max((len(set(_letters(read))) for read in computation.operands), default=0)
    if widest < len(computation.letters):
        return uses <= 2
    turned = any(
        tuple(index for index in read.at if index is not None) != computation.letters
        for _, read in readers
    )
    return turned and uses <= 2
