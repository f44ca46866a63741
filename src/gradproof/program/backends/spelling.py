"""Source text with its precedence, so that parentheses are set only where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import NamedTuple

from gradproof.program.plan import Step

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4


class Spelled(NamedTuple):
    """A Python expression and how tightly its outermost operator binds.

    leading: the length of the matrix product that the text starts with, if it does.
    """

    text: str
    precedence: int = ATOM
    leading: int = 0

    def within(self, precedence: int) -> str:
        """The text as an operand where at least this precedence is needed."""
        return self.text if self.precedence >= precedence else f"({self.text})"


Operands = tuple[Spelled, ...]
Sizes = Callable[[object], Spelled]
Spelling = Callable[[Step, Operands, Sizes], Spelled]


@dataclass(frozen=True, slots=True)
class Backend:
    """A target: the lines a file starts with, how each operation is spelled, what it needs.

    prefix: the name under which the header imports the library.
    vectorised: a function of whole arrays applied along the axes in front of them.
    calls: operations that are one call on their operands, by the function's name.
    spellings: operations whose text depends on parameters or sizes.
    functions: the functions that a file defines where it uses them.
    needs: the functions that a function calls.
    batched: operations that work on the last axes of any number of axes.
    """

    name: str
    title: str
    header: str
    prefix: str
    vectorised: str
    calls: Mapping[str, str]
    spellings: Mapping[str, Spelling]
    functions: Mapping[str, FunctionType]
    needs: Mapping[str, tuple[str, ...]]
    batched: frozenset[str]


def negative(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """−a; the minus of a product is the minus of its first factor, of A @ b of the result."""
    return Spelled(f"-{_negatable(operands[0])}", SUM)


def _negatable(operand: Spelled) -> str:
    """The text after a unary minus, which would copy the whole first matrix of A @ b."""
    text, end = operand.text, operand.leading
    if operand.precedence == PRODUCT and end:
        return f"({text[:end]}){text[end:]}"
    return operand.within(PRODUCT)


def added(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """a + b − c."""
    parts: list[str] = []
    for sign, operand in zip(step.parameters, operands, strict=True):
        symbol = ("+ " if sign == 1 else "- ") if parts else ("" if sign == 1 else "-")
        if parts:
            text = operand.within(PRODUCT)
        else:
            text = operand.within(SUM) if sign == 1 else _negatable(operand)
        parts.append(symbol + text)
    return Spelled(" ".join(parts), SUM)


def multiplied(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """a * b; a quotient or a matrix product on the left is set apart: (2 / N) * g."""
    left, right = operands
    quotient = left.precedence == PRODUCT and " / " in left.text and bool(step.axes)
    first = left.within(POWER if left.leading or quotient else PRODUCT)
    return Spelled(f"{first} * {right.within(POWER)}", PRODUCT)


def divided(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """a / b."""
    left, right = operands
    leading = left.leading if left.precedence == PRODUCT else 0
    return Spelled(f"{left.within(PRODUCT)} / {right.within(POWER)}", PRODUCT, leading)


def matrix_product(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """a @ b, each other product in parentheses, for its order is a matter of cost."""
    text = f"{operands[0].within(POWER)} @ {operands[1].within(POWER)}"
    return Spelled(text, PRODUCT, len(text))


def raised(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """a**b."""
    base, exponent = (operand.within(ATOM) for operand in operands)
    tight = base.replace("_", "").isalnum() and operands[1].precedence == ATOM
    return Spelled(f"{base}**{exponent}" if tight else f"{base} ** {exponent}", POWER)
