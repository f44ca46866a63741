"""What arguments a program takes, what it makes of their numbers, and how it says no."""

from __future__ import annotations

import pickle
from fractions import Fraction
from threading import Thread

import numpy as np
import pytest

from gradproof.core.errors import DataError
from gradproof.program.calling import MOST_REMEMBERED, within
from tests.program.points import declared, drawn, program

LEAST_SQUARES = declared("X: matrix(N,d); w: vector(d); y: vector(N); t: scalar")


def least_squares():
    return program("t*norm2(X*w - y)^2", LEAST_SQUARES, gradient="2*t*X'*(X*w - y)")


def expected(X, w, y, t):
    residual = X @ w - y
    return t * residual @ residual, 2 * t * X.T @ residual


def assert_expected(result, arrays, tolerance=1e-13):
    arrays = {name: np.asarray(array, dtype=float) for name, array in arrays.items()}
    for found, meant in zip(result, expected(**arrays), strict=True):
        np.testing.assert_allclose(found, meant, rtol=tolerance)


# ------------------------------------------------------------------ what is taken
AS = {
    "lists": lambda array: array.tolist(),
    "tuples": lambda array: tuple(map(tuple, array)) if array.ndim == 2 else tuple(array.ravel()),
    "columns first": np.asfortranarray,
    "a view with steps": lambda array: np.repeat(array, 2, axis=-1)[..., ::2],
    "backwards": lambda array: array[..., ::-1].copy()[..., ::-1],
    "read only": lambda array: np.frombuffer(array.tobytes()).reshape(array.shape),
    "other byte order": lambda array: array.astype(array.dtype.newbyteorder()),
    "extended": lambda array: array.astype(np.longdouble),
    "objects": lambda array: array.astype(object),
    "a matrix": lambda array: array.view(np.recarray),
}


@pytest.mark.parametrize("kind", AS)
def test_arrays_of_every_kind_are_taken(kind):
    arrays = {name: array for name, array in drawn(LEAST_SQUARES).items() if name != "t"}
    given = {name: AS[kind](array) for name, array in arrays.items()}
    found = least_squares()
    for _ in range(2):
        assert_expected(found(**given, t=0.5), {**arrays, "t": 0.5})


@pytest.mark.parametrize(
    "t", [2, 2.0, True, np.float32(2), np.float64(2), np.int8(2), np.array(2.0), Fraction(2)]
)
def test_scalars_of_every_kind_are_taken(t):
    arrays = {**drawn(LEAST_SQUARES), "t": t}
    found = least_squares()
    for _ in range(2):
        assert_expected(found(**arrays), {**arrays, "t": float(t)})


def test_single_precision_stays_single():
    arrays = {name: np.float32(array) for name, array in drawn(LEAST_SQUARES).items()}
    for t in (2, 2.0, np.float64(2.0), [arrays["t"]][0]):
        result = least_squares()(**{**arrays, "t": t})
        assert {value.dtype for value in result} == {np.dtype("float32")}
        assert_expected(result, {**arrays, "t": t}, 1e-5)


def test_what_has_no_type_of_its_own_adapts():
    arrays = {name: np.float32(array) for name, array in drawn(LEAST_SQUARES).items()}
    whole = {**arrays, "y": np.arange(8), "w": [1.0, 2.0, 3.0, 4.0]}
    result = least_squares()(**whole)
    assert result.gradient.dtype == np.float32
    assert_expected(result, whole, 1e-5)


def test_mixed_precision_is_double():
    arrays = drawn(LEAST_SQUARES)
    result = least_squares()(**{**arrays, "X": np.float32(arrays["X"])})
    assert result.gradient.dtype == np.float64


def test_half_precision_is_computed_as_single():
    arrays = {name: np.float16(array) for name, array in drawn(LEAST_SQUARES).items()}
    result = least_squares()(**arrays)
    assert result.gradient.dtype == np.float32
    assert_expected(result, arrays, 1e-5)


def test_a_scalar_follows_the_rules_of_arrays_at_zero_and_below():
    found = program("sqrt(t)/s", declared("t: scalar; s: scalar"))
    with np.errstate(all="ignore"):
        assert found(t=1.0, s=0.0).value == np.inf
        assert np.isnan(found(t=-1.0, s=1.0).value)


def test_nan_is_a_number_like_others():
    arrays = drawn(LEAST_SQUARES)
    arrays["y"][3] = np.nan
    result = least_squares()(**arrays)
    assert np.isnan(result.value)
    assert np.isnan(result.gradient).all()


def test_a_keyword_of_python_is_given_with_an_underscore_or_in_a_dictionary():
    found = program("lambda*x'*x", declared("lambda: scalar; x: vector(d)"))
    assert found(lambda_=2.0, x=[1.0, 2.0]).value == 10
    assert found(**{"lambda": 2.0, "x": [1.0, 2.0]}).value == 10


def test_sizes_may_change_from_call_to_call():
    found = least_squares()
    for size in (3, 5, 3, 400):
        arrays = drawn(LEAST_SQUARES, {"N": size, "d": 2})
        assert_expected(found(**arrays), arrays, 1e-10)


def test_what_is_remembered_does_not_pile_up():
    found = program("sum(x)", declared("x: vector(n)"))
    for size in range(1, MOST_REMEMBERED + 5):
        assert found(x=np.ones(size)).value == size


def test_programs_can_be_pickled():
    arrays = drawn(LEAST_SQUARES)
    found = pickle.loads(pickle.dumps(least_squares()))
    assert found.source == least_squares().source
    assert_expected(found(**arrays), arrays)


