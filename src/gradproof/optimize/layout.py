"""Points as one row of numbers: the entries of all variables, one after the other.

>>> layout = Layout({"W": (2, 2), "b": (2,)})
>>> x = layout.flat({"W": [[1.0, 2.0], [3.0, 4.0]], "b": [5.0, 6.0]})
>>> x
array([1., 2., 3., 4., 5., 6.])
>>> layout.parts(x)["b"]
array([5., 6.])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The shapes of the variables, in the order in which their entries stand."""

    shapes: Mapping[str, Shape]

    @property
    def size(self) -> int:
        """How many entries there are."""
        return sum(map(prod, self.shapes.values()))

    def flat(self, parts: Mapping[str, ArrayLike]) -> Array:
        """The entries of all variables in one row; of a single variable without a copy."""
        rows = [np.asarray(parts[name]).reshape(-1) for name in self.shapes]
        return rows[0] if len(rows) == 1 else np.concatenate(rows)

    def parts(self, x: Array) -> dict[str, Array]:
        """The variables as views of a row."""
        found, start = {}, 0
        for name, shape in self.shapes.items():
            stop = start + prod(shape)
            found[name] = x[start:stop].reshape(shape)
            start = stop
        return found

    def names_of_entries(self) -> list[str]:
        """What each entry is called, as w[0] or W[1, 2]."""
        return [
            name + (f"[{', '.join(map(str, place))}]" if place else "")
            for name, shape in self.shapes.items()
            for place in np.ndindex(shape)
        ]
