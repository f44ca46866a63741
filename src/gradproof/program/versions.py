"""The loaded functions of a program: one, or one for each class of sizes that wants its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log2
from threading import RLock

from gradproof.program.targets import Function, Target
from gradproof.program.task import Task

SizeClass = tuple[tuple[str, int], ...]


def size_class(sizes: Mapping[str, int]) -> SizeClass:
    """The sizes, each as the power of 4 next to it: what is alike in cost is one class.

    >>> size_class({"N": 1000, "d": 3})
    (('N', 1024), ('d', 4))
    """
    return tuple((name, 4 ** round(log2(max(size, 1)) / 2)) for name, size in sorted(sizes.items()))


@dataclass(slots=True)
class Versions:
    """The functions of a task on a target, written and loaded when they are first needed."""

    task: Task
    target: Target
    text: str
    by_text: dict[str, Function] = field(default_factory=dict)
    by_class: dict[SizeClass, Function] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def default(self) -> Function:
        """The function whose source the program shows."""
        return self._loaded(self.text)

    def fitting(self, sizes: Mapping[str, int]) -> Function:
        """The function for arrays of these sizes."""
        kind = size_class(sizes)
        found = self.by_class.get(kind)
        if found is None:
            with self.lock:
                sized = replace(self.task, sizes=dict(kind))
                found = self._loaded(self.target.write(sized))
                self.by_class[kind] = found
        return found

    def reusing(self) -> Versions:
        """The same task for one caller, whose results may overwrite each other."""
        if self.target.reusing is None:
            return self
        return Versions(self.task, replace(self.target, load=self.target.reusing), self.text)

    def _loaded(self, text: str) -> Function:
        with self.lock:
            found = self.by_text.get(text)
            if found is None:
                found = self.by_text[text] = self.target.function(text, self.task)
            return found
