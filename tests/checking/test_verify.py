"""The proof by numbers: true formulas agree, false ones are refuted, and doubt is said."""

from dataclasses import replace

import numpy as np
import pytest

import gradproof as gp
from gradproof.checking.verify import verify
from gradproof.notation.infer import infer
from gradproof.notation.parser import parse_text

RESTRICTED = [
    "sum(log(x))", "log(sum(x))", "log(p'*x)", "log(x'*A*x)", "log(norm2(x)-1)",
    "log(1-norm2(x)^2)", "log(prod(x))", "sum(sqrt(x))", "sum(x.^(3/2))", "sum(arcsin(x))",
]  # fmt: skip


@pytest.mark.parametrize("text", RESTRICTED)
def test_points_lie_where_the_expression_exists(text):
    assert gp.derive(text, "x").verification.kind == "agrees"


@pytest.mark.parametrize(
    ("loss", "by", "declare"),
    [
        ("prod(cosm(Y)^3)", "Y", {"Y": "matrix(n,n)"}),
        ("tr(A.*X)", "X", {"A": "matrix(n,n)", "X": "matrix(n,n)"}),
        ("sum(diag(A).*diag(X))", "X", {"A": "matrix(n,n)", "X": "matrix(n,n)"}),
        ("a'*inv(X)*b", "X", {"X": "matrix(n,n)"}),
        ("sum(i, j, W[i,j]*norm2(Y[i]-Y[j])^2)", "Y", {}),
    ],
)
def test_true_formulas_agree(loss, by, declare):
    assert gp.derive(loss, by, declare=declare).verification.kind == "agrees"


@pytest.mark.parametrize(
    ("loss", "by", "false"),
    [
        ("tr(A*X*B)", "X", "B*A"),
        ("norm2(X*w - y)^2", "w", "X'*(X*w - y)"),
        ("logdet(X)", "X", "inv(X)"),
        ("x'*A*x", "x", "2*A*x"),
        ("log(x'*x)", "x", "x/(x'*x)"),
    ],
)
def test_false_formulas_are_refuted_with_a_counterexample(loss, by, false):
    derivation = gp.derive(loss, by, declare={"A": "matrix(n,n)"} if "x'*A" in loss else None)
    known = derivation.expression.variables
    claim = replace(derivation.claim, formula=infer(parse_text(false), known).tree)
    verdict = verify(claim, np.random.default_rng(0))
    assert verdict.kind == "refuted"
    assert set(known) <= set(verdict.counterexample)


def test_where_no_point_exists_nothing_is_claimed():
    assert gp.derive("log(-norm2(x)^2)", "x").verification.kind == "not understood"


def test_the_tensor_of_a_symmetric_variable_is_projected():
    derivation = gp.derive("det(P)", "P", 2, declare={"P": "posdef(n)"})
    program = gp.compile("det(P)", "P", outputs=("hessian",), declare={"P": "posdef(n)"})
    P = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])
    np.testing.assert_allclose(
        gp.evaluate(derivation.result, P=P), program(P=P).hessian, rtol=1e-10, atol=1e-12
    )


def test_the_mean_of_a_diagonal_matrix_counts_its_zeros():
    y = np.array([1.0, 2.0, 6.0])
    assert gp.compile("mean(diag(y))", "y")(y=y).value == pytest.approx(1.0)
    assert gp.evaluate(gp.parse("mean(diag(y))"), y=y) == pytest.approx(1.0)
