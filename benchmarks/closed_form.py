"""Least squares and ridge regression in closed form, beside SciPy's Cholesky solve by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg

import gradproof as gp
from benchmarks.table import Table
from benchmarks.timing import milliseconds, quantile, timed

Array = Any
ROUNDS = 15
SIZES = ((100_000, 100), (1_000_000, 100), (100_000, 10), (20_000, 1_000))
RIDGE = "norm2(X*w - y)^2/N + lambda*norm2(w)^2"
PENALTY = 0.01


def tables() -> list[Table]:
    """The medians of rounds in which both are called in turn."""
    solve = gp.solve(RIDGE, "w", declare={"X": "matrix(N,d)"})
    rows = [_row(solve, count, width) for count, width in SIZES]
    heads = ("N", "d", "gradproof, ms", "SciPy, ms", "ratio", "largest difference")
    return [Table("Ridge regression in closed form", heads, rows)]


def _row(solve: Callable[..., Array], count: int, width: int) -> tuple[str, ...]:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((count, width)), rng.standard_normal(count)

    def ours() -> Array:
        return solve(X=X, y=y, lambda_=PENALTY)

    def by_hand() -> Array:
        gram = X.T @ X
        gram[np.diag_indices(width)] += count * PENALTY
        return scipy.linalg.cho_solve(scipy.linalg.cho_factor(gram), X.T @ y)

    difference = float(np.abs(ours() - by_hand()).max())
    seconds = [(timed(ours)[0], timed(by_hand)[0]) for _ in range(ROUNDS)]
    own, other = (quantile(values, 0.5) for values in zip(*seconds, strict=True))
    times = (milliseconds(own), milliseconds(other), f"{own / other:.2f}")
    return (f"{count:,}", f"{width:,}", *times, f"{difference:.0e}")
