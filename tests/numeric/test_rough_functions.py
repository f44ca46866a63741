"""check_gradient on functions with kinks, noise, and steep or tiny slopes: no false alarm."""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp

RNG = np.random.default_rng(3)
X, y = RNG.standard_normal((64, 20)), RNG.standard_normal(64)
HIDDEN = 40


def network(w):
    """A network of rectified units, which has kinks all around."""
    W, v = w[: 20 * HIDDEN].reshape(20, HIDDEN), w[20 * HIDDEN :]
    r = np.maximum(X @ W, 0) @ v - y
    return r @ r


def network_gradient(w):
    W, v = w[: 20 * HIDDEN].reshape(20, HIDDEN), w[20 * HIDDEN :]
    Z = X @ W
    H = np.maximum(Z, 0)
    r = H @ v - y
    return np.concatenate([(2 * X.T @ (np.outer(r, v) * (Z > 0))).reshape(-1), 2 * H.T @ r])


def hinge_gradient(w):
    labels = np.sign(y)
    return -(X.T @ (labels * ((labels * (X @ w)) < 1)))


def largest_eigenvector(x):
    S = x.reshape(5, 4)
    u = np.linalg.eigh(S @ S.T)[1][:, -1]
    return (2 * np.outer(u, u) @ S).reshape(-1)


def fixed_point(w):
    """z = tanh(0.3 z + w), iterated to a tolerance only."""
    z = np.zeros(20)
    while np.abs(step := np.tanh(0.3 * z + w) - z).max() > 1e-9:
        z = z + step
    return z


def fixed_point_gradient(w):
    z = fixed_point(w)
    return 2 * z * (1 - z * z) / (1 - 0.3 * (1 - z * z))


# Functions with their gradients and the sizes of their points.
ROUGH = {
    "rectified": (network, network_gradient, 21 * HIDDEN),
    "hinge": (lambda w: np.maximum(0, 1 - np.sign(y) * (X @ w)).sum(), hinge_gradient, 20),
    "absolute": (lambda w: np.abs(w).sum(), np.sign, 20),
    "huber": (
        lambda w: np.where(abs(r := X @ w - y) < 1, r * r / 2, abs(r) - 0.5).sum(),
        lambda w: X.T @ np.clip(X @ w - y, -1, 1),
        20,
    ),
    "eigenvalue": (
        lambda x: np.linalg.eigvalsh(x.reshape(5, 4) @ x.reshape(5, 4).T)[-1],
        largest_eigenvector,
        20,
    ),
    "iterated": (lambda w: (fixed_point(w) ** 2).sum(), fixed_point_gradient, 20),
    "rounded": (lambda w: round(float(np.exp(w).sum()), 7), np.exp, 20),
    "far from 0": (lambda w: 1e9 + np.sin(w).sum(), np.cos, 20),
    "wave": (lambda w: np.sin(1e4 * w).sum(), lambda w: 1e4 * np.cos(1e4 * w), 20),
    "of single precision": (
        lambda w: float(np.exp(w.astype("float32")).sum(dtype="float32")),
        np.exp,
        20,
    ),
    "of cancelling terms": (
        lambda w: (w.sum() + 1e6) ** 2 - 1e12 - 2e6 * w.sum(),
        lambda w: np.full(20, 2 * w.sum()),
        20,
    ),
}
COARSE = {"of single precision", "of cancelling terms"}

each_function = pytest.mark.parametrize("name", ROUGH)


@each_function
@pytest.mark.parametrize("seed", range(12))
def test_right_gradients_are_right(name, seed):
    f, gradient, size = ROUGH[name]
    x = 0.5 * np.random.default_rng(seed).standard_normal(size)
    report = gp.check_gradient(f, gradient, x, rng=seed)
    assert report.ok, report.message


@each_function
@pytest.mark.parametrize("seed", range(3))
def test_wrong_gradients_are_wrong(name, seed):
    f, gradient, size = ROUGH[name]
    x = 0.5 * np.random.default_rng(seed).standard_normal(size)
    factor = 1.5 if name in COARSE else 1.01
    assert not gp.check_gradient(f, lambda x: factor * gradient(x), x, rng=seed).ok
