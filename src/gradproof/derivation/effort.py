"""How much work it is to evaluate a tree: parts visited, sums and derivatives multiplied out."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from gradproof.core.dimension import ONE, Dimension
from gradproof.notation.tree import Binder, Call, Selection, Tree, fold, walk

# A derivative by numbers evaluates its function at a few points for each entry.
EVALUATIONS = 4
Length = Callable[[Dimension], int]


def effort(tree: Tree, length: Length) -> int:
    """The number of parts that are visited to evaluate a tree.

    length  the number that each dimension stands for
    """

    def combine(node: Tree, parts: tuple[int, ...]) -> int:
        match node:
            case Binder(_, indices, body):
                return prod(_range(index, body, length) for index in indices) * parts[0]
            case Call("derivative", (_, by)):
                return EVALUATIONS * _entries(by, length) * parts[0]
            case Call("differential"):
                return EVALUATIONS * parts[0]
            case _:
                return 1 + sum(parts)

    return fold(tree, combine)


def _range(index: str, body: Tree, length: Length) -> int:
    for part in walk(body):
        if isinstance(part, Selection) and part.base.shape is not None:
            axes = [axis for axis in part.base.shape if axis != ONE]
            for name, axis in zip(part.indices, axes, strict=False):
                if getattr(name, "name", None) == index:
                    return length(axis)
    return 1


def _entries(by: Tree, length: Length) -> int:
    shape = by.shape or ()
    return 1 if isinstance(by, Selection) else prod(length(axis) for axis in shape if axis != ONE)
