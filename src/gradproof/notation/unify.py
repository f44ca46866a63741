"""Sizes that are still being found: a union-find whose classes are one, another size, or open.

A size variable is a whole number; variable 0 is the size 1.  A class may be known (a
dimension), or known to differ from 1 (`large`: the axis of a vector or a matrix), or open.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradproof.core.dimension import ONE, Dimension

Pair = tuple[int, int]
UNIT = 0
SCALAR_PAIR: Pair = (UNIT, UNIT)

Mark = tuple[list[int], list[Dimension | None], list[bool]]


class Clash(Exception):
    """Two sizes that must be equal are known to differ; the reader turns it into a ShapeError."""


@dataclass(slots=True)
class Sizes:
    """The size variables of one expression; `changes` counts what has been learnt."""

    parent: list[int] = field(default_factory=lambda: [UNIT])
    known: list[Dimension | None] = field(default_factory=lambda: [ONE])
    large: list[bool] = field(default_factory=lambda: [False])
    numbers: dict[Dimension, int] = field(default_factory=lambda: {ONE: UNIT})
    changes: int = 0

    def fresh(self, *, large: bool = False) -> int:
        """A new open size."""
        self.parent.append(len(self.parent))
        self.known.append(None)
        self.large.append(large)
        return len(self.parent) - 1

    def number(self, size: Dimension) -> int:
        """The variable of a known size, the same for equal sizes."""
        variable = self.numbers.get(size)
        if variable is None:
            variable = self.numbers[size] = self.fresh(large=True)
            self.known[variable] = size
        return variable

    def find(self, variable: int) -> int:
        """The representative of a variable's class."""
        parent = self.parent
        while parent[variable] != variable:
            parent[variable] = parent[parent[variable]]
            variable = parent[variable]
        return variable

    def is_one(self, variable: int) -> bool:
        """Whether a size is known to be 1."""
        return self.find(variable) == UNIT

    def is_large(self, variable: int) -> bool:
        """Whether a size is known to differ from 1."""
        return self.large[self.find(variable)]

    def dimension(self, variable: int) -> Dimension | None:
        """What a size is, None while it is open."""
        return self.known[self.find(variable)]

    def is_scalar(self, pair: Pair) -> bool:
        """Whether a shape is known to be that of a scalar."""
        return self.is_one(pair[0]) and self.is_one(pair[1])

    def is_array(self, pair: Pair) -> bool:
        """Whether a shape is known to be none of a scalar."""
        return self.is_large(pair[0]) or self.is_large(pair[1])

    def equate(self, left: int, right: int) -> None:
        """Makes two sizes one.  Raises Clash when both are known and differ."""
        left, right = self.find(left), self.find(right)
        if left == right:
            return
        if self.known[left] is None:
            left, right = right, left
        if self.known[right] is not None or (left == UNIT and self.large[right]):
            raise Clash
        self.parent[right] = left
        self.large[left] = self.large[left] or self.large[right]
        self.changes += 1

    def equate_pairs(self, left: Pair, right: Pair) -> None:
        """Makes two shapes one.  Raises Clash when they are known to differ."""
        self.equate(left[0], right[0])
        self.equate(left[1], right[1])

    def enlarge(self, variable: int) -> None:
        """Notes that a size differs from 1.  Raises Clash when it is 1."""
        root = self.find(variable)
        if root == UNIT:
            raise Clash
        if not self.large[root]:
            self.large[root] = True
            self.changes += 1

    def settle(self, variable: int, size: Dimension) -> None:
        """Gives an open size its dimension."""
        self.equate(variable, self.number(size))

    def mark(self) -> Mark:
        """The present state, to come back to after a trial."""
        return self.parent.copy(), self.known.copy(), self.large.copy()

    def restore(self, mark: Mark) -> None:
        """Undoes everything since `mark`."""
        parent, known, large = mark
        self.parent, self.known, self.large = parent.copy(), known.copy(), large.copy()
        for size in [size for size, number in self.numbers.items() if number >= len(self.parent)]:
            del self.numbers[size]
