"""The proof by numbers of a derivative: the expression as written against the formula as printed.

Nothing of the algebra takes part.  The written expression is evaluated by the plain meaning of
its signs, and differentiated by the complex step (or central differences where a function has
no continuation); the formula is the printed text, read back.  Both are compared in random
directions at random admissible points with pairwise distinct sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.checking.points import Sample, at_points
from gradproof.checking.verdict import Verdict
from gradproof.notation.conditioning import NonFinite, NotAnalytic
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import Inferred
from gradproof.notation.tree import Tree
from gradproof.numeric.differences import CENTRAL_STEP, COMPLEX_STEP, central_with_error

Array = NDArray[Any]

POINTS = 5
DIRECTIONS = 2
# Relative errors allowed, by the number of difference quotients that were nested, and the
# largest uncertainty of the quotients themselves at which a point still decides anything.
TOLERANCE = (1e-9, 1e-7, 1e-5, 1e-3)
UNCERTAIN = (1e-9, 1e-6, 1e-4, 1e-2)
STEP = (COMPLEX_STEP, CENTRAL_STEP, 1e-2, 4e-2)
FLOOR = 1e-3
ROUNDING = 4e-16


@dataclass(frozen=True, slots=True)
class Claim:
    """`formula` is the derivative of `expression` by the variables `wrt`, in that order.

    `direction` names the variable that stands for a direction of the last of `wrt` in the
    formula of a linear map; `symmetric` the variables that only vary symmetrically.
    """

    expression: Inferred
    wrt: tuple[str, ...]
    formula: Tree
    direction: str | None
    symmetric: frozenset[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides at one point."""

    error: float
    nested: int
    sample: Sample
    formula: Array
    numbers: Array


def verify(claim: Claim, rng: Generator, points: int = POINTS) -> Verdict:
    """The verdict on a claimed derivative.

    claim   the expression, the variables and the formula
    rng     the source of points and directions
    points  at how many points to compare
    """
    found = at_points(
        claim.expression.declarations,
        claim.expression.dimensions,
        rng,
        points,
        lambda sample: _compare(claim, sample, rng),
        spare_sizes=6 if len(claim.formula.shape or ()) < 4 else 1,
    )
    if not found:
        return Verdict("not understood", message="no point was found where everything exists")
    worst = max(found, key=lambda comparison: comparison.error / TOLERANCE[comparison.nested])
    if worst.error > TOLERANCE[worst.nested]:
        return _refuted(worst)
    error = max(comparison.error for comparison in found)
    return Verdict("agrees", points=len(found), max_relative_error=error)


def _refuted(worst: Comparison) -> Verdict:
    example = {**worst.sample.values, "formula": worst.formula, "numbers": worst.numbers}
    message = f"formula and numerical derivative differ by {worst.error:.1e} of their size"
    return Verdict("refuted", 1, worst.error, example, message)


def _compare(claim: Claim, sample: Sample, rng: Generator) -> Comparison:
    """The worst of a few random directions."""
    results = []
    for _ in range(DIRECTIONS):
        directions = [_direction(claim, name, sample, rng) for name in claim.wrt]
        formula = _formula_along(claim, sample, directions)
        numbers, nested, uncertainty = _numbers_along(claim, sample, directions)
        if uncertainty > UNCERTAIN[nested]:
            raise NonFinite("the difference quotient is too uncertain here")
        error = max(0.0, relative_error(formula, numbers) - 10 * uncertainty)
        if error > TOLERANCE[nested] and _is_undetermined(
            claim, sample, directions, formula, error
        ):
            raise NonFinite("the formula is not determined to the tolerance here")
        results.append(Comparison(error, nested, sample, formula, numbers))
    return max(results, key=lambda comparison: comparison.error)


def _is_undetermined(
    claim: Claim, sample: Sample, directions: Sequence[Array], formula: Array, error: float
) -> bool:
    """Whether a change of the point in its last digits changes the formula as much as `error`."""
    values = {
        name: value * (1 + ROUNDING) if value.dtype.kind == "f" else value
        for name, value in sample.values.items()
    }
    nearby = _formula_along(claim, Sample(values, sample.sizes), directions)
    return 100 * relative_error(nearby, formula) > error


def relative_error(one: Array, other: Array) -> float:
    """max |a − b| / max(|a|, |b|, 10⁻³), infinite where the shapes differ."""
    if one.shape != other.shape or not one.size:
        return float("inf")
    scale = max(float(np.abs(one).max()), float(np.abs(other).max()), FLOOR)
    return float(np.abs(one - other).max()) / scale


def _direction(claim: Claim, name: str, sample: Sample, rng: Generator) -> Array:
    direction = np.asarray(rng.standard_normal(np.shape(sample.values[name])))
    return (direction + direction.T) / 2 if name in claim.symmetric else direction


def _formula_along(claim: Claim, sample: Sample, directions: Sequence[Array]) -> Array:
    """The formula contracted with the directions, the last of them first."""
    values: Mapping[str, Array] = sample.values
    remaining = list(directions)
    if claim.direction is not None:
        values = {**values, claim.direction: remaining.pop()}
    result = evaluate(claim.formula, values, sample.sizes)
    while remaining:
        direction = remaining.pop()
        if result.shape[result.ndim - direction.ndim :] != direction.shape:
            return np.full((0, *result.shape), np.nan)  # of no shape that a derivative has
        result = np.tensordot(result, direction, axes=direction.ndim)
    return np.asarray(result)


def _numbers_along(
    claim: Claim, sample: Sample, directions: Sequence[Array]
) -> tuple[Array, int, float]:
    """The derivative of the expression along the directions, how many quotients were nested,
    and their relative uncertainty."""
    f = claim.expression.tree
    names = claim.wrt

    def moved(steps: Sequence[complex]) -> Array:
        values = dict(sample.values)
        for name, step, direction in zip(names, steps, directions, strict=True):
            values[name] = values[name] + step * direction
        kind = complex if any(isinstance(step, complex) for step in steps) else float
        return evaluate(f, values, sample.sizes, kind)

    def first(steps: tuple[float, ...]) -> Array:
        # The logarithm of a negative number has a complex value, and no real one: ask first.
        moved((0.0, *steps))
        return np.asarray(moved((complex(0, COMPLEX_STEP), *steps)).imag / COMPLEX_STEP)

    try:
        depth = len(names) - 1
        value, error = _nested(first, depth)
    except NotAnalytic:
        depth = len(names)
        value, error = _nested(moved, depth)
    return value, depth, error / max(float(np.abs(value).max(initial=0.0)), FLOOR)


def _nested(f: Callable[[tuple[float, ...]], Array], depth: int) -> tuple[Array, float]:
    """∂ᵏf/∂t₁…∂t_k at 0 by nested central differences, and the uncertainty of the outermost."""
    if depth == 0:
        return f(()), 0.0
    return central_with_error(
        lambda t: _nested(lambda rest: f((t, *rest)), depth - 1)[0], STEP[min(depth, 3)]
    )
