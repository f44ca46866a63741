"""Descents: every method reaches the minimum that is known, and says why it ended."""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import DataError, GradproofError, UnsupportedError
from tests.optimize.problems import (
    DECLARE,
    LOGISTIC,
    MEAN,
    RIDGE,
    labels,
    least_squares,
    regression,
    ridge,
)

METHODS = {
    "gradient descent": gp.GradientDescent(0.1),
    "decaying": gp.GradientDescent(gp.Decaying(0.3, 0.001)),
    "backtracking": gp.GradientDescent(gp.Backtracking()),
    "momentum": gp.Momentum(0.02),
    "Nesterov": gp.Momentum(0.02, nesterov=True),
    "Adam": gp.Adam(0.05),
    "Newton": gp.Newton(),
    "L-BFGS": gp.LBFGS(),
    "trust region": gp.TrustRegion(),
}
BY_ROWS = {
    "stochastic": gp.StochasticGradientDescent(gp.Decaying(0.05, 1.0)),
    "mini-batch": gp.MiniBatch(gp.Decaying(0.1, 0.3), 8),
    "Adam in batches": gp.Adam(gp.Decaying(0.1, 0.05), batch=8),
}


@pytest.mark.parametrize("name", METHODS)
def test_every_method_reaches_the_least_squares(name):
    data = regression()
    stop = gp.GradientBelow(1e-7) | gp.MaxSteps(5000)
    result = gp.minimize(MEAN, "w", data, method=METHODS[name], stop=stop, declare=DECLARE)
    np.testing.assert_allclose(result.x, least_squares(data), atol=1e-6)
    assert result.success, result.message
    assert "gradient is below 1e-07" in result.message
    assert result.history.slope[-1] < 1e-7
    assert len(result.history) == result.nit + 1


@pytest.mark.parametrize("name", BY_ROWS)
@pytest.mark.parametrize(("loss", "solution"), [(MEAN, least_squares), (RIDGE, ridge)])
def test_methods_that_go_by_rows_come_near(name, loss, solution):
    data = regression()
    method = BY_ROWS[name]
    if loss == RIDGE and name != "Adam in batches":
        method = type(method)(gp.Decaying(0.003, 0.1))
    result = gp.minimize(loss, "w", data, method=method, stop=gp.MaxSteps(150), declare=DECLARE)
    np.testing.assert_allclose(result.x, solution(data), atol=0.02)
    assert result.nit == 150
    assert not result.success


@pytest.mark.parametrize("name", METHODS)
def test_every_method_minimises_the_logistic_loss(name):
    data = labels()
    method = METHODS[name]
    if name in ("gradient descent", "decaying", "momentum", "Nesterov"):
        method = gp.Momentum(0.01, 0.5, nesterov=name == "Nesterov")
    stop = gp.GradientBelow(1e-6) | gp.MaxSteps(5000)
    result = gp.minimize(LOGISTIC, "w", data, method=method, stop=stop, declare=DECLARE)
    best = gp.minimize(LOGISTIC, "w", data, method=gp.Newton(), stop=stop, declare=DECLARE)
    np.testing.assert_allclose(result.x, best.x, atol=1e-5)


def test_the_closed_form_is_a_method_too():
    data = regression()
    result = gp.minimize(MEAN, "w", data, method=gp.ClosedForm(), declare=DECLARE)
    np.testing.assert_allclose(result.x, least_squares(data), rtol=1e-9)
    assert result.success
    with pytest.raises(GradproofError):
        gp.minimize(LOGISTIC, "w", labels(), method=gp.ClosedForm(), declare=DECLARE)


def test_the_bowl_of_the_notes():
    result = gp.minimize(
        "norm2(x)^2", "x", start=[3.0, 4.0], method=gp.GradientDescent(0.1),
        stop=gp.GradientBelow(1e-8) | gp.MaxSteps(1000),
    )  # fmt: skip
    np.testing.assert_allclose(result.x, [0, 0], atol=1e-8)
    np.testing.assert_allclose(result.history.path[1], [2.4, 3.2])


def test_a_cosine_descends_to_its_target():
    loss = "(t - x'*y/(norm2(x)*norm2(y)))^2"
    data = {"t": 0.3, "y": np.array([1.0, 2.0, -1.0])}
    result = gp.minimize(loss, "x", data, start=[1.0, 0.0, 0.0], stop=gp.GradientBelow(1e-10))
    x, y = result.x, data["y"]
    assert x @ y / np.linalg.norm(x) / np.linalg.norm(y) == pytest.approx(0.3, abs=1e-6)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (gp.StepBelow(1e-6), "the step is below 1e-06"),
        (gp.LossChangeBelow(1e-10), "the change of the loss is below 1e-10"),
        (gp.GradientBelow(1e-5), "the norm of the gradient is below 1e-05"),
    ],
)
def test_each_of_the_three_rules_fires(rule, words):
    data = regression()
    result = gp.minimize(
        MEAN, "w", data, method=gp.GradientDescent(0.1), stop=rule | gp.MaxSteps(10_000),
        declare=DECLARE,
    )  # fmt: skip
    assert words in result.message
    assert result.success
    np.testing.assert_allclose(result.x, least_squares(data), atol=1e-3)


def test_several_variables_come_back_by_name():
    data = regression()
    declare = DECLARE | {"b": "scalar"}
    result = gp.minimize("norm2(X*w + b*ones(N) - y)^2/N", ("w", "b"), data, declare=declare)
    with_ones = np.column_stack([data["X"], np.ones(len(data["y"]))])
    found = np.linalg.lstsq(with_ones, data["y"], rcond=None)[0]
    np.testing.assert_allclose([*result.x["w"], result.x["b"]], found, atol=1e-5)
    newton = gp.minimize(
        "norm2(X*w + b*ones(N) - y)^2/N", ("w", "b"), data, declare=declare, method=gp.Newton()
    )
    np.testing.assert_allclose([*newton.x["w"], newton.x["b"]], found, atol=1e-8)


