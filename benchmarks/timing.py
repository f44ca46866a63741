"""Clocks, and a state in which nothing has been worked out before."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TypeVar

import gradproof
from gradproof.core.node import _interned

# Rules and function cards hold nodes of their own for as long as the program runs.
_ = gradproof.derive("exp(t)", "t")

Result = TypeVar("Result")


def timed(action: Callable[[], Result]) -> tuple[float, Result]:
    """The seconds that `action` took, and its result."""
    start = perf_counter()
    result = action()
    return perf_counter() - start, result


def forget() -> int:
    """Free every node that nothing refers to, and so what is remembered on it.

    Returns how many nodes are left.  Repeated, since a node can keep its parts alive until
    the collection after its own.
    """
    left = -1
    while left != len(_interned):
        left = len(_interned)
        gc.collect()
    return left


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def milliseconds(seconds: float) -> str:
    """Three significant digits: 0.123, 4.56, 78.9, 1,230."""
    value = 1000 * seconds
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"
