"""The proof by numbers of each step: both sides at random points, in random directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.checking.points import Sample
from gradproof.checking.verdict import Verdict
from gradproof.checking.verify import ROUNDING, relative_error
from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.core.errors import GradproofError
from gradproof.derivation.by_components.indices import free_indices
from gradproof.derivation.closed_form import direction_of, is_projected
from gradproof.derivation.effort import effort
from gradproof.derivation.sides import Named, Points
from gradproof.derivation.step import Step
from gradproof.notation.conditioning import NonFinite, NotAnalytic, Singular
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
Measured = tuple[float, Sample, Array, Array]
Value = Callable[[Tree, Sample, Mapping[str, Dimension]], Array]


def proofs_of_steps(
    expression: Inferred,
    wrt: tuple[str, ...],
    steps: tuple[Step, ...],
    definitions: Mapping[str, Tree],
    rng: Generator,
) -> tuple[Verdict, ...]:
    """The verdict on each step: agrees, refuted, or not understood where no point was found."""
    named = Named.of(definitions, expression.declarations)
    points = Points(named, expression.dimensions, int(rng.integers(2**32)))
    pairs = list(_with_variables(steps, wrt))
    declared = {name: _declared(expression, name, pairs) for name in dict.fromkeys(wrt)}
    return tuple(
        [
            _verdict_or_reason(_Case(expression.declarations[name], step, points), declared[name])
            for step, name in pairs
        ]
    )


def _declared(
    expression: Inferred, name: str, pairs: list[tuple[Step, str]]
) -> Mapping[str, Declaration]:
    """The variables, and the direction in which one moves where a step speaks of it."""
    known = dict(expression.declarations)
    direction = direction_of(expression, known[name])
    for step, variable in pairs:
        moves = any(isinstance(p, Call) and p.function == "differential" for p in walk(step.before))
        if variable == name and (
            moves or direction.name in names_in(step.before) | names_in(step.after)
        ):
            return {**known, direction.name: direction}
    return known


@dataclass(frozen=True, slots=True)
class _Case:
    """A step, the variable that moves in it, and the points at which it is judged."""

    variable: Declaration
    step: Step
    points: Points


def _verdict_or_reason(case: _Case, known: Mapping[str, Declaration]) -> Verdict:
    """What cannot be evaluated is not understood, and never an exception."""
    try:
        return _verdict(case, known)
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


def _verdict(case: _Case, known: Mapping[str, Declaration]) -> Verdict:
    points, step = case.points, case.step
    trees = [points.named.varied(tree) for tree in (step.before, step.after)]
    taken = known.keys() | points.named.valued.keys()
    free = {i: a for tree in trees for i, a in free_indices(tree, taken).items()}
    projected = is_projected(case.variable) and _states_derivative(step.before) and not free
    allowed = TOLERANCE[min(max(map(_nested, trees)), 2)]

    def sides(value: Value, sample: Sample) -> list[Array]:
        found = [value(tree, sample, free) for tree in trees]
        if projected and found[0].ndim == 2:
            found = [side + side.T for side in found]
        return found

    def measure(sample: Sample) -> Measured:
        if max(effort(tree, sample.length) for tree in trees) > MOST:
            raise NonFinite("the step is too long to be evaluated at this size")
        one, other = sides(points.value, sample)
        error = relative_error(one, other)
        if error > allowed:
            nearby = sides(points.value_nearby, _nudged(sample))
            noise = max(relative_error(one, nearby[0]), relative_error(other, nearby[1]))
            if 100 * noise > error:
                raise NonFinite("the step is not determined to the tolerance here")
        return error, sample, one, other

    large = max(effort(tree, lambda _: USUAL) for tree in trees) > MUCH
    return _judged(_measured(points.samples(known, SMALL if large else SPARE), measure), allowed)


def _measured(drawn: Iterator[Sample], measure: Callable[[Sample], Measured]) -> list[Measured]:
    """What is found at the first points where both sides exist."""
    found: list[Measured] = []
    for sample in drawn:
        try:
            found.append(measure(sample))
        except (Singular, NonFinite, NotAnalytic):
            continue
        if len(found) == POINTS:
            break
    return found


def _judged(found: list[Measured], allowed: float) -> Verdict:
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
