r"""∂ outside of fractions: \partial f / \partial x, \partial_x f, and \partial X for dX."""

from __future__ import annotations

from gradproof.core.errors import Span
from gradproof.notation.latex.calculus import read_differential, read_nabla
from gradproof.notation.latex.reading import Reading
from gradproof.notation.latex.sums import Inside
from gradproof.notation.lexer import Token
from gradproof.notation.stack import push
from gradproof.notation.tree import Call


def read_partial(reading: Reading, token: Token, inside: Inside) -> bool:
    """∂f/∂x in one line, ∂_x f, or ∂ of the next factor, which is its differential."""
    stack = reading.stack
    if reading.peek().kind == "_":
        return read_nabla(reading, token, inside)
    above = _unit_end(reading, stack.position)
    slashed = [t.kind for t in reading.tokens[above : above + 2]] == ["/", "partial"]
    below = _unit_end(reading, above + 2) if slashed else 0
    if not slashed or above == stack.position or below == above + 2:
        return read_differential(reading, token)
    function = inside(reading, reading.tokens[stack.position : above])
    variable = inside(reading, reading.tokens[above + 2 : below])
    stack.position = below
    span = Span(token.start, reading.tokens[below - 1].stop)
    push(stack, Call("derivative", (function, variable), span), 3, span)
    return False


def _unit_end(reading: Reading, start: int) -> int:
    """Where a name with its scripts and its bracket ends, or a bracket."""
    tokens, position = reading.tokens, start
    if tokens[position].kind in ("name", "function"):
        position += 1
        while tokens[position].kind in ("_", "^", "'"):
            position = reading.ends.get(position, position) + 1
    return _bracket_end(tokens, position) if tokens[position].kind == "(" else position


def _bracket_end(tokens: list[Token], opening: int) -> int:
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position].kind == "(") - (tokens[position].kind == ")")
        if not depth:
            return position + 1
    return opening
