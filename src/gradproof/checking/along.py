"""The proof by numbers of a directional derivative: several variables move at once.

As in `verify`, nothing of the algebra takes part: the expression as written is moved by the
complex step, or by central differences where a function has no continuation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.checking.points import Sample, at_points
from gradproof.checking.verdict import Verdict
from gradproof.checking.verify import relative_error
from gradproof.core.declaration import Declaration
from gradproof.notation.conditioning import NonFinite, NotAnalytic
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import Inferred
from gradproof.notation.tree import Tree
from gradproof.numeric.differences import COMPLEX_STEP, central_with_error

Array = NDArray[Any]

TOLERANCE = 1e-7
UNCERTAIN = 1e-5


def verify_along(
    function: Inferred,
    formula: Tree,
    directions: Mapping[str, Declaration],
    rng: Generator,
    points: int,
) -> Verdict:
    """The verdict on a formula of the derivative along directions.

    directions: by the name of each variable that moves, its direction; one that is declared
    symmetric is drawn so.
    """
    known = {**function.declarations, **{own.name: own for own in directions.values()}}
    names = {name: direction.name for name, direction in directions.items()}
    errors = at_points(
        known,
        function.dimensions,
        rng,
        points,
        lambda sample: _error(function.tree, formula, names, sample),
        spare_sizes=6 if len(formula.shape or ()) < 4 else 1,
    )
    if not errors:
        return Verdict("not understood", message="no point was found where everything exists")
    worst = max(errors)
    if worst > TOLERANCE:
        message = f"formula and numerical derivative differ by {worst:.1e} of their size"
        return Verdict("refuted", 1, worst, None, message)
    return Verdict("agrees", points=len(errors), max_relative_error=worst)


def _error(tree: Tree, formula: Tree, names: Mapping[str, str], sample: Sample) -> float:
    """How far the formula is from the numerical derivative, of their size."""
    derived = evaluate(formula, sample.values, sample.sizes)
    numbers, uncertainty = _along(tree, names, sample)
    size = max(float(np.abs(numbers).max(initial=0.0)), 1e-3)
    if uncertainty > UNCERTAIN * size:
        raise NonFinite("the difference quotient is too uncertain here")
    return max(0.0, relative_error(derived, numbers) - 10 * uncertainty / size)


def _along(tree: Tree, names: Mapping[str, str], sample: Sample) -> tuple[Array, float]:
    """d/dt as the named variables move, and how uncertain it is."""

    def at(step: complex) -> Array:
        values = dict(sample.values)
        for name, direction in names.items():
            values[name] = values[name] + step * values[direction]
        there = replace(sample, values=values)
        return evaluate(tree, there.values, there.sizes, complex if step.imag else float)

    at(0.0)  # a logarithm of a negative number has a complex value, and no real one
    try:
        return at(complex(0, COMPLEX_STEP)).imag / COMPLEX_STEP, 0.0
    except NotAnalytic:
        return central_with_error(at)
