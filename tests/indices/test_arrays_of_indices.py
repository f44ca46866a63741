"""Entries of arrays of indices, and tensors of three axes: read, written, derived and run."""

from __future__ import annotations

import json

import numpy as np
import pytest

import gradproof as gp
from tests.cli.command import runner

CLASSES = {"X": "matrix(N,d)", "W": "matrix(d,K)", "c": "index(N,K)"}
CONTEXTS = {"E": "matrix(V,d)", "O": "matrix(V,d)", "c": "index(B,C,V)", "t": "index(B,V)"}
STACKED = {"V": "tensor(B,k,d)", "u": "matrix(B,m)", "v": "matrix(B,d)", "W": "matrix(d,m)"}
CHAINED = {"u": "vector(K)", "c": "index(N,K)", "e": "index(M,N)"}
TABLE = {"u": "vector(K)", "c": "index(N,M,K)"}
POWERS = {"T": "tensor(m,n,k,p)", "A": "matrix(n,k)"}

BAG = "sum(k, E[c[b,k]])/C"
LOSSES = {
    "classes": ("sum(i, logsumexp(W'*X[i]) - X[i]'*(W'[c[i]]))/N", CLASSES, "WX"),
    "scores": ("sum(i, logsumexp(W'*X[i]) - (X*W)[i,c[i]])/N", CLASSES, "WX"),
    "bags": (f"sum(b, logsumexp(O*{BAG}) - O[t[b]]'*{BAG})/B", CONTEXTS, "EO"),
    "rows": ("sum(b, logsumexp(O*(E[c[b]]'*ones(C))/C) - O[t[b]]'*E[t[b]])/B", CONTEXTS, "EO"),
    "chain": ("sum(i, u[c[e[i]]]^3)", CHAINED, "u"),
    "table": ("norm2(u[c])^2", TABLE, "u"),
    "stacks": (
        "-sum(b, log(sigmoid(v[b]'*W*u[b]))) - sum(b, j, log(sigmoid(-V[b,j]'*W*u[b])))",
        STACKED,
        "uvWV",
    ),
    "slices": ("sum(b, sum(exp(V[b]*W*u[b])))", STACKED, "uWV"),
    "entries": ("sum(b, j, sum(l, V[b,j,l]^4))", STACKED, "V"),
    "four": ("sum(i, j, norm2(T[i,j]*ones(p))^2)*sum(A)", POWERS, "TA"),
}
SIZES = {"N": 7, "d": 3, "K": 5, "V": 6, "B": 4, "C": 2, "k": 3, "m": 2, "M": 8, "n": 4, "p": 5}
each_loss = pytest.mark.parametrize(("text", "declare", "names"), LOSSES.values(), ids=LOSSES)


def drawn(program):
    rng = np.random.default_rng(0)
    arrays = {}
    for name, declared in program.parameters.items():
        shape = [axis.size(SIZES) for axis in declared.axes]
        values = 0.7 * rng.standard_normal(shape)
        if declared.kind == "index":
            values = rng.integers(0, declared.bound.size(SIZES), shape)
        arrays[name] = values
    return arrays


@each_loss
def test_gradients_agree_with_numbers(text, declare, names):
    for name in names:
        assert gp.derive(text, name, declare=declare).verify(rng=1).kind == "agrees"


@each_loss
def test_programs_agree_with_numbers(text, declare, names):
    loss = gp.parse(text, declare=declare)
    program = gp.compile(loss, tuple(names))
    arrays = drawn(program)
    result = program(**arrays)
    assert np.isclose(result.value, gp.evaluate(loss, **arrays), rtol=1e-12)
    for name in names:

        def value(array, name=name):
            return gp.evaluate(loss, **{**arrays, name: array})

        expected = gp.numerical_gradient(value, arrays[name])
        assert np.allclose(result.gradient[name], expected, rtol=1e-7, atol=1e-7)


@each_loss
def test_text_and_latex_are_read_back(text, declare, names):
    loss = gp.parse(text, declare=declare)
    results = [gp.derive(loss, name).result for name in names]
    for expression in (loss, *results):
        if expression.direction is not None:
            continue
        again = gp.parse(expression.text, declare=declare)
        assert again.text == expression.text
    from_latex = gp.parse(loss.latex, declare=declare, notation="latex")
    assert gp.equal(loss, from_latex).kind in ("proved", "agrees")


@each_loss
def test_the_other_styles_answer_truly_or_not(text, declare, names):
    for style in ("differential", "backprop", "components"):
        try:
            derivation = gp.derive(text, names[0], style=style, declare=declare)
            verdicts = derivation.prove_steps()
        except gp.UnsupportedError:
            continue
        assert all(verdict.kind != "refuted" for verdict in verdicts)
        assert json.dumps(derivation.to_dict())


