"""The proof by numbers of a closed form: the loss as written is level at the formula as printed.

Nothing of the algebra takes part: the printed solution is read back and evaluated at random
admissible data of pairwise different sizes, and the loss is differentiated there along random
directions by the complex step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.checking.points import Sample, at_points
from gradproof.checking.verdict import Verdict
from gradproof.core.declaration import Declaration
from gradproof.expression.expression import Expression
from gradproof.notation.conditioning import NotAnalytic
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import Inferred
from gradproof.notation.tree import Tree
from gradproof.numeric.differences import COMPLEX_STEP, central_with_error

Array = NDArray[Any]
Sign = Literal["positive", "negative", "indefinite"]

POINTS = 5
DIRECTIONS = 3
TOLERANCE = 1e-6  # of the slopes elsewhere; solutions lose up to eight digits to conditioning
FLOOR = 1e-12
SIGN_POINTS = 30  # all the ways of drawing data, positive definite matrices among them
ZERO = 1e-9  # eigenvalues below this part of the largest are taken for zero


def verify_solution(
    expression: Expression, name: str, solution: Tree, rng: Generator, points: int = POINTS
) -> Verdict:
    """Whether the loss is level at the solution, compared with its slopes at other points.

    solution: the formula as it is printed, of the variable `name` or of its columns stacked.
    """
    inferred = expression.inferred
    declared = inferred.declarations[name]
    errors = at_points(
        inferred.declarations,
        inferred.dimensions,
        rng,
        points,
        lambda sample: _error(inferred, declared, solution, sample, rng),
    )
    if not errors:
        return Verdict("not understood", message="no point was found where the solution exists")
    worst = max(errors)
    if worst > TOLERANCE:
        return Verdict("refuted", 1, worst, None, "the gradient is not zero at the solution")
    return Verdict("agrees", points=len(errors), max_relative_error=worst)


def _error(
    loss: Inferred, declared: Declaration, solution: Tree, sample: Sample, rng: Generator
) -> float:
    """The largest slope at the solution, in parts of those at zero and at a random point."""
    name = declared.name
    here = np.asarray(sample.values[name], dtype=float)
    found = unstacked(evaluate(solution, sample.values, sample.sizes), here.shape)
    directions = [rng.standard_normal(here.shape) for _ in range(DIRECTIONS)]

    def steepest(at: Array) -> float:
        slopes = [slope(loss.tree, sample.moved(name, at), name, along) for along in directions]
        return max(map(abs, slopes))

    usual = max(steepest(here), steepest(np.zeros_like(here)), FLOOR)
    return steepest(found) / usual


def unstacked(value: Array, shape: tuple[int, ...]) -> Array:
    """An array of this shape from its columns stacked, or as it is."""
    value = np.asarray(value)
    return value if value.shape == shape else value.reshape(shape[::-1]).T


def slope(tree: Tree, sample: Sample, name: str, direction: Array) -> float:
    """The derivative of a scalar along a direction of one variable."""

    def at(step: complex) -> Array:
        values: Mapping[str, Any] = {
            **sample.values,
            name: sample.values[name] + step * direction,
        }
        return evaluate(tree, values, sample.sizes, complex if step.imag else float)

    try:
        return float(at(complex(0, COMPLEX_STEP)).imag / COMPLEX_STEP)
    except NotAnalytic:
        return float(central_with_error(at)[0])


def signs_of_hessian(
    expression: Expression,
    hessian: Tree,
    rng: Generator,
    positive: frozenset[str] = frozenset(),
    points: int = SIGN_POINTS,
) -> frozenset[Sign]:
    """The signs that x′Hx takes, at random data where the variables `positive` are so."""
    inferred = expression.inferred
    declarations = {
        name: replace(own, facts=own.facts | {"positive"}) if name in positive else own
        for name, own in inferred.declarations.items()
    }
    found = at_points(
        declarations,
        inferred.dimensions,
        rng,
        points,
        lambda sample: _sign(evaluate(hessian, sample.values, sample.sizes)),
        spare_sizes=3,
    )
    return frozenset(found)


def _sign(hessian: Array) -> Sign:
    side = int(np.sqrt(hessian.size))
    matrix = hessian.reshape(side, side)
    values = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    small = ZERO * float(np.abs(values).max())
    if values[0] >= -small:
        return "positive"
    return "negative" if values[-1] <= small else "indefinite"
