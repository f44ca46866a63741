"""What groups and roots become when they close."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradproof.core.errors import ReadError, Span
from gradproof.notation.latex.reading import BRACKETS, Reading
from gradproof.notation.lexer import Token
from gradproof.notation.stack import Operand, Pending, push
from gradproof.notation.tree import Binary, Call, Literal, Tree


def grouped(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
    """What stands in parentheses or braces is one expression; of several it is a row."""
    if len(parts) != 1:
        entries = tuple(part.tree for part in parts)
        push(
            reading.stack,
            Call("tuple", entries, span),
            max(part.height for part in parts) + 1,
            span,
        )
        return False
    push(reading.stack, parts[0].tree, parts[0].height, span)
    return False


def matrix(tokens: list[Token], start: int) -> Callable[..., bool]:
    """Blocks side by side and one below the other, by the rows in which they were written."""

    def finish(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
        widths = _widths(tokens, start, reading.ends[start])
        if sum(widths) != len(parts) or len(set(widths)) > 1:
            raise ReadError(
                "the rows of this matrix are not equally long",
                span=span,
                hint="Write as many entries in each row.",
            )
        entries = [part.tree for part in parts]
        rows: list[Tree] = []
        for width in widths:
            row, entries = entries[:width], entries[width:]
            rows.append(row[0] if width == 1 else Call("hcat", tuple(row), span))
        tree = rows[0] if len(rows) == 1 else Call("vcat", tuple(rows), span)
        push(reading.stack, tree, max(part.height for part in parts) + 2, span)
        return False

    return finish


def _widths(tokens: list[Token], start: int, end: int) -> list[int]:
    """How many entries stand in each row between two positions, matrices inside left out."""
    widths, depth = [1], 0
    for token in tokens[start + 1 : end]:
        if token.kind in BRACKETS:
            depth += 1
        elif token.kind == "end":
            depth -= 1
        elif not depth and token.kind == "cell":
            widths[-1] += 1
        elif not depth and token.kind == "row":
            widths.append(1)
    return widths


def rooted(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
    """√x, and the root of a given order as a power."""
    radicand = parts[-1]
    if len(parts) == 1:
        push(reading.stack, Call("sqrt", (radicand.tree,), span), radicand.height + 1, span)
        return False
    exponent = Binary("/", Literal(Fraction(1), span), parts[0].tree, span)
    height = max(radicand.height, parts[0].height + 1) + 1
    push(reading.stack, Binary("^", radicand.tree, exponent, span), height, span)
    return False
