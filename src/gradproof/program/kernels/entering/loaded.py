"""A program of loops that was loaded: called the plain way, or entered by a way of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from threading import Lock
from typing import Any

import numpy as np
from numba import typeof
from numpy.typing import NDArray

from gradproof.program.kernels.entering import objects
from gradproof.program.kernels.entering.arena import ASKED, BASE, BUSY, LINE, SIZE, WORDS
from gradproof.program.kernels.entering.entry import Argument, Entrance, Result, entry
from gradproof.program.kernels.entering.given import Given
from gradproof.program.kernels.entering.pool import LARGE, Pool

Shapes = tuple[tuple[Any, Any, bool], ...]  # of each result: shape, type, whether it is cleared

SHORT = 8_000  # entries of all arrays: up to here a call is over before threads could change


@dataclass(slots=True, eq=False)
class Loaded:
    """A compiled function that is given its memory, and that memory.

    into: the function; it takes its results and an arena after its arguments.
    shapes: of the arguments, what results there are.
    is_whole: whether the function does all by itself, without Python.
    reuse: whether results may lie where those of the call before lay.
    """

    into: Any
    shapes: Callable[..., Shapes]
    given: Given
    is_whole: bool
    reuse: bool = False
    pool: Pool = field(default_factory=Pool)
    arena: NDArray[np.int64] = field(default_factory=lambda: np.zeros(WORDS, np.int64))
    memory: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    kept: dict[Any, list[Any]] = field(default_factory=dict)
    entries: dict[Any, Any] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def __call__(self, *arguments: Any) -> Any:
        """The outputs, as numbers and arrays."""
        results = self._results(self.shapes(*arguments))
        arena = np.zeros(WORDS, np.int64)
        found = self.into(*arguments, *results, arena)
        self.arena[ASKED] = max(self.arena[ASKED], arena[ASKED])
        numbers = iter(found if isinstance(found, tuple) else (found,))
        order = self.given.order
        outputs = [next(numbers) if place is None else results[place] for place in order]
        return tuple(outputs) if len(outputs) > 1 else outputs[0]

    def entry(
        self, values: Sequence[Any], free: Sequence[bool], counts: Sequence[int | None]
    ) -> Callable[..., Any] | None:
        """A quick way in for arguments of these shapes, after the first call of them.

        values: all arguments.  free: which of them a call has.  counts: the places of indices.
        None where there is no such way.
        """
        shapes = self.shapes(*values)
        made = self._made(values, shapes)
        if not (self.is_whole and made is not None and objects.are_known()):
            return None
        with self.lock:
            if not self._has_room():
                return None
            total = sum(np.size(value) for value in values)
            total += sum(prod(_axes(shape)) for shape, _, _ in shapes)
            known = zip(values, free, counts, strict=True)
            entrance = Entrance(
                made,
                [Argument(*own) for own in known],
                self._sources(shapes),
                self.given.order,
                self.arena,
                releasing=total > SHORT,
            )
            return entry(entrance, self.entries)

    def _results(self, shapes: Shapes) -> list[NDArray[Any]]:
        """The arrays of the results, for a call that begins."""
        self.pool.begin()
        if not self.reuse:
            return [_fresh(self.pool, *shape) for shape in shapes]
        if shapes not in self.kept:
            self.kept.clear()
            self.kept[shapes] = [
                None if cleared else np.empty(shape, kind) for shape, kind, cleared in shapes
            ]
        return [
            _fresh(self.pool, *shape) if own is None else own
            for own, shape in zip(self.kept[shapes], shapes, strict=True)
        ]

    def _sources(self, shapes: Shapes) -> list[Result]:
        """Where an entry has its results from."""
        self._results(shapes)
        kept = self.kept[shapes] if self.reuse else [None] * len(shapes)
        results: list[Result] = []
        for own, (shape, kind, cleared) in zip(kept, shapes, strict=True):
            axes, source = _axes(shape), own
            if own is None and prod(axes) * kind.itemsize >= LARGE:
                first = not any(callable(result.source) for result in results)
                source = self.pool.maker(axes, kind, begins=first, cleared=cleared)
            results.append(Result(axes, kind, cleared, source))
        return results

    def _made(self, values: Sequence[Any], shapes: Shapes) -> Any:
        """What numba made of the function for arguments of these types, unless it has not yet."""
        results = [np.empty((0,) * len(_axes(shape)), kind) for shape, kind, _ in shapes]
        overloads: Mapping[Any, Any] = self.into.overloads
        return overloads.get(tuple(typeof(own) for own in (*values, *results, self.arena)))

    def _has_room(self) -> bool:
        """Whether the arena is as large as was asked; it grows while no call uses it."""
        wanted = int(self.arena[ASKED])
        if wanted > self.arena[SIZE]:
            if self.arena[BUSY]:
                return False
            self.memory = np.empty(wanted + LINE, np.uint8)
            self.arena[BASE] = -(-self.memory.ctypes.data // LINE) * LINE
            self.arena[SIZE] = wanted
        return True


def _fresh(pool: Pool, shape: Any, kind: Any, cleared: bool) -> NDArray[Any]:
    return pool.zeros(shape, kind) if cleared else pool.empty(shape, kind)


def _axes(shape: int | tuple[int, ...]) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else shape
