"""Programs keep their digits and raise no floating-point alarm where naive formulas overflow."""

from __future__ import annotations

import numpy as np
import pytest

from tests.program.points import declared, program

EXTREME = np.array([-1e3, -40.0, 0.0, 40.0, 1e3])


def run(text, **arrays):
    """The value, with every overflow, invalid operation and division by zero an error.

    Underflow to zero is the right answer for exp(-1000), so it is no alarm.
    """
    variables = declared("x: vector(k); X: matrix(m,k); t: scalar; A: matrix(V,V)")
    used = {name: declaration for name, declaration in variables.items() if name in arrays}
    found = program(text, used)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        return found(**arrays).value


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sigmoid(x)", np.exp(-softplus(-EXTREME))),
        ("log(sigmoid(x))", -softplus(-EXTREME)),
        ("log(sigmoid(-x))", -softplus(EXTREME)),
        ("-log(sigmoid(2*x))", softplus(-2 * EXTREME)),
        ("softplus(x)", softplus(EXTREME)),
        ("log(ones(k) + exp(x))", softplus(EXTREME)),
        ("log(exp(-x) + vector(1))", softplus(-EXTREME)),
        ("log(cosh(x))", np.abs(EXTREME) + np.log1p(np.exp(-2 * np.abs(EXTREME))) - np.log(2)),
        ("log(exp(x))", EXTREME),
        ("softmax(x)", np.exp(EXTREME - 1e3)),
        ("log(softmax(x))", EXTREME - 1e3),
        ("logsumexp(x)*ones(1)", np.full(1, 1e3)),
        ("log(sum(exp(x)))", 1e3),
        ("relu(x)", np.maximum(EXTREME, 0)),
        ("tanh(x)", np.sign(EXTREME)),
    ],
)
def test_at_logits_of_a_thousand(text, expected):
    np.testing.assert_allclose(run(text, x=EXTREME), expected, rtol=1e-13, atol=1e-300)


def test_rows_of_logits():
    logits = np.stack([EXTREME, EXTREME[::-1], -EXTREME])
    expected = logits - 1e3
    np.testing.assert_allclose(run("log(rowsoftmax(X))", X=logits), expected, rtol=1e-13)
    np.testing.assert_allclose(run("rowlogsumexp(X)", X=logits), [1e3] * 3, rtol=1e-13)
    np.testing.assert_allclose(run("sum(i, logsumexp(X[i]))", X=logits), 3e3, rtol=1e-13)


def test_log_of_a_large_determinant():
    scaled = 1e4 * np.eye(7) + np.triu(np.ones((7, 7)), 1)
    expected = 7 * 50 * np.log(1e4)
    assert run("50*log(det(A))", A=scaled) == pytest.approx(expected)
    assert run("log(sqrt(det(A))/exp(t))", A=scaled * 1e50, t=1e3) == pytest.approx(
        0.5 * 7 * np.log(1e54) - 1e3
    )


def test_log_of_a_gaussian_density_far_from_its_mean():
    text = "log(exp(-x'*x/(2*t^2))/sqrt(2*pi*t^2))"
    value = run(text, x=EXTREME, t=0.5)
    assert value == pytest.approx(-EXTREME @ EXTREME / 0.5 - 0.5 * np.log(2 * np.pi * 0.25))


def test_sigmoid_keeps_relative_precision_in_its_tail():
    tail = np.full(5, -40.0)
    np.testing.assert_allclose(run("sigmoid(x)", x=tail), np.exp(-40.0), rtol=1e-15)


def test_the_exponential_of_a_large_matrix():
    rotation = np.array([[0.0, -1.0], [1.0, 0.0]])
    found = program("expm(B)", declared("B: matrix(n,n)"))(B=100 * rotation).value
    expected = np.cos(100) * np.eye(2) + np.sin(100) * rotation
    np.testing.assert_allclose(found, expected, rtol=1e-12)
