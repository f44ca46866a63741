"""A lowered subtree: its tensor, the bound indices it depends on, and its shape as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.core.contract import contract
from gradproof.core.dimension import ONE, Dimension
from gradproof.core.node import Node
from gradproof.notation.tree import SCALAR, Shape


@dataclass(frozen=True, slots=True)
class Operand:
    """A tensor whose first axes are the bound `indices`, then its own rows and columns."""

    node: Node
    indices: tuple[str, ...]
    shape: Shape

    @property
    def is_scalar(self) -> bool:
        """Whether it is a scalar for each value of its indices."""
        return self.shape == SCALAR

    def index_letters(self) -> tuple[int, ...]:
        """Letters −1, −2, … for the bound indices."""
        return tuple(range(-1, -1 - len(self.indices), -1))

    def own_letters(self) -> tuple[int, ...]:
        """Letters 1, 2 for its own axes."""
        return tuple(range(1, 1 + len(self.node.axes) - len(self.indices)))

    def letters(self, named: Mapping[str, int], places: tuple[int, int]) -> tuple[int, ...]:
        """Letters for all axes: those of its indices, then `places` for rows and columns."""
        own = [place for axis, place in zip(self.shape, places, strict=True) if axis != ONE]
        return tuple([named[index] for index in self.indices] + own)

    def over(self, kept: tuple[str, ...]) -> Node:
        """The tensor summed over all indices but `kept`, in that order."""
        named = dict(zip(self.indices, self.index_letters(), strict=True))
        own = self.own_letters()
        letters = tuple(named.values()) + own
        return contract(1, [(self.node, letters, 1)], tuple([named[k] for k in kept]) + own)

    def sizes(self) -> list[tuple[str, Dimension]]:
        """The bound indices with the dimensions in which they count."""
        return list(zip(self.indices, self.node.axes, strict=False))

    def spread(self, sizes: Mapping[str, Dimension]) -> Node:
        """The tensor with one axis for each index of `sizes`, repeated along those it lacks."""
        if tuple(sizes) == self.indices:
            return self.node
        named = {index: -1 - k for k, index in enumerate(sizes)}
        own = self.own_letters()
        letters = tuple([named[index] for index in self.indices]) + own
        output = tuple(named.values()) + own
        broadcast = {named[index]: axis for index, axis in sizes.items()}
        return contract(1, [(self.node, letters, 1)], output, broadcast)
