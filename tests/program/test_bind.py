"""A program with some of its arguments given before."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.core.errors import DataError
from tests.program.points import declared, drawn, program

LEAST_SQUARES = declared("X: matrix(N,d); w: vector(d); y: vector(N); t: scalar")


def least_squares():
    return program("t*norm2(X*w - y)^2", LEAST_SQUARES, gradient="2*t*X'*(X*w - y)")


@pytest.mark.parametrize("free", [("w",), ("X", "w"), ("w", "t"), ("t",), ()])
def test_the_rest_is_given_in_order_or_by_name(free):
    arrays = drawn(LEAST_SQUARES)
    rest = {name: arrays[name] for name in LEAST_SQUARES if name in free}
    bound = least_squares().bind(**{n: a for n, a in arrays.items() if n not in free})
    meant = least_squares()(**arrays)
    for result in (bound(*rest.values()), bound(**rest), bound(*rest.values())):
        assert result.value == meant.value
        np.testing.assert_array_equal(result.gradient, meant.gradient)
        assert result._fields == ("value", "gradient")


def test_nothing_bound_is_the_program_itself():
    arrays = drawn(LEAST_SQUARES)
    assert least_squares().bind()(**arrays).value == least_squares()(**arrays).value


def test_bound_arrays_are_checked_at_once():
    arrays = drawn(LEAST_SQUARES)
    with pytest.raises(DataError, match="N is 8 in X and 7 in y"):
        least_squares().bind(X=arrays["X"], y=np.ones(7))
    with pytest.raises(DataError, match=r"there is no argument z\nThe arguments are X, w, y, t"):
        least_squares().bind(z=1.0)
    selected = program("sum(U[c])", declared("U: matrix(V,d); c: index(k,V)"))
    with pytest.raises(DataError, match="c holds the index 9, but counts from 0 to 6"):
        selected.bind(U=np.ones((7, 2)), c=[9])


def test_the_rest_is_checked_against_what_is_bound():
    arrays = drawn(LEAST_SQUARES)
    bound = least_squares().bind(X=arrays["X"], y=arrays["y"], t=1.0)
    for _ in range(2):
        with pytest.raises(DataError, match=r"d is 4 in X and 5 in w"):
            bound(np.ones(5))
        assert np.isfinite(bound(arrays["w"]).value)
    with pytest.raises(TypeError, match="unexpected keyword argument 'v'"):
        bound(v=np.ones(4))


def test_an_index_that_is_bound_first_is_checked_with_the_rest():
    selected = program("sum(U[c])", declared("U: matrix(V,d); c: index(k,V)"))
    bound = selected.bind(c=[0, 6])
    for _ in range(2):
        assert bound(np.ones((7, 2))).value == 4
        with pytest.raises(DataError, match="c holds the index 6, but counts from 0 to 5"):
            bound(np.ones((6, 2)))


def test_results_are_fresh_unless_they_may_be_reused():
    arrays = drawn(LEAST_SQUARES)
    w = arrays.pop("w")
    bound = least_squares().bind(**arrays)
    first, kept = bound(w), bound(w).gradient.copy()
    bound(2 * w)
    np.testing.assert_array_equal(first.gradient, kept)
    reusing = least_squares().bind(reuse=True, **arrays)
    np.testing.assert_array_equal(reusing(w).gradient, kept)


def test_where_nothing_is_bound_all_arguments_come_in_their_order():
    arrays, own = drawn(LEAST_SQUARES), least_squares()
    function = own.bind()
    by_position = function(*[arrays[name] for name in own.parameters])
    assert by_position.value == function(**arrays).value == own(**arrays).value


def test_arrays_are_bound_where_they_lie():
    arrays = drawn(LEAST_SQUARES)
    bound = least_squares().bind(X=arrays["X"], w=arrays["w"], t=1.0)
    bound(arrays["y"])
    arrays["X"] *= 2
    assert bound(arrays["y"]).value == least_squares()(**{**arrays, "t": 1.0}).value


def test_single_precision_beside_double():
    arrays = {name: np.float32(array) for name, array in drawn(LEAST_SQUARES).items()}
    w = arrays.pop("w")
    bound = least_squares().bind(**arrays)
    assert bound(w).gradient.dtype == np.float32
    assert bound(w.astype(float)).gradient.dtype == np.float64
    assert bound(w).gradient.dtype == np.float32
