"""Every step of a derivation by differentials is an equality, by random points and directions."""

from __future__ import annotations

import pytest
from hypothesis import event, given

import gradproof as gp
from gradproof.algebra.simplify import simplify
from gradproof.notation.lower import lower
from tests.calculus.test_random_expressions import derivations, stable
from tests.conformance.cases import Case, load
from tests.support.strategies import expressions, scalars

CASES = load()


def assert_true(derivation: gp.Derivation) -> None:
    """Each step is true, keeps the shape and is named; the last one ends at the result."""
    for step, verdict in zip(derivation.steps, derivation.prove_steps(), strict=True):
        said = f"{derivation.expression.text}: {step.rule}: {verdict}"
        assert verdict.kind != "refuted", said
        assert step.rule, said
        assert step.before.shape == step.after.shape, said
    assert derivation.steps[-1].after == derivation.result.inferred.tree


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_steps_of_the_published_cases(case: Case):
    derivation = case.derive()
    assert_true(derivation)
    assert len(derivation.steps) <= 14


def test_published_cases_are_stepped_through_and_not_only_stated():
    rules = [step.rule for case in CASES for step in case.derive().steps]
    assert "differential, term by term" not in rules


@pytest.mark.parametrize("case", CASES[::7], ids=lambda case: case.id)
def test_single_steps_of_the_published_cases(case: Case):
    derivation = case.derive()
    assert derivation.single_steps[-1].after == derivation.steps[-1].after
    verdicts = derivation.prove_steps(single=True)
    assert all(verdict.kind != "refuted" for verdict in verdicts)
    assert len(verdicts) >= len(derivation.steps)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_last_step_is_the_accumulated_derivative(case: Case):
    derivation = case.derive()
    known = {**derivation.result.declarations}
    last, result = derivation.steps[-1].after, derivation.result.inferred.tree
    assert simplify(lower(last, known)) is simplify(lower(result, known))


SYSTEMS = {
    "(t - x'*y/(norm2(x)*norm2(y)))^2": ("x", "y", "t"),
    "norm2(x)^2": ("x",),
    "-t'*log(softmax((x'*W)'))": ("W", "x"),
    "-t'*log(softmax(W'*x + b))": ("W", "x", "b"),
    "logsumexp(V'*U'*(p + q)/2) - t'*V'*U'*(p + q)/2": ("U", "V"),
    "-t'*log(softmax(V'*(U'*p + U'*q)/2))": ("U", "V"),
    "-log(sigmoid(c'*W*u)) - sum(j, log(sigmoid(-V[j]'*W*u)))": ("u", "c", "V", "W"),
    "-log(sigmoid(c'*W*u)) - sum(log(sigmoid(-V*W*u)))": ("u", "c", "V", "W"),
    "norm2(X*w - y)^2/N": ("w", "X", "y"),
    "(X*w - y)'*(X*w - y)": ("w",),
    "a'*x": ("x",),
    "x'*A*x": ("x", "A"),
    "A*x": ("x",),
    "x'*x": ("x",),
    "a'*X*b": ("X",),
    "tr(A'*X)": ("X",),
}


DECLARED = {"norm2(X*w - y)^2/N": {"X": "matrix(N,d)"}, "A*x": {"x": "vector(n)"}}


@pytest.mark.parametrize(
    ("text", "name"), [(text, name) for text, names in SYSTEMS.items() for name in names]
)
def test_steps_of_the_losses_that_are_taught(text: str, name: str):
    known = gp.parse(text, declare=DECLARED.get(text)).variables
    assert name in known
    assert_true(gp.derive(text, name, declare=DECLARED.get(text)))


@pytest.mark.parametrize("text", ["x*dx", "tanh(" * 45 + "x" + ")" * 45])
def test_expressions_that_cannot_be_stepped_through_are_stated_truly(text: str):
    assert_true(gp.derive(text, "x", declare={"x": "scalar", "dx": "scalar"}))


@stable(500)
@given(expressions(3))
def test_steps_of_random_expressions(term):
    for derivation in derivations(term, 1):
        assert_true(derivation)
        event("coarse" if any("term by term" in s.rule for s in derivation.steps) else "stepped")


@stable(60)
@given(scalars(2))
def test_steps_to_second_derivatives_of_random_expressions(term):
    for derivation in derivations(term, 2):
        assert_true(derivation)
