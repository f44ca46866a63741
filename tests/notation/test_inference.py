"""Kinds and sizes of whole expressions: unification, habits, indices, names of dimensions."""

from __future__ import annotations

import pytest

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE, dimension, shape_text
from gradproof.notation.declare import parse_declaration
from gradproof.notation.infer import read
from gradproof.notation.tree import SCALAR, Name, walk


def declared(*texts: str) -> dict[str, Declaration]:
    found = map(parse_declaration, texts)
    return {declaration.name: declaration for declaration in found}


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("norm2(X*w - y)^2 / N", "X: m×n; w: n; y: m; N: scalar"),
        ("x'*A*x", "x: n; A: n×n"),
        ("log(det(X))", "X: n×n"),
        ("sum(log(exp(-b.*(A*x)) + vector(1)))", "b: m; A: m×n; x: n"),
        ("tr(A*X*B)", "A: m×n; X: n×k; B: k×m"),
        (
            "-log(sigmoid(v'*W*u)) - sum(j, log(sigmoid(-V[j]'*W*u)))",
            "v: m; W: m×n; u: n; V: k×m",
        ),
        ("(t - x'*y/(norm2(x)*norm2(y)))^2", "t: scalar; x: n; y: n"),
        ("tr(expm(t*A))", "t: scalar; A: n×n"),
        ("logdet(A + t*B)", "A: n×n; t: scalar; B: n×n"),
        ("norm2(t*A)", "t: scalar; A: m×n"),
        ("f*x + g", "f: scalar; x: n; g: n"),
        ("a'*X*b", "a: m; X: m×n; b: n"),
        ("norm2(X*theta - y)^2 + lambda*norm2(theta)^2", "X: m×n; theta: n; y: m; lambda: scalar"),
        ("1/n*norm2(X*w - y)^2", "n: scalar; X: k×m; w: m; y: k"),
        ("log(1 + exp(x))", "x: scalar"),
        ("x^2", "x: scalar"),
        ("x*y'", "x: n; y: m"),
        ("x*y'*z", "x: n; y: m; z: m"),
        ("diag(b)*A", "b: m; A: m×n"),
        ("tr(A*diag(x))", "A: n×n; x: n"),
        ("X'*X*w - w + eye*w", "X: m×n; w: n"),
        ("kron(A, B)*vec(X)", "A: m×n; B: k×p; X: p×n"),
        ("kron(A, B)*kron(x, y)", "A: m×n; B: k×p; x: n; y: p"),
        ("sigmoid(X*b)", "X: m×n; b: n"),
        ("c*X", "c: scalar; X: m×n"),
        ("b^2 - 4*a*c", "b: scalar; a: scalar; c: scalar"),
        ("vec(X) - vec(Y)", "X: m×n; Y: m×n"),
        ("det(a)", "a: n×n"),
        ("rowlogsumexp(Q*K'/t)", "Q: m×n; K: k×n; t: scalar"),
        ("X[i]'*w - y[i]", "X: m×n; i: scalar; w: n; y: m"),
        ("sum(k, x[k]*y[k])", "x: n; y: n"),
        ("W*x + b - y", "W: m×n; x: n; b: m; y: m"),
        ("pi*r^2", "r: scalar"),
        (
            "A*B*C*D*E*F*G*H*x",
            "A: m×n; B: n×k; C: k×p; D: p×q; E: q×r; F: r×s; G: s×n1; H: n1×n2; x: n2",
        ),
    ],
)
def test_kinds_and_sizes_without_declarations(text, variables):
    found = read(text).declarations.values()
    assert "; ".join(f"{v.name}: {shape_text(v.axes)}" for v in found) == variables


