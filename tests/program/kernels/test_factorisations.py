"""The factorisations that programs of loops bring along, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.program.kernels.running import call

each_kind = pytest.mark.parametrize("kind", [np.float64, np.float32])
each_size = pytest.mark.parametrize("n", [0, 1, 2, 7, 40, 120])


def matrix(n, kind, columns=None):
    rng = np.random.default_rng(n)
    return rng.normal(size=(n, columns or n)).astype(kind)


def near(found, expected, kind):
    tolerance = 1e-10 if kind is np.float64 else 5e-3
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@each_kind
@each_size
def test_cholesky(n, kind):
    B = matrix(n, kind)
    A = (B @ B.T / max(n, 1) + np.eye(n)).astype(kind)
    L = np.full((n, n), np.nan, kind)
    assert call("cholesky", "A", "L")(np.tril(A), L) is True
    near(np.tril(L) @ np.tril(L).T, A, kind)
    near(call("cholesky_logdet", "L")(L), np.linalg.slogdet(A)[1], kind)
    for b in (matrix(n, kind)[:, :1].ravel(), matrix(n, kind, 5)):
        x = np.empty_like(b)
        call("cholesky_solve", *"Lbx")(L, b, x)
        near(A @ x, b, kind)
        call("cholesky_solve", *"Lbx")(L, b, b)
        np.testing.assert_array_equal(b, x)
    inverse = np.full((n, n), np.nan, kind)
    call("cholesky_inverse", "L", "out")(L, inverse)
    near(A @ inverse, np.eye(n), kind)
    np.testing.assert_array_equal(inverse, inverse.T)


@each_kind
def test_cholesky_says_when_there_is_no_factor(kind):
    A = np.diag([1.0, -1.0, 2.0]).astype(kind)
    assert call("cholesky", "A", "L")(A, np.empty_like(A)) is False


@each_kind
@each_size
def test_elimination(n, kind):
    A = (matrix(n, kind) / max(n, 1) ** 0.5 + 2 * np.eye(n)[::-1]).astype(kind)
    F = np.full((n + 1, n), np.nan, kind)
    assert call("lu_factor", "A", "F")(A, F) is True
    sign, logdet = np.linalg.slogdet(A)
    near(call("factor_logdet", "F")(F), logdet, kind)
    near(call("factor_det", "F")(F) / np.exp(logdet), sign, kind)
    for name, M in (("factor_solve", A), ("factor_solve_transposed", A.T)):
        for b in (matrix(n, kind)[:, :1].ravel(), matrix(n, kind, 5)):
            x = np.empty_like(b)
            call(name, *"Fbx")(F, b, x)
            near(M @ x, b, kind)
    inverse = np.full((n, n), np.nan, kind)
    call("factor_inverse", "F", "out")(F, inverse)
    near(A @ inverse, np.eye(n), kind)


@each_kind
def test_elimination_says_when_a_matrix_is_singular(kind):
    A = np.ones((3, 3), kind)
    F = np.empty((4, 3), kind)
    assert call("lu_factor", "A", "F")(A, F) is False


@each_kind
@each_size
def test_matrices_that_nothing_else_factors(n, kind):
    A = (matrix(n, kind) / max(n, 1) ** 0.5 + 2 * np.eye(n)[::-1]).astype(kind)
    inverse = np.empty_like(A)
    call("inverse", "A", "out")(A, inverse)
    near(A @ inverse, np.eye(n), kind)
    b = matrix(n, kind, 3)
    x = np.empty_like(b)
    call("solve", *"Abx")(A, b, x)
    near(A @ x, b, kind)
    sign, logdet = np.linalg.slogdet(A)
    near(call("logdet", "A")(A), logdet, kind)
    near(call("det", "A")(A) / np.exp(logdet), sign, kind)


@each_kind
def test_singular_matrices(kind):
    A = np.ones((3, 3), kind)
    assert call("det", "A")(A) == 0
    assert call("logdet", "A")(A) == -np.inf
    for name in ("inverse", "regular_factor"):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            call(name, "A", "out")(A, np.empty((4, 3), kind)[: 3 + (name != "inverse")])
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        call("solve", *"Abx")(A, A[0].copy(), A[0].copy())
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        call("cholesky_factor", "A", "L")(-A, A.copy())
