"""`differential(F)` and `derivative(F, x)` as functions of the language: read, written, valued."""

from __future__ import annotations

from unicodedata import normalize

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import ShapeError, UnsupportedError
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import infer, read
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import Name

DECLARED = {"X": "matrix(m,n)", "a": "vector(n)", "A": "matrix(n,n)", "P": "posdef(n)"}

EQUALITIES = [
    ("derivative(norm2(X*w - y)^2, w)", "2*X'*(X*w - y)"),
    ("derivative(norm2(X*w - y)^2, w')", "2*(X*w - y)'*X"),
    ("derivative(X*a, a)", "X"),
    ("derivative(X*a, a')", "X"),
    ("derivative((X*a)', a)", "X'"),
    ("derivative(t^2*X, t)", "2*t*X"),
    ("derivative(u'*X*a, X)", "u*a'"),
    ("derivative(u'*X*a, X')", "a*u'"),
    ("derivative(derivative(a'*A*a, a), a')", "A + A'"),
    ("derivative(X*a, vec(X))", "kron(a', eye(m))"),
    ("derivative(vec(X*X'), vec(X)')", "(eye(m*m) + comm(m,m))*kron(X, eye(m))"),
    ("derivative(derivative(logdet(P), vec(P)), vec(P)')", "-comm(n,n)*kron(inv(P), inv(P))"),
    ("derivative(sum(i, a[i]^2), a[k])", "2*a[k]"),
    ("derivative(norm2(X)^2, X[i])", "2*X[i]"),
    ("derivative(norm2(X)^2, X[i,j])", "2*X[i,j]"),
    ("sum(i, derivative(norm2(a)^2, a[i]))", "2*sum(a)"),
    ("sum(i, a[i]*derivative(norm2(X*a)^2, a[i]))", "2*norm2(X*a)^2"),
    ("derivative((t - inner(u, a))^2, inner(u, a))", "-2*(t - inner(u, a))"),
    ("derivative(sum((X*a).^3), X*a)", "3*(X*a).^2"),
    ("differential(X*a)", "X*da"),
    ("differential(A*inv(A))", "zeros(n,n)"),
    ("differential(norm2(a)^2)", "2*inner(a, da)"),
    ("differential(differential(a'*A*a))", "da'*(A + A')*da"),
    ("differential(sum(i, a[i]^3))", "3*sum(i, a[i]^2*da[i])"),
    ("derivative(nucnorm(A), A)", "polar(A)"),
]


@pytest.mark.parametrize(("left", "right"), EQUALITIES)
def test_derivatives_have_the_values_that_calculus_gives(left, right):
    assert gp.equal(left, right, declare=DECLARED).kind in ("proved", "agrees")


@pytest.mark.parametrize(("left", "right"), EQUALITIES)
def test_derivatives_print_so_that_they_read_back(left, right):
    expression = gp.parse(left, declare=DECLARED)
    assert parse_text(expression.text) == expression.tree
    assert str(expression).count("(") == str(expression).count(")")
    assert expression.latex.count("{") == expression.latex.count("}")
    assert expression.mathml.startswith("<math")


def test_the_value_does_not_come_from_the_algebra():
    found = read("derivative(derivative(x'*A*x, x), x')", {})
    values = {"x": [1.0, 2.0], "A": [[1.0, 2.0], [0.0, 3.0]]}
    hessian = evaluate(found.tree, values, {"n": 2})
    np.testing.assert_allclose(hessian, [[2.0, 2.0], [2.0, 6.0]], rtol=1e-7)


def test_what_does_not_move_has_no_differential():
    found = infer(parse_text("differential(x'*x)"), {})
    (size,) = found.dimensions
    still = evaluate(found.tree, {"x": [1.0, 2.0]}, {size: 2})
    moving = evaluate(found.tree, {"x": [1.0, 2.0], "dx": [1.0, 1.0]}, {size: 2})
    assert (float(still), float(moving)) == (0.0, 6.0)


def test_a_matrix_by_a_matrix_is_refused():
    with pytest.raises(ShapeError, match="vec"):
        gp.parse("derivative(X*X', X)", declare=DECLARED)


def test_the_derivative_by_what_does_not_occur_is_no_silent_zero():
    with pytest.raises(UnsupportedError, match="does not occur"):
        gp.equal("derivative(norm2(a)^2, a'*A*a)", "0*norm2(a)", declare=DECLARED)


@pytest.mark.parametrize(
    ("name", "unicode", "latex"),
    [
        ("v_bar", "v\u0304", r"\bar{v}"),
        ("v_c_bar", "v_c\u0304", r"v_{\bar{c}}"),
        ("V_tilde", "Ṽ", r"\tilde{V}"),
        ("V_tilde_1", "Ṽ₁", r"\tilde{V}_{1}"),
        ("dX", "dX", r"\mathrm{d}X"),
        ("dlambda", "dλ", r"\mathrm{d}\lambda"),
        ("dW_1", "dW₁", r"\mathrm{d}W_{1}"),
        ("dim", "dim", r"\mathrm{dim}"),
    ],
)
def test_accents_and_directions_are_written_as_on_paper(name, unicode, latex):
    expression = gp.parse(name)
    assert expression.tree == Name(name)
    assert (normalize("NFC", str(expression)), expression.latex) == (unicode, latex)
