"""Forms that do not overflow or cancel, put in the place of those that do.

The planner does so wherever a step, or some terms of a sum or factors of a quotient, have
the unstable form of a theorem; the printed formula stays what a person writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gradproof.program.forms import Form, Originals, form, matches, written
from gradproof.program.parts import quotient, quotients_match, sum_of, sums_match
from gradproof.program.plan import Builder, Plan
from gradproof.program.theorems import THEOREMS, Theorem

BY_HEAD: Mapping[str, tuple[Theorem, ...]] = MappingProxyType(
    {
        head: tuple(theorem for theorem in THEOREMS if form(theorem.unstable).head == head)
        for head in {form(theorem.unstable).head for theorem in THEOREMS}
    }
)


def stable(builder: Builder, place: int, originals: Originals = MappingProxyType({})) -> int:
    """The step, or a stable equivalent where a theorem has one.

    originals: see `forms.matches`.
    """
    head = builder.steps[place].operation
    for theorem in BY_HEAD.get("divide" if head == "multiply" else head, ()):
        found = _by_theorem(builder, theorem, place, originals)
        if found is not None:
            return found
    return place


def _by_theorem(builder: Builder, theorem: Theorem, place: int, originals: Originals) -> int | None:
    if theorem.rule is not None:
        return theorem.rule(builder, place)
    unstable, better = form(theorem.unstable), form(theorem.stable)
    if unstable.head == "add":
        return _in_a_sum(builder, unstable, better, place, originals)
    if unstable.head == "divide":
        return _in_a_quotient(builder, unstable, better, place, originals)
    for bound in matches(builder, unstable, place, {}, originals):
        return written(builder, better, bound)
    return None


def _in_a_sum(
    builder: Builder, unstable: Form, better: Form, place: int, originals: Originals
) -> int | None:
    """Some terms of a sum in a stable form; the rest stay as they are."""
    for sign, bound, rest in sums_match(builder, unstable, place, originals):
        return sum_of(builder, [(sign, written(builder, better, bound)), *rest])
    return None


def _in_a_quotient(
    builder: Builder, unstable: Form, better: Form, place: int, originals: Originals
) -> int | None:
    """Some factors of a quotient in a stable form; the rest stay as they are."""
    for bound, rest in quotients_match(builder, unstable, place, originals):
        factor = written(builder, better, bound)
        return quotient(builder, rest._replace(above=(*rest.above, factor)))
    return None


def stabilised(builder: Builder, places: Sequence[int]) -> tuple[Builder, tuple[int, ...]]:
    """The steps that `places` depend on with every theorem applied, in a builder of their own."""
    result = Builder(builder.declarations)
    moved: dict[int, int] = {}
    originals: dict[int, int] = {}
    for place in Plan(tuple(builder.steps), tuple(("", place) for place in places)).needed():
        step = builder.steps[place]
        operands = tuple(moved[operand] for operand in step.operands)
        current = result.add(step.operation, operands, step.parameters, step.axes)
        while (better := stable(result, current, originals)) != current:
            originals.setdefault(better, current)
            current = better
        moved[place] = current
    return result, tuple(moved[place] for place in places)
