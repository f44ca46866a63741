"""What stands before and inside brackets becomes a call, a binder or a selection.

`sum(x)` is a function, `sum(j, body)` and `array(i, j, body)` bind indices; `U[w]` selects.
Here the number of arguments is checked, and that indices are bare names.
"""

from __future__ import annotations

from typing import Literal, cast

from gradproof.core.errors import ReadError, Span
from gradproof.notation.lexer import Token
from gradproof.notation.tree import Binder, Call, Name, Selection, Tree
from gradproof.notation.vocabulary import BINDERS, FUNCTIONS, UNBOUNDED, Function


def call(name: Token, arguments: tuple[Tree, ...], place: Span) -> Tree:
    """The call of the function `name`, or the binder of that name."""
    function = FUNCTIONS[name.text]
    if not function.least <= len(arguments) <= function.most:
        raise ReadError(
            f"{function.name} takes {_arity(function)}, and {_standing(len(arguments))} here",
            span=place,
            hint=f"{function.name}: {function.meaning}.",
        )
    if function.name in BINDERS and len(arguments) > 1:
        return _binder(function.name, arguments, place)
    return Call(function.name, arguments, place)


def selection(base: Tree, indices: tuple[Tree, ...], place: Span) -> Selection:
    """base[i] or base[i, j]: selection by named indices, or by entries of arrays of indices."""
    for index in indices:
        if not _is_index(index):
            raise ReadError(
                "an index is a name, or an entry of an array of indices",
                span=index.span or place,
                hint="Name an index in its place, as in X[i] or X[c[i]]; "
                "its number is given with the data.",
            )
    return Selection(base, indices, place)


def _is_index(tree: Tree) -> bool:
    """Whether this is i, or c[i], whose own indices were looked at when it was read."""
    return isinstance(tree, Name) or (isinstance(tree, Selection) and isinstance(tree.base, Name))


def _binder(function: str, arguments: tuple[Tree, ...], place: Span) -> Binder:
    *bound, body = arguments
    names = [index.name for index in bound if isinstance(index, Name)]
    if len(names) < len(bound):
        raise ReadError(
            f"{function} with {len(arguments)} arguments begins with the indices it runs over",
            span=next(index.span for index in bound if not isinstance(index, Name)),
            hint=f"Write {function}(j, body), where j is the name of an index.",
        )
    repeated = next((name for k, name in enumerate(names) if name in names[:k]), None)
    if repeated is not None:
        raise ReadError(
            f"the index {repeated} is bound twice",
            span=place,
            hint="Give each index a name of its own.",
        )
    return Binder(cast("Literal['sum', 'array']", function), tuple(names), body, place)


def _standing(count: int) -> str:
    return f"{count or 'none'} stand{'s' * (count < 2)}"


def _arity(function: Function) -> str:
    if function.most >= UNBOUNDED:
        return "an index and a body" if function.least == 2 else "an argument"
    if function.least == function.most:
        return f"{function.most} argument{'s' * (function.most > 1)}"
    return f"{function.least} or {function.most} arguments"
