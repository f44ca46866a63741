"""Slopes along a line: their values, and that their errors are bounds, also where φ is noisy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradproof.numeric.comparison import SAFETY
from gradproof.numeric.slopes import START, Rounding, measured, one_sided, patient, quick, settled

EPSILON = float(np.finfo(float).eps)

# φ with its slope at 0.
CURVES = {
    "line": (lambda t: 3 * t + 1, 3.0),
    "constant": (lambda t: 5.0, 0.0),
    "parabola": (lambda t: t * t, 0.0),
    "sine": (lambda t: math.sin(t + 0.5), math.cos(0.5)),
    "exponential": (lambda t: math.exp(5 * t), 5.0),
    "wave": (lambda t: math.sin(300 * t + 1), 300 * math.cos(1)),
    "steep": (lambda t: math.tanh(1000 * t + 0.1), 1000 * (1 - math.tanh(0.1) ** 2)),
    "pole": (lambda t: 1 / (t + 0.01), -1e4),
    "edge": (lambda t: math.log(t + 1e-3) if t > -1e-3 else math.nan, 1e3),
    "kink beside": (lambda t: abs(t + 0.004), 1.0),
    "far from 0": (lambda t: 1e8 + math.sin(t), 1.0),
}
HARD = {"wave", "steep", "pole", "edge", "kink beside"}
EASY = [name for name in CURVES if name not in HARD]

each_curve = pytest.mark.parametrize("name", CURVES)


def rounding(along):
    return Rounding(EPSILON, along(0.0))


@each_curve
@pytest.mark.parametrize("way", [settled, patient], ids=["settled", "patient"])
def test_slopes_are_within_their_errors(name, way):
    along, slope = CURVES[name]
    found = way(along, rounding(along))
    assert abs(found.value - slope) <= SAFETY * found.error
    assert found.error <= 1e-5 * max(1.0, abs(slope))


@pytest.mark.parametrize("name", EASY)
def test_easy_slopes_are_within_their_errors_at_the_first_step(name):
    along, slope = CURVES[name]
    found = measured(along, START, rounding(along))
    assert abs(found.value - slope) <= SAFETY * found.error
    assert quick(along, START) == pytest.approx(slope, abs=1e-5)


@each_curve
@pytest.mark.parametrize("digits", [6, 8, 10])
def test_noise_widens_the_error(name, digits):
    along, slope = CURVES[name]
    found = patient(lambda t: round(along(t), digits), Rounding(EPSILON, round(along(0), digits)))
    assert abs(found.value - slope) <= SAFETY * found.error


@pytest.mark.parametrize("seed", range(20))
def test_random_noise_is_no_slope(seed):
    rng = np.random.default_rng(seed)
    found = patient(lambda t: t + 1e-9 * rng.standard_normal(), Rounding(EPSILON, 0.0))
    assert abs(found.value - 1) <= SAFETY * found.error
    assert found.error < 1e-6


def test_what_is_nowhere_defined_has_no_bound():
    for way in (settled, patient):
        assert way(lambda _: math.nan, Rounding(EPSILON, math.nan)).error == math.inf


@pytest.mark.parametrize("step", [1e-2, 1e-4])
def test_one_sided_slopes(step):
    assert one_sided(abs, step, 0.0) == pytest.approx((-1, 1))
    assert one_sided(math.exp, step, 1.0) == pytest.approx((1, 1), rel=step)
