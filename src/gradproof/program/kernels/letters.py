"""Each step as a value at every point of its letters: what loops will run over.

A letter names an axis of iteration.  Axes that are walked together have one letter (the
rows of X and the entries of y), as far as no step has it twice; where that would happen,
as in x'Ax, a value is read at another letter than the one it was made with, and has to be
complete before.  Transposes, diagonals and gathers are only ways of reading.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gradproof.core.dimension import Dimension

Letter = int
Letters = tuple[Letter, ...]


class Read(NamedTuple):
    """A value at an index for each of its axes: a letter, 0 for length one, or an entry read."""

    place: int
    at: tuple[Letter | Read | None, ...] = ()


class Computation(NamedTuple):
    """A value at every point of `letters`; reductions and products run over further letters.

    form: "leaf", "map", "sum", "max", "product", "scatter", "call"
    """

    place: int
    form: str
    operation: str
    letters: Letters = ()
    over: Letters = ()
    operands: tuple[Read, ...] = ()
    parameters: tuple[Hashable, ...] = ()

    @property
    def space(self) -> Letters:
        """All letters that it runs over."""
        return self.letters + self.over


@dataclass(slots=True)
class Alphabet:
    """Letters with their sizes, which of them are one, and which must stay apart."""

    extents: list[Dimension] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    apart: list[set[int]] = field(default_factory=list)

    def fresh(self, extent: Dimension) -> Letter:
        """A letter of its own."""
        self.extents.append(extent)
        self.names.append(len(self.names))
        self.apart.append(set())
        return len(self.names) - 1

    def find(self, letter: Letter) -> Letter:
        """The letter that stands for all that were joined with this one."""
        while self.names[letter] != letter:
            letter = self.names[letter]
        return letter

    def keep_apart(self, letters: Sequence[Letter]) -> None:
        """Letters of one step never become one."""
        roots = [self.find(letter) for letter in letters]
        for one in roots:
            self.apart[one].update(other for other in roots if other != one)

    def join(self, one: Letter, other: Letter) -> None:
        """Make two letters one, where no step has both."""
        kept, gone = self.find(one), self.find(other)
        if kept == gone or any(self.find(letter) == gone for letter in self.apart[kept]):
            return
        self.names[gone] = kept
        self.apart[kept] |= self.apart[gone]
        for letter in self.apart[gone]:
            self.apart[self.find(letter)].add(kept)

    def distinct(self, wanted: Sequence[Letter]) -> Letters:
        """The wanted letters, with a fresh one for each that is there already."""
        found: list[Letter] = []
        for letter in wanted:
            root = self.find(letter)
            found.append(self.fresh(self.extents[letter]) if root in found else root)
        self.keep_apart(found)
        return tuple(found)
