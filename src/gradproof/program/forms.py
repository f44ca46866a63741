"""Formulas as patterns of steps: `log(1 + exp(u))` is found in a plan, and another put in.

A form is read from the text of a formula in which names stand for any step.  Sums and
products are matched in any order, a difference as the sum that it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import permutations, zip_longest
from typing import NamedTuple

from gradproof.core.dimension import ONE
from gradproof.program.plan import Axes, Builder, Step

Bound = Mapping[str, int]
Originals = Mapping[int, int]

OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}


class Form(NamedTuple):
    """An operation on forms; a name or a number has no parts."""

    head: str
    parts: tuple[Form, ...] = ()
    value: str | Fraction = ""
    signs: tuple[int, ...] = ()


@cache
def form(text: str) -> Form:
    """The form of a formula.

    >>> form("1 - u").signs
    (1, -1)
    """
    return _form(ast.parse(text, mode="eval").body)


def _form(node: ast.expr) -> Form:
    match node:
        case ast.Name(name):
            return Form("name", (), name)
        case ast.Constant(int(value)):
            return Form("number", (), Fraction(value))
        case ast.UnaryOp(ast.USub(), operand):
            return Form("negative", (_form(operand),))
        case ast.BinOp(_, ast.Add() | ast.Sub(), _):
            signs, terms = zip(*_terms(node, 1), strict=True)
            return Form("add", tuple(map(_form, terms)), "", signs)
        case ast.BinOp(left, operator, right):
            return Form(OPERATORS[type(operator)], (_form(left), _form(right)))
        case ast.Call(ast.Name(function), arguments):
            return Form(function, tuple(map(_form, arguments)))
    raise AssertionError(f"no form is written {ast.unparse(node)}")


def _terms(node: ast.expr, sign: int) -> Iterator[tuple[int, ast.expr]]:
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub() as operator, right):
            yield from _terms(left, sign)
            yield from _terms(right, sign if isinstance(operator, ast.Add) else -sign)
        case _:
            yield sign, node


def matches(
    builder: Builder, wanted: Form, place: int, bound: Bound, originals: Originals
) -> Iterator[Bound]:
    """The ways in which a step, or the step that it replaces, is of the wanted form.

    originals: the steps as they were written, by the steps that replace them.
    """
    if wanted.head == "name":
        known = bound.get(str(wanted.value), place)
        if known == place:
            yield {**bound, str(wanted.value): place}
        return
    yield from _matches_step(builder, wanted, place, bound, originals)
    if place in originals:
        yield from matches(builder, wanted, originals[place], bound, originals)


def _matches_step(
    builder: Builder, wanted: Form, place: int, bound: Bound, originals: Originals
) -> Iterator[Bound]:
    step = builder.steps[place]
    if wanted.head == "number":
        if step.operation == "number" and step.parameters == (wanted.value,):
            yield bound
        return
    if wanted.head == "negative" and step.operation != "negative":
        known = bound.get(str(wanted.parts[0].value))
        if known is not None and builder.steps[known] == Step(
            "negative", (place,), (), builder.steps[known].axes
        ):
            yield bound
        return
    for operands in _operand_orders(builder, wanted, step):
        yield from _all_match(builder, wanted.parts, operands, bound, originals)


def _operand_orders(builder: Builder, wanted: Form, step: Step) -> Iterator[tuple[int, ...]]:
    """The operands in the orders in which they may be compared with the parts of the form."""
    if wanted.head == "power" and step.operation == "multiply":
        if step.operands[0] == step.operands[1]:
            yield step.operands[0], builder.number(2)
        return
    if step.operation != wanted.head:
        return
    if step.operation == "add":
        if len(step.operands) == len(wanted.parts):
            yield from _orders(wanted.signs, step)
        return
    if step.operation == "sum" and step.parameters != (
        len(builder.steps[step.operands[0]].axes) - 1,
    ):
        return
    yield step.operands
    if step.operation == "multiply" or (step.operation == "matmul" and not step.axes):
        yield step.operands[::-1]


def _orders(signs: tuple[int, ...], step: Step) -> Iterator[tuple[int, ...]]:
    """The terms of a short sum in the orders in which they have these signs."""
    given = tuple(zip(step.parameters, step.operands, strict=True))
    for order in permutations(given):
        if tuple(sign for sign, _ in order) == signs:
            yield tuple(operand for _, operand in order)


def _all_match(
    builder: Builder,
    parts: Sequence[Form],
    operands: Sequence[int],
    bound: Bound,
    originals: Originals,
) -> Iterator[Bound]:
    if len(parts) != len(operands):
        return
    if not parts:
        yield bound
        return
    for found in matches(builder, parts[0], operands[0], bound, originals):
        yield from _all_match(builder, parts[1:], operands[1:], found, originals)


def written(builder: Builder, wanted: Form, bound: Bound) -> int:
    """The step that is the form, with steps for its names."""
    match wanted.head:
        case "name":
            return bound[str(wanted.value)]
        case "number":
            return builder.number(Fraction(wanted.value))
        case "negative":
            return opposite(builder, written(builder, wanted.parts[0], bound))
    operands = [written(builder, part, bound) for part in wanted.parts]
    return composed(builder, wanted.head, operands, wanted.signs)


def composed(
    builder: Builder, operation: str, operands: Sequence[int], signs: Sequence[int] = ()
) -> int:
    """The operation entry by entry on steps; signs come out of sums, products and quotients."""
    axes = _axes_of(operation, [builder.steps[operand].axes for operand in operands])
    if operation not in ("add", "multiply", "divide"):
        parameters = (len(axes),) if operation == "sum" else ()
        return builder.add(operation, tuple(operands), parameters, axes)
    bare = [unsigned(builder, operand) for operand in operands]
    steps = tuple(step for _, step in bare)
    if operation == "add":
        total = tuple(own * sign for own, (sign, _) in zip(signs, bare, strict=True))
        flip = -1 if all(sign < 0 for sign in total) else 1
        place = builder.add("add", steps, tuple(flip * sign for sign in total), axes)
    else:
        flip = bare[0][0] * bare[1][0]
        place = _multiple(builder, operation, steps, axes)
    return opposite(builder, place) if flip < 0 else place


def _axes_of(operation: str, axes: Sequence[Axes]) -> Axes:
    if operation in ("sum", "logsumexp", "norm"):
        return axes[0][:-1]
    if operation in ("det", "logdet"):
        return ()
    if operation == "matmul":
        return axes[0][:-1] + axes[1][1:]
    return broadcast(axes)


def _multiple(builder: Builder, operation: str, steps: tuple[int, ...], axes: Axes) -> int:
    """A product or quotient of two steps, without factors one."""
    one = Step("number", (), (Fraction(1),))
    if builder.steps[steps[1]] == one:
        return steps[0]
    if operation == "multiply" and builder.steps[steps[0]] == one:
        return steps[1]
    return builder.add(operation, steps, (), axes)


def unsigned(builder: Builder, place: int) -> tuple[int, int]:
    """±1 and the step without its sign."""
    step = builder.steps[place]
    if step.operation == "negative":
        return -1, step.operands[0]
    if step.operation == "number" and isinstance(step.parameters[0], Fraction):
        value = step.parameters[0]
        return (-1, builder.number(-value)) if value < 0 else (1, place)
    return 1, place


def opposite(builder: Builder, place: int) -> int:
    """−step, without a double minus."""
    sign, step = unsigned(builder, place)
    if sign < 0:
        return step
    if builder.steps[step].operation == "number":
        value = builder.steps[step].parameters[0]
        assert isinstance(value, Fraction)
        return builder.number(-value)
    return builder.add("negative", (step,), (), builder.steps[step].axes)


def broadcast(axes: Sequence[Axes]) -> Axes:
    """The axes of what is worked out entry by entry from arrays with these."""
    columns = zip_longest(*(own[::-1] for own in axes), fillvalue=ONE)
    found = (next((axis for axis in column if axis != ONE), ONE) for column in columns)
    return tuple(found)[::-1]
