"""What groups and roots become when they close."""

from __future__ import annotations

from fractions import Fraction

from gradproof.core.errors import ReadError, Span
from gradproof.notation.latex.reading import Reading
from gradproof.notation.stack import Operand, Pending, push
from gradproof.notation.tree import Binary, Call, Literal


def grouped(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
    """What stands in parentheses or braces is one expression."""
    if len(parts) != 1:
        raise ReadError(
            "a list stands where an expression is due",
            span=span,
            hint="A vector written by its entries is not read; name it.",
        )
    push(reading.stack, parts[0].tree, parts[0].height, span)
    return False


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
