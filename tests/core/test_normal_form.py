"""Equal means identical: what theorems of matrix algebra cost no rule, and no order of writing."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction

import pytest

from gradproof.core.canonical import identity, ones
from gradproof.core.contract import contract, scale, size
from gradproof.core.dimension import dimension, plus, times
from gradproof.core.node import Contraction, Node, Number, Sum, number, symbol
from gradproof.core.sum import add
from gradproof.notation.declare import declare as read_declaration
from gradproof.notation.infer import infer
from gradproof.notation.lower import lower
from gradproof.notation.parser import parse_text

DECLARED = {
    **dict.fromkeys("st", "scalar"),
    **dict.fromkeys("xyuv", "vector(n)"),
    **dict.fromkeys("ab", "vector(m)"),
    "A": "matrix(m,n)",
    "B": "matrix(n,p)",
    "C": "matrix(p,m)",
    "F": "matrix(m,n)",
    "X": "matrix(n,n)",
    "Y": "matrix(n,n)",
    "S": "symmetric(n)",
    "T": "symmetric(n)",
    "P": "posdef(n)",
    "D": "diagonal(n)",
    "c": "index(m)",
}


def node_of(text: str) -> Node:
    declarations = {name: read_declaration(name, words) for name, words in DECLARED.items()}
    inferred = infer(parse_text(text), declarations, text)
    return lower(inferred.tree, inferred.declarations)


IDENTICAL = (
    # transposes
    ("(A*B)'", "B'*A'"),
    ("A''", "A"),
    ("(A + F)'", "A' + F'"),
    ("(A*B*C)'", "C'*B'*A'"),
    ("(x*a')'", "a*x'"),
    ("(2*A)'", "2*A'"),
    ("tanh(A)'", "tanh(A')"),
    ("inv(X)'", "inv(X')"),
    ("pinv(A)'", "pinv(A')"),
    ("det(X')", "det(X)"),
    ("norm2(A')", "norm2(A)"),
    ("expm(X')", "expm(X)'"),
    # products and traces
    ("A*(B*C)", "(A*B)*C"),
    ("tr(A*B*C)", "tr(B*C*A)"),
    ("tr(A*B*C)", "tr(C'*B'*A')"),
    ("tr(X')", "tr(X)"),
    ("tr(X*Y)", "tr(Y*X)"),
    ("x'*y", "y'*x"),
    ("x'*X*y", "y'*X'*x"),
    ("inner(a, A*x)", "inner(A'*a, x)"),
    ("inner(a, A*x)", "tr(x*a'*A)"),
    ("inner(A, F)", "tr(A'*F)"),
    ("inner(A, F)", "sum(A.*F)"),
    ("outer(x, a)", "x*a'"),
    ("(x*y')*u", "(y'*u)*x"),
    ("norm2(x)^2", "x'*x"),
    ("norm2(A)^2", "tr(A'*A)"),
    ("norm2(A)^2", "sum(A.^2)"),
    ("norm2(3*x)^2", "9*x'*x"),
    ("sqrt(x'*x)", "norm2(x)"),
    ("x'*x*x", "x*(x'*x)"),
    ("(x'*y)^2", "(y'*x)*(x'*y)"),
    # identities, ones and diagonals
    ("A*eye(n)", "A"),
    ("eye(m)*A", "A"),
    ("tr(eye(n))", "n"),
    ("sum(ones(n))", "n"),
    ("sum(A)", "ones(m)'*A*ones(n)"),
    ("mean(A)", "sum(A)/(m*n)"),
    ("diag(v)*u", "v.*u"),
    ("diag(v)*A'", "(v*ones(m)').*A'"),
    ("diag(diag(v))", "v"),
    ("diag(X)", "(X.*eye)*ones(n)"),
    ("tr(X)", "sum(diag(X))"),
    ("tr(diag(v))", "sum(v)"),
    ("x.*y.*u", "u.*(y.*x)"),
    ("x./y", "y.^(-1).*x"),
    ("x.^2./x", "x"),
    ("x./x", "ones(n)"),
    ("diag(u)*diag(v)", "diag(u.*v)"),
    ("eye(n) + zeros(n,n)", "eye(n)"),
    # what is symmetric
    ("S'", "S"),
    ("x'*S*y", "y'*S*x"),
    ("(S*T)'", "T*S"),
    ("tr(S*T*X)", "tr(X'*T*S)"),
    ("inv(P)'", "inv(P)"),
    ("(S + T)'", "S + T"),
    ("(X + X')'", "X + X'"),
    ("(X*X')'", "X*X'"),
    ("D*D", "D.*D"),
    ("D*u", "diag(D).*u"),
    # sums over an index, selections
    ("sum(j, x[j]*y[j])", "x'*y"),
    ("sum(i, j, A[i,j]*a[i]*x[j])", "a'*A*x"),
    ("sum(i, j, X[i,j]*X[j,i])", "tr(X*X)"),
    ("sum(i, A[i])", "A'*ones(m)"),
    ("sum(i, A[i]*A[i]')", "A'*A"),
    ("array(i, j, x[i]*y[j])", "x*y'"),
    ("array(i, j, A[j,i])", "A'"),
    ("array(i, A[i]'*x)", "A*x"),
    ("A[c]'*x", "(A*x)[c]"),
    ("(A*B)[c]", "B'*A[c]"),
    # sums and exact coefficients
    ("A + F", "F + A"),
    ("A + A", "2*A"),
    ("A - A", "zeros(m,n)"),
    ("0.1*A + 0.2*A", "0.3*A"),
    ("A/3 + A/6", "A/2"),
    ("s*A + A*s", "2*s*A"),
    ("-(A - F)", "F - A"),
    ("2*(A + F)", "2*A + 2*F"),
    ("1/3 + 1/6", "1/2"),
    ("3 - 2 + 4^(1/2)", "3"),
    ("x'*y + y'*x", "2*(x'*y)"),
    ("s*t - t*s", "0"),
    # powers
    ("X^2", "X*X"),
    ("X^3", "X*X*X"),
    ("X^0", "eye(n)"),
    ("X^-1", "inv(X)"),
    ("s^2*s^-1", "s"),
    ("s^(1/2)*s^(1/2)", "s"),
    ("(2*s)^2", "4*s^2"),
    ("(A.*F).^2", "A.^2.*F.^2"),
)


@pytest.mark.parametrize(("one", "other"), IDENTICAL)
def test_equal_by_a_law_means_identical(one, other):
    assert node_of(one) is node_of(other)


DIFFERENT = (
    ("A'*A", "A*A'"),
    ("X*Y", "Y*X"),
    ("X*Y", "X.*Y"),
    ("tr(X*Y')", "tr(X*Y)"),
    ("tr(X)", "sum(X)"),
    ("x*y'", "y*x'"),
    ("diag(v)", "v*v'"),
    ("sqrt(s^2)", "s"),
    ("norm2(x)", "norm1(x)"),
    ("S*T", "T*S"),
    ("(x'*y)*u", "(x'*u)*y"),
    ("exp(A)", "exp(F)"),
    ("X^2", "X.^2"),
    ("x'*X*y", "y'*X*x"),
    ("sum(i, X[i,i])", "sum(i, j, X[i,j])"),
    ("tr(X*X'*X*X)", "tr(X*X*X'*X')"),
)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_is_not_identified(one, other):
    assert node_of(one) is not node_of(other)


n, m = dimension("n"), dimension("m")


# ------------------------------------------------------------------------ small truths
def test_coefficients_are_exact():
    third = scale(Fraction(1, 3), symbol("x", (n,)))
    assert isinstance(third, Contraction)
    assert third.coefficient == Fraction(1, 3)
    assert add([(3, third)], (n,)) is symbol("x", (n,))
    whole = scale(Fraction(6, 3), symbol("x", (n,)))
    assert isinstance(whole, Contraction)
    assert type(whole.coefficient) is int
    assert isinstance(node_of("0.1 + 0.2"), Number)
    assert node_of("0.1 + 0.2").value == Fraction(3, 10)


def test_no_term_of_a_sum_carries_a_coefficient():
    total = node_of("2*A - 3/4*F + s*A")
    assert isinstance(total, Sum)
    for weight, term in total.terms:
        assert weight in (1, 2, Fraction(-3, 4))
        assert not isinstance(term, Contraction) or term.coefficient == 1
    keys = [term.key for _, term in total.terms]
    assert keys == sorted(keys)


def test_zero_is_one_node_of_its_axes():
    assert node_of("0*A") is ones((m, n), 0)
    assert node_of("A - A") is ones((m, n), 0)
    assert node_of("tr(X - X)") is number(0)
    assert node_of("s*zeros(m,n)*x") is ones((m,), 0)


def test_a_multiple_of_zero_is_zero():
    for zero in (number(0), ones((n,), 0), ones((m, n), 0)):
        assert scale(2, zero) is zero
        assert scale(Fraction(-1, 3), zero) is zero
        assert add([(2, zero)], zero.axes) is zero


def test_sizes_are_numbers_that_stay_symbols():
    assert size(plus(n, dimension(1))) is add([(1, size(n)), (1, number(1))], ())
    assert size(times(n, m)) is contract(1, [(size(n), (), 1), (size(m), (), 1)], ())
    assert contract(1, [(identity(n), (0, 0), 1)], ()) is size(n)
    assert node_of("tr(eye(n)) - n") is number(0)
    assert node_of("sum(ones(m,n))") is node_of("m*n")


def test_dimensions_are_equal_as_polynomials():
    assert times(n, m) == times(m, n)
    assert plus(times(n, m), n) == times(n, plus(m, dimension(1)))
    assert plus(n, n) == times(dimension(2), n)


PROGRAM = """
from tests.core.test_normal_form import IDENTICAL, node_of
from random import Random
import gradproof as gp
from tests.support.random_expressions import declared, expression
for one, other in IDENTICAL[::7]:
    print(one, node_of(one).key, node_of(other).key)
for seed in range(20):
    text = str(expression(Random(seed).choice, 3))
    print(gp.simplify(text, declare=declared(text)).text)
for loss in ("norm2(X*w - y)^2", "-t'*log(softmax(W'*x))", "sum(j, log(sigmoid(-V[j]'*W*u)))"):
    for name in gp.parse(loss).variables:
        print(gp.derive(loss, name).text, gp.derive(loss, name).conditions)
"""


def test_keys_and_formulas_are_the_same_in_every_process():
    outputs = set()
    for seed in ("0", "1", "4242"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) > 30
