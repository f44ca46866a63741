"""Every published derivative, of any order, by backpropagation and in components."""

from __future__ import annotations

from dataclasses import replace

import pytest

import gradproof as gp
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.goal import Worked
from gradproof.derivation.step import Step
from gradproof.derivation.styles import STYLES, Style, proven
from gradproof.notation.build import literal, times
from tests.conformance.cases import Case, load
from tests.support.styles import false_steps, goal_of

CASES = load()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_steps_are_proved_or_refused_with_advice(case: Case):
    known = case.derive()
    for style in ("backprop", "components"):
        derivation = replace(known, style=style)
        if style == "backprop" and derivation.form != "matrix":
            with pytest.raises(UnsupportedError, match="--style differential"):
                _ = derivation.steps
            continue
        assert derivation.steps[-1].after == derivation.result.inferred.tree
        assert not false_steps(derivation)
        assert {verdict.kind for verdict in derivation.prove_steps()} == {"agrees"}


def stepped(text: str, name: str, order: int) -> int:
    """How many steps there are in components."""
    return len(gp.derive(text, name, order, style="components").steps)


def test_second_derivatives_that_are_linear_maps_have_components():
    assert stepped("tr(X^3)", "X", 2) > 4
    assert stepped("norm2(X*W - Y)^2", "W", 2) > 4


def with_false_steps(goal, *, single):
    """The steps in components, the last result doubled."""
    found = STYLES["components"].steps(goal, single=single)
    *before, last = found.steps
    doubled = times([literal(2), last.after])
    return Worked((*before, Step(last.rule, last.before, doubled)), found.definitions)


def with_steps_of_unknown_value(goal, *, single):
    """The steps in components, their names undefined."""
    return Worked(STYLES["components"].steps(goal, single=single).steps)


@pytest.mark.parametrize("text", ["norm2(X*w - y)^2", "sum(tanh(X*w))", "w'*w"])
def test_a_false_step_is_never_shown(monkeypatch, text):
    derivation = gp.derive(text, "w")
    style = Style(with_false_steps, STYLES["components"].coarse)
    monkeypatch.setattr("gradproof.derivation.styles.STYLES", {"components": style})
    found = proven("components", goal_of(derivation), single=False)
    assert found.worked.is_coarse
    assert [step.rule for step in found.worked.steps] == ["derivative of the whole"]
    assert [verdict.kind for verdict in found.verdicts] == ["agrees"]


def test_a_step_that_cannot_be_evaluated_is_not_understood(monkeypatch):
    derivation = gp.derive("norm2(tanh(X*w) + tanh(X*w).^2)^2", "w")
    style = Style(with_steps_of_unknown_value, STYLES["components"].coarse)
    monkeypatch.setattr("gradproof.derivation.styles.STYLES", {"components": style})
    found = proven("components", goal_of(derivation), single=False)
    assert "not understood" in {verdict.kind for verdict in found.verdicts}


def test_names_of_an_earlier_derivative_are_no_indices_of_the_next():
    derivation = gp.derive("norm2(K*a - y)^2 + l*a'*K*a", "a", 2, style="components")
    assert "r" in derivation.definitions
    assert "Σᵣ" not in derivation.written()
