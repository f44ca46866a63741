"""Random expressions of the whole language: differentiated, verified, printed, simplified, run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings

import gradproof as gp
from tests.support.claims import balanced, close, defined, points
from tests.support.random_expressions import DECLARATIONS, Term, declared
from tests.support.strategies import expressions, scalars

LONGEST = 120  # characters: longer expressions cost time and find nothing new

# Variables that cannot be varied freely, or whose facts put every point on a kink.
CLOSED = ("c", "w", "o", "l", "u", "h", "H", "D", "Q")


def stable(count: int) -> settings:
    """The same examples in every run."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


def variables(text: str) -> list[str]:
    return [name for name in declared(text) if not name.startswith(CLOSED)]


def derivations(term: Term, order: int) -> Iterator[gp.Derivation]:
    """Its derivatives by every variable; what has no formula is said so, and counted."""
    text = str(term)
    if len(text) > LONGEST:
        return
    for name in variables(text):
        try:
            yield gp.derive(text, name, order, declare=declared(text))
        except gp.UnsupportedError as refusal:
            event(f"unsupported: {refusal.message[:40]}")


def assert_verified(derivation: gp.Derivation) -> None:
    """True wherever it can be judged, printed so that it reads back, with balanced LaTeX."""
    verdict = derivation.verification
    event(verdict.kind)
    assert verdict.kind in ("agrees", "not understood"), f"{derivation.text}: {verdict}"
    result, declare = derivation.result, declared(derivation.expression.text)
    if result.direction is not None:
        shape = ", ".join(map(str, result.direction.axes))
        declare[result.direction.name] = f"{result.direction.kind}({shape})"
    again = gp.parse(result.text, declare=declare)
    point = defined(declare, result)
    if point is not None:
        assert close(point.value(again), point.value(result), 1e-10), result.text
    assert balanced(result.latex), result.latex
    assert result.mathml.count("<mrow") == result.mathml.count("</mrow")


@stable(250)
@given(expressions(2))
def test_first_derivatives_are_verified(term):
    for derivation in derivations(term, 1):
        assert_verified(derivation)


@stable(120)
@given(expressions(4))
def test_first_derivatives_of_deep_expressions_are_verified(term):
    for derivation in derivations(term, 1):
        assert_verified(derivation)


@stable(120)
@given(scalars(2))
def test_second_derivatives_are_verified(term):
    for derivation in derivations(term, 2):
        assert_verified(derivation)


@stable(300)
@given(expressions(3))
def test_simplification_keeps_the_value_and_is_seen_to_be_equal(term):
    text = str(term)
    declare = declared(text)
    written = gp.parse(text, declare=declare)
    try:
        simplified = gp.simplify(written)
    except gp.UnsupportedError:
        event("unsupported")
        return
    again = gp.parse(simplified.text, declare=declare)
    assert balanced(simplified.latex)
    point = defined(declare, written, simplified)
    if point is not None:
        assert close(point.value(simplified), point.value(written), 1e-6), simplified.text
        assert close(point.value(again), point.value(simplified), 1e-10), simplified.text
        assert gp.equal(written, simplified), simplified.text


@stable(120)
@given(scalars(3))
def test_programs_compute_what_formulas_mean(term):
    text = str(term)
    for derivation in derivations(term, 1):
        name = derivation.wrt[0]
        try:
            program = gp.compile(text, name, declare=declared(text))
        except gp.UnsupportedError:
            event("program unsupported")
            continue
        point = defined(declared(text), derivation.expression)
        needed = derivation.expression.variables
        if point is None or derivation.verification.kind != "agrees":
            continue
        gradient = point.tensor(derivation.result)
        found = program(**{each: point.values[each] for each in needed})
        assert close(found.value, point.value(derivation.expression), 1e-7)
        assert close(found.gradient, gradient, 1e-6), derivation.text


@pytest.mark.parametrize("seed", range(3))
def test_points_are_admissible_and_of_distinct_sizes(seed):
    """The ground these tests stand on."""
    point = next(points(DECLARATIONS, seed))
    assert len(set(point.sizes.values())) == len(point.sizes)
    assert np.allclose(point.values["Smm"], point.values["Smm"].T)
    assert (np.linalg.eigvalsh(point.values["Pnn"]) > 0).all()
    assert point.values["Amn"].shape == (point.sizes["m"], point.sizes["n"])
