"""Mistakes that are easily made by whoever differentiates by machine, each excluded by a test."""

from __future__ import annotations

from re import findall

import numpy as np
import pytest

import gradproof as gp
from gradproof.ops import OPERATIONS
from tests.support.claims import close


def derived(text: str, wrt: str, order: int = 1, **declare: str) -> gp.Derivation:
    derivation = gp.derive(text, wrt, order, declare=declare)
    assert derivation.verification.kind == "agrees", derivation.text
    return derivation


# ------------------------------------------------------------------ nothing is zero by silence
@pytest.mark.parametrize(
    ("loss", "gradient"),
    [
        ("tr(X) + 1", "eye(n)"),
        ("tr(A*X) + 1", "A'"),
        ("1 + exp(tr(X))", "exp(tr(X))*eye(n)"),
        ("tr(X)*tr(A*X)", "tr(A*X)*eye(n) + tr(X)*A'"),
        ("det(X)*tr(X)", "tr(X)*adj(X)' + det(X)*eye(n)"),
        ("(a'*X*b)*(b'*X*a)", "(b'*X*a)*a*b' + (a'*X*b)*b*a'"),
        ("exp(a'*X*b)/tr(X)", "exp(a'*X*b)/tr(X)*a*b' - exp(a'*X*b)/tr(X)^2*eye(n)"),
    ],
)
def test_sums_with_numbers_and_products_of_dependent_scalars(loss, gradient):
    known = {"X": "matrix(n,n)", "A": "matrix(n,n)", "a": "vector(n)", "b": "vector(n)"}
    derivation = gp.derive(
        loss, "X", declare={name: known[name] for name in known if name in findall(r"\w+", loss)}
    )
    assert derivation.verification.kind == "agrees"
    assert gp.equal(derivation.result, gp.parse(gradient, declare=known)), derivation.text


@pytest.mark.parametrize("name", ["polar", "eigvecs"])
def test_a_function_without_a_differential_raises(name):
    assert OPERATIONS[name].differential is None
    with pytest.raises(gp.UnsupportedError, match=f"{name} has no derivative"):
        gp.derive(f"sum({name}(X).^3)", "X", declare={"X": "matrix(n,n)"})


@pytest.mark.parametrize(
    "loss",
    ["tr(C*expm(X))", "sum(sinm(X))", "tr(C*cosm(X))", "c'*eigvals(X)", "nucnorm(C*X)^2"],
)
def test_a_second_derivative_that_is_not_known_raises(loss):
    known = {"X": "matrix(n,n)", "C": "matrix(n,n)", "c": "vector(n)"}
    declare = {name: known[name] for name in known if name in findall(r"\w+", loss)}
    derived(loss, "X", **declare)
    with pytest.raises(gp.UnsupportedError, match=r"no closed form|no derivative") as raised:
        gp.derive(loss, "X", 2, declare=declare)
    assert raised.value.hint


def test_the_jacobian_of_a_matrix_function_is_a_linear_map():
    """Its Fréchet derivative has a formula in a direction dX and no other."""
    derivation = derived("A*expm(X)*B", "X")
    assert derivation.form == "linear map"


@pytest.mark.parametrize("text", ["foo(x)", "softmin(x)", "norm(x)", "Exp(x)", "x.norm()"])
def test_an_unknown_function_raises(text):
    with pytest.raises(gp.ReadError):
        gp.derive(text, "x")


def test_a_variable_that_does_not_occur_raises():
    with pytest.raises(gp.UnknownNameError, match="v is not a variable"):
        gp.derive("norm2(X*w)^2", "v")


def test_a_sum_is_differentiated_through_every_term():
    derivation = derived("tr(X)^2 + tr(X^2) + norm2(X)^2", "X")
    assert gp.equal(derivation.result, "2*tr(X)*eye(n) + 2*X' + 2*X", declare={"X": "matrix(n,n)"})


