"""Emitted programs agree with the reference evaluation: functions, broadcasts, index form."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import read
from tests.program.points import SIZES, declared, drawn, program

EXPRESSIONS = [
    # sums over an index
    ("sum(j, log(sigmoid(-V[j]'*W*u)))", "V: matrix(k,d); W: matrix(d,m); u: vector(m)"),
    ("sum(j, V[j])", "V: matrix(k,d)"),
    ("sum(i, j, (A[i,j] - x[i]*y[j])^2)", "A: matrix(m,n); x: vector(m); y: vector(n)"),
    ("sum(i, softplus(-y[i]*X[i]'*w))", "X: matrix(n,d); w: vector(d); y: vector(n)"),
    ("sum(i, logsumexp(W*X[i]))", "X: matrix(n,d); W: matrix(k,d)"),
    ("sum(i, norm2(W*X[i] - Y[i])^2)", "X: matrix(n,d); W: matrix(k,d); Y: matrix(n,k)"),
    ("sum(i, norm2(W*X[i] - Y[i]))", "X: matrix(n,d); W: matrix(k,d); Y: matrix(n,k)"),
    ("sum(i, X[i]*X[i]')", "X: matrix(n,d)"),
    ("sum(i, logdet(eye(d) + X[i]*X[i]'))", "X: matrix(n,d)"),
    ("sum(i, y'*inv(eye(d) + X[i]*X[i]')*y)", "X: matrix(n,d); y: vector(d)"),
    ("sum(i, tr(expm(X[i]*X[i]'*A)))", "X: matrix(n,d); A: matrix(d,d)"),
    ("sum(i, sum(kron(X[i], y)))", "X: matrix(n,d); y: vector(k)"),
    ("sum(i, kron(X[i]', A))", "X: matrix(n,d); A: matrix(m,k)"),
    ("sum(i, vec(X[i]*y'))", "X: matrix(n,d); y: vector(k)"),
    ("sum(i, prod(X[i]))", "X: matrix(n,d)"),
    ("sum(i, norm1(X[i]) + mean(X[i]))", "X: matrix(n,d)"),
    ("sum(j, diag(X[j])*A)", "X: matrix(n,d); A: matrix(d,m)"),
    ("sum(j, (X[j]'*X[j])^2*diag(X[j]))", "X: matrix(n,d)"),
    ("sum(j, specnorm(X[j]*y') + nucnorm(diag(X[j])*A))",
     "X: matrix(n,d); y: vector(m); A: matrix(d,m)"),
    ("sum(j, toeplitz(X[j])*y)", "X: matrix(n,d); y: vector(d)"),
    ("sum(j, pinv(diag(X[j])*A))", "X: matrix(n,d); A: matrix(d,m)"),
    ("sum(j, log(softmax(W*x)[j])*t[j])", "W: matrix(k,d); x: vector(d); t: vector(k)"),
    ("sum(j, (A*x)[j]*y[j])", "A: matrix(m,n); x: vector(n); y: vector(m)"),
    ("sum(i, A[i,i]*x[i])", "A: matrix(m,m); x: vector(m)"),
    ("sum(i, j, eye(n)[i,j]*A[i,j])", "A: matrix(n,n)"),
    ("sum(i, sum(j, A[i,j]*exp(x[i]*y[j])))", "A: matrix(m,n); x: vector(m); y: vector(n)"),
    ("sum(i, x[i]*sum(i, A[i,i]))", "A: matrix(m,m); x: vector(d)"),
    # arrays by their entries
    ("array(i, j, q, l, A[i,q]*B[l,j])", "A: matrix(m,n); B: matrix(k,d)"),
    ("array(i, j, q, l, A[i,q]*B[j,l] + eye(m)[i,j]*C[q,l])",
     "A: matrix(m,n); B: matrix(m,d); C: matrix(n,d)"),
    ("array(i, j, sum(q, A[i,q]*exp(B[q,j])*x[q]))",
     "A: matrix(m,n); B: matrix(n,d); x: vector(n)"),
    ("array(i, j, q, (A*B)[i,q]*x[j])", "A: matrix(m,n); B: matrix(n,d); x: vector(k)"),
    ("array(i, j, q, A[i,j]*A[i,q]*B[i,q])", "A: matrix(m,n); B: matrix(m,n)"),
    ("array(i, j, q, r, 2*eye(n)[i,q]*eye(m)[j,r])", "A: matrix(n,m)"),
    ("array(i, j, q, A[i,j]*ones(d)[q])", "A: matrix(n,m); x: vector(d)"),
    ("array(i, j, eye(n)[i,j]*x[j])", "x: vector(n)"),
    ("array(i, j, eye(n)[i,j])*A", "A: matrix(n,d)"),
    ("array(i, x[i]^2)", "x: vector(n)"),
    ("array(i, sum(j, A[i,j])/sum(j, B[i,j]^2))", "A: matrix(m,n); B: matrix(m,n)"),
    # index variables
    ("U[w]*A", "U: matrix(V,d); w: index(k,V); A: matrix(d,m)"),
    ("U[c]'*A*U[c]", "U: matrix(V,d); c: index(V); A: matrix(d,d)"),
    ("x[c]^2 + norm2(U[w])^2", "U: matrix(V,d); c: index(V); w: index(k,V); x: vector(V)"),
    ("X[a,b] + x[a]*(X*X')[a,b]", "X: matrix(m,m); a: index(m); b: index(m); x: vector(m)"),
    ("(A*X)[a]", "A: matrix(m,n); X: matrix(n,d); a: index(k,m)"),
    ("(A + B)[a]", "A: matrix(m,n); B: matrix(m,n); a: index(k,m)"),
    ("diag(x)[a]", "x: vector(m); a: index(k,m)"),
    ("sum(j, -log(sigmoid(U[c]'*V[j])))", "U: matrix(p,d); c: index(p); V: matrix(k,d)"),
    # broadcasts and constants
    ("zeros(n) + x", "x: vector(n)"),
    ("zeros(n,m)", "X: matrix(n,m)"),
    ("b*ones(n)", "b: scalar; x: vector(n)"),
    ("ones(m)*c'", "c: vector(d); x: vector(m)"),
    ("b*ones(m)' + ones(n)*c'", "b: vector(n); c: vector(m)"),
    ("(b*ones(m)').*A - 3*ones(n,m)", "b: vector(n); A: matrix(n,m)"),
    ("ones(n)'*A*ones(m) + 1", "A: matrix(n,m)"),
    ("tr(eye(m)) + sum(eye(m)) + sum(ones(m,n)) + A[c,c]",
     "A: matrix(m,m); c: index(m); x: vector(n)"),
    ("exp(diag(x)) + log(ones(n,n) + exp(x*x'))", "x: vector(n)"),
    ("comm(m,n)*vec(A)", "A: matrix(m,n)"),
    ("x + vector(2)", "x: vector(n)"),
    ("2^n*x + pi*m*y", "x: vector(n); y: vector(n); A: matrix(m,d)"),
    # powers and quotients
    ("x.^y", "x: vector(n); y: vector(n)"),
    ("x.^(-2) + 3./x", "x: vector(n)"),
    ("x./(2*y) - x./(-t)", "x: vector(n); y: vector(n); t: scalar"),
    ("A^3*x + A^(-2)*x + A^0*x", "A: matrix(m,m); x: vector(m)"),
    ("A^6*A^(-5)", "A: matrix(m,m)"),
    ("x^(-3)*x^(1/2) + (2*x)^3 + 1/x", "x: scalar"),
    ("norm2(x)^4 + norm2(2*x) + norm2(x')^3", "x: vector(n)"),
    ("(x'*x)^t", "x: vector(n); t: scalar"),
    ("A/(x'*x)/(2*t)", "A: matrix(n,m); x: vector(d); t: scalar"),
    # matrix functions
    ("inv(A)*B*inv(A)' + inv(A')*x*y'",
     "A: matrix(m,m); B: matrix(m,m); x: vector(m); y: vector(m)"),
    ("B*inv(A)", "A: matrix(m,m); B: matrix(n,m)"),
    ("tr(inv(A)*B) + sum(B.*inv(A))", "A: matrix(m,m); B: matrix(m,m)"),
    ("inv(A)*inv(B) + inv(A).*inv(B)", "A: matrix(m,m); B: matrix(m,m)"),
    ("adj(A)", "A: matrix(m,m)"),
    ("inv(x'*x) + det(x'*x) + logdet(-x'*x) + tr(x'*x)", "x: vector(n)"),
    ("frechet_expm(A,B) + frechet_sinm(A,B) + frechet_cosm(A,B)", "A: matrix(m,m); B: matrix(m,m)"),
    ("frechet_sqrtm(A*A' + eye(m), B + B')", "A: matrix(m,m); B: matrix(m,m)"),
    ("expm(20*A)", "A: matrix(m,m)"),
    ("diagsums(A) + eigvals(A)", "A: matrix(m,m)"),
    ("polar(A)", "A: matrix(m,n)"),
    ("sinm(A)*cosm(A) + sqrtm(A*A' + eye(m))", "A: matrix(m,m)"),
    ("eigvecs(A)*diag(eigvals(A))*eigvecs(A)' + eigmax(A)*eigvecmax(A)*eigvecmax(A)'",
     "A: matrix(m,m)"),
    ("pinv(x)*y + specnorm(x) + nucnorm(x')", "x: vector(n); y: vector(n)"),
    ("inner(A,B) + sum(outer(x,y).*A)",
     "A: matrix(m,n); B: matrix(m,n); x: vector(m); y: vector(n)"),
    # Kronecker products and orientation
    ("kron(x',A)*kron(x,A')", "x: vector(n); A: matrix(m,d)"),
    ("kron(x,y') + kron(x,y')", "x: vector(n); y: vector(d)"),
    ("kron(x',y)", "x: vector(n); y: vector(d)"),
    ("kron(x,y)*kron(x',y')", "x: vector(n); y: vector(d)"),
    ("vec(A') + kron(x,y)", "A: matrix(n,d); x: vector(n); y: vector(d)"),
    ("rowsoftmax(x') + rowlogsumexp(x')*ones(n)'", "x: vector(n)"),
    ("rowsoftmax(x) + rowlogsumexp(x)", "x: vector(n)"),
    ("rowsoftmax(A).*(rowlogsumexp(A)*ones(n)')", "A: matrix(m,n)"),
    ("A*diag(x)*B + diag(y)*B", "A: matrix(m,m); x: vector(m); B: matrix(m,n); y: vector(m)"),
    ("X'*diag(v)*Z", "X: matrix(N,d); v: vector(N); Z: matrix(N,k)"),
    ("diag(A*diag(x)*A')", "A: matrix(m,n); x: vector(n)"),
    ("sum(A*B') + norm1(A) + mean(B) + abs(t)", "A: matrix(m,n); B: matrix(m,n); t: scalar"),
    ("(u'*A)' + A'*u - (u'*A')'", "A: matrix(m,m); u: vector(m)"),
    ("lambda*x'*x", "lambda: scalar; x: vector(d)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "declarations"), EXPRESSIONS, ids=[e[0] for e in EXPRESSIONS])
def test_equals_the_reference_evaluation(text, declarations):
    variables = declared(declarations)
    arrays = drawn(variables)
    if ".^y" in text or "^(1/2)" in text:
        arrays = {name: np.abs(array) for name, array in arrays.items()}
    found = np.asarray(program(text, variables)(**arrays).value)
    expected = evaluate(read(text, variables).tree, arrays, SIZES)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


LONG = {
    "sum": "+".join(f"x{k % 30}*y" for k in range(1500)),
    "product": "*".join(["A"] * 150 + ["x"]),
    "entrywise product": ".*".join(["x", "y"] * 100),
    "mixed": "x" + "+x.*y-y" * 500,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_long_expressions(text):
    inferred = read(text)
    names = {str(axis) for found in inferred.declarations.values() for axis in found.axes}
    sizes = dict.fromkeys(names, 3)
    arrays = {name: 0.5 * array for name, array in drawn(inferred.declarations, sizes).items()}
    found = program(text, inferred.declarations)
    value = found(**arrays).value
    np.testing.assert_allclose(
        value, evaluate(inferred.tree, arrays, sizes), rtol=1e-9, atol=1e-200
    )
    assert max(map(len, found.source.splitlines())) <= 88


def test_several_gradients_share_the_residual():
    variables = declared("X: matrix(N,d); w: vector(d); y: vector(N)")
    found = program(
        "norm2(X*w - y)^2/N", variables, gradient_w="2/N*X'*(X*w - y)", gradient_y="2/N*(y - X*w)"
    )
    arrays = drawn(variables)
    residual = arrays["X"] @ arrays["w"] - arrays["y"]
    result = found(**arrays)
    np.testing.assert_allclose(result.value, residual @ residual / 8)
    np.testing.assert_allclose(result.gradient_w, arrays["X"].T @ residual / 4)
    np.testing.assert_allclose(result.gradient_y, -residual / 4)
    assert found.source.count("X @ w") == 1
