"""What is known of a variable: its kind, its axes and its facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from gradproof.core.dimension import Dimension, shape_text

Kind = Literal["scalar", "vector", "matrix", "tensor", "index"]

FACTS = MappingProxyType(
    {
        "symmetric": "A' = A",
        "posdef": "symmetric, x'Ax > 0 for x ≠ 0",
        "nonsingular": "det A ≠ 0",
        "diagonal": "zero off the diagonal",
        "orthogonal": "A'A = AA' = I",
        "positive": "every entry > 0",
        "open01": "every entry in (0, 1)",
        "binary": "every entry 0 or 1",
        "pm1": "every entry −1 or 1",
        "count": "every entry a whole number ≥ 0",
        "onehot": "one entry 1, all others 0",
        "onehot_rows": "each row one-hot",
        "simplex": "entries ≥ 0 that sum to 1",
        "simplex_rows": "each row in the simplex",
        "unit": "x'x = 1",
        "riskset": "upper triangle of ones",
        "joint_probability": "symmetric, zero diagonal, entries ≥ 0 that sum to 1",
        "squared_distances": "the squared distances between points",
    }
)

# Facts that hold in a neighbourhood of a point, and so while a variable varies.
OPEN_FACTS = frozenset({"positive", "open01", "nonsingular"})

IMPLIED = MappingProxyType(
    {
        "posdef": ("symmetric", "nonsingular"),
        "orthogonal": ("nonsingular",),
        "diagonal": ("symmetric",),
        "joint_probability": ("symmetric",),
        "squared_distances": ("symmetric",),
        "onehot": ("simplex", "binary"),
        "onehot_rows": ("simplex_rows", "binary"),
        "open01": ("positive",),
        "riskset": ("binary",),
    }
)


def closure(facts: Iterable[str]) -> frozenset[str]:
    """The facts with all that they imply: a positive definite matrix is symmetric."""
    known: set[str] = set()
    pending = list(facts)
    while pending:
        fact = pending.pop()
        if fact not in known:
            known.add(fact)
            pending.extend(IMPLIED.get(fact, ()))
    return frozenset(known)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A variable: kind, axes (a tensor has three or more, an array of indices any number), facts.

    `bound` is, for an index, the dimension in which it counts.
    """

    name: str
    kind: Kind
    axes: tuple[Dimension, ...] = ()
    facts: frozenset[str] = frozenset()
    bound: Dimension | None = None

    def __str__(self) -> str:
        sizes = shape_text(self.axes)
        match self.kind:
            case "scalar":
                described = "scalar"
            case "index":
                arrays = "index vector" if len(self.axes) == 1 else "index array"
                described = f"{arrays} {sizes}" if self.axes else "index"
                described += "" if self.bound is None else f" in {self.bound}"
            case _:
                described = f"{self.kind} {sizes}"
        return ", ".join([f"{self.name}: {described}", *sorted(self.facts)])
