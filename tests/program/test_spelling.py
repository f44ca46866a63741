"""What the source looks like: the statements that a person would write."""

from __future__ import annotations

import pytest

from tests.program.points import body, declared, program

SPELLINGS = [
    ("diag(v)*M", "v: vector(n); M: matrix(n,m)", "v[:, None] * M"),
    ("M*diag(v)", "v: vector(m); M: matrix(n,m)", "M * v"),
    ("diag(v)*x", "v: vector(n); x: vector(n)", "v * x"),
    ("X'*diag(v)*Z", "X: matrix(N,d); v: vector(N); Z: matrix(N,k)", "X.T @ (v[:, None] * Z)"),
    ("tr(A*B)", "A: matrix(n,m); B: matrix(m,n)", "np.sum(A * B.T)"),
    ("inv(A)*B", "A: matrix(n,n); B: matrix(n,m)", "np.linalg.solve(A, B)"),
    ("B*inv(A)", "A: matrix(n,n); B: matrix(m,n)", "np.linalg.solve(A.T, B.T).T"),
    ("inv(A)'*x", "A: matrix(n,n); x: vector(n)", "np.linalg.solve(A.T, x)"),
    ("x'*inv(A)*y", "A: matrix(n,n); x: vector(n); y: vector(n)", "x @ np.linalg.solve(A, y)"),
    ("inv(A)", "A: matrix(n,n)", "np.linalg.inv(A)"),
    ("logdet(A)", "A: matrix(n,n)", "np.linalg.slogdet(A)[1]"),
    ("log(det(A))", "A: matrix(n,n)", "np.linalg.slogdet(A)[1]"),
    ("kron(A,B)", "A: matrix(n,m); B: matrix(d,k)", "np.kron(A, B)"),
    ("vec(A)", "A: matrix(n,m)", 'A.ravel(order="F")'),
    ("x.^2", "x: vector(n)", "x**2"),
    ("norm2(x)^2", "x: vector(n)", "x @ x"),
    ("norm2(X)^2", "X: matrix(n,m)", "np.sum(X**2)"),
    ("norm2(x)", "x: vector(n)", "norm(x)"),
    ("sum(x)", "x: vector(n)", "x.sum()"),
    ("softplus(x)", "x: vector(n)", "np.logaddexp(0, x)"),
    ("log(ones(n) + exp(x))", "x: vector(n)", "np.logaddexp(0, x)"),
    ("log(sigmoid(x))", "x: vector(n)", "-np.logaddexp(0, -x)"),
    ("log(sum(exp(x)))", "x: vector(n)", "logsumexp(x)"),
    ("log(softmax(x))", "x: vector(n)", "log_softmax(x)"),
    ("log(cosh(x))", "x: vector(n)", "logcosh(x)"),
    ("u*v'", "u: vector(n); v: vector(m)", "np.outer(u, v)"),
    ("u'*v", "u: vector(n); v: vector(n)", "u @ v"),
    ("u'*A", "u: vector(n); A: matrix(n,m)", "u @ A"),
    ("u'*A'", "u: vector(n); A: matrix(m,n)", "A @ u"),
    ("X'*X*w", "X: matrix(N,d); w: vector(d)", "X.T @ (X @ w)"),
    ("u'*v*A*w", "u: vector(n); v: vector(n); A: matrix(m,d); w: vector(d)", "(u @ v) * (A @ w)"),
    ("2*t*u*v'", "t: scalar; u: vector(n); v: vector(n)", "np.outer(2 * t * u, v)"),
    ("-X'*y", "X: matrix(N,d); y: vector(N)", "-(X.T @ y)"),
    ("X*w + b*ones(N)", "X: matrix(N,d); w: vector(d); b: scalar", "X @ w + b"),
    ("X*W + ones(N)*b'", "X: matrix(N,d); W: matrix(d,m); b: vector(m)", "X @ W + b"),
    ("X - a*ones(d)'", "X: matrix(N,d); a: vector(N)", "X - a[:, None]"),
    ("U[w]", "U: matrix(V,d); w: index(k,V)", "U[w]"),
    ("X[a,b]", "X: matrix(V,d); a: index(V); b: index(d)", "X[a, b]"),
    ("A*B*C*x",
     "A: matrix(n,m); B: matrix(m,d); C: matrix(d,k); x: vector(k)", "A @ (B @ (C @ x))"),
    ("sum(i, j, x[i]*A[i,j]*y[j])", "A: matrix(n,m); x: vector(n); y: vector(m)", "x @ (A @ y)"),
    ("array(i, j, q, A[i,q]*B[q,j]*x[q])", "A: matrix(n,d); B: matrix(d,m); x: vector(d)", None),
    ("(a.*b).*c", "a: vector(n); b: vector(n); c: vector(n)", "a * b * c"),
    ("diag(A*B)", "A: matrix(n,m); B: matrix(m,n)", "np.sum(A * B.T, axis=1)"),
    ("x./(y.*y)", "x: vector(n); y: vector(n)", "x / y**2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "declarations", "expected"), SPELLINGS, ids=[s[0] for s in SPELLINGS]
)
def test_spelling(text, declarations, expected):
    expected = expected or "(A * x)[:, None, :] * B.T"
    assert body(program(text, declared(declarations)).source)[-2] == f"value = {expected}"


def test_least_squares_reads_as_by_hand():
    variables = declared("X: matrix(N,d); w: vector(d); y: vector(N)")
    found = program("norm2(X*w - y)^2/N", variables, gradient="2/N*X'*(X*w - y)")
    assert body(found.source) == [
        "N = X.shape[0]",
        "r = X @ w - y",
        "value = r @ r / N",
        "gradient = (2 / N) * (X.T @ r)",
        "return value, gradient",
    ]


def test_an_inverse_that_is_needed_anyway_is_used_again():
    variables = declared("S: matrix(n,n); x: vector(n)")
    lines = body(program("x'*inv(S)*x", variables, gradient="inv(S)").source)
    assert lines[0] == "gradient = np.linalg.inv(S)"
    assert lines[1] == "value = x @ (gradient @ x)"


def test_sizes_come_from_the_arguments_only_where_used():
    variables = declared("X: matrix(N,d); y: vector(N)")
    assert body(program("sum(X)/N/d", variables).source)[0] == "N, d = X.shape"
    assert body(program("X'*y", variables).source)[0] == "value = X.T @ y"


def test_symmetric_arguments_are_not_transposed():
    variables = declared("S: matrix(n,n); x: vector(n)")
    plain = body(program("inv(S)'*x", variables).source)
    variables["S"] = type(variables["S"])("S", "matrix", variables["S"].axes, frozenset({"posdef"}))
    assert plain[0] == "value = np.linalg.solve(S.T, x)"
    assert body(program("inv(S)'*x", variables).source)[0] == "value = np.linalg.solve(S, x)"