def test_a_rate_that_is_too_large_is_told_with_the_bound():
    result = gp.minimize(
        "norm2(x)^2", "x", start=[3.0, 4.0], method=gp.GradientDescent(1.5), stop=gp.MaxSteps(999)
    )
    assert not result.success
    assert "diverges" in result.message
    assert "2/L = 1" in result.message
    np.testing.assert_array_equal(result.x, [3.0, 4.0])


def test_the_same_seed_gives_the_same_bytes():
    def descended(seed: int) -> bytes:
        found = gp.minimize(
            MEAN, "w", regression(), method=gp.MiniBatch(0.05, 7), stop=gp.MaxSteps(5), rng=seed,
            declare=DECLARE,
        )  # fmt: skip
        return found.x.tobytes()

    assert descended(3) == descended(3) != descended(4)


def test_ctrl_c_leaves_the_point_that_was_reached():
    def interrupt(progress) -> None:
        if progress.nit == 3:
            raise KeyboardInterrupt

    for method in (gp.GradientDescent(0.01), gp.LBFGS()):
        result = gp.minimize(
            LOGISTIC, "w", labels(), method=method, callback=interrupt, declare=DECLARE
        )
        assert result.interrupted
        assert result.nit == 3
        assert np.isfinite(result.x).all()


@pytest.mark.parametrize("method", [gp.Adam(0.05), gp.MiniBatch(0.05, 7), gp.Momentum(0.01)])
def test_a_descent_goes_on_exactly(method, tmp_path):
    def run(steps: int, folder=None):
        return gp.minimize(
            MEAN, "w", regression(), method=method, stop=gp.MaxSteps(steps), checkpoint=folder,
            declare=DECLARE,
        )  # fmt: skip

    whole = run(20)
    run(8, tmp_path)
    resumed = run(20, tmp_path)
    assert resumed.x.tobytes() == whole.x.tobytes()
    assert resumed.history.fun == whole.history.fun
    with pytest.raises(DataError, match="another loss"):
        gp.minimize("norm2(x)^2", "x", start=[1.0], checkpoint=tmp_path, method=method)
    with pytest.raises(DataError, match="other data"):
        gp.minimize(MEAN, "w", regression(1), method=method, checkpoint=tmp_path, declare=DECLARE)
    (tmp_path / "descent.npz").write_bytes(b"no checkpoint")
    with pytest.raises(DataError, match="no checkpoint"):
        run(20, tmp_path)


@pytest.mark.parametrize("method", [None, gp.LBFGS(), gp.TrustRegion()])
def test_a_method_whose_state_is_not_ours_is_not_saved_in_silence(method, tmp_path):
    with pytest.raises(UnsupportedError, match="cannot be saved"):
        gp.minimize(MEAN, "w", regression(), method=method, checkpoint=tmp_path, declare=DECLARE)


def test_patience_looks_at_data_held_out():
    train, test = regression(0), regression(1)
    result = gp.minimize(
        MEAN, "w", train, method=gp.GradientDescent(0.2), held_out=test,
        stop=gp.Patience(3) | gp.MaxSteps(5000), declare=DECLARE,
    )  # fmt: skip
    assert "held-out data" in result.message
    losses = result.history.held_out
    assert min(losses[-3:]) > min(losses[:-3])


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"data": {"X": np.ones((4, 2))}}, DataError, "y is missing"),
        ({"data": {"X": np.ones((4, 2)), "y": np.ones(3)}}, DataError, "N is 4 in X and 3 in y"),
        ({"data": {"X": np.ones((4, 2)), "y": [1, 2, np.nan, 4]}}, DataError, r"y\[2\] is nan"),
        ({"data": {"X": np.ones((4, 2)), "y": np.ones(4), "w": 1}}, DataError, "w is both"),
        ({"over": "v"}, GradproofError, "v is no variable"),
        ({"loss": "X*w - y"}, DataError, "the loss is no number"),
        ({"start": np.ones(5)}, DataError, "d is 2 in X and 5 in w"),
        ({"start": {"v": 1.0}}, DataError, "the start does not name"),
    ],
)
def test_what_is_wrong_is_told(arguments, kind, words):
    given = {"data": {"X": np.ones((4, 2)), "y": np.ones(4)}, "over": "w", "loss": MEAN}
    given |= arguments
    with pytest.raises(kind, match=words):
        gp.minimize(given.pop("loss"), declare=DECLARE, **given)


def test_a_size_that_data_leave_open_is_asked_for():
    with pytest.raises(DataError, match="the size n of x is not known"):
        gp.minimize("norm2(x)^2", "x", declare={"x": "vector(n)"})


def test_methods_by_rows_want_a_loss_of_rows():
    with pytest.raises(UnsupportedError, match="no sum or mean over rows"):
        gp.minimize("norm2(X*w - y)", "w", regression(), method=gp.MiniBatch(0.1), declare=DECLARE)


@pytest.mark.parametrize("make", [lambda: gp.GradientDescent(0), lambda: gp.Momentum(0.1, 1.0),
                                  lambda: gp.MiniBatch(0.1, 0), lambda: gp.Adam(beta1=2),
                                  lambda: gp.StepBelow(0), lambda: gp.MaxSteps(-1),
                                  lambda: gp.Patience(0)])  # fmt: skip
def test_settings_that_mean_nothing_are_refused(make):
    with pytest.raises(DataError):
        make()
