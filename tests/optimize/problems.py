"""Losses whose minimum is known, with data of distinct sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

N, D = 40, 3


def regression(seed: int = 0) -> dict[str, Any]:
    """Rows of a line with noise."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N, D))
    return {"X": X, "y": X @ [1.0, -2.0, 0.5] + 0.1 * rng.standard_normal(N)}


def labels(seed: int = 0) -> dict[str, Any]:
    """Rows of two classes that overlap."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N, D))
    chance = 1 / (1 + np.exp(-X @ [1.0, -1.0, 0.5]))
    return {"X": X, "y": np.where(rng.uniform(size=N) < chance, 1.0, -1.0)}


MEAN = "norm2(X*w - y)^2/N"
RIDGE = "norm2(X*w - y)^2 + 0.5*norm2(w)^2"
LOGISTIC = "sum(log(vector(1) + exp(-y.*(X*w)))) + norm2(w)^2"
DECLARE = {"X": "matrix(N,d)", "y": "vector(N)", "w": "vector(d)"}


def least_squares(data: dict[str, Any]) -> Any:
    """The minimum of MEAN."""
    return np.linalg.lstsq(data["X"], data["y"], rcond=None)[0]


def ridge(data: dict[str, Any]) -> Any:
    """The minimum of RIDGE."""
    X = data["X"]
    return np.linalg.solve(X.T @ X + 0.5 * np.eye(D), X.T @ data["y"])