# -------------------------------------------------------------- what is equal is written once
def test_equal_inner_products_merge():
    merged = gp.simplify("w'*r + r'*w").text
    assert merged.replace("(", "").replace(")", "") in ("2*w'*r", "2*r'*w")
    assert gp.simplify("w'*r - r'*w").text == "0"
    sharpe = derived("(w'*r - c)/sqrt(w'*S*w)", "w", S="symmetric(n)", c="scalar")
    assert gp.equal(
        sharpe.result,
        gp.parse(
            "r/sqrt(w'*S*w) - (r'*w - c)/(w'*S*w)^(3/2)*S*w",
            declare={"S": "symmetric(n)", "c": "scalar", "w": "vector(n)", "r": "vector(n)"},
        ),
    )
    assert sharpe.text.count("sqrt") + sharpe.text.count("^(") <= 3


def test_the_hessian_of_a_quadratic_form():
    assert derived("x'*A*x", "x", 2).text == "A + A'"
    assert derived("x'*A*x", "x", 2, A="symmetric(n)").text == "2*A"
    assert derived("x'*A*x", "x").text == "(A + A')*x"
    assert derived("x'*A*x", "x", A="symmetric(n)").text == "2*A*x"
    assert derived("norm2(X*w - y)^2", "w", 2).text == "2*X'*X"


def test_the_trace_of_a_cube():
    assert derived("tr(X^3)", "X").text == "3*(X^2)'"
    assert derived("tr(X^3)", "X", X="symmetric(n)").text == "3*X^2"


def test_an_inverse_is_printed_with_its_transpose():
    assert derived("logdet(X)", "X").text == "inv(X)'"
    assert derived("logdet(X)", "X", X="posdef(n)").text == "inv(X)"
    assert derived("tr(inv(X)*A)", "X").text == "-inv(X)'*A'*inv(X)'"
    assert derived("a'*inv(X)*b", "X", a="vector(n)", b="vector(n)").text == "-inv(X)'*a*b'*inv(X)'"


def test_common_factors_stay_outside():
    assert derived("norm2(X*w - y)^2", "w").text == "2*X'*(X*w - y)"
    assert derived("norm2(A*X*B - C)^2", "X").text == "2*A'*(A*X*B - C)*B'"


# ------------------------------------------------------------------------- scalars and sizes
def test_one_plus_a_scalar():
    derivation = derived("log(1 + exp(w'*x))", "w", x="vector(d)")
    assert derivation.text in ("sigmoid(w'*x)*x", "sigmoid(x'*w)*x")
    other = derived("1/(1 + exp(-w'*x))", "w", x="vector(d)")
    assert other.result.shape == derivation.result.shape


def test_sizes_stay_symbols():
    derivation = derived("norm2(X*w - y)^2/N", "w", X="matrix(N,d)")
    assert derivation.text == "2/N*X'*(X*w - y)"
    assert [str(axis) for axis in derivation.result.shape] == ["d"]
    assert gp.equal(derived("mean(X)", "X").result, "ones(m, n)/(m*n)").kind == "proved"
    centred = derived("norm2(x - mean(x)*ones(n))^2/n", "x", x="vector(n)")
    assert gp.equal(
        centred.result, gp.parse("2/n*(x - mean(x)*ones(n))", declare={"x": "vector(n)"})
    )


def test_a_formula_holds_for_sizes_that_coincide():
    derivation = derived("a'*X*Y*b", "X", a="vector(m)", b="vector(m)", Y="matrix(n,m)")
    values = {
        "a": np.arange(2.0), "b": np.ones(2), "X": np.eye(2), "Y": np.array([[1.0, 2], [3, 4]])
    }  # fmt: skip
    given = {name: values[name] for name in derivation.result.variables}
    expected = np.outer(values["a"], values["Y"] @ values["b"])
    assert close(gp.evaluate(derivation.result, **given), expected)


def test_sizes_of_one_are_no_exception():
    derivation = derived("norm2(X*w - y)^2", "w")
    value = gp.evaluate(derivation.result, X=[[3.0]], w=[2.0], y=[1.0])
    assert close(value, [2 * 3 * (6 - 1)])