@pytest.mark.parametrize(
    ("text", "declarations", "shape"),
    [
        ("X*w", ["X: matrix(N,d)"], "N×1"),
        ("X*w/N", ["X: matrix(N,d)"], "N×1"),
        ("U[c]", ["U: matrix(V,d)", "c: index(V)"], "d×1"),
        ("U[w]", ["U: matrix(V,d)", "w: index(k,V)"], "k×d"),
        ("x[w]", ["x: vector(V)", "w: index(k,V)"], "k×1"),
        ("x[c]", ["x: vector(V)", "c: index(V)"], "1×1"),
        ("U[c,i]", ["U: matrix(V,d)", "c: index(V)"], "1×1"),
        ("U[c[i]]", ["U: matrix(V,d)", "c: index(N,V)"], "d×1"),
        ("U[c[i, j]]", ["U: matrix(V,d)", "c: index(B,C,V)"], "d×1"),
        ("U[c[i, j], l]", ["U: matrix(V,d)", "c: index(B,C,V)"], "1×1"),
        ("U[c[i]]", ["U: matrix(V,d)", "c: index(B,C,V)"], "C×d"),
        ("U[c[w]]", ["U: matrix(V,d)", "c: index(N,V)", "w: index(n,N)"], "n×d"),
        ("U[c[e[i]]]", ["U: matrix(V,d)", "c: index(N,V)", "e: index(M,N)"], "d×1"),
        ("x[c]", ["x: vector(V)", "c: index(B,C,V)"], "B×C"),
        ("x[c]", ["x: vector(V)", "c: index(A,B,C,V)"], "A×B×C"),
        ("T", ["T: tensor(m,n,k)"], "m×n×k"),
        ("T[i]", ["T: tensor(m,n,k)"], "n×k"),
        ("T[i, j]", ["T: tensor(m,n,k)"], "k×1"),
        ("T[i, j, l]", ["T: tensor(m,n,k)"], "1×1"),
        ("T[w]", ["T: tensor(m,n,k)", "w: index(p,m)"], "p×n×k"),
        ("T[i]*x", ["T: tensor(m,n,k)"], "n×1"),
        ("T[c[i], j]", ["T: tensor(m,n,k)", "c: index(N,m)"], "k×1"),
        ("U'[i]", ["U: matrix(V,d)"], "V×1"),
        ("kron(A, B)", ["A: matrix(m,n)", "B: matrix(p,q)"], "m*p×n*q"),
        ("kron(x', y)", ["x: vector(m)", "y: vector(n)"], "n×m"),
        ("vec(X)*vec(X)'", ["X: matrix(m,n)"], "m*n×m*n"),
        ("diag(x)", ["x: vector(n)"], "n×n"),
        ("diag(X)", ["X: matrix(n,n)"], "n×1"),
        ("pinv(X)", ["X: matrix(m,n)"], "n×m"),
        ("eigvecs(X) + polar(X) + toeplitz(x)", ["x: vector(n)"], "n×n"),
        ("diagsums(X) + eigvals(X) + eigvecmax(X)", ["X: matrix(n,n)"], "n×1"),
        ("frechet_expm(X, E)", ["X: matrix(n,n)"], "n×n"),
        ("outer(x, y)", ["x: vector(n)", "y: vector(m)"], "n×m"),
        ("inner(X, Y)", ["X: matrix(n,m)"], "1×1"),
        ("comm(m, n)", [], "m*n×m*n"),
        ("eye(m*n + 1)", [], "(m*n + 1)×(m*n + 1)"),
        ("ones(n, 3) + zeros(n, 3)", [], "n×3"),
        ("ones(n^2)", [], "n*n×1"),
        ("X + eye + matrix(2)", ["X: matrix(n,n)"], "n×n"),
        ("array(i, x[i]^2)", ["x: vector(n)"], "n×1"),
        ("array(i, j, X[j,i])", ["X: matrix(m,n)"], "n×m"),
        ("array(i, j, k, X[j,i]*y[k])", ["X: matrix(m,n)", "y: vector(p)"], "n×m×p"),
        ("sum(i, X[i])", ["X: matrix(m,n)"], "n×1"),
    ],
)
def test_shapes(text, declarations, shape):
    assert shape_text(read(text, declared(*declarations)).tree.shape) == shape


def test_an_undeclared_name_in_brackets_is_an_index_of_the_axis():
    found = read("U[w]'*v[c]", declared("U: matrix(V,d)"))
    assert found.declarations["w"] == Declaration("w", "index", bound=dimension("V"))
    assert found.declarations["c"].kind == "index"


def test_an_undeclared_name_with_indices_in_brackets_is_an_array_of_indices():
    found = read("sum(b, sum(k, E[c[b,k]])'*H[b])", declared("E: matrix(V,d)", "H: matrix(B,d)"))
    c = found.declarations["c"]
    assert (c.kind, str(c.bound), len(c.axes), str(c.axes[0])) == ("index", "V", 2, "B")


def test_a_dimension_name_is_a_number():
    found = read("norm2(X*w)^2/N + k*sum(ones(k))", declared("X: matrix(N,d)"))
    assert list(found.declarations) == ["X", "w"]
    assert found.dimensions == {"N", "d", "k"}
    assert all(part.shape == SCALAR for part in walk(found.tree) if part == Name("N"))


def test_a_declared_name_is_no_dimension_and_no_constant():
    found = read("pi*n*x", declared("n: scalar", "x: vector(n)", "pi: scalar"))
    assert list(found.declarations) == ["n", "x", "pi"]
    assert found.tree.shape == (dimension("n"), ONE)


def test_declared_variables_come_first_and_unused_ones_are_left_out():
    found = read("z + X*w", declared("w: vector(d)", "q: scalar", "X: matrix(N,d)"))
    assert list(found.declarations) == ["w", "X", "z"]


def test_fresh_names_avoid_variables_indices_and_declared_sizes():
    found = read("sum(k, Z[k]'*m) + n*norm2(A*x)", declared("q: vector(P)"))
    assert found.dimensions.isdisjoint({"k", "m", "n", "p", "P", "x"})


def test_a_bound_index_hides_a_variable_of_its_name():
    found = read("x'*x + sum(x, y[x])", declared("x: vector(n)", "y: vector(m)"))
    assert found.tree.shape == SCALAR


def test_the_scalar_of_a_row_times_a_column_scales():
    found = read("x'*y*X", declared("x: vector(n)", "y: vector(n)", "X: matrix(m,k)"))
    assert shape_text(found.tree.shape) == "m×k"


@pytest.mark.parametrize("operator", ["+", "*", "-"])
def test_long_flat_chains(operator):
    text = operator.join(["x"] * 3_000)
    assert read(text, declared("x: scalar")).tree.shape == SCALAR


def test_a_long_sum_of_undeclared_variables():
    found = read("+".join(f"a{k}*x{k}" for k in range(1_000)))
    assert len(found.declarations) == 2_000
    assert found.declarations["x999"].axes == (dimension("n"),)


def test_two_hundred_levels_are_read():
    for text in ("(" * 200 + "x" + ")" * 200, "-" * 199 + "x", "(1+" * 199 + "x" + ")" * 199):
        assert read(text, declared("x: scalar")).tree.shape == SCALAR
