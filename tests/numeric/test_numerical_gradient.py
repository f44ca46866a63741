"""Numerical gradients: schemes × shapes of points and values, their orders, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp
from gradproof.numeric.schemes import SCHEMES, flaw, moment, relative_step

SHAPES = [(), (1,), (3,), (2, 3), (2, 3, 2), (0,), (0, 2)]
ACCURATE = {"forward": 1e-6, "central": 1e-8, "five-point": 1e-10, "complex": 1e-14}

# Functions of an array of any shape, with the product of their Jacobian and a direction.
FUNCTIONS = {
    "number": (lambda x: np.sum(np.sin(x)), lambda x, v: np.sum(np.cos(x) * v)),
    "same shape": (lambda x: np.exp(x), lambda x, v: np.exp(x) * v),
    "matrix": (
        lambda x: np.sum(x**3) * np.arange(6.0).reshape(3, 2),
        lambda x, v: np.sum(3 * x**2 * v) * np.arange(6.0).reshape(3, 2),
    ),
}

WITHOUT_SUBTRACTION = gp.DifferenceScheme("f(x+h)/h", offsets=(1,), weights=(1,))


def point(shape, seed=0):
    return np.random.default_rng(seed).uniform(0.5, 1.5, shape)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_gradient_is_the_known_one_for_all_shapes(scheme, shape, name):
    f, along = FUNCTIONS[name]
    x, v = point(shape), point(shape, 1)
    found = gp.numerical_gradient(f, x, scheme=scheme)
    assert found.shape == np.shape(f(x)) + shape
    expected = along(x, v)
    contracted = np.sum(found * v, axis=tuple(range(np.ndim(expected), found.ndim)))
    np.testing.assert_allclose(contracted, expected, rtol=ACCURATE[scheme], atol=ACCURATE[scheme])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_stack_of_points_gives_the_same(scheme, shape):
    x = point(shape)

    def stack(points):
        return np.sin(points).reshape(len(points), -1).sum(axis=1)

    one = gp.numerical_gradient(lambda x: np.sum(np.sin(x)), x, scheme=scheme)
    all_at_once = gp.numerical_gradient(stack, x, scheme=scheme, vectorized=True)
    np.testing.assert_allclose(all_at_once, one, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_error_falls_with_the_order(scheme):
    def error(step):
        found = gp.numerical_gradient(np.exp, 0.3, step, scheme=scheme)
        return abs(float(found) - np.exp(0.3))

    measured = np.log2(error(2.0**-4) / error(2.0**-5))
    assert measured == pytest.approx(SCHEMES[scheme].order, abs=0.1)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES.keys())
def test_every_scheme_is_a_derivative_and_says_where_it_is_from(scheme):
    assert flaw(scheme) == ""
    assert moment(scheme, 0) == pytest.approx(0, abs=1e-15)
    assert moment(scheme, 1) == pytest.approx(1)
    assert scheme.formula
    assert scheme.source


def test_steps_are_by_scale():
    epsilon = np.finfo(float).eps
    assert relative_step(SCHEMES["forward"], epsilon) == pytest.approx(epsilon ** (1 / 2))
    assert relative_step(SCHEMES["central"], epsilon) == pytest.approx(epsilon ** (1 / 3))
    assert relative_step(SCHEMES["five-point"], epsilon) == pytest.approx(epsilon ** (1 / 5))
    x = np.array([1e8, 1.0, 1e-8])
    found = np.diagonal(gp.numerical_gradient(lambda x: x**3, x))
    np.testing.assert_allclose(found, 3 * x**2, rtol=1e-9, atol=1e-12)


def test_a_quotient_without_subtraction_is_refused_with_the_reason():
    with pytest.raises(gp.UnsupportedError, match=r"no limit unless f\(x\) = 0") as refusal:
        gp.numerical_gradient(np.cos, 1.0, scheme=WITHOUT_SUBTRACTION)
    assert "not subtracted" in str(refusal.value)
    assert WITHOUT_SUBTRACTION.order == 0


@pytest.mark.parametrize(
    ("offsets", "weights", "words"),
    [
        ((-1, 1), (0.5, 0.5), "not subtracted"),
        ((0, 1), (-2, 2), "tends to 2·f′"),
        ((0,), (0,), "tends to 0·f′"),
    ],
)
def test_quotients_that_are_no_derivative(offsets, weights, words):
    assert words in flaw(gp.DifferenceScheme("q", offsets, weights))


def test_a_scheme_of_ones_own():
    seven = gp.DifferenceScheme(
        "seven points",
        offsets=(-3, -2, -1, 1, 2, 3),
        weights=(-1 / 60, 9 / 60, -45 / 60, 45 / 60, -9 / 60, 1 / 60),
    )
    assert seven.order == 6
    assert gp.numerical_gradient(np.sin, 1.0, scheme=seven) == pytest.approx(np.cos(1), abs=1e-13)


def test_what_is_no_scheme_or_step_is_refused():
    with pytest.raises(gp.UnknownNameError, match="forward, central"):
        gp.numerical_gradient(np.sin, 1.0, scheme="backward")
    for step in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(gp.DataError, match="positive"):
            gp.numerical_gradient(np.sin, 1.0, step)
    with pytest.raises(gp.UnsupportedError, match="complex"):
        gp.numerical_gradient(lambda x: np.sin(x.real), 1.0, scheme="complex")
    with pytest.raises(gp.DataError, match="stack"):
        gp.numerical_gradient(np.sum, np.ones(3), vectorized=True)
    for x in ("x", [1j], None, [[1, 2], [3]]):
        with pytest.raises(gp.DataError):
            gp.numerical_gradient(np.sum, x)


def test_the_point_is_never_changed():
    def spoil(x):
        x *= 2
        return x.sum()

    x = np.arange(3.0)
    np.testing.assert_allclose(gp.numerical_gradient(spoil, x), 2 * np.ones(3), rtol=1e-10)
    np.testing.assert_array_equal(x, np.arange(3.0))


def test_tensors_of_torch_and_arrays_of_jax():
    torch, jax = pytest.importorskip("torch"), pytest.importorskip("jax")
    x = np.array([[0.3, -1.2, 2.0]])
    of_torch = gp.numerical_gradient(lambda x: torch.sin(x).sum(), torch.tensor(x))
    np.testing.assert_allclose(of_torch, np.cos(x), rtol=1e-10)
    stepped = gp.numerical_gradient(lambda x: torch.sin(x).sum(), torch.tensor(x), scheme="complex")
    np.testing.assert_allclose(stepped, np.cos(x), rtol=1e-14)
    single = gp.numerical_gradient(lambda x: jax.numpy.sin(x).sum(), jax.numpy.array(x, "float32"))
    np.testing.assert_allclose(single, np.cos(x), rtol=1e-4)
