"""What a program is asked for, read before anything is derived; refused where it makes no sense."""

from __future__ import annotations

from collections.abc import Iterable
from keyword import iskeyword

from gradproof.core.errors import UnknownNameError, UnsupportedError
from gradproof.expression.expression import Expression
from gradproof.expression.write import Declarations, Names, parse


def expression_of(loss: object, declare: Declarations) -> Expression:
    """The loss as an expression."""
    if isinstance(loss, str):
        return parse(loss, declare=declare)
    if not isinstance(loss, Expression):
        hint = "Write a text, or an expression such as gp.parse gives."
        raise UnsupportedError(f"a loss is no {type(loss).__name__}", hint=hint)
    if declare is not None:
        raise UnsupportedError(
            "declarations belong to a text, and the loss is an expression already",
            hint="Declare the variables where the expression is made.",
        )
    return loss


def names_to_differentiate_by(wrt: object) -> Names | None:
    """One name, or several in a tuple."""
    if wrt is None or isinstance(wrt, str):
        return wrt
    names: tuple[object, ...] = tuple(wrt) if isinstance(wrt, Iterable) else (wrt,)
    wrong = [name for name in names if not isinstance(name, str)]
    if wrong or not names:
        raise UnknownNameError(
            f"wrt is {wrong[0]!r}, no name of a variable" if wrong else "wrt names no variable",
            hint='Write a name, as in wrt="w", or several, as in wrt=("w", "b").',
        )
    return tuple(dict.fromkeys(str(name) for name in names))


def outputs_asked_for(outputs: str | Iterable[str], known: tuple[str, ...]) -> tuple[str, ...]:
    """The outputs in order, each once.

    known: those that there are.
    """
    asked = (outputs,) if isinstance(outputs, str) else tuple(dict.fromkeys(outputs or ()))
    hint = f"The outputs are {', '.join(known)}."
    if not asked:
        raise UnsupportedError("no output is asked for", hint=hint)
    for output in asked:
        if output not in known:
            raise UnsupportedError(f"there is no output {output!r}", hint=hint)
    return asked


def function_name(name: object) -> str:
    """The name, if a function can have it in Python."""
    if not isinstance(name, str) or not name.isidentifier() or iskeyword(name):
        raise UnsupportedError(
            f"a function cannot be named {name!r}", hint="Choose letters, digits and underscores."
        )
    return name
