"""Whether two expressions are equal: by normal forms first, then by numbers."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator, default_rng

from gradproof.algebra.expand import expand
from gradproof.algebra.simplify import vanishes
from gradproof.checking.points import Sample, at_points
from gradproof.checking.verdict import Verdict
from gradproof.checking.verify import relative_error
from gradproof.core.errors import ShapeError, UnsupportedError
from gradproof.core.sum import add
from gradproof.expression.expression import Expression
from gradproof.expression.write import Declarations, Loss, declared
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import Inferred, infer
from gradproof.notation.lower import lower
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import Binary

TOLERANCE = 1e-9
POINTS = 6


def equal(a: Loss, b: Loss, *, declare: Declarations = None, rng: int | Generator = 0) -> Verdict:
    """Whether a = b for all values of their variables.

    a, b     texts or expressions
    declare  what is known of the variables of texts
    rng      where the random points come from

    Raises ReadError for a text that cannot be read; shapes that differ are a refutation.

    >>> import gradproof as gp
    >>> gp.equal("(A*B)'", "B'*A'").kind
    'proved'
    >>> gp.equal("(A*B)'", "A'*B'").kind
    'refuted'
    """
    left, right = _read(a, declare), _read(b, declare)
    _check_alone(left)
    _check_alone(right)
    known = {**left.declarations, **right.declarations}
    try:
        both = infer(Binary("-", left.tree, right.tree), known)
    except ShapeError as clash:
        return Verdict("refuted", message=f"the shapes differ: {clash.message}")
    assert isinstance(both.tree, Binary)
    if is_proved(both):
        return Verdict("proved")
    return _by_numbers(both, default_rng(rng))


def is_proved(both: Inferred) -> bool:
    """Whether the normal forms of the two sides of a difference are equal.

    What has no normal form, such as a derivative by an expression, is not proved.
    """
    assert isinstance(both.tree, Binary)
    sides = (both.tree.left, both.tree.right)
    try:
        one, other = (lower(side, both.declarations) for side in sides)
    except UnsupportedError:
        return False
    difference = add([(1, one), (-1, other)], one.axes)
    return vanishes(difference) or vanishes(expand(difference))


def _read(side: Loss, declare: Declarations) -> Expression:
    if isinstance(side, Expression):
        return side
    return Expression(parse_text(side), declared(declare), side)


def _check_alone(side: Expression) -> None:
    """A side that fits no shapes by itself is an error, not a refutation."""
    infer(side.tree, side.declarations, side.source)


def _by_numbers(both: Inferred, rng: Generator) -> Verdict:
    assert isinstance(both.tree, Binary)
    left, right = both.tree.left, both.tree.right

    def measure(sample: Sample) -> tuple[float, Sample, np.ndarray, np.ndarray]:
        one, other = (evaluate(side, sample.values, sample.sizes) for side in (left, right))
        return relative_error(one, other), sample, one, other

    found = at_points(both.declarations, both.dimensions, rng, POINTS, measure)
    if not found:
        return Verdict("not understood", message="no point was found where both sides exist")
    error, sample, one, other = max(found, key=lambda outcome: outcome[0])
    if error <= TOLERANCE:
        return Verdict("agrees", len(found), error)
    example = {**sample.values, "left": one, "right": other}
    return Verdict(
        "refuted", 1, error, example, f"the two sides differ by {error:.1e} of their size"
    )
