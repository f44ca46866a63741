"""The proof by numbers of each step: both sides at random points, in random directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.checking.points import Sample, at_points
from gradproof.checking.verdict import Verdict
from gradproof.checking.verify import ROUNDING, relative_error
from gradproof.core.declaration import Declaration
from gradproof.core.errors import GradproofError
from gradproof.derivation.by_components.indices import free_indices
from gradproof.derivation.closed_form import direction_of, is_projected
from gradproof.derivation.effort import effort
from gradproof.derivation.sides import Named, at_entries
from gradproof.derivation.step import Step
from gradproof.notation.conditioning import NonFinite
from gradproof.notation.infer import Inferred
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Call, Tree, walk

# Relative errors allowed, by how many derivatives by numbers are nested in a step.
TOLERANCE = (1e-9, 1e-6, 1e-3)
POINTS = 3
# Parts to be visited at a point: where sizes are kept small, and where a step is left unproved.
MUCH, MOST = 4_000, 60_000
USUAL, SMALL, SPARE = 5, 2, 6
CALCULUS = frozenset({"differential", "derivative"})
Array = NDArray[Any]


def proofs_of_steps(
    expression: Inferred,
    wrt: tuple[str, ...],
    steps: tuple[Step, ...],
    definitions: Mapping[str, Tree],
    rng: Generator,
) -> tuple[Verdict, ...]:
    """The verdict on each step: agrees, refuted, or not understood where no point was found."""
    named = Named.of(definitions, expression.declarations)
    return tuple(
        [
            _verdict_or_reason(_Case(expression, name, step, named), rng)
            for step, name in _with_variables(steps, wrt)
        ]
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A step, the variable that moves in it, and what the names in it stand for."""

    expression: Inferred
    variable: str
    step: Step
    named: Named


def _verdict_or_reason(case: _Case, rng: Generator) -> Verdict:
    """What cannot be evaluated is not understood, and never an exception."""
    try:
        return _verdict(case, rng)
    except (GradproofError, ArithmeticError, ValueError, LookupError, np.linalg.LinAlgError) as e:
        return Verdict("not understood", message=f"the step cannot be evaluated: {e}")


def _with_variables(steps: tuple[Step, ...], wrt: tuple[str, ...]) -> Iterator[tuple[Step, str]]:
    """Each step with the variable that moves in it: another one after each derivative."""
    place, found = 0, False
    for step in steps:
        match step.before:
            case Call("differential", (function,)):
                again = place + 1 if found else place
                place, found = min(max(again, _order(function)), len(wrt) - 1), False
            case Call("derivative", (_, by)):
                found = True
                named = [name for name in wrt if name in names_in(by)]
                yield step, named[0] if named else wrt[place]
                continue
        yield step, wrt[place]


def _order(tree: Tree) -> int:
    """2 of ∂²f/∂x∂x."""
    match tree:
        case Call("derivative", (function, _)):
            return 1 + _order(function)
        case _:
            return 0


def _states_derivative(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == "derivative"


def _verdict(case: _Case, rng: Generator) -> Verdict:
    expression = case.expression
    before, after = (case.named.varied(tree) for tree in (case.step.before, case.step.after))
    taken = expression.declarations.keys() | case.named.valued.keys()
    free = {i: a for tree in (before, after) for i, a in free_indices(tree, taken).items()}
    declared = expression.declarations[case.variable]
    projected = is_projected(declared) and _states_derivative(case.step.before) and not free
    allowed = TOLERANCE[min(max(map(_nested, (before, after))), 2)]

    def sides(sample: Sample) -> tuple[Array, Array]:
        work = max(effort(t, lambda axis: axis.size(sample.sizes)) for t in (before, after))
        if work > MOST:
            raise NonFinite("the step is too long to be evaluated at this size")
        at = [case.named.values(tree, sample) for tree in (before, after)]
        one, other = (at_entries(t, s, free) for t, s in zip((before, after), at, strict=True))
        if projected and one.ndim == 2:
            one, other = one + one.T, other + other.T
        return one, other

    def measure(sample: Sample) -> tuple[float, Sample, Array, Array]:
        one, other = sides(sample)
        error = relative_error(one, other)
        if error > allowed:
            nearby = sides(_nudged(sample))
            noise = max(relative_error(one, nearby[0]), relative_error(other, nearby[1]))
            if 100 * noise > error:
                raise NonFinite("the step is not determined to the tolerance here")
        return error, sample, one, other

    large = max(effort(tree, lambda _: USUAL) for tree in (before, after)) > MUCH
    spare = SMALL if large else SPARE
    known = _known(case, before, after)
    found = at_points(known, expression.dimensions, rng, POINTS, measure, spare)
    return _judged(found, allowed)


def _known(case: _Case, before: Tree, after: Tree) -> dict[str, Declaration]:
    """The variables, and the direction where one is needed."""
    known = dict(case.expression.declarations)
    direction = direction_of(case.expression, known[case.variable])
    is_moved = any(isinstance(p, Call) and p.function == "differential" for p in walk(before))
    if is_moved or direction.name in names_in(before) | names_in(after):
        known[direction.name] = direction
    return known


def _judged(found: list[tuple[float, Sample, Array, Array]], allowed: float) -> Verdict:
    if not found:
        return Verdict("not understood", message="no point was found where both sides exist")
    error, sample, one, other = max(found, key=lambda outcome: outcome[0])
    if error <= allowed:
        return Verdict("agrees", len(found), error)
    example = {**sample.values, "before": np.asarray(one), "after": np.asarray(other)}
    return Verdict("refuted", 1, error, example, f"the sides of the step differ by {error:.1e}")


def _nudged(sample: Sample) -> Sample:
    """The same point, changed in its last digits."""
    values = {
        name: value * (1 + ROUNDING) if value.dtype.kind == "f" else value
        for name, value in sample.values.items()
    }
    return Sample(values, sample.sizes)


def _nested(tree: Tree) -> int:
    """How many derivatives are taken within each other."""
    return max(
        (
            1 + max(map(_nested, part.arguments))
            for part in walk(tree)
            if isinstance(part, Call) and part.function in CALCULUS
        ),
        default=0,
    )
