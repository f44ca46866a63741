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

    derive  works the derivative out, as simplified as the peer offers
    value   the number that the derivative is at given arrays
    """

    derive: Callable[[], Any]
    value: Callable[[Any, Arrays], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program: how it is asked, what it raises, and how to empty its caches."""

    name: str
    attempts: Callable[[Question], list[Attempt]]
    refusals: tuple[type[Exception], ...]
    forget: Callable[[], None]
