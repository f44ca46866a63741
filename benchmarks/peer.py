"""What the comparison asks of a peer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from benchmarks.expressions import Question

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to put a question to a peer.

    posed   the expression that is differentiated; its value shows whether it is the question
    derive  works its derivative out, as simplified as the peer offers
    value   the number that either is at given arrays; raises NoValue for what is no formula
    timed   what is timed, where that is less than `derive`
    """

    posed: Any
    derive: Callable[[], Any]
    value: Callable[[Any, Arrays], NDArray[Any]]
    timed: Callable[[], Any] | None = None


class NoValue(Exception):
    """The answer is no formula, as a derivative that was left unevaluated."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program: how it is asked, what it raises when it cannot, how its caches are emptied.

    `refusals` are looked for in `derive` alone: a mistake in reading an answer is ours, and must
    not be taken for a refusal.
    """

    name: str
    attempts: Callable[[Question], list[Attempt]]
    refusals: tuple[type[Exception], ...]
    forget: Callable[[], object]
