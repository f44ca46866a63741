"""The elementary functions of programs of loops, against the same to many more digits."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from tests.program.kernels.running import loop, namespace

mpmath = pytest.importorskip("mpmath")
mp = mpmath.mp

EXACT = {
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": mp.log1p,
    "tanh": mp.tanh,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: max(x, 0) + mp.log1p(mp.exp(-abs(x))),
    "log_sigmoid": lambda x: min(x, 0) - mp.log1p(mp.exp(-abs(x))),
    "logcosh": lambda x: mp.log1p(2 * mp.sinh(x / 2) ** 2),
    "log1mexp": lambda x: mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x)),
    "sech_squared": lambda x: mp.sech(x) ** 2,
    "sqrt": mp.sqrt,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "absolute": abs,
    "sign": mp.sign,
    "relu": lambda x: max(x, 0),
}
DOMAINS = {
    "log": (0, math.inf),
    "sqrt": (0, math.inf),
    "log1p": (-1, math.inf),
    "log1mexp": (-math.inf, 0),
    "arcsin": (-1, 1),
    "arccos": (-1, 1),
}
UNITS = {"sech_squared": 4}  # a quotient of a square
INF, NAN = math.inf, math.nan
LIMITS = {  # at -inf, -1e4, -0, 0, 1e4, inf
    "exp": (0, 0, 1, 1, INF, INF),
    "expm1": (-1, -1, -0.0, 0, INF, INF),
    "log": (NAN, NAN, -INF, -INF, math.log(1e4), INF),
    "log1p": (NAN, NAN, -0.0, 0, math.log1p(1e4), INF),
    "tanh": (-1, -1, -0.0, 0, 1, 1),
    "sigmoid": (0, 0, 0.5, 0.5, 1, 1),
    "softplus": (0, 0, math.log(2), math.log(2), 1e4, INF),
    "log_sigmoid": (-INF, -1e4, -math.log(2), -math.log(2), 0, 0),
    "sinh": (-INF, -INF, -0.0, 0, INF, INF),
    "cosh": (INF, INF, 1, 1, INF, INF),
    "sech_squared": (0, 0, 1, 1, 0, 0),
    "logcosh": (INF, 1e4 - math.log(2), 0, 0, 1e4 - math.log(2), INF),
    "sqrt": (NAN, NAN, -0.0, 0, 100, INF),
    "absolute": (INF, 1e4, 0, 0, 1e4, INF),
    "sign": (-1, -1, -0.0, 0, 1, 1),
    "relu": (0, 0, -0.0, 0, 1e4, INF),
}
each_kind = pytest.mark.parametrize("kind", [np.float64, np.float32])


def points(kind: type, low: float, high: float) -> np.ndarray:
    """Numbers of every size, dense where polynomials meet, denormal ones among them."""
    rng = np.random.default_rng(0)
    limits = np.finfo(kind)
    exponents = rng.uniform(limits.minexp - 20, 0, 150)
    found = np.concatenate(
        [
            rng.uniform(-1.5, 1.5, 150),
            rng.uniform(-30, 30, 150),
            rng.uniform(-800, 800, 50),
            rng.choice([-1, 1], 150) * 2.0**exponents,
            1 + rng.uniform(-1e-3, 1e-3, 20),
            [0.55, 0.41, 0.7, math.log(2) / 2, math.sqrt(0.5), limits.max, limits.tiny],
        ]
    ).astype(kind)
    return found[(low < found) & (found < high)]


def units(found: float, exact: mpmath.mpf, kind: type) -> float:
    """The error in units in the last place of the exact value."""
    limits = np.finfo(kind)
    if math.isinf(found):
        return 0 if abs(exact) > limits.max * (1 + limits.eps / 4) else INF
    exponent = int(mp.floor(mp.log(abs(exact), 2))) if exact else limits.minexp
    place = mp.mpf(2) ** (max(exponent, limits.minexp) - limits.nmant)
    return float(abs(mp.mpf(float(found)) - exact) / place)


@each_kind
@pytest.mark.parametrize("name", EXACT)
def test_at_most_the_last_digit_is_wrong(name, kind):
    x = points(kind, *DOMAINS.get(name, (-INF, INF)))
    out = np.empty_like(x)
    loop(name)(x, out)
    with mpmath.workprec(1200 if name in {"sin", "cos", "tan"} else 160):
        errors = [
            units(found, EXACT[name](mp.mpf(float(own))), kind)
            for found, own in zip(out, x, strict=True)
        ]
    worst = int(np.argmax(errors))
    assert errors[worst] <= UNITS.get(name, 2), f"{errors[worst]:.2f} units at {x[worst]!r}"


@each_kind
@pytest.mark.parametrize("name", LIMITS)
def test_limits(name, kind):
    x = np.array([-INF, -1e4, -0.0, 0.0, 1e4, INF, NAN], kind)
    out = np.empty_like(x)
    loop(name)(x, out)
    expected = np.array([*LIMITS[name], NAN], kind)
    np.testing.assert_allclose(out, expected, rtol=3 * np.finfo(kind).eps)
    zeros = (expected == 0) & (out == 0) & (x == 0)
    assert (np.signbit(out) == np.signbit(expected))[zeros].all()


@each_kind
def test_powers(kind):
    x = np.array([2.0, 2.0, 0.0, -8.0, 9.0, 1e30, INF], kind)
    y = np.array([3.0, -1.0, 0.0, 3.0, 0.5, 20.0, -1.0], kind)
    out = np.empty_like(x)
    loop("power", 2)(x, y, out)
    np.testing.assert_allclose(out, [8, 0.5, 1, -512, 3, INF, 0])


@each_kind
def test_the_larger_of_two_numbers(kind):
    x = np.array([1.0, 2.0, NAN, 0.0, -INF], kind)
    y = np.array([2.0, 1.0, 0.0, NAN, -1.0], kind)
    out = np.empty_like(x)
    loop("larger", 2)(x, y, out)
    np.testing.assert_array_equal(out, np.maximum(x, y))


def test_a_loop_that_may_reorder_sums_leaves_the_functions_as_they_are():
    text = """
@njit(error_model="numpy", fastmath={"reassoc", "contract", "nsz", "arcp"})
def many(x, out):
    for i in range(out.size):
        out[i] = log1p(x[i]) + exp(x[i]) * tanh(x[i])
"""
    x = np.random.default_rng(1).uniform(0, 5, 1000)
    out = np.empty_like(x)
    namespace(text, "log1p", "exp", "tanh")["many"](x, out)
    np.testing.assert_allclose(out, np.log1p(x) + np.exp(x) * np.tanh(x), rtol=1e-15)


@each_kind
@pytest.mark.parametrize("name", [*LIMITS, "log1mexp"])
def test_loops_are_vectorised(name, kind):
    x = np.ones(3, kind)
    loop(name)(x, np.empty_like(x))
    code = "".join(loop(name).inspect_llvm().values())
    assert re.search(rf"<\d+ x {'double' if kind is np.float64 else 'float'}>", code)
