"""check_gradient: right gradients pass, each kind of mistake is found and named."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gradproof as gp
from tests.support.gradients import KNOWN

each_function = pytest.mark.parametrize("name", KNOWN)
ARRAYS = [name for name, known in KNOWN.items() if known.draw(np.random.default_rng(0)).size > 1]
each_array = pytest.mark.parametrize("name", ARRAYS)
SQUARE = ["exponentials", "logdet", "quadratic form"]


def drawn(name, seed=0):
    known = KNOWN[name]
    return known.f, known.gradient, known.draw(np.random.default_rng(seed))


def changed(gradient, place, how):
    def wrong(x):
        value = np.array(gradient(x))
        value[place] = how(value[place])
        return value

    return wrong


@each_function
@pytest.mark.parametrize("seed", range(20))
def test_right_gradients_are_right(name, seed):
    f, gradient, x = drawn(name, seed)
    report = gp.check_gradient(f, gradient, x, rng=seed)
    assert report.ok, report.message
    assert report.max_relative_error < 1e-7
    assert report.worst_entries == ()


@each_function
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3, 1e6])
def test_right_gradients_are_right_at_any_scale(name, scale):
    f, gradient, x = drawn(name)
    value, slope = (lambda z: f(z / scale)), (lambda z: gradient(z / scale) / scale)
    assert gp.check_gradient(value, slope, x * scale).ok
    assert gp.check_gradient(lambda z: scale * f(z), lambda z: scale * gradient(z), x).ok
    assert not gp.check_gradient(value, lambda z: slope(z) * 1.01, x * scale).ok


@settings(max_examples=60, deadline=None)
@given(
    x=arrays(
        float,
        st.sampled_from([(), (1,), (4,), (3, 2), (2, 2, 2)]),
        elements=st.floats(-50, 50, allow_subnormal=False),
    ),
    powers=st.lists(st.integers(0, 4), min_size=1, max_size=3),
    seed=st.integers(0, 2**32 - 1),
)
def test_gradients_of_polynomials_are_right(x, powers, seed):
    def f(x):
        return sum(np.sum(x**power) for power in powers)

    def gradient(x):
        return sum(power * x ** max(power - 1, 0) for power in powers) + 0 * x

    report = gp.check_gradient(f, gradient, x, rng=seed)
    assert report.ok, report.message


@each_function
@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (0.5, "the factor 2 is missing"),
        (3.0, "the factor 1/3 is missing"),
        (-1.0, "the sign is wrong"),
        (-2.0, "the factor 1/2 is missing, and the sign is wrong"),
        (1000.0, "the factor 1/1000 is missing"),
    ],
)
def test_a_factor_is_named(name, factor, words):
    f, gradient, x = drawn(name)
    report = gp.check_gradient(f, lambda x: factor * gradient(x), x)
    assert not report.ok
    assert report.diagnosis == words


@each_array
def test_another_factor_is_told(name):
    f, gradient, x = drawn(name)
    report = gp.check_gradient(f, lambda x: gradient(x) / 1.7, x)
    assert report.diagnosis == "it should be 1.7 times as large"


@each_array
@pytest.mark.parametrize("seed", range(5))
def test_a_single_entry_is_found(name, seed):
    f, gradient, x = drawn(name)
    place = tuple(int(axis) for axis in np.random.default_rng(seed).integers(x.shape))
    report = gp.check_gradient(f, changed(gradient, place, lambda entry: 1.01 * entry), x, rng=seed)
    assert not report.ok
    assert [entry.index for entry in report.worst_entries] == [place]
    (entry,) = report.worst_entries
    assert entry.numeric == pytest.approx(gradient(x)[place], rel=1e-6)
    assert entry.given == pytest.approx(1.01 * gradient(x)[place])
    assert report.max_relative_error == pytest.approx(0.01 / 1.01, rel=1e-3)
    assert "a single entry is wrong" in report.diagnosis


@pytest.mark.parametrize("name", SQUARE)
@pytest.mark.parametrize("asymmetry", [1.0, 1e-3, 1e-6])
def test_a_transposed_matrix_is_named_also_where_it_is_nearly_symmetric(name, asymmetry):
    _, gradient, x = drawn(name)
    symmetric = (gradient(x) + gradient(x).T) / 2
    tilt = asymmetry * np.triu(np.ones_like(x), 1)
    right = symmetric + tilt

    def linear_and_more(z):
        return np.sum(right * z) + np.sum((z - x) ** 3)

    assert gp.check_gradient(linear_and_more, right, x).ok
    report = gp.check_gradient(linear_and_more, right.T, x)
    assert report.diagnosis == "it is transposed"


@pytest.mark.parametrize("name", ["exponentials", "quadratic form"])
def test_a_transposed_gradient_is_named(name):
    f, gradient, x = drawn(name)
    assert gp.check_gradient(f, lambda x: gradient(x).T, x).diagnosis == "it is transposed"


def test_axes_in_another_order_are_named():
    weights = np.random.default_rng(0).standard_normal((3, 3, 2))
    report = gp.check_gradient(
        lambda x: np.sum(weights * x), weights.transpose(1, 0, 2), np.ones((3, 3, 2))
    )
    assert report.diagnosis == "its axes should be in the order (1, 0, 2)"


@pytest.mark.parametrize("name", [name for name in ARRAYS if name != "logarithms"])
@pytest.mark.parametrize(("times", "words"), [(-0.3, "is missing"), (0.3, "is too much")])
@pytest.mark.parametrize(
    ("term", "called"),
    [(lambda x: x, "x"), (np.sign, "sign(x)"), (np.ones_like, "(1, …, 1)")],
    ids=["x", "sign", "ones"],
)
def test_a_missing_term_is_named(name, times, words, term, called):
    f, gradient, x = drawn(name)
    report = gp.check_gradient(f, lambda x: gradient(x) + times * term(x), x)
    assert report.diagnosis == f"the term 0.3·{called} {words}"


@pytest.mark.parametrize("name", [*SQUARE, "cross-entropy"])
def test_a_row_or_a_column_is_named(name):
    f, gradient, x = drawn(name)
    in_row = gp.check_gradient(f, changed(gradient, 1, lambda row: 1.5 * row), x)
    assert in_row.diagnosis == "row 1 is wrong; all others agree"
    in_column = gp.check_gradient(f, changed(gradient, np.s_[:, 2], np.zeros_like), x)
    assert in_column.diagnosis == "column 2 is wrong; all others agree"


def test_a_few_entries_are_counted():
    f, gradient, x = drawn("least squares")
    report = gp.check_gradient(f, changed(gradient, np.s_[[0, 3]], lambda part: part + 1), x)
    assert report.diagnosis == "2 entries are wrong; all others agree"
    assert {entry.index for entry in report.worst_entries} == {(0,), (3,)}


@pytest.mark.parametrize(
    ("f", "subgradient", "at"),
    [
        (lambda x: np.abs(x).sum(), lambda x: np.where(x < 0, -1.0, 1.0), 1),
        (lambda x: np.maximum(x, 0).sum() + x @ x, lambda x: (x > 0) + 2 * x, 1),
        (lambda x: np.max(x), lambda x: np.eye(4)[np.argmax(x)], 2),
    ],
    ids=["absolute value", "relu", "maximum"],
)
def test_a_kink_is_named(f, subgradient, at):
    x = {1: np.array([2.0, 0.0, -1.0, 0.5]), 2: np.array([0.0, 2.0, 2.0, 1.0])}[at]
    report = gp.check_gradient(f, subgradient, x)
    assert not report.ok
    assert "kink" in report.diagnosis
    beside = x + 0.1 * np.arange(4)
    assert gp.check_gradient(f, subgradient, beside).ok


def test_entries_between_which_the_size_differs_are_all_looked_at():
    sizes = 10.0 ** -np.arange(0, 12)
    f, gradient = (lambda x: np.sum(sizes * np.sin(x))), (lambda x: sizes * np.cos(x))
    x = np.linspace(0.2, 1, 12)
    assert gp.check_gradient(f, gradient, x).ok
    for place in range(9):
        wrong = changed(gradient, place, lambda entry: 2 * entry)
        assert not gp.check_gradient(f, wrong, x).ok, place


def test_entries_that_are_given_as_zero_are_looked_at():
    def f(x):
        return 1e6 * x[0] ** 2 + 1e-3 * x[1]

    assert not gp.check_gradient(f, lambda x: np.array([2e6 * x[0], 0.0]), np.ones(2)).ok
    assert gp.check_gradient(f, lambda x: np.array([2e6 * x[0], 1e-3]), np.ones(2)).ok


@each_array
def test_a_minimum_is_no_false_alarm(name):
    _, _gradient, x = drawn(name)
    minimum = x + 1e-17
    rng = np.random.default_rng(0)
    M = rng.standard_normal((x.size + 3, x.size))

    def f(z):
        return np.sum((M @ (z - minimum).reshape(-1)) ** 2)

    def slope(z):
        return (2 * M.T @ (M @ z.reshape(-1) - M @ minimum.reshape(-1))).reshape(x.shape)

    report = gp.check_gradient(f, slope, x)
    assert report.ok, report.message


def quotient(f, x, h, form):
    units = np.eye(x.size).reshape(-1, *x.shape)
    match form:
        case "as in the note":
            values = [f(x + h * unit) / h for unit in units]
        case "added":
            values = [(f(x + h * unit) + f(x - h * unit)) / (2 * h) for unit in units]
        case "forward":
            values = [(f(x + h * unit) - f(x)) / h for unit in units]
        case "central":
            values = [(f(x + h * unit) - f(x - h * unit)) / (2 * h) for unit in units]
    return np.array(values).reshape(x.shape)


@each_array
@pytest.mark.parametrize(
    ("form", "h"), [("as in the note", 1e-10), ("as in the note", 1e-6), ("added", 1e-6)]
)
def test_a_quotient_without_subtraction_is_explained(name, form, h):
    f, _, x = drawn(name)
    report = gp.check_gradient(f, lambda x: quotient(f, x, h, form), x)
    assert not report.ok
    assert re.search(r"subtracts; without that it grows like f\(x\)/h", report.diagnosis)
    assert f"h = {h:.3g}" in report.diagnosis
    assert ("f(x+h)/h" in report.diagnosis) == (form == "as in the note")


@pytest.mark.parametrize("name", ["least squares", "logistic", "cross-entropy", "exponentials"])
@pytest.mark.parametrize(
    ("form", "h"), [("forward", 1e-13), ("central", 1e-13), ("forward", 1e-14)]
)
def test_too_small_a_step_is_named(name, form, h):
    f, _, x = drawn(name)
    report = gp.check_gradient(f, lambda x: quotient(f, x, h, form), x)
    assert "too small a step" in report.diagnosis


@each_array
def test_central_differences_are_a_gradient_to_a_tolerance(name):
    f, _, x = drawn(name)
    assert gp.check_gradient(f, lambda x: quotient(f, x, 1e-6, "central"), x, tolerance=1e-5).ok


@each_array
def test_single_precision_is_allowed_for_and_said(name):
    f, gradient, x = drawn(name)
    rounded = gp.check_gradient(f, lambda x: gradient(x).astype("float32"), x)
    assert rounded.ok
    assert "the gradient is computed in single precision" in rounded.message
    value = gp.check_gradient(lambda x: np.float32(f(x)), gradient, x)
    assert value.ok, value.message
    assert "f is computed in single precision" in value.message
    hidden = gp.check_gradient(lambda x: float(np.float32(f(x))), gradient, x)
    assert hidden.ok, hidden.message
    assert not gp.check_gradient(lambda x: np.float32(f(x)), lambda x: 1.5 * gradient(x), x).ok


@each_array
def test_points_of_single_precision_stay_so(name):
    f, gradient, x = drawn(name)
    seen = []

    def value(x):
        seen.append(x.dtype)
        return f(x)

    assert gp.check_gradient(value, gradient, x.astype("float32")).ok
    assert set(seen) == {np.dtype("float32")}


@each_array
def test_shapes_that_differ_are_reported(name):
    f, gradient, x = drawn(name)
    flat = gp.check_gradient(f, lambda x: gradient(x).reshape(-1, 1), x)
    assert flat.diagnosis == "with the shape of x it is right"
    assert "shape" in flat.message
    assert not gp.check_gradient(f, lambda x: gradient(x)[..., :-1], x).ok


def test_a_transposed_shape_is_named():
    f, gradient, x = drawn("cross-entropy")
    assert gp.check_gradient(f, lambda x: gradient(x).T, x).diagnosis == "it is transposed"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_reported(bad):
    f, gradient, x = drawn("least squares")
    report = gp.check_gradient(f, changed(gradient, 2, lambda _: bad), x)
    assert report.message == f"the gradient is {bad} at [2]; it must be finite"
    assert "f is nan" in gp.check_gradient(lambda x: np.nan, gradient, x).message
    assert "x is nan at [0]" in gp.check_gradient(f, gradient, np.full(6, np.nan)).message


def test_the_edge_of_the_domain_is_reported():
    report = gp.check_gradient(lambda x: np.sqrt(x).sum(), lambda x: 0 * x, np.array([1.0, 0.0]))
    assert not report.ok
    assert "edge" in report.diagnosis


def test_a_function_that_fails_beside_the_point_is_measured_by_smaller_steps():
    def f(x):
        if x.min() < 0:
            raise ValueError("negative")
        return np.log(x).sum()

    x = np.array([1e-4, 1.0, 5.0])
    assert gp.check_gradient(f, lambda x: 1 / x, x).ok
    assert not gp.check_gradient(f, lambda x: 1.001 / x, x).ok


def test_a_function_with_two_values_is_reported():
    rng = np.random.default_rng(0)
    report = gp.check_gradient(lambda x: x @ x + rng.random(), lambda x: 2 * x, np.ones(3))
    assert "two values" in report.message


def test_arguments_are_never_changed_and_it_is_said_who_tries():
    def f(x):
        x *= 2
        return np.sum(x)

    def gradient(x):
        x[0] = 7
        return np.full(3, 2.0)

    x = np.arange(3.0)
    report = gp.check_gradient(f, gradient, x)
    assert report.ok
    assert "f changes its argument" in report.message
    assert "grad changes its argument" in report.message
    np.testing.assert_array_equal(x, np.arange(3.0))


@pytest.mark.parametrize(
    ("f", "gradient", "x", "words"),
    [
        (lambda x: x, lambda x: x, np.ones(3), "gradient is one of a number"),
        (lambda x: None, lambda x: x, np.ones(3), "None"),
        (lambda x: 1j, lambda x: x, np.ones(3), "complex"),
        (np.sum, lambda x: None, np.ones(3), "the gradient is None"),
        (np.sum, lambda x: 1j * x, np.ones(3), "complex"),
        (np.sum, None, np.ones(3), "no gradient"),
        (np.sum, np.ones_like, np.array([1j]), "complex"),
        (np.sum, np.ones_like, "text", "not real numbers"),
    ],
)
def test_what_is_no_question_is_refused_in_words(f, gradient, x, words):
    with pytest.raises(gp.DataError, match=words):
        gp.check_gradient(f, gradient, x)
    with pytest.raises(gp.DataError, match="directions"):
        gp.check_gradient(np.sum, np.ones_like, 1.0, directions=0)
    with pytest.raises(gp.DataError, match="tolerance"):
        gp.check_gradient(np.sum, np.ones_like, 1.0, tolerance=-1.0)


def test_the_seed_decides_all():
    f, gradient, x = drawn("logistic")
    one, other = (gp.check_gradient(f, gradient, x, rng=5) for _ in range(2))
    assert one == other
    assert gp.check_gradient(f, gradient, x, rng=np.random.default_rng(5)) == one


def test_a_report_reads_as_its_message_and_is_true_where_ok():
    report = gp.check_gradient(lambda x: x @ x, lambda x: 2 * x, np.ones(3))
    assert report
    assert str(report) == report.message
    assert 0 < report.resolution < 1e-7
    assert "would be seen" in report.message
