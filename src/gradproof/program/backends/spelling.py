"""Source text with its precedence, so that parentheses are set only where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gradproof.program.backends.brought import Brought
from gradproof.program.backends.syntax import PYTHON, Syntax
from gradproof.program.plan import Axes, Step

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4


class Spelled(NamedTuple):
    """An expression and how tightly its outermost operator binds.

    leading: the length of the matrix product that the text starts with, if it does.
    plain: whether it is a number of the language itself, worked out from sizes and numbers.
    rank: the number of axes of its value.
    """

    text: str
    precedence: int = ATOM
    leading: int = 0
    plain: bool = False
    rank: int = 0

    def within(self, precedence: int) -> str:
        """The text as an operand where at least this precedence is needed."""
        return self.text if self.precedence >= precedence else f"({self.text})"

    @property
    def atom(self) -> str:
        """The text as one unit, which an index or a method may follow."""
        return self.within(ATOM)


class Names(NamedTuple):
    """How a program names what a step needs besides its operands.

    size: the text of a dimension.  like: the argument whose type of number new arrays take.
    shaped: an argument with these axes, or the empty text.
    """

    size: Callable[[object], Spelled]
    like: str
    shaped: Callable[[Axes], str]


Operands = tuple[Spelled, ...]
Spelling = Callable[[Step, Operands, Names], Spelled]


@dataclass(frozen=True, slots=True)
class Backend:
    """A target: how each operation is spelled, and what a file brings along and imports.

    imports: the lines that a file starts with, by the name they bring; those that it mentions
    are written.
    vectorised: a function of whole arrays applied along the axes in front of them, of the
    function's text, the operands, a signature such as "(a,b)->(b)" and the number of axes.
    calls: operations that are one call on their operands, by the function's name.
    templates: operations whose text has other parts, in the fields of `filled`.
    precedences: those of templates that are not one unit.
    spellings: operations whose text takes more thought.
    functions: the functions that a file defines where it uses them.
    batched: operations that work on the last axes of any number of axes.
    dtype: what `{dtype}` is in a template, of the argument named like.
    scalars: functions of a plain number of the language, as templates.
    of_plain, to_plain: such a number as an array, and the reverse, where there is no template.
    constant: an output that is such a number.
    unsupported: operations that the target cannot do, with the reason.
    """

    name: str
    title: str
    imports: Mapping[str, str]
    vectorised: Callable[[str, Operands, str, int], str]
    calls: Mapping[str, str]
    templates: Mapping[str, str]
    spellings: Mapping[str, Spelling]
    functions: Mapping[str, Brought]
    batched: frozenset[str]
    dtype: str
    scalars: Mapping[str, str]
    of_plain: str = "{0.text}"
    to_plain: str = "float({0.text})"
    constant: str = "{0.text}"
    precedences: Mapping[str, int] = field(default_factory=dict)
    unsupported: Mapping[str, str] = field(default_factory=dict)
    syntax: Syntax = PYTHON

    def taken(self) -> set[str]:
        """The names that a program must not give to anything of its own."""
        return {*self.functions, *self.imports}


def filled(backend: Backend, step: Step, operands: Operands, names: Names) -> Spelled:
    """The text of a template.

    Its fields: {0}, {1}, … are the operands, as {0.text} or {0.atom}; {p[0]} a parameter;
    {n} and {last} the sizes of the first and last axis, {shape} all; {dtype} the type of number.
    """
    template = backend.templates[step.operation]
    fields: dict[str, object] = {"p": step.parameters, "like": names.like, "dtype": ""}
    if names.like:
        fields["dtype"] = backend.dtype.format(like=names.like)
    if "{n}" in template:
        fields["n"] = names.size(step.axes[0]).text
    if "{last}" in template:
        fields["last"] = names.size(step.axes[-1]).text
    if "{shape}" in template:
        fields["shape"] = shape_text(step, names)
    precedence = backend.precedences.get(step.operation, ATOM)
    return Spelled(template.format(*operands, **fields), precedence)


def shape_text(step: Step, names: Names) -> str:
    """(m, n), or n for one axis."""
    texts = [names.size(extent).text for extent in step.axes]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def negative(step: Step, operands: Operands, names: object = None) -> Spelled:
    """−a; the minus of a product is the minus of its first factor, of A @ b of the result."""
    return Spelled(f"-{_negatable(operands[0])}", SUM)


def _negatable(operand: Spelled) -> str:
    """The text after a unary minus, which would copy the whole first matrix of A @ b."""
    text, end = operand.text, operand.leading
    if operand.precedence == PRODUCT and end:
        return f"({text[:end]}){text[end:]}"
    return operand.within(PRODUCT)


def added(step: Step, operands: Operands, names: object = None) -> Spelled:
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


def multiplied(step: Step, operands: Operands, names: object = None) -> Spelled:
    """a * b; a quotient or a matrix product on the left is set apart: (2 / N) * g."""
    left, right = operands
    quotient = left.precedence == PRODUCT and " / " in left.text and bool(step.axes)
    first = left.within(POWER if left.leading or quotient else PRODUCT)
    return Spelled(f"{first} * {right.within(POWER)}", PRODUCT)


def divided(step: Step, operands: Operands, names: object = None) -> Spelled:
    """a / b."""
    left, right = operands
    leading = left.leading if left.precedence == PRODUCT else 0
    return Spelled(f"{left.within(PRODUCT)} / {right.within(POWER)}", PRODUCT, leading)


def matrix_product(step: Step, operands: Operands, names: object = None) -> Spelled:
    """a @ b, each other product in parentheses, for its order is a matter of cost."""
    text = f"{operands[0].within(POWER)} @ {operands[1].within(POWER)}"
    return Spelled(text, PRODUCT, len(text))


def raised(step: Step, operands: Operands, names: object = None) -> Spelled:
    """a**b."""
    base, exponent = (operand.within(ATOM) for operand in operands)
    tight = base.replace("_", "").isalnum() and operands[1].precedence == ATOM
    return Spelled(f"{base}**{exponent}" if tight else f"{base} ** {exponent}", POWER)
