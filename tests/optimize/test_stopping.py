"""Rules compose, and what fired is told."""

from __future__ import annotations

import pytest

import gradproof as gp
from gradproof.core.errors import ReadError
from gradproof.optimize.stopping import Progress, fired
from gradproof.optimize.words import method_from, rule_from


def progress(**changed: object) -> Progress:
    known = {
        "nit": 5, "seconds": 1.0, "fun": 2.0, "slope": 0.1, "slope0": 10.0, "size": 3.0,
        "step": 0.01, "change": 0.001,
    }  # fmt: skip
    return Progress(**(known | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "fires"),
    [
        (gp.StepBelow(0.02), True),
        (gp.StepBelow(0.005), False),
        (gp.StepBelow(0.005, relative=True), True),
        (gp.LossChangeBelow(0.002), True),
        (gp.LossChangeBelow(0.0009, relative=True), True),
        (gp.GradientBelow(0.05), False),
        (gp.GradientBelow(0.05, relative=True), True),
        (gp.MaxSteps(5), True),
        (gp.MaxSteps(6), False),
        (gp.MaxTime(0.5), True),
    ],
)
def test_rules(rule, fires):
    assert (fired(rule, progress()) is rule) == fires


def test_either_and_both():
    yes, no = gp.MaxSteps(5), gp.StepBelow(1e-9)
    assert fired(no | yes, progress()) is yes
    assert fired(no | no, progress()) is None
    assert fired(yes & no, progress()) is None
    both = yes & gp.MaxTime(0.5)
    assert fired(no | both, progress()) is both
    assert str(no | both) == (
        "the step is below 1e-09, or the limit of 5 steps is reached and 0.5 s have passed"
    )


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("gd", gp.GradientDescent()),
        ("gd:0.5", gp.GradientDescent(0.5)),
        ("gd:backtracking", gp.GradientDescent(gp.Backtracking())),
        ("gd:0.5,decay=0.1", gp.GradientDescent(gp.Decaying(0.5, 0.1))),
        ("nesterov:0.1,momentum=0.5", gp.Momentum(0.1, 0.5, nesterov=True)),
        ("minibatch:0.1,size=64", gp.MiniBatch(0.1, 64)),
        ("adam:0.01,batch=32", gp.Adam(0.01, batch=32)),
        ("lbfgs:memory=5", gp.LBFGS(5)),
        ("newton", gp.Newton()),
    ],
)
def test_methods_from_words(text, method):
    assert method_from(text) == method


@pytest.mark.parametrize("text", ["gdd:0.1", "gd:a", "newton:0.1", "", "adam:0.1,size=3"])
def test_what_is_no_method_is_told(text):
    with pytest.raises(ReadError) as caught:
        method_from(text)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["", "step", "step<", "steps<x", "foo=3", "seconds=3 rel"])
def test_what_is_no_rule_is_told(text):
    with pytest.raises(ReadError) as caught:
        rule_from(text)
    assert caught.value.hint
