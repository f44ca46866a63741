"""Functions of an array with their gradients, right at every point of their kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True)
class Known:
    """A function, its gradient, and how a point of a shape is drawn."""

    f: Callable[[Array], Any]
    gradient: Callable[[Array], Array]
    draw: Callable[[np.random.Generator], Array]


RNG = np.random.default_rng(7)
A, b = RNG.standard_normal((11, 6)), RNG.standard_normal(11)
S = RNG.standard_normal((5, 5))
T = RNG.standard_normal((4, 3))
LABELS = RNG.integers(3, size=9)
FEATURES = RNG.standard_normal((9, 4))
TARGET = RNG.standard_normal(6)


def softmax(Z):
    weights = np.exp(Z - Z.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)


def cross_entropy(W):
    return -np.log(softmax(FEATURES @ W)[np.arange(9), LABELS]).mean()


def cross_entropy_gradient(W):
    return FEATURES.T @ (softmax(FEATURES @ W) - np.eye(3)[LABELS]) / 9


def cosine(x):
    return (0.5 - x @ TARGET / np.sqrt((x @ x) * (TARGET @ TARGET))) ** 2


def cosine_gradient(x):
    norm, length = np.sqrt(x @ x), np.sqrt(TARGET @ TARGET)
    c = x @ TARGET / (norm * length)
    return -2 * (0.5 - c) * (TARGET / (norm * length) - c * x / norm**2)


def normal(*shape):
    return lambda rng: rng.standard_normal(shape)


def positive(*shape):
    return lambda rng: np.exp(rng.standard_normal(shape))


def posdef(rng):
    factor = rng.standard_normal((5, 7))
    return factor @ factor.T / 7 + 0.4 * np.eye(5)


KNOWN = {
    "least squares": Known(
        lambda w: ((A @ w - b) ** 2).mean(), lambda w: 2 * A.T @ (A @ w - b) / 11, normal(6)
    ),
    "logistic": Known(
        lambda w: np.logaddexp(0, -(A @ w)).sum(),
        lambda w: -A.T @ (1 / (1 + np.exp(A @ w))),
        normal(6),
    ),
    "cosine": Known(cosine, cosine_gradient, normal(6)),
    "cross-entropy": Known(cross_entropy, cross_entropy_gradient, normal(4, 3)),
    "exponentials": Known(
        lambda X: np.exp(X @ S).sum(), lambda X: np.exp(X @ S) @ S.T, normal(5, 5)
    ),
    "logdet": Known(lambda X: float(np.linalg.slogdet(X)[1]), lambda X: np.linalg.inv(X).T, posdef),
    "quadratic form": Known(
        lambda X: np.sum(S * (X @ X)), lambda X: S @ X.T + X.T @ S, normal(5, 5)
    ),
    "cubes": Known(lambda X: np.sum(X**3), lambda X: 3 * X**2, normal(2, 3, 3)),
    "logarithms": Known(lambda x: np.log(x).sum(), lambda x: 1 / x, positive(8)),
    "number": Known(lambda x: np.sin(x) + x**2, lambda x: np.cos(x) + 2 * x, normal()),
    "distance": Known(
        lambda x: np.linalg.norm(x - TARGET),
        lambda x: (x - TARGET) / np.linalg.norm(x - TARGET),
        normal(6),
    ),
}