# --------------------------------------------------------------------------------- overflow
@pytest.mark.parametrize("margin", [-1000.0, 1000.0, 0.0])
@pytest.mark.parametrize(
    "loss",
    [
        "log(1 + exp(-w'*x))",
        "-log(1/(1 + exp(-w'*x)))",
        "-log(sigmoid(w'*x))",
        "softplus(w'*x)",
        "log(exp(w'*x) + exp(-w'*x))",
        "sum(log(ones(d) + exp(x.*w)))",
        "logsumexp(w.*x)",
        "log(sum(exp(w.*x)))",
        "-log(exp(w'*x)/(1 + exp(w'*x)))",
    ],
)
def test_programs_do_not_overflow(loss, margin):
    program = gp.compile(loss, "w", declare={"x": "vector(d)", "w": "vector(d)"})
    x, w = np.array([1.0, 0.5]), np.array([margin, 0.0])
    result = program(x=x, w=w)
    assert np.isfinite(result.value)
    assert np.isfinite(result.gradient).all()
    assert np.abs(result.gradient).max() <= 1 + 1e-12
    assert abs(float(result.value)) <= 1001


# ----------------------------------------------------------------------- kinks and conditions
@pytest.mark.parametrize(
    ("loss", "wrt", "condition"),
    [
        ("norm2(x)", "x", "x ≠ 0"),
        ("norm2(X*w - y)", "w", "X*w - y ≠ 0"),
        ("norm1(x)", "x", "every entry of x ≠ 0"),
        ("abs(s)", "s", "s ≠ 0"),
        ("sum(relu(W*x))", "W", "every entry of W*x ≠ 0"),
        ("logdet(X)", "X", "X invertible"),
        ("tr(inv(X))", "X", "X invertible"),
        ("sum(log(x))", "x", "every entry of x > 0"),
        ("1/s", "s", "s ≠ 0"),
        ("sum(exp(eigvals(X)))", "X", "distinct"),
        ("eigmax(X)", "X", "simple"),
    ],
)
def test_conditions_travel_with_the_result(loss, wrt, condition):
    declare = {"s": "scalar"} if wrt == "s" else {}
    derivation = derived(loss, wrt, **declare)
    assert any(condition in said for said in derivation.conditions), derivation.conditions


@pytest.mark.parametrize(
    ("loss", "declare"),
    [
        ("sum(log(x))", {"x": "positive vector(n)"}),
        ("norm1(x)", {"x": "positive vector(n)"}),
        ("logdet(X)", {"X": "posdef(n)"}),
        ("tr(inv(X))", {"X": "nonsingular(n)"}),
        ("norm2(x)^2", {"x": "vector(n)"}),
        ("1/s", {"s": "positive scalar"}),
    ],
)
def test_a_declared_fact_makes_a_condition_needless(loss, declare):
    assert derived(loss, next(iter(declare)), **declare).conditions == ()


def test_a_symmetric_variable_is_projected_and_said_so():
    derivation = derived("tr(A*X)", "X", X="symmetric(n)")
    assert gp.equal(derivation.result, "(A + A')/2", declare={"A": "matrix(n,n)"})
    assert any("symmetric" in note for note in derivation.notes)


# ------------------------------------------------------------------------------- layout
def test_a_jacobian_has_the_output_first():
    rng = np.random.default_rng(0)
    derivation = derived("tanh(W*x)", "x", W="matrix(m,n)")
    W, x = rng.normal(size=(2, 3)), rng.normal(size=3)
    jacobian = gp.evaluate(derivation.result, W=W, x=x)
    assert jacobian.shape == (2, 3)
    assert close(jacobian, (1 - np.tanh(W @ x) ** 2)[:, None] * W)
    assert [str(a) for a in derived("W*x", "W", W="matrix(m,n)").result.shape] == ["m", "m", "n"]


def test_equal_indices_add_up():
    derivation = derived("sum(U[w])^2/2", "U", U="matrix(V,d)", w="index(k,V)")
    U = np.arange(6.0).reshape(3, 2)
    value = gp.evaluate(derivation.result, U=U, w=[1, 1, 2])
    total = U[[1, 1, 2]].sum()
    assert close(value, total * np.array([[0, 0], [2, 2], [1, 1]]))
