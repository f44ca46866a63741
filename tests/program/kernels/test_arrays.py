"""The functions of rows and of matrices that programs of loops bring along, against NumPy."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gradproof.program.kernels.runtime import RUNTIME
from tests.program.kernels.running import call

INF, NAN = np.inf, np.nan
each_kind = pytest.mark.parametrize("kind", [np.float64, np.float32])
MIRRORED_FROM = int(RUNTIME["HALF_FROM"].text.split()[-1])
SIZES = [  # rows, terms, columns
    (3, 4, 5), (0, 4, 5), (3, 0, 5), (3, 4, 0), (1, 1, 1), (0, 0, 0), (33, 7, 17),
    (9, MIRRORED_FROM - 1, 2), (10, MIRRORED_FROM, 11), (130, MIRRORED_FROM + 19, 6),
]  # fmt: skip
each_size = pytest.mark.parametrize("size", SIZES)


def normal(*shape, kind=np.float64, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(kind)


def near(found, expected, kind):
    tolerance = 1e-11 if kind is np.float64 else 1e-3
    scale = 1 + np.abs(expected).max(initial=0)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * scale)


def results(function, arguments, shape, kind):
    """What is written over garbage, and what is added to half of what was there."""
    written = np.full(shape, NAN, kind)
    function(*arguments, written, 0)
    before = normal(*shape, kind=kind, seed=9)
    before = before + before.T if len(shape) == 2 and shape[0] == shape[1] else before
    added = before.copy()
    function(*arguments, added, 0.5)
    return written, added - kind(0.5) * before


@each_kind
@each_size
@pytest.mark.parametrize("turned", ["", "_tn", "_nt", "_tt"])
def test_products(turned, size, kind):
    rows, terms, columns = size
    A, B = normal(rows, terms, kind=kind), normal(terms, columns, kind=kind)
    turns = zip((A, B), turned[1:] or "nn", strict=True)
    own = [np.ascontiguousarray(M.T) if turn == "t" else M for M, turn in turns]
    multiply = call(f"matmul{turned}", *"ABC", "alpha", "beta")
    for found in results(lambda C, beta: multiply(*own, C, 2, beta), (), (rows, columns), kind):
        near(found, 2 * A @ B, kind)


@each_kind
@each_size
def test_products_with_vectors(size, kind):
    rows, columns, _ = size
    A, x, r = normal(rows, columns, kind=kind), normal(columns, kind=kind), normal(rows, kind=kind)
    for found in results(call("matvec", *"Axy", "beta"), (A, x), (rows,), kind):
        near(found, A @ x, kind)
    for found in results(call("matvec_transposed", *"Ary", "beta"), (A, r), (columns,), kind):
        near(found, A.T @ r, kind)
    attach = call("outer", *"uvC", "alpha", "beta")
    for found in results(lambda C, beta: attach(r, x, C, 3, beta), (), (rows, columns), kind):
        near(found, 3 * np.outer(r, x), kind)


@each_kind
@each_size
def test_gram_matrices(size, kind):
    rows, columns, _ = size
    X, d = normal(rows, columns, kind=kind), normal(rows, kind=kind)
    multiply = call("gram", *"XC", "alpha", "beta")
    weigh = call("weighted_gram", *"XdC", "work", "alpha", "beta")
    for found in results(lambda C, beta: multiply(X, C, 2, beta), (), (columns, columns), kind):
        near(found, 2 * X.T @ X, kind)
    for weights in (d, abs(d)):
        for found in results(
            lambda C, beta, d=weights: weigh(X, d, C, np.empty_like(X), 2, beta),
            (), (columns, columns), kind,
        ):  # fmt: skip
            near(found, 2 * X.T @ (weights[:, None] * X), kind)


@each_kind
@pytest.mark.parametrize("length", [0, 1, 3, 10, 129])
def test_rows(length, kind):
    x, y = normal(length, kind=kind), normal(length, kind=kind, seed=1)
    near(call("row_sum", "x")(x), x.sum(), kind)
    near(call("dot", *"xy")(x, y), x @ y, kind)
    assert call("row_max", "x")(x) == x.max(initial=-INF)
    added = y.copy()
    call("axpy", *"axy")(3, x, added)
    near(added, y + 3 * x, kind)


@each_kind
@pytest.mark.parametrize(("length", "shift"), [*product([1, 3, 10, 129], [0, 1e4, -1e4])])
def test_softmax(length, shift, kind):
    z = normal(length, kind=kind) * kind(5) + kind(shift)
    e = np.exp(z - z.max())
    total = np.log(e.sum()) + z.max()
    out = np.empty_like(z)
    near(call("logsumexp_row", "z")(z), total, kind)
    near(call("softmax_row", "z", "out")(z, out), total, kind)
    near(out, e / e.sum(), kind)
    call("log_softmax_row", "z", "out")(z, out)
    near(out, z - total, kind)
    call("softmax_row", "z", "out")(z, z)
    near(z, e / e.sum(), kind)


@each_kind
def test_rows_with_nan(kind):
    z = normal(37, kind=kind)
    z[17] = NAN
    out = np.empty_like(z)
    assert np.isnan(call("row_max", "x")(z))
    assert np.isnan(call("softmax_row", "z", "out")(z, out))
    assert np.isnan(out).all()


def test_other_kinds_of_arrays_are_refused():
    from numba.core.errors import TypingError

    multiply = call("matmul", *"ABC", "alpha", "beta")
    A = normal(3, 3)
    for other in (A.T, A.astype(np.float32), A.astype(int), A[:, :2]):
        with pytest.raises(TypingError, match="rows of floats of one kind"):
            multiply(A, other, A.copy(), 1, 0)
