"""Row structure: what is a mean or a sum over rows, and what is not, is found and proved."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradproof as gp
from gradproof.optimize.blocks import streamed
from gradproof.optimize.problem import layout_of, objective_of, problem_of
from tests.optimize.problems import DECLARE, LOGISTIC, MEAN, RIDGE, labels, regression

FORMS = {
    MEAN: ("mean", False),
    "norm2(X*w - y)^2/N + 0.1*norm2(w)^2": ("mean", False),
    "norm2(X*w - y)^2": ("sum", False),
    RIDGE: ("sum", True),
    LOGISTIC: ("sum", True),
    "sum(i, logsumexp(W'*X[i]) - (X*W)[i,c[i]])/N": ("mean", False),
    "norm2(X*w - y)": None,
    "logdet(X'*X + eye(d)) + w'*w": None,
    "logsumexp(X*w)": None,
}
KNOWN = DECLARE | {"W": "matrix(d,K)", "c": "index(N,K)"}


def found_form(text: str):
    over = "W" if "W" in text else "w"
    used = {name: own for name, own in KNOWN.items() if re.search(rf"\b{name}\b", text)}
    expression = gp.parse(text, declare=used)
    return problem_of(expression, over, {}, "numpy").form(np.random.default_rng(0))


@pytest.mark.parametrize("text", FORMS)
def test_row_forms(text):
    form = found_form(text)
    expected = FORMS[text]
    assert (None if form is None else (form.kind, form.has_rest)) == expected


@pytest.mark.parametrize(("loss", "data"), [(MEAN, regression()), (RIDGE, regression()),
                                            (LOGISTIC, labels())])  # fmt: skip
def test_batches_are_right_in_the_mean_and_blocks_add_up(loss, data, monkeypatch):
    problem = problem_of(gp.parse(loss, declare=DECLARE), "w", data, "numpy")
    layout = layout_of(problem, None)
    objective = objective_of(problem, layout, problem.form(np.random.default_rng(0)))
    x = np.array([0.3, -0.2, 0.7])
    fun, gradient = objective.valued(x)
    rows = objective.rows
    assert rows is not None
    order = np.random.default_rng(1).permutation(rows.count).reshape(8, 5)
    parts = [rows.batch(x, part) for part in order]
    np.testing.assert_allclose(np.mean([own for own, _ in parts]), fun, rtol=1e-10)
    np.testing.assert_allclose(np.mean([own for _, own in parts], axis=0), gradient, rtol=1e-9)
    monkeypatch.setattr("gradproof.optimize.blocks.BLOCK", 7 * 32)
    whole, slope = streamed(rows)(x)
    np.testing.assert_allclose(whole, fun, rtol=1e-12)
    np.testing.assert_allclose(slope, gradient, rtol=1e-10)


def test_memory_maps_are_taken_by_blocks(tmp_path, monkeypatch):
    data = regression()
    np.save(tmp_path / "X.npy", data["X"])
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    monkeypatch.setattr("gradproof.optimize.blocks.BLOCK", 9 * 32)
    stop = gp.MaxSteps(30)
    one = gp.minimize(MEAN, "w", data, method=gp.GradientDescent(0.1), stop=stop, declare=DECLARE)
    other = gp.minimize(
        MEAN, "w", data | {"X": mapped}, method=gp.GradientDescent(0.1), stop=stop,
        declare=DECLARE,
    )  # fmt: skip
    np.testing.assert_allclose(other.x, one.x, rtol=1e-10)
