"""Clocks, and a state in which nothing has been worked out before."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TypeVar

import gradproof
from gradproof.core.node import living

# The nodes that rules and function cards hold for as long as the program runs.
gradproof.derive("exp(t)", "t")
gc.collect()
CONSTANTS = frozenset(living())

Result = TypeVar("Result")


def timed(action: Callable[[], Result]) -> tuple[float, Result]:
    """The seconds that `action` took, and its result."""
    start = perf_counter()
    result = action()
    return perf_counter() - start, result


def forget() -> int:
    """Free every node that nothing refers to, and all that is remembered on those that stay.

    Returns how many nodes stayed besides the constants: 0, unless something holds them.
    """
    gc.collect()
    stayed = [node for node in living() if node not in CONSTANTS]
    for node in stayed:
        node.memo.clear()
    return len(stayed)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def milliseconds(seconds: float) -> str:
    """Three significant digits: 0.123, 4.56, 78.9, 1,230."""
    value = 1000 * seconds
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"
