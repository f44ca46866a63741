"""check_gradient where x is large: few values of f, and single mistakes found among very many."""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp

SIZE = 50_000
MOST_VALUES = 45


class Counted:
    """A function that counts how often it is called."""

    def __init__(self, f):
        self.f, self.calls = f, 0

    def __call__(self, x):
        self.calls += 1
        return self.f(x)


def problem(seed, shape=(SIZE,)):
    """Σ cᵢ (xᵢ + xᵢ³/3) and its gradient, of unequal entries."""
    rng = np.random.default_rng(seed)
    c, x = rng.standard_normal(shape), rng.standard_normal(shape)
    return (lambda x: np.sum(c * (x + x * x * x / 3))), (lambda x: c * (1 + x * x)), x


@pytest.mark.parametrize("seed", range(3))
def test_a_right_gradient_costs_few_values(seed):
    f, gradient, x = problem(seed)
    counted = Counted(f)
    report = gp.check_gradient(counted, gradient, x, rng=seed)
    assert report.ok, report.message
    assert counted.calls <= MOST_VALUES


@pytest.mark.parametrize("seed", range(3))
def test_one_entry_wrong_by_a_hundredth_is_found_and_named(seed):
    f, gradient, x = problem(seed)
    place = int(np.random.default_rng(seed).integers(SIZE))

    def wrong(x):
        value = gradient(x)
        value[place] *= 1.01
        return value

    counted = Counted(f)
    report = gp.check_gradient(counted, wrong, x, rng=seed)
    assert not report.ok
    assert report.diagnosis == f"a single entry is wrong, [{place}]; all others agree"
    assert report.worst_entries[0].numeric == pytest.approx(gradient(x)[place], rel=1e-4)
    assert counted.calls < 1000


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("tilt", [1e-2, 1e-5])
def test_a_nearly_symmetric_matrix_that_is_transposed(seed, tilt):
    rng = np.random.default_rng(seed)
    c, x = rng.standard_normal((2, 150, 150))
    c = c + c.T + tilt * rng.standard_normal((150, 150))

    def f(x):
        return np.sum(c * np.sin(x))

    def gradient(x):
        return c * np.cos(x)

    x = (x + x.T) / 2
    assert gp.check_gradient(f, gradient, x, rng=seed).ok
    report = gp.check_gradient(f, lambda x: gradient(x).T, x, rng=seed)
    assert report.diagnosis == "it is transposed"


def test_some_entries_are_shown_where_all_are_wrong():
    f, gradient, x = problem(0)
    report = gp.check_gradient(f, lambda x: gradient(x) * np.exp(np.sin(x)), x)
    assert not report.ok
    assert report.worst_entries
    for entry in report.worst_entries:
        assert entry.numeric == pytest.approx(gradient(x)[entry.index], rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("part", "words"),
    [(np.s_[17], "row 17"), (np.s_[:, 40], "column 40"), (np.s_[3, 4], "a single entry")],
)
def test_what_is_wrong_in_a_large_matrix_is_named(part, words):
    f, gradient, x = problem(0, (300, 200))

    def wrong(x):
        value = gradient(x)
        value[part] *= 1.1
        return value

    report = gp.check_gradient(f, wrong, x)
    assert report.diagnosis.startswith(words)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (lambda g, x: g / 2, "the factor 2 is missing"),
        (lambda g, x: -g, "the sign is wrong"),
        (lambda g, x: g - 0.1 * x, "the term 0.1·x is missing"),
        (lambda g, x: g + 1e9, "it looks like f(x+h)/h"),
    ],
)
def test_mistakes_of_all_entries_are_named_from_directions(how, words):
    f, gradient, x = problem(0)
    g = (lambda x: f(x) + 1e4) if "f(x+h)" in words else f
    report = gp.check_gradient(g, lambda x: how(gradient(x), x), x)
    assert words in report.diagnosis


def test_arrays_may_be_laid_out_by_columns():
    f, gradient, x = problem(0, (70, 60))
    x = np.asfortranarray(x)

    def wrong(x):
        value = gradient(x)
        value[5, 6] += 1
        return np.asfortranarray(value)

    assert gp.check_gradient(f, lambda x: np.asfortranarray(gradient(x)), x).ok
    assert gp.check_gradient(f, wrong, x).worst_entries[0].index == (5, 6)
    assert gp.check_gradient(lambda z: f(z.T), lambda z: wrong(z.T).T, x.T).worst_entries[
        0
    ].index == (6, 5)
