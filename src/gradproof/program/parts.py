"""Forms found among the terms of a sum or the factors of a quotient, with others beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

from gradproof.program.forms import Bound, Form, Originals, composed, matches, opposite
from gradproof.program.plan import Builder, Step

Signed = tuple[int, int]  # ±1 and a step
SignedForm = tuple[int, Form]
DEPTH = 6  # products inside products, up to which factors are looked for


def sums_match(
    builder: Builder, wanted: Form, place: int, originals: Originals
) -> Iterator[tuple[int, Bound, tuple[Signed, ...]]]:
    """Where some terms of a sum are of the wanted form: their sign, and the rest of the terms."""
    step = builder.steps[place]
    if step.operation != "add":
        return
    given = signed_terms(step)
    for sign in (1, -1):
        signs = (sign * own for own in wanted.signs)
        parts = list(zip(signs, wanted.parts, strict=True))
        for bound, rest in _some_match(builder, parts, given, {}, originals):
            yield sign, bound, rest


def signed_terms(step: Step) -> tuple[Signed, ...]:
    """The terms of a sum with their signs."""
    signs = (int(str(sign)) for sign in step.parameters)
    return tuple(zip(signs, step.operands, strict=True))


def sum_of(builder: Builder, terms: Sequence[Signed]) -> int:
    """The sum of steps with signs."""
    if len(terms) > 1:
        signs, steps = zip(*terms, strict=True)
        return composed(builder, "add", steps, signs)
    ((sign, step),) = terms
    return step if sign > 0 else opposite(builder, step)


def quotients_match(
    builder: Builder, wanted: Form, place: int, originals: Originals
) -> Iterator[tuple[Bound, Ratio]]:
    """Where some factors of a quotient are of the wanted form: with the quotient of the rest."""
    given = factors(builder, place, Ratio())
    above, below = _ratio(wanted)
    if not given.below:
        return
    over, under = (tuple((1, step) for step in side) for side in (given.above, given.below))
    for bound, rest_below in _some_match(builder, _positive(below), under, {}, originals):
        for found, rest_above in _some_match(builder, _positive(above), over, bound, originals):
            yield found, Ratio(given.sign, _steps(rest_above), _steps(rest_below))


def _positive(forms: tuple[Form, ...]) -> list[SignedForm]:
    return [(1, form) for form in forms]


def _steps(signed: tuple[Signed, ...]) -> tuple[int, ...]:
    return tuple(step for _, step in signed)


class Ratio(NamedTuple):
    """± a product of steps by a product of steps."""

    sign: int = 1
    above: tuple[int, ...] = ()
    below: tuple[int, ...] = ()

    def inverse(self) -> Ratio:
        """Its reciprocal."""
        return Ratio(self.sign, self.below, self.above)


def factors(builder: Builder, place: int, others: Ratio, depth: int = DEPTH) -> Ratio:
    """The factors of a step, entry by entry, beside others."""
    step = builder.steps[place]
    match step.operation if depth else "":
        case "negative":
            inner = factors(builder, step.operands[0], others, depth - 1)
            return inner._replace(sign=-inner.sign)
        case "multiply":
            one, other = step.operands
            return factors(builder, other, factors(builder, one, others, depth - 1), depth - 1)
        case "divide":
            one, other = step.operands
            below = factors(builder, other, others.inverse(), depth - 1).inverse()
            return factors(builder, one, below, depth - 1)
        case "power" if builder.steps[step.operands[1]] == Step("number", (), (Fraction(2),)):
            twice = factors(builder, step.operands[0], others, depth - 1)
            return factors(builder, step.operands[0], twice, depth - 1)
    return others._replace(above=(*others.above, place))


def _ratio(wanted: Form) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
    """The factors of a form, over and under the line."""
    match wanted.head:
        case "multiply":
            one, other = map(_ratio, wanted.parts)
            return one[0] + other[0], one[1] + other[1]
        case "divide":
            one, other = map(_ratio, wanted.parts)
            return one[0] + other[1], one[1] + other[0]
        case "power" if wanted.parts[1].value == 2:
            above, below = _ratio(wanted.parts[0])
            return above * 2, below * 2
        case "number" if wanted.value == 1:
            return (), ()
    return (wanted,), ()


def _some_match(
    builder: Builder,
    parts: Sequence[SignedForm],
    given: tuple[Signed, ...],
    bound: Bound,
    originals: Originals,
) -> Iterator[tuple[Bound, tuple[Signed, ...]]]:
    """The parts found among given steps with their signs, and the steps left over."""
    if not parts:
        yield bound, given
        return
    wanted, part = parts[0]
    for k, (sign, place) in enumerate(given):
        if sign != wanted:
            continue
        for found in matches(builder, part, place, bound, originals):
            rest = given[:k] + given[k + 1 :]
            yield from _some_match(builder, parts[1:], rest, found, originals)


def quotient(builder: Builder, ratio: Ratio) -> int:
    """The step that the ratio is; what are scalars are put together first."""
    scalars, arrays = _apart(builder, ratio.above)
    divisors, under = _apart(builder, ratio.below)
    place = composed(builder, "divide", [_product(builder, arrays), _product(builder, under)])
    below = _product(builder, divisors)
    if scalars:
        scalar = composed(builder, "divide", [_product(builder, scalars), below])
        place = composed(builder, "multiply", [scalar, place])
    else:
        place = composed(builder, "divide", [place, below])
    return opposite(builder, place) if ratio.sign < 0 else place


def _apart(builder: Builder, steps: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """The scalars and the arrays among steps."""
    scalars = [step for step in steps if not builder.steps[step].axes]
    return scalars, [step for step in steps if builder.steps[step].axes]


def _product(builder: Builder, steps: Sequence[int]) -> int:
    if not steps:
        return builder.number(1)
    return reduce(lambda one, other: composed(builder, "multiply", [one, other]), steps)
