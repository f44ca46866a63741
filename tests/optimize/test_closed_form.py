"""Closed forms for data: against NumPy's least squares, short ranks, kinds at the data, errors."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.exceptions import RankWarning

import gradproof as gp

LEAST_SQUARES = gp.solve("norm2(X*w - y)^2/N", "w", declare={"X": "matrix(N,d)"})
RIDGE = gp.solve("norm2(X*w - y)^2/N + lambda*norm2(w)^2", "w", declare={"X": "matrix(N,d)"})


def data(seed: int, rows: int = 40, columns: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((rows, columns)), rng.standard_normal(rows)


def lstsq(A: np.ndarray, c: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(A, c, rcond=None)[0]


@pytest.mark.parametrize("seed", range(5))
def test_least_squares_are_those_of_numpy(seed):
    X, y = data(seed, rows=30 + seed, columns=3 + seed)
    np.testing.assert_allclose(LEAST_SQUARES(X=X, y=y), lstsq(X, y), rtol=1e-10)


def test_triangles_larger_than_a_block_are_solved_by_halves():
    X, y = data(1, rows=400, columns=150)
    np.testing.assert_allclose(LEAST_SQUARES(X=X, y=y), lstsq(X, y), rtol=1e-9)


@pytest.mark.parametrize("penalty", [1e-6, 0.1, 1e3])
def test_ridge_is_least_squares_with_rows_added(penalty):
    X, y = data(2)
    rows = np.vstack([X, np.sqrt(len(X) * penalty) * np.eye(5)])
    expected = lstsq(rows, np.concatenate([y, np.zeros(5)]))
    np.testing.assert_allclose(RIDGE(X=X, y=y, lambda_=penalty), expected, rtol=1e-9)


def test_weights_are_rows_scaled_by_their_roots():
    X, y = data(3)
    p = np.random.default_rng(4).uniform(0.5, 2.0, len(y))
    found = gp.solve("sum(p.*(X*w - y).^2)", "w")(p=p, X=X, y=y)
    root = np.sqrt(p)
    np.testing.assert_allclose(found, lstsq(root[:, None] * X, root * y), rtol=1e-9)


@pytest.mark.parametrize(
    ("loss", "transposed"),
    [("norm2(X*W - Y)^2", False), ("norm2(W*X' - Y')^2", True), ("norm2(X*W' - Y)^2", True)],
)
def test_right_hand_sides_are_solved_for_together(loss, transposed):
    X, _ = data(5)
    Y = np.random.default_rng(6).standard_normal((len(X), 3))
    found = gp.solve(loss, "W")(X=X, Y=Y)
    expected = lstsq(X, Y)
    np.testing.assert_allclose(found, expected.T if transposed else expected, rtol=1e-9)


AFFINE = [
    ("norm2(A*W*B - Y)^2", {"A": (9, 3), "B": (4, 8), "Y": (9, 8)}),
    ("norm2(A*W - C)^2 + norm2(W*B - D)^2", {"A": (7, 3), "C": (7, 4), "B": (4, 6), "D": (3, 6)}),
    ("norm2(X*W - Y)^2 + t*norm2(W - V)^2", {"X": (7, 3), "Y": (7, 4), "V": (3, 4), "t": ()}),
    ("sum(P.*(W - Y).^2) + norm2(W)^2", {"P": (3, 4), "Y": (3, 4)}),
    ("sum(P.*W.^2) + norm2(A*W - C)^2", {"P": (3, 4), "A": (7, 3), "C": (7, 4)}),
    ("sum(P.*(W*V' - Y).^2)", {"P": (3, 9), "V": (9, 4), "Y": (3, 9)}),
    ("sum(P.*(U*W' - Y).^2) + t*norm2(W)^2", {"P": (5, 3), "U": (5, 4), "Y": (5, 3), "t": ()}),
    ("norm2(L*(W - V))^2 + norm2(W)^2", {"L": (2, 3), "V": (3, 4)}),
]


@pytest.mark.parametrize(("loss", "shapes"), AFFINE, ids=[loss for loss, _ in AFFINE])
def test_the_gradient_is_zero_at_the_solution(loss, shapes):
    rng = np.random.default_rng(7)
    given = {name: np.abs(rng.standard_normal(shape)) for name, shape in shapes.items()}
    found = gp.solve(loss, "W")
    W = found(**given)
    gradient = gp.compile(loss, "W", outputs=("gradient",))
    assert W.shape == (3, 4)
    assert np.abs(gradient(W=W, **given).gradient).max() < 1e-9
    assert np.abs(gradient(W=np.zeros((3, 4)), **given).gradient).max() > 1e-3 or not W.any()


@pytest.mark.parametrize("name", ["rows", "columns"])
def test_of_many_solutions_the_one_of_least_norm_is_given_with_a_warning(name):
    X, y = data(8, rows=4 if name == "rows" else 40, columns=6)
    X[:, 5] = X[:, 0] + X[:, 1]
    rank = 4 if name == "rows" else 5
    with pytest.warns(RankWarning, match=f"the rank is {rank} of 6"):
        found = LEAST_SQUARES(X=X, y=y)
    np.testing.assert_allclose(found, np.linalg.pinv(X) @ y, atol=1e-9)


def test_the_warning_points_to_the_call():
    X = np.zeros((5, 2))
    with pytest.warns(RankWarning) as told:
        found = LEAST_SQUARES(X=X, y=np.ones(5))
    assert told[0].filename == __file__
    assert not found.any()


def test_many_right_hand_sides_of_short_rank():
    X, _ = data(9)
    X[:, 4] = X[:, 3]
    Y = np.random.default_rng(10).standard_normal((len(X), 3))
    with pytest.warns(RankWarning):
        found = gp.solve("norm2(X*W - Y)^2", "W")(X=X, Y=Y)
    np.testing.assert_allclose(found, np.linalg.pinv(X) @ Y, atol=1e-9)


@pytest.mark.parametrize("condition", [1e3, 1e6, 1e8, 1e10])
def test_digits_are_those_of_least_squares_and_not_of_the_squared_condition(condition):
    rng = np.random.default_rng(11)
    U, _ = np.linalg.qr(rng.standard_normal((60, 6)))
    V, _ = np.linalg.qr(rng.standard_normal((6, 6)))
    X = U * np.geomspace(1, 1 / condition, 6) @ V.T
    w = rng.standard_normal(6)
    found = LEAST_SQUARES(X=X, y=X @ w)
    assert np.abs(found - w).max() < max(1e-3 / 1e12 * condition**2, 1e-15 * condition) * 10
    assert np.abs(found - w).max() < 1e-3


def test_columns_of_different_units_need_no_least_squares():
    X, y = data(12)
    units = np.geomspace(1e-8, 1e8, 5)
    found = LEAST_SQUARES(X=X * units, y=y)
    np.testing.assert_allclose(found * units, lstsq(X, y), rtol=1e-9)


def test_single_precision_stays_single():
    X, y = data(13)
    found = LEAST_SQUARES(X=X.astype(np.float32), y=y.astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, lstsq(X, y), atol=1e-5)


def test_what_is_no_minimiser_for_the_data_is_said():
    X, y = data(14)
    with pytest.warns(UserWarning, match="a saddle point, not a minimiser"):
        found = RIDGE(X=X, y=y, lambda_=-1.0)
    matrix = X.T @ X - 40 * np.eye(5)
    np.testing.assert_allclose(found, np.linalg.solve(matrix, X.T @ y), rtol=1e-9)
    with pytest.warns(UserWarning, match="a maximiser, not a minimiser"):
        RIDGE(X=X, y=y, lambda_=-1e3)
    with pytest.warns(UserWarning, match="a saddle point, not a minimiser"):
        gp.solve("sum(p.*(w - y).^2)", "w")(p=[1.0, -1.0], y=[2.0, 3.0])


def test_a_number_that_cancels_has_a_sign_all_the_same():
    X, y = data(15)
    found = gp.solve("lambda*norm2(X*w - y)^2", "w")
    assert found.conditions[0] == "lambda > 0"
    with pytest.warns(UserWarning, match="lambda is not positive"):
        found(X=X, y=y, lambda_=-2.0)
    with pytest.warns(UserWarning, match="a minimiser, not a maximiser"):
        gp.solve("-sum(p.*(w - y).^2)", "w")(p=[-1.0, -1.0], y=[2.0, 3.0])
    with pytest.warns(UserWarning, match="a saddle point, not a minimiser"):
        gp.solve("x'*A*x - b'*x", "x")(A=[[1.0, 0.0], [0.0, -1.0]], b=[1.0, 1.0])


def test_a_maximiser_and_a_saddle_point_are_found_without_a_warning():
    X, y = data(15)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(
            gp.solve("-norm2(X*w - y)^2", "w")(X=X, y=y), lstsq(X, y), rtol=1e-9
        )
        A = np.random.default_rng(16).standard_normal((3, 3))
        np.testing.assert_allclose(gp.solve("tr(W*W) - tr(A*W)", "W")(A=A), A / 2, atol=1e-12)


def test_a_loss_without_a_minimum_is_refused():
    with pytest.raises(gp.DataError, match="the loss has no minimum for these data"):
        gp.solve("x'*A*x - b'*x", "x")(A=[[1.0, 0.0], [0.0, 0.0]], b=[1.0, 1.0])
    with pytest.raises(gp.DataError, match="the loss has no minimum"):
        gp.solve("sum(p.*x.^2) - b'*x", "x")(p=[1.0, 0.0], b=[1.0, 1.0])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"X": np.eye(3)}, "y is missing"),
        ({"X": np.eye(3), "y": np.ones(4)}, "N is 3 in X and 4 in y"),
        ({"X": np.eye(3), "y": np.ones(3), "w": np.ones(3)}, "w is what is solved for"),
        ({"X": np.eye(3), "y": np.ones(3), "q": 1}, "there is no argument q"),
        ({"X": np.eye(3), "y": [1.0, np.nan, np.nan]}, "y has 2 entries that are no finite"),
        ({"X": np.full((3, 3), np.inf), "y": np.ones(3)}, "X has 9 entries that are no finite"),
        ({"X": np.eye(3) * 1e200, "y": np.ones(3)}, "the equations overflow"),
        ({"X": "abc", "y": np.ones(3)}, "X is not an array of numbers|X must be a matrix"),
    ],
)
def test_data_that_do_not_fit_are_refused_in_words(given, message):
    with np.errstate(all="ignore"), pytest.raises(gp.DataError, match=message):
        LEAST_SQUARES(**given)


def test_variables_that_cancel_may_be_given():
    X, y = data(17)
    found = gp.solve("norm2(X*w - y)^2/N", "w")
    np.testing.assert_array_equal(found(X=X, y=y, N=40), found(X=X, y=y))


@pytest.mark.parametrize(
    ("loss", "name", "given"),
    [
        ("norm2(X*w - y)^2", "w", {"X": data(18)[0], "y": data(18)[1]}),
        ("norm2(W*X' - Y)^2", "W", {"X": data(19)[0], "Y": data(19)[0].T[:3]}),
        ("norm2(y - m*ones(N))^2", "m", {"y": data(20)[1]}),
        ("norm2(A*W*B - Y)^2", "W", {"A": np.eye(4)[:, :3], "B": np.eye(2), "Y": np.ones((4, 2))}),
        (
            "norm2(A*W - C)^2 + norm2(W*B - D)^2",
            "W",
            {"A": data(21)[0], "C": data(22)[0], "B": data(23)[0].T, "D": data(24)[0].T},
        ),
    ],
)
def test_the_source_is_a_program_that_does_the_same(loss, name, given):
    found = gp.solve(loss, name)
    module: dict[str, object] = {}
    exec(found.source, module)
    solve = module["solve"]
    assert callable(solve)
    np.testing.assert_allclose(solve(**given), found(**given), rtol=1e-12)


def test_an_array_gives_the_size_that_no_data_have():
    declare = {"c": "index(m, n)", "x": "vector(n)", "y": "vector(m)"}
    found = gp.solve("sum(i, (x[c[i]] - y[i])^2) + norm2(x)^2", "x", declare=declare)
    x = found(c=[0, 2, 2], y=[1.0, 2.0, 3.0], x=np.zeros(4))
    np.testing.assert_allclose(x, [0.5, 0.0, 5 / 3, 0.0])
    with pytest.raises(gp.DataError, match="x is missing"):
        found(c=[0, 2, 2], y=[1.0, 2.0, 3.0])


@pytest.mark.parametrize("shape", [(1, 1), (5, 1), (4, 0), (0, 0)])
def test_small_sizes(shape):
    X, y = np.ones(shape), np.ones(shape[0])
    np.testing.assert_allclose(LEAST_SQUARES(X=X, y=y), np.ones(shape[1]))


def test_a_dense_system_that_would_not_fit_is_refused():
    found = gp.solve("(a'*W*b - t)^2 + norm2(W)^2", "W")
    with pytest.raises(gp.DataError, match="W has 60,000 entries"):
        found(a=np.ones(300), b=np.ones(200), t=1.0)
    np.testing.assert_allclose(found(a=[1.0, 1.0], b=[1.0, 1.0], t=1.0), np.full((2, 2), 0.2))


def test_the_formula_gives_what_the_numbers_give():
    X, y = data(25)
    value = gp.evaluate(RIDGE.expression, X=X, y=y, **{"lambda": 0.3})
    np.testing.assert_allclose(value, RIDGE(X=X, y=y, lambda_=0.3), rtol=1e-9)
    again = gp.parse(RIDGE.text, declare={"X": "matrix(N,d)"})
    assert gp.equal(again, RIDGE.expression).kind == "proved"


def test_steps_lead_from_the_gradient_to_the_solution():
    rules = [step.rule for step in LEAST_SQUARES.steps]
    assert rules == ["set the gradient to zero", "normal equations", "solve the linear equations"]
    found = LEAST_SQUARES.to_dict()
    assert found["steps"][1]["text"] == "X'*X*w = X'*y"
    assert found["result"]["latex"] == LEAST_SQUARES.latex == r"(X^\top X)^{-1} X^\top y"


def test_an_expression_is_solved_as_a_text_is():
    X, w, y = gp.matrix("X", "N", "d"), gp.vector("w", "d"), gp.vector("y", "N")
    found = gp.solve(gp.norm2(X @ w - y) ** 2 / gp.dimension("N"), wrt="w")
    assert found.text == LEAST_SQUARES.text
    assert [str(axis) for axis in found.shape] == ["d"]
    assert list(found.variables) == ["X", "y"]


@pytest.mark.parametrize(
    ("loss", "name", "error", "message"),
    [
        ("norm2(X*w - y)^2", ("w", "X"), gp.UnsupportedError, "solved for one variable"),
        ("norm2(X*w - y)^2", "q", gp.UnknownNameError, "q is not a variable"),
        ("norm2(X*w - y)^2", None, gp.UnknownNameError, "by which variable"),
        ("norm2(X*w - y", "w", gp.ReadError, "never closed"),
    ],
)
def test_what_cannot_be_solved_is_refused(loss, name, error, message):
    with pytest.raises(error, match=message):
        gp.solve(loss, name)


def test_the_closed_form_is_a_method_too():
    X, y = data(26)
    found = gp.minimize("norm2(X*w - y)^2", "w", {"X": X, "y": y}, method=gp.ClosedForm())
    np.testing.assert_allclose(found.x, lstsq(X, y), rtol=1e-9)
    assert found.success
    assert found.fun == pytest.approx(np.sum((X @ found.x - y) ** 2))
    with pytest.raises(gp.NotAffine):
        gp.minimize("norm2(X*w - y)", "w", {"X": X, "y": y}, method=gp.ClosedForm())
