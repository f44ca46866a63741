"""What print can get wrong: names that mean something elsewhere, lost parentheses, orders."""

from __future__ import annotations

import pytest

import gradproof as gp
from tests.support.claims import balanced, close, defined, points


# ------------------------------------------------------------------------------------- names
@pytest.mark.parametrize(
    "name",
    ["I", "T", "N", "E", "e", "d", "i", "j", "S", "D", "Q", "lambda", "pi", "J", "vec_", "dX"],
)
def test_names_that_mean_something_elsewhere_are_free(name):
    declare = {name: "matrix(p,q)", "X": "matrix(p,q)", "x": "vector(q)"}
    derivation = gp.derive(f"norm2({name}*x)^2 + tr(X'*{name})", name, declare=declare)
    assert derivation.verification.kind == "agrees"
    assert gp.equal(derivation.result, gp.parse(f"2*{name}*x*x' + X", declare=declare))
    by_matrix = gp.derive(
        f"tr(X'*{name})^2", "X", 2, declare={name: "matrix(p,q)", "X": "matrix(p,q)"}
    )
    assert by_matrix.verification.kind == "agrees"


@pytest.mark.parametrize("name", ["I", "T", "N", "E", "e", "d", "lambda"])
def test_names_of_scalars_are_free(name):
    derivation = gp.derive(f"{name}^2*norm2(w)^2", name, declare={name: "scalar"})
    assert derivation.verification.kind == "agrees"
    assert gp.equal(derivation.result, f"2*{name}*norm2(w)^2", declare={name: "scalar"})


def test_a_direction_does_not_take_the_name_of_a_variable():
    declare = {"X": "matrix(n,n)", "dX": "matrix(n,n)"}
    derivation = gp.derive("X*dX*X", "X", declare=declare)
    assert derivation.verification.kind == "agrees"
    if derivation.result.direction is not None:
        assert derivation.result.direction.name not in declare


# ------------------------------------------------------------------------------------- print
@pytest.mark.parametrize(
    "text",
    [
        "a - (b - c)",
        "a/(b*c)",
        "a/b*c",
        "a/(b/c)",
        "(a + b)*c",
        "-(a + b)^2",
        "(-a)^2",
        "-a^2",
        "(a^b)^c",
        "a^(b^c)",
        "a^(-b)",
        "(A*B)'*C",
        "A'*B'*C",
        "(A + B')*C",
        "(X^2)'",
        "(X')^2",
        "x'*(y*z')",
        "(x'*y)*z",
        "A*(x.*y)",
        "(A*x).*(B'*y)",
        "x./(y./z)",
        "(x./y)./z",
        "x./(y.*z)",
        "(x.*y).^2",
        "x.*y.^2",
        "(-x).^2",
        "exp(-x'*y)",
        "-(x'*y)*z",
        "tr((A - B')*C)",
        "2*(a - b)/3",
    ],
)
def test_no_parenthesis_is_lost_in_print(text):
    square = text.count("X") > 0
    declare = {name: "scalar" for name in "abc" if name in text}
    declare |= {name: "vector(n)" for name in "xyz" if name in text.replace("exp", "")}
    declare |= {name: "matrix(n,n)" for name in "ABCX" if name in text}
    assert square == ("X" in declare)
    written = gp.parse(text, declare=declare)
    for again in (gp.parse(written.text, declare=declare), gp.simplify(written)):
        reread = gp.parse(again.text, declare=declare)
        point = defined(declare, written)
        assert point is not None
        assert close(point.value(reread), point.value(written), 1e-10), again.text
    assert balanced(written.latex)


def test_kronecker_products_are_in_the_order_of_vec():
    """vec(AXB) = (B′ ⊗ A) vec X, with columns stacked."""
    declare = {"A": "matrix(m,n)", "X": "matrix(n,p)", "B": "matrix(p,q)"}
    assert gp.equal("vec(A*X*B)", "kron(B', A)*vec(X)", declare=declare)
    assert not gp.equal("vec(A*X*B)", "kron(A, B')*vec(X)", declare=declare)
    assert gp.equal("vec(a*b')", "kron(b, a)", declare={"a": "vector(m)", "b": "vector(n)"})
    assert gp.equal("comm(m,n)*vec(A)", "vec(A')", declare={"A": "matrix(m,n)"})
    point = next(points(declare))
    vec = point.value(gp.parse("vec(X)", declare={"X": "matrix(n,p)"}))
    assert close(vec, point.values["X"].T.ravel())
