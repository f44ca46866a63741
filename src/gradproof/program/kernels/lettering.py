"""How the values of a plan are read at letters, through transposes, diagonals and gathers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradproof.core.dimension import Dimension
from gradproof.program.kernels.letters import Alphabet, Computation, Letter, Read
from gradproof.program.plan import Plan, Step

Index = tuple[Letter | Read | None, ...]


@dataclass(slots=True)
class Lettering:
    """The computations so far, and how each place of the plan is read."""

    plan: Plan
    alphabet: Alphabet = field(default_factory=Alphabet)
    computations: dict[int, Computation] = field(default_factory=dict)
    index: dict[int, tuple[Letter | None, ...]] = field(default_factory=dict)

    def axes(self, place: int) -> tuple[Dimension, ...]:
        """The sizes of a step's axes."""
        return self.plan.steps[place].axes


def read(lettering: Lettering, place: int, index: Index) -> Read:
    """The value at this index, seen through transposes, diagonals and gathers."""
    step = lettering.plan.steps[place]
    match step.operation:
        case "rearrange":
            inner: list[Letter | Read | None] = [None] * len(lettering.axes(step.operands[0]))
            for axis, source in enumerate(step.parameters):
                if source is not None:
                    inner[int(str(source))] = index[axis]
            return read(lettering, step.operands[0], tuple(inner))
        case "diagonal":
            return read(lettering, step.operands[0], (index[0], *index))
        case "take":
            return _gather(lettering, step, index)
        case "take_along":
            return _gather_along(lettering, step, index)
        case _:
            return Read(place, index)


def _gather(lettering: Lettering, step: Step, index: Index) -> Read:
    axis = int(str(step.parameters[0]))
    base, *places = step.operands
    before, rest = index[:axis], index[axis:]
    entries: list[Letter | Read | None] = []
    for place in places:
        count = len(lettering.axes(place))
        entries.append(read(lettering, place, rest[:count]))
        rest = rest[count:]
    return read(lettering, base, (*before, *entries, *rest))


def _gather_along(lettering: Lettering, step: Step, index: Index) -> Read:
    """base[n…, places[n…, m…], r…]."""
    base, places = step.operands
    shared = int(str(step.parameters[0]))
    count = len(lettering.axes(places))
    entry = read(lettering, places, index[:count])
    return read(lettering, base, (*index[:shared], entry, *index[count:]))


def distinct(lettering: Lettering, wanted: Sequence[Letter | None]) -> tuple[Letter | None, ...]:
    """The wanted letters, no two the same; axes of length one stay without."""
    letters = iter(lettering.alphabet.distinct([x for x in wanted if x is not None]))
    return tuple(None if letter is None else next(letters) for letter in wanted)


def aligned(lettering: Lettering, operand: int, index: tuple[Letter | None, ...]) -> Read:
    """The operand at the letters of the result, as broadcasting reads it."""
    own = lettering.index[operand]
    used: list[Letter | None] = []
    for letter, target in zip(own, index[len(index) - len(own) :], strict=True):
        if letter is not None and target is not None:
            lettering.alphabet.join(target, letter)
        used.append(None if letter is None else target)
    return read(lettering, operand, tuple(used))
