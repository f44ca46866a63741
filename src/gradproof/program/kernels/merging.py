"""Equal values once: at letters one sees that U W′ and (W U′)′ are the same products."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping

from gradproof.program.kernels.letters import Computation, Letter, Read

BY_PLACE = frozenset(
    {"eye", "arange", "one_hot", "add_at", "diagonal_matrix", "block_diagonal", "add_diagonal"}
)


def merged(
    computations: Mapping[int, Computation], outputs: Collection[int]
) -> dict[int, Computation]:
    """The computations without those that work out again what there is, but for copies."""
    first: dict[Hashable, Computation] = {}
    same: dict[int, tuple[Computation, Computation]] = {}
    kept: dict[int, Computation] = {}
    for place, given in computations.items():
        operands = tuple(_resolved(read, same) for read in given.operands)
        computation = given._replace(operands=operands)
        known = first.setdefault(_key(computation), computation)
        if known is computation:
            kept[place] = computation
        elif place in outputs:
            copied = (Read(known.place, known.letters),)
            kept[place] = Computation(place, "map", "copy", computation.letters, (), copied)
        else:
            same[place] = (computation, known)
    return kept


def _resolved(read: Read, same: Mapping[int, tuple[Computation, Computation]]) -> Read:
    """The read of a value that there was before, with its axes in the order they have there."""
    at = tuple(_resolved(index, same) if isinstance(index, Read) else index for index in read.at)
    if read.place not in same:
        return Read(read.place, at)
    again, known = same[read.place]
    present: list[Letter | Read] = [index for index in at if index is not None]
    meaning = dict(zip(again.letters, present, strict=True))
    return Read(known.place, tuple(meaning[letter] for letter in known.letters))


def _key(computation: Computation) -> Hashable:
    """What makes two computations the same value, whatever the order of axes and factors."""
    operands: Hashable = computation.operands
    if computation.form in ("leaf", "call", "scatter") or computation.operation in BY_PLACE:
        return computation.place
    parameters: Hashable = computation.parameters
    operation = computation.operation
    if computation.form == "product":
        operation, parameters = "product", ()
        operands = tuple(sorted(computation.operands, key=repr))
    elif operation == "multiply":
        operands = tuple(sorted(computation.operands, key=repr))
    elif operation == "add":
        terms = zip(computation.parameters, computation.operands, strict=True)
        operands, parameters = tuple(sorted(terms, key=repr)), ()
    return (
        computation.form,
        operation,
        frozenset(computation.letters),
        frozenset(computation.over),
        operands,
        parameters,
    )
