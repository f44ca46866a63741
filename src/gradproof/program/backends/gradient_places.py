"""Where the value and the gradients of a program stand among its arguments and results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gradproof.core.errors import UnsupportedError
from gradproof.expression.arguments import named
from gradproof.notation.tree import is_scalar
from gradproof.program.taking import take

if TYPE_CHECKING:
    from gradproof.program.compiled import Program


class Places(NamedTuple):
    """value: the place of the value among the results.  gradients: that of the gradient by the
    argument in a place.
    """

    value: int
    gradients: Mapping[int, int]


def places(program: Program) -> Places:
    """The places of a program's value and gradients.

    Raises UnsupportedError for a value that is not one number: its derivative is not a gradient.
    """
    results = list(program.task.outputs)
    if not is_scalar(program.task.outputs["value"]):
        raise UnsupportedError(
            "the value is not a number, so that its derivative is not a gradient",
            hint="Automatic differentiation goes back from one number.",
        )
    parts = dict(program.outputs)["gradient"]
    by_name = {str(part): f"gradient_{part}" for part in parts} or {program.wrt[0]: "gradient"}
    arguments = list(program.parameters)
    gradients = {arguments.index(name): results.index(own) for name, own in by_name.items()}
    return Places(results.index("value"), gradients)


def arguments_of(program: Program, given: Mapping[str, Any]) -> tuple[Any, ...]:
    """The arguments in their places, checked, as arrays of the target.

    Raises DataError for those that are missing, unknown or do not fit.
    """
    known = named(program.parameters, given)
    return tuple(take(program.target.arrays, program.parameters, known).values.values())


def refuse(program: Program, place: int) -> UnsupportedError:
    """The error where a derivative is asked for that the program does not have."""
    name = list(program.parameters)[place]
    return UnsupportedError(
        f"the program has no gradient by {name}",
        hint=f"Compile it with wrt={(*program.wrt, name)!r}, or take {name} as a constant.",
    )
