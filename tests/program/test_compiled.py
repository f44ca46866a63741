"""Calling a program: named results, gradients by several names, and arrays that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.core.errors import DataError
from gradproof.notation.infer import read
from gradproof.program.compiled import compiled
from tests.program.points import declared, drawn, program

LEAST_SQUARES = declared("X: matrix(N,d); w: vector(d); y: vector(N)")


def least_squares():
    return program("norm2(X*w - y)^2/N", LEAST_SQUARES, gradient="2/N*X'*(X*w - y)")


def test_the_result_is_a_named_tuple():
    arrays = drawn(LEAST_SQUARES)
    result = least_squares()(**arrays)
    value, gradient = result
    assert result._fields == ("value", "gradient")
    assert value == result.value
    np.testing.assert_array_equal(gradient, result.gradient)
    assert type(least_squares()(**arrays)).__name__ == type(result).__name__


def test_one_output():
    assert program("sum(x)", declared("x: vector(n)"))(x=[1, 2]).value == 3.0


def test_gradients_by_several_names_are_one_dictionary():
    trees = {
        "value": read("norm2(X*w - y)^2", LEAST_SQUARES).tree,
        "gradient": {
            "w": read("2*X'*(X*w - y)", LEAST_SQUARES).tree,
            "y": read("2*(y - X*w)", LEAST_SQUARES).tree,
        },
    }
    found = compiled("loss", trees, LEAST_SQUARES, {"gradient_w": "2*X'*(X*w - y)"})
    arrays = drawn(LEAST_SQUARES)
    result = found(**arrays)
    residual = arrays["X"] @ arrays["w"] - arrays["y"]
    assert list(result.gradient) == ["w", "y"]
    np.testing.assert_allclose(result.gradient["w"], 2 * arrays["X"].T @ residual)
    np.testing.assert_allclose(result.gradient["y"], -2 * residual)
    assert "gradient_w (d) = 2*X'*(X*w - y)" in found.source
    assert "return value, gradient_w, gradient_y" in found.source


def test_text_is_the_source():
    found = least_squares()
    assert str(found) == found.source
    assert found.outputs == (("value", ()), ("gradient", ()))
    assert list(found.parameters) == ["X", "w", "y"]


def test_lists_and_whole_numbers_are_accepted():
    result = least_squares()(X=[[1, 2], [3, 4], [5, 6]], w=[1, 0], y=[1, 1, 1])
    assert result.value == pytest.approx(20 / 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y": np.ones(7)}, "N is 8 in X and 7 in y"),
        ({"w": np.ones(5)}, "d is 4 in X and 5 in w"),
        ({"w": np.ones((4, 1))}, r"w must be a vector d, but has shape \(4, 1\)\n.*w\.ravel"),
        ({"X": np.ones(8)}, "X must be a matrix N×d, but has shape \\(8,\\)"),
        ({"X": "text"}, "X is not an array of numbers"),
        ({"X": [[1.0], [1.0, 2.0]]}, "X is not an array of numbers"),
        ({"z": 1.0}, r"there is no argument z\nThe arguments are X, w, y\."),
    ],
)
def test_arrays_that_do_not_fit(changes, message):
    with pytest.raises(DataError, match=message):
        least_squares()(**{**drawn(LEAST_SQUARES), **changes})


def test_missing_arguments_are_named():
    with pytest.raises(DataError, match=r"w, y are missing\nThe arguments are X, w, y\."):
        least_squares()(X=np.ones((8, 4)))


def test_an_axis_of_a_composite_size_is_checked():
    composite = read("vec(A)'*v", declared("A: matrix(n,m)"))
    found = compiled("loss", {"value": composite.tree}, composite.declarations, {})
    assert found(A=np.ones((2, 3)), v=np.ones(6)).value == 6
    with pytest.raises(DataError, match="v has an axis of size 5, expected m\\*n = 6"):
        found(A=np.ones((2, 3)), v=np.ones(5))


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (7, "c holds the index 7, but counts from 0 to 6"),
        (-1, "c holds the index -1"),
        (1.0, "c is an index, but holds float64 values"),
        ([1, 2], "c must be an index, but has shape \\(2,\\)"),
    ],
)
def test_indices_are_checked(index, message):
    found = program("sum(U[c])", declared("U: matrix(V,d); c: index(V)"))
    with pytest.raises(DataError, match=message):
        found(U=np.ones((7, 4)), c=index)


def test_arguments_are_not_changed():
    arrays = drawn(LEAST_SQUARES)
    copies = {name: array.copy() for name, array in arrays.items()}
    least_squares()(**arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, copies[name])


@pytest.mark.parametrize("text", ["A", "A'", "diag(A)", "A[c]"])
def test_results_are_the_callers_own(text):
    found = program(
        text, declared("A: matrix(n,n); c: index(n)" if "c" in text else "A: matrix(n,n)")
    )
    given = np.ones((3, 3))
    value = found(A=given, c=1).value if "c" in text else found(A=given).value
    value += 1
    assert (given == 1).all()


def test_the_cheapest_order_depends_on_sizes():
    found = program("A*B*A", declared("A: matrix(n,k); B: matrix(k,n)"))
    tall, wide = found.sized(n=1000, k=2), found.sized(n=2, k=1000)
    assert "A @ (B @ A)" in tall.source
    assert "(A @ B) @ A" in wide.source
    for n, k in ((3, 40), (40, 3), (3, 40)):
        arrays = drawn(found.parameters, {"n": n, "k": k})
        product = arrays["A"] @ arrays["B"] @ arrays["A"]
        for version in (found, tall, wide):
            np.testing.assert_allclose(version(**arrays).value, product, rtol=1e-10)


def test_versions_that_read_alike_are_one():
    found = least_squares()
    for size in (40, 200, 900, 4000):
        found(**drawn(LEAST_SQUARES, {"N": size, "d": 3}))
    assert len(found.versions.by_class) == 4
    assert len(found.versions.by_text) == 1
