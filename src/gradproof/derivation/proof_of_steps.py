"""The proof by numbers of each step: both sides at random points, in random directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.checking.points import Sample, at_points
from gradproof.checking.verdict import Verdict
from gradproof.checking.verify import ROUNDING, relative_error
from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.derivation.by_components.indices import free_indices
from gradproof.derivation.closed_form import direction_of, is_projected
from gradproof.derivation.differentials.setting import renamed
from gradproof.derivation.effort import effort
from gradproof.derivation.step import Step
from gradproof.notation.conditioning import NonFinite
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import Inferred
from gradproof.notation.tree import Call, Name, Tree, walk

# Relative errors allowed, by how many derivatives by numbers are nested in a step.
TOLERANCE = (1e-9, 1e-6, 1e-3)
POINTS = 3
ENTRIES = 3
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
    return tuple(
        [
            _verdict(expression, name, step, definitions, rng)
            for step, name in _with_variables(steps, wrt)
        ]
    )


def _with_variables(steps: tuple[Step, ...], wrt: tuple[str, ...]) -> Iterator[tuple[Step, str]]:
    """Each step with the variable that moves in it: another one after each derivative."""
    place, found = 0, False
    for step in steps:
        if _is_differential(step.before) and found:
            place, found = min(place + 1, len(wrt) - 1), False
        found = found or _states_derivative(step.before)
        yield step, wrt[place]


def _states_derivative(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == "derivative"


def _is_differential(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == "differential"


def _verdict(
    expression: Inferred, name: str, step: Step, definitions: Mapping[str, Tree], rng: Generator
) -> Verdict:
    before, after = (_spelled_out(tree, definitions) for tree in (step.before, step.after))
    free = {
        i: a for t in (before, after) for i, a in free_indices(t, expression.declarations).items()
    }
    declared = expression.declarations[name]
    known: dict[str, Declaration] = dict(expression.declarations)
    direction = direction_of(expression, declared)
    if any(isinstance(p, Call) and p.function == "differential" for p in walk(before)) or any(
        isinstance(p, Name) and p.name == direction.name for t in (before, after) for p in walk(t)
    ):
        known[direction.name] = direction
    projected = is_projected(declared) and _states_derivative(step.before) and not free

    allowed = TOLERANCE[min(max(map(_nested, (before, after))), 2)]

    def sides(sample: Sample) -> tuple[Array, Array]:
        if (
            max(effort(tree, lambda axis: axis.size(sample.sizes)) for tree in (before, after))
            > MOST
        ):
            raise NonFinite("the step is too long to be evaluated at this size")
        one, other = (_at_entries(tree, sample, free) for tree in (before, after))
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
    found = at_points(known, expression.dimensions, rng, POINTS, measure, spare)
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


def _at_entries(tree: Tree, sample: Sample, free: Mapping[str, Dimension]) -> Array:
    """The value; where indices are free, at a few of their values."""
    if not free:
        return np.asarray(evaluate(tree, sample.values, sample.sizes))
    lengths = [axis.size(sample.sizes) for axis in free.values()]
    places = [[(3 * k + k * j) % n for j, n in enumerate(lengths)] for k in range(ENTRIES)]
    known = [
        {**sample.values, **dict(zip(free, map(np.asarray, at), strict=True))} for at in places
    ]
    return np.stack([evaluate(tree, values, sample.sizes) for values in known])


def _spelled_out(tree: Tree, definitions: Mapping[str, Tree]) -> Tree:
    while any(isinstance(part, Name) and part.name in definitions for part in walk(tree)):
        tree = renamed(tree, definitions)
    return tree


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
