"""Large arrays whose memory comes back when nobody holds them any more.

A result of megabytes that is new at every call is slow: the system hands memory out page by
page, and clears each page first.  A descent drops one gradient for the next; its memory is taken
again.  Whoever keeps a result keeps its memory.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from sys import getrefcount
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Memory = NDArray[np.uint8]

SMALL_PAGES: int | None = getattr(mmap, "MADV_NOHUGEPAGE", None)
LARGE = 1 << 16  # bytes; smaller arrays are quickly had elsewhere
CALLS = 2  # for how many calls memory is kept: a loop holds the last result during the next call


@dataclass(slots=True)
class Pool:
    """The memory of the last calls of a program."""

    blocks: dict[int, list[tuple[int, Memory]]] = field(default_factory=dict)
    calls: int = 0
    lock: Lock = field(default_factory=Lock)

    def begin(self) -> None:
        """Another call begins: memory that the calls before the last did use is let go."""
        with self.lock:
            self.calls += 1
            for size, found in list(self.blocks.items()):
                found[:] = [(used, own) for used, own in found if used >= self.calls - CALLS]
                if not found:
                    del self.blocks[size]

    def empty(self, shape: int | tuple[int, ...], kind: Any) -> NDArray[Any]:
        """An array with whatever entries."""
        numbers = np.dtype(kind)
        size = numbers.itemsize * (shape if isinstance(shape, int) else prod(shape))
        if size < LARGE:
            return np.empty(shape, numbers)
        return np.ndarray(shape, numbers, self._block(size))

    def zeros(self, shape: int | tuple[int, ...], kind: Any) -> NDArray[Any]:
        """An array of zeros; large ones are pages that the system clears when they are touched."""
        numbers = np.dtype(kind)
        size = numbers.itemsize * (shape if isinstance(shape, int) else prod(shape))
        if size < LARGE:
            return np.zeros(shape, numbers)
        pages = mmap.mmap(-1, size)
        if SMALL_PAGES is not None:
            pages.madvise(SMALL_PAGES)  # a single entry would clear 2 MB
        return np.ndarray(shape, numbers, pages)

    def maker(
        self, shape: tuple[int, ...], kind: Any, *, begins: bool, cleared: bool
    ) -> Callable[[], NDArray[Any]]:
        """A function that gives an array, and before that says that a call begins, if it does."""

        def made() -> NDArray[Any]:
            if begins:
                self.begin()
            return make(shape, kind)

        make = self.zeros if cleared else self.empty
        return made

    def _block(self, size: int) -> Memory:
        """Memory that nobody holds: only the list, the pair, and the name here refer to it."""
        with self.lock:
            found = self.blocks.setdefault(size, [])
            for place, (_, own) in enumerate(found):
                if getrefcount(own) <= HELD_HERE:
                    found[place] = (self.calls, own)
                    return own
            own = np.empty(size, np.uint8)
            found.append((self.calls, own))
            return own


HELD_HERE = 3  # the pair in the list, the name `own`, the argument of getrefcount
