"""Random admissible points at which several expressions all have a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.notation.conditioning import NonFinite, NotAnalytic, Singular
from gradproof.numeric.sampling import MODES, draw, draw_sizes

Array = NDArray[Any]
Found = TypeVar("Found")

TRIES_PER_MODE = 6


@dataclass(frozen=True, slots=True)
class Sample:
    """Values for all variables, and the sizes they have."""

    values: Mapping[str, Array]
    sizes: Mapping[str, int]

    def length(self, axis: Dimension) -> int:
        """The number that a dimension stands for here."""
        return axis.size(self.sizes)

    def moved(self, name: str, value: Array) -> Sample:
        """The same point with another value of one variable."""
        return Sample({**self.values, name: value}, self.sizes)


def samples(
    declarations: Mapping[str, Declaration],
    dimensions: frozenset[str],
    rng: Generator,
    spare_sizes: int,
) -> Iterator[Sample]:
    """Random points, each mode of drawing in turn."""
    for mode in range(len(MODES)):
        for _ in range(TRIES_PER_MODE):
            sizes = draw_sizes(dimensions, rng, spare_sizes)
            values = {name: draw(d, sizes, rng, mode) for name, d in declarations.items()}
            yield Sample(values, sizes)


def at_points(
    declarations: Mapping[str, Declaration],
    dimensions: frozenset[str],
    rng: np.random.Generator,
    count: int,
    measure: Callable[[Sample], Found],
    spare_sizes: int = 6,
) -> list[Found]:
    """`measure` at up to `count` points where everything it evaluates exists."""
    found: list[Found] = []
    for sample in samples(declarations, dimensions, rng, spare_sizes):
        try:
            found.append(measure(sample))
        except (Singular, NonFinite, NotAnalytic):
            continue
        if len(found) >= count:
            break
    return found
