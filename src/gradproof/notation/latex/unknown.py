r"""Functions that nobody defined: f in f(x + h), f'(x), df and \nabla f.

A letter that nobody introduced is a function where it stands before a bracket that holds names or
one number, as in f(x), g(x, y), f(0); before a sum in brackets, as in f(x + h), where it stands
behind d, ∂ or ∇ as well or has a prime.  Where it stands anywhere else, it is a variable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.names import joined, label
from gradproof.notation.latex.reading import BRACKETS
from gradproof.notation.lexer import Token
from gradproof.notation.vocabulary import KNOWN

_NEVER = frozenset({"d", "e", "I", "sigma", "o", "O", "pi"})
_CALCULUS = frozenset({"nabla", "partial", "differential"})
_INSIDE = frozenset({"name", "number", "_", "end", ",", ";", "dots", "'"})
_FOLLOWING = frozenset({"end", "over"})


@dataclass(slots=True)
class Uses:
    """How a letter is used: before lists, before other brackets, behind d or ∇, on its own."""

    lists: int = 0
    brackets: int = 0
    varied: int = 0
    primed: int = 0
    bare: int = 0
    parameters: tuple[str, ...] = ()

    @property
    def is_function(self) -> bool:
        """Whether no other reading is left."""
        if self.bare:
            return False
        return bool(self.lists or (self.brackets and (self.varied or self.primed)))


def with_functions(tokens: Sequence[Token], symbols: Symbols) -> Symbols:
    """The symbols, with the functions that a formula applies and nobody defined.

    The parameters of such a function are the names that it is applied to, where these are always
    the same.
    """
    if not any(token.kind == "(" for token in tokens):
        return symbols
    found = {
        name: uses.parameters
        for name, uses in _uses(tokens, symbols).items()
        if uses.is_function and name not in KNOWN
    }
    if not found:
        return symbols
    return replace(symbols, functions=MappingProxyType({**symbols.functions, **found}))


def _uses(tokens: Sequence[Token], symbols: Symbols) -> Mapping[str, Uses]:
    found: dict[str, Uses] = {}
    for position, token in enumerate(tokens):
        if token.kind != "name" or token.text in _NEVER:
            continue
        name, after = _full_name(tokens, position)
        if {name, token.text} & symbols.functions.keys() or _is_known(token, name, symbols):
            continue
        uses = found.setdefault(name, Uses())
        if position and tokens[position - 1].kind in ("_", "^"):
            uses.bare += tokens[position - 1].kind == "^"
            continue
        _note(uses, tokens, position, after)
    return found


def _is_known(token: Token, name: str, symbols: Symbols) -> bool:
    return symbols.knows(name) or symbols.knows(token.text)


def _full_name(tokens: Sequence[Token], position: int) -> tuple[str, int]:
    """The name with its subscript, and the position after it."""
    stem, after = tokens[position].text, position + 1
    if tokens[after].kind != "_":
        return stem, after
    depth = 0
    for after in range(position + 1, len(tokens)):
        depth += (tokens[after].kind in ("_", "^")) - (tokens[after].kind == "end")
        if not depth:
            break
    return joined(stem, label(list(tokens[position + 2 : after]))), after + 1


def _note(uses: Uses, tokens: Sequence[Token], position: int, after: int) -> None:
    before = tokens[position - 1] if position else None
    behind = before is not None and (before.kind in _CALCULUS or before.text == "d")
    primed = tokens[after].kind == "'"
    opening = after + primed
    if tokens[opening].kind != "(":
        if behind:
            uses.varied += 1
        else:
            uses.bare += 1
        return
    inside = _inside(tokens, opening)
    uses.varied += behind
    uses.primed += primed and tokens[position].text.islower() and len(inside) < 6
    arguments = _arguments(inside)
    if arguments is None or (primed and not tokens[position].text.islower()):
        uses.brackets += any(token.kind in ("+", "-") for token in inside)
    else:
        uses.lists += 1
        uses.parameters = uses.parameters or arguments


def _inside(tokens: Sequence[Token], opening: int) -> Sequence[Token]:
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position].kind == "(") - (tokens[position].kind == ")")
        if not depth:
            return tokens[opening + 1 : position]
    return ()


def _arguments(inside: Sequence[Token]) -> tuple[str, ...] | None:
    """The names in a bracket that holds a list; None where something else stands there."""
    inside = _without_superscripts(inside)
    if not inside or any(token.kind not in _INSIDE for token in inside):
        return None
    names: list[str] = []
    position, wants_name = 0, True
    while position < len(inside):
        token = inside[position]
        if token.kind in (",", ";"):
            wants_name = True
        elif not wants_name and token.kind != "'":
            return None
        elif token.kind == "name":
            name, after = _full_name([*inside, Token("end of text", "", 0, 0)], position)
            names.append(name)
            position, wants_name = after - 1, False
        else:
            wants_name = False
        position += 1
    return tuple(names)


def _without_superscripts(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without what stands above the line: f(x^{(i)}) is a function of x."""
    kept: list[Token] = []
    above: list[bool] = []
    for token in tokens:
        if token.kind in BRACKETS:
            above.append(token.kind == "^" or (bool(above) and above[-1]))
        hidden = bool(above) and above[-1]
        if token.kind == "end" and above:
            above.pop()
        if not hidden:
            kept.append(token)
    return kept


def varied_alone(tokens: Sequence[Token], symbols: Symbols) -> str:
    """The only name whose differential a formula has, as x in dg = ⟨∇g, dx⟩; else empty."""
    found, differentiated = set(), set()
    for before, token in pairwise(tokens):
        if token.kind != "name":
            continue
        if before.kind == "nabla":
            differentiated.add(token.text)
        elif before.kind == "differential" or (before.text == "d" and not symbols.knows("d")):
            found.add(token.text)
    found -= differentiated | symbols.functions.keys()
    return found.pop() if len(found) == 1 else ""