def test_equal_indices_add_up():
    program = gp.compile("sum(i, w[c[i]])", "w", declare={"w": "vector(K)", "c": "index(N,K)"})
    result = program(w=np.zeros(4), c=np.array([1, 3, 1, 1, 0]))
    assert result.gradient.tolist() == [1, 3, 0, 1]


def test_the_gradient_of_classes_is_that_of_one_hot_rows():
    derivation = gp.derive(LOSSES["classes"][0], "W", declare=CLASSES)
    assert derivation.text == "X'*(rowsoftmax(X*W) - eye(K)[c])/N"


def test_programs_gather_scatter_and_multiply_whole_matrices():
    text, declare, names = LOSSES["bags"]
    source = gp.compile(gp.parse(text, declare=declare), tuple(names)).source
    body = source.split('"""')[-1]
    assert "E[c]" in body
    assert "scatter_add(" in body
    assert "np.eye" not in body
    assert "(V, V)" not in body
    assert "for " not in body


@pytest.mark.parametrize(
    ("latex", "text", "declare"),
    [
        (r"\sum_i X_i^\top Y_{c_i}", "sum(i, X[i]'*Y[c[i]])", {"c": "index(N,K)"}),
        (r"\sum_{i} (XW)_{i,c_i}", "sum(i, (X*W)[i, c[i]])", CLASSES),
        (r"\sum_{i} (XW)_{i c_i}", "sum(i, (X*W)[i, c[i]])", CLASSES),
        (r"\sum_{b,k} E_{c_{bk}}", "sum(b, k, E[c[b, k]])", CONTEXTS),
        (r"\sum_{b,k} E_{c_{b,k}}", "sum(b, k, E[c[b, k]])", CONTEXTS),
        (r"\sum_{i} u_{c_{e_i}}", "sum(i, u[c[e[i]]])", CHAINED),
        (r"\sum_{b,j} V_{bj}^\top v_b", "sum(b, j, V[b, j]'*v[b])", STACKED),
        (r"\sum_{b,j,l} V_{b,j,l}", "sum(b, j, l, V[b, j, l])", STACKED),
        (r"v_{c_i}^\top u", "v_c[i]'*u", {"v_c": "matrix(n,d)"}),
    ],
)
def test_latex(latex, text, declare):
    assert gp.parse(latex, declare=declare, notation="latex").text == text


@pytest.mark.parametrize(
    ("text", "declare", "shown"),
    [
        ("sum(i, u[c[i]])", CHAINED, "Σᵢ u[cᵢ]"),
        ("sum(b, k, E[c[b, k]])", CONTEXTS, "Σ_(b, k) E[c[b, k]]"),
    ],
)
def test_on_the_terminal(text, declare, shown):
    assert str(gp.parse(text, declare=declare)) == shown


def test_written_in_python():
    index = gp.index("c", "V", "B", "C")[gp.dimension("b"), gp.dimension("k")]
    rows = gp.matrix("E", "V", "d")[index]
    expression = gp.sum_over(gp.dimension("b"), gp.sum_over(gp.dimension("k"), rows))
    assert expression.text == "sum(b, sum(k, E[c[b, k]]))"
    stack = gp.tensor("T", "B", "k", "d")[gp.index("b", "B")]
    assert str(stack.shape) == "(k, d)"


def test_on_the_command_line(monkeypatch, capsys):
    declared = [f"--declare={name}: {kind}" for name, kind in CLASSES.items()]
    run = runner(monkeypatch, capsys)
    found = run("derive", LOSSES["classes"][0], "--wrt", "W", "--json", *declared)
    assert found.code == 0
    answer = json.loads(found.out)
    assert answer["variables"]["c"] == {"kind": "index", "shape": ["N"], "facts": [], "bound": "K"}
    assert answer["result"]["form"] == "matrix"


def test_an_index_beyond_its_bound_is_refused():
    program = gp.compile("sum(i, w[c[i]])", "w", declare={"w": "vector(K)", "c": "index(N,K)"})
    with pytest.raises(gp.DataError, match="index 4"):
        program(w=np.zeros(4), c=np.array([4]))
    loss = gp.parse("sum(i, w[c[i]])", declare={"w": "vector(K)", "c": "index(N,K)"})
    with pytest.raises(gp.DataError, match="from 0 to 3"):
        gp.evaluate(loss, w=np.zeros(4), c=np.array([-1]))