# ------------------------------------------------------------------ indices
SELECTED = declared("U: matrix(V,d); c: index(k,V); j: index(V)")


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8, list])
def test_indices_of_every_kind_are_taken(kind):
    found = program("sum(U[c]) + sum(U[j])", SELECTED)
    U = drawn(SELECTED)["U"]
    for _ in range(2):
        index = [1, 6, 1] if kind is list else np.array([1, 6, 1], dtype=kind)
        value = found(U=U, c=index, j=2).value
        assert value == pytest.approx(U[[1, 6, 1, 2]].sum())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"c": [0, 7, 0]}, "c holds the index 7, but counts from 0 to 6"),
        ({"c": [0, -1, 0]}, "c holds the index -1, but counts from 0 to 6"),
        ({"j": 7}, "j holds the index 7, but counts from 0 to 6"),
        ({"j": -1}, "j holds the index -1, but counts from 0 to 6"),
    ],
)
def test_ranges_are_looked_at_in_every_call(changes, message):
    found = program("sum(U[c]) + sum(U[j])", SELECTED)
    arrays = {"U": drawn(SELECTED)["U"], "c": np.array([0, 6, 0]), "j": 0}
    found(**arrays)
    for _ in range(2):
        with pytest.raises(DataError, match=message):
            found(**arrays | {name: np.array(value)[()] for name, value in changes.items()})
    assert np.isfinite(found(**arrays).value)


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_within(kind):
    assert within(np.array([], dtype=kind), 0)
    assert within(np.array([[0], [6]], dtype=kind)[::-1], 7)
    assert not within(np.array([0, 7], dtype=kind), 7)
    assert not within(np.array([0, -1], dtype=kind), 7)


# ------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"X": np.ones((8, 4)) * 1j}, "X is not an array of numbers: it holds complex numbers"),
        ({"X": "data.csv"}, "X is not an array of numbers: it holds text"),
        ({"X": [[1.0, 2.0], [3.0]]}, "X is not an array of numbers: its rows have different"),
        ({"X": None}, "X is not an array of numbers: it is NoneType"),
        ({"X": {"a": 1}}, "X is not an array of numbers: it is dict"),
        ({"X": [[None]]}, "X is not an array of numbers: it holds NoneType"),
        ({"X": np.ones((8, 4), "M8[s]")}, "X is not an array of numbers: it holds dates"),
        ({"y": [10**30] * 8}, "y holds whole numbers of more than 64 bits"),
        ({"X": np.ma.masked_less(np.ones((8, 4)), 0)}, r"X is a masked array.*\n.*X\.filled"),
        ({"t": [1.0]}, r"t must be a scalar, but has shape \(1,\)\n.*t\.item\(\)"),
        ({"t": np.ones(3)}, r"t must be a scalar, but has shape \(3,\)\nA scalar is a number"),
        ({"y": 1.0}, r"y must be a vector N, but has shape \(\)\nPass an array with 1 axis\."),
        ({"X": np.ones(4)}, r"X must be a matrix N×d, .*\(4,\)\n.*X\[None, :\].*X\[:, None\]"),
        ({"y": np.ones(7)}, r"N is 8 in X and 7 in y\nX has shape \(8, 4\), y has shape \(7,\)"),
        ({"z": 1.0}, r"there is no argument z\nThe arguments are X, w, y, t\."),
    ],
)
def test_arrays_that_do_not_fit_are_refused_every_time(changes, message):
    found, arrays = least_squares(), drawn(LEAST_SQUARES)
    for _ in range(2):
        with pytest.raises(DataError, match=message):
            found(**{**arrays, **changes})
        assert_expected(found(**arrays), arrays)


def test_positional_arguments_are_refused_by_name():
    X, w, y, t = drawn(LEAST_SQUARES).values()
    with pytest.raises(DataError, match=r"by name\nWrite loss\(X=…, w=…, y=…, t=…\)"):
        least_squares()(X, w, y, t)


def test_sparse_matrices_are_told_how_to_become_dense():
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(DataError, match=r"it is csr_\w+\nPass X\.toarray\(\)"):
        least_squares()(X=sparse.csr_array(np.eye(8, 4)), w=np.ones(4), y=np.ones(8), t=1.0)


def test_no_rows_at_all():
    found = program("sum(X*w)", declared("X: matrix(N,d); w: vector(d)"))
    assert found(X=np.ones((0, 4)), w=np.ones(4)).value == 0
    mean = program("logsumexp(X*w)", declared("X: matrix(N,d); w: vector(d)"))
    with pytest.raises(DataError, match="the formula has no value where N is 0"):
        mean(X=np.ones((0, 4)), w=np.ones(4))


def test_declared_facts_are_looked_at_once():
    variables = program("x'*A*x", declared("A: matrix(n,n); x: vector(n)")).task
    symmetric = {
        name: own if name != "A" else type(own)("A", "matrix", own.axes, frozenset({"symmetric"}))
        for name, own in variables.declarations.items()
    }
    found = program("x'*A*x", symmetric, gradient="2*A*x")
    with pytest.raises(DataError, match="A is declared symmetric, and the array given is not"):
        found(A=np.arange(9.0).reshape(3, 3), x=np.ones(3))
    assert found(A=np.eye(3), x=np.ones(3)).value == 3


# ------------------------------------------------------------------ threads
def test_threads_may_share_a_program():
    found, failures = least_squares(), []

    def work(seed):
        try:
            for repeat in range(50):
                sizes = {"N": 3 + (seed + repeat) % 7, "d": 1 + seed}
                arrays = drawn(LEAST_SQUARES, sizes, seed + repeat)
                assert_expected(found(**arrays), arrays, 1e-9)
        except AssertionError as error:
            failures.append(error)

    threads = [Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
