"""The letters of each step of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from gradproof.core.dimension import ONE, Dimension
from gradproof.program.kernels.lettering import Lettering, aligned, distinct, read
from gradproof.program.kernels.letters import Alphabet, Computation, Letter, Letters, Read
from gradproof.program.kernels.special import SPECIAL
from gradproof.program.plan import Plan, Step

INDEXING = frozenset({"rearrange", "diagonal", "take", "take_along"})
LEAVES = frozenset({"argument", "number", "size", "pi"})
MAPS = frozenset(
    {
        "add", "multiply", "divide", "power", "negative", "copy", "ones", "zeros", "arange",
        "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
        "sinh", "cosh", "tanh", "sqrt", "abs", "sign", "relu", "sigmoid", "softplus",
        "log_sigmoid", "logcosh", "log1mexp", "sech_squared", "scale_of",
    }
)  # fmt: skip


Outputs = tuple[tuple[str, int], ...]


def lettered(plan: Plan) -> tuple[tuple[Computation, ...], Alphabet, Outputs]:
    """The computations of a primitive plan, in order, their letters, and which are the outputs."""
    lettering = Lettering(plan)
    for place in plan.needed():
        _letter(lettering, place, plan.steps[place])
    outputs = tuple((name, _output(lettering, place)) for name, place in plan.outputs)
    alphabet = lettering.alphabet
    final = tuple(_final(alphabet, found) for found in lettering.computations.values())
    return final, alphabet, outputs


def _output(lettering: Lettering, place: int) -> int:
    """The computation that is an output: a copy of what is only read, or not worked out."""
    found = lettering.computations.get(place)
    if found is not None and (found.form != "leaf" or found.operation == "argument"):
        return place
    return _copied(lettering, place).place


def _final(alphabet: Alphabet, computation: Computation) -> Computation:
    return computation._replace(
        letters=tuple(map(alphabet.find, computation.letters)),
        over=tuple(map(alphabet.find, computation.over)),
        operands=tuple(_final_read(alphabet, read) for read in computation.operands),
    )


def _final_read(alphabet: Alphabet, read: Read) -> Read:
    return Read(
        read.place,
        tuple(
            None
            if index is None
            else _final_read(alphabet, index)
            if isinstance(index, Read)
            else alphabet.find(index)
            for index in read.at
        ),
    )


def _letter(lettering: Lettering, place: int, step: Step) -> None:
    """Give the step its letters, by its form."""
    if step.operation in LEAVES:
        letters = _own(lettering, step.axes)
        _define(lettering, place, step, "leaf", letters, (), ())
    elif step.operation in INDEXING:
        lettering.index[place] = _indexed_letters(lettering, place, step)
    elif step.operation in MAPS:
        _map(lettering, place, step)
    elif step.operation in ("sum", "max"):
        _reduction(lettering, place, step)
    elif step.operation in ("matmul", "einsum"):
        _product(lettering, place, step)
    elif step.operation in SPECIAL:
        index, over, reads = SPECIAL[step.operation](lettering, step)
        form = "scatter" if step.operation == "scatter_add" else "map"
        _define(lettering, place, step, form, index, over, reads)
    else:
        _call(lettering, place, step)


def _own(lettering: Lettering, axes: Sequence[Dimension]) -> tuple[Letter | None, ...]:
    return tuple(None if axis == ONE else lettering.alphabet.fresh(axis) for axis in axes)


def _define(
    lettering: Lettering,
    place: int,
    step: Step,
    form: str,
    index: tuple[Letter | None, ...],
    over: Letters,
    operands: tuple[Read, ...],
) -> None:
    letters = tuple(letter for letter in index if letter is not None)
    lettering.alphabet.keep_apart(letters + over)
    lettering.index[place] = index
    lettering.computations[place] = Computation(
        place, form, step.operation, letters, over, operands, step.parameters
    )


def _indexed_letters(lettering: Lettering, place: int, step: Step) -> tuple[Letter | None, ...]:
    """The letters that a way of reading suggests, one for each axis of its result."""
    inner = lettering.index[step.operands[0]]
    match step.operation:
        case "rearrange":
            return tuple(None if k is None else inner[int(str(k))] for k in step.parameters)
        case "diagonal":
            return inner[:1]
        case "take":
            axis = int(str(step.parameters[0]))
            indices = [lettering.index[operand] for operand in step.operands[1:]]
            own = tuple(letter for index in indices for letter in index)
            return (*inner[:axis], *own, *inner[axis + len(indices) :])
        case _:
            shared = int(str(step.parameters[0]))
            return (*lettering.index[step.operands[1]], *inner[shared + 1 :])


def _map(lettering: Lettering, place: int, step: Step) -> None:
    """Entry by entry, shorter operands spread over the axes in front."""
    alphabet = lettering.alphabet
    rank = len(step.axes)
    wanted: list[Letter | None] = [None] * rank
    for operand in step.operands:
        own = lettering.index[operand]
        for axis, letter in enumerate(own, start=rank - len(own)):
            if letter is not None and wanted[axis] is None:
                wanted[axis] = letter
    for axis, extent in enumerate(step.axes):
        if wanted[axis] is None and extent != ONE:
            wanted[axis] = alphabet.fresh(extent)
    index = distinct(lettering, wanted)
    reads = tuple(aligned(lettering, operand, index) for operand in step.operands)
    _define(lettering, place, step, "map", index, (), reads)


def _reduction(lettering: Lettering, place: int, step: Step) -> None:
    (operand,) = step.operands
    own = lettering.index[operand]
    index = distinct(lettering, own)
    gone = {int(str(axis)) for axis in step.parameters}
    over = tuple(x for k, x in enumerate(index) if k in gone and x is not None)
    kept = tuple(x for k, x in enumerate(index) if k not in gone)
    _define(lettering, place, step, step.operation, kept, over, (read(lettering, operand, index),))


def _product(lettering: Lettering, place: int, step: Step) -> None:
    """Σ over shared names of the product of the operands."""
    inputs, output = _names(lettering, step)
    alphabet = lettering.alphabet
    meaning: dict[str, Letter | None] = {}
    for operand, names in zip(step.operands, inputs, strict=True):
        for name, letter in zip(names, lettering.index[operand], strict=True):
            found = meaning.get(name)
            if found is not None and letter is not None:
                alphabet.join(found, letter)
            meaning[name] = letter if found is None else found
    over = [name for name in meaning if name not in output]
    ordered = [name for name in (*output, *over) if meaning[name] is not None]
    letters = alphabet.distinct([meaning[name] for name in ordered])  # type: ignore[misc]  # None left out above
    meaning.update(zip(ordered, letters, strict=True))
    reads = tuple(
        read(lettering, operand, tuple(meaning[name] for name in names))
        for operand, names in zip(step.operands, inputs, strict=True)
    )
    index = tuple(meaning[name] for name in output)
    summed = tuple(letter for name in over if (letter := meaning[name]) is not None)
    _define(lettering, place, step, "product", index, summed, reads)


def _names(lettering: Lettering, step: Step) -> tuple[list[str], str]:
    """The names of axes in an einsum; those of a matrix product."""
    if step.operation == "einsum":
        inputs, _, output = str(step.parameters[0]).partition("->")
        return inputs.split(","), output
    left, right = (len(lettering.axes(operand)) for operand in step.operands)
    names = ["k" if left == 1 else "ik", "k" if right == 1 else "kj"]
    return names, ("i" if left == 2 else "") + ("j" if right == 2 else "")


def _call(lettering: Lettering, place: int, step: Step) -> None:
    """A function of whole arrays, which it wants with their axes in order."""
    reads = tuple(_in_order(lettering, operand) for operand in step.operands)
    _define(lettering, place, step, "call", _own(lettering, step.axes), (), reads)


def _in_order(lettering: Lettering, operand: int) -> Read:
    """The operand as an array of its own, unless it is one as it stands."""
    index = lettering.index[operand]
    found = read(lettering, operand, index)
    letters = tuple(letter for letter in index if letter is not None)
    if tuple(entry for entry in found.at if entry is not None) == letters:
        return found
    return _copied(lettering, operand)


def _copied(lettering: Lettering, operand: int) -> Read:
    """An array of the operand's entries with its axes in order."""
    index = distinct(lettering, lettering.index[operand])
    letters = tuple(letter for letter in index if letter is not None)
    place = len(lettering.plan.steps) + len(lettering.computations)
    entries = (read(lettering, operand, index),)
    lettering.computations[place] = Computation(place, "map", "copy", letters, (), entries)
    return Read(place, letters)
