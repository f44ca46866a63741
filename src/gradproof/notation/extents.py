"""Sizes as they are written in eye(…), ones(…) and declarations: `n`, `3`, `m*n`, `n + 1`."""

from __future__ import annotations

from functools import reduce

from gradproof.core.dimension import Dimension, dimension, plus, times
from gradproof.core.errors import ReadError
from gradproof.notation.tree import Binary, Literal, Name, Tree, walk

LARGEST = 24
_POWERS = range(1, 5)


def extent(tree: Tree) -> Dimension:
    """The dimension that a tree of names, whole numbers, sums and products stands for."""
    for count, _ in enumerate(walk(tree)):
        if count > LARGEST:
            raise ReadError(
                "this size is too long", span=tree.span, hint="Give it a name of its own."
            )
    return _extent(tree)


def extent_names(tree: Tree) -> list[str]:
    """The dimension names in a size as written."""
    return [part.name for part in walk(tree) if isinstance(part, Name)]


def _extent(tree: Tree) -> Dimension:
    match tree:
        case Name(name):
            return dimension(name)
        case Literal(value) if value.denominator == 1 and value >= 1:
            return dimension(value.numerator)
        case Binary("+", left, right):
            return plus(_extent(left), _extent(right))
        case Binary("*", left, right):
            return times(_extent(left), _extent(right))
        case Binary("^", Name(name), Literal(value)) if value in _POWERS:
            return reduce(times, [dimension(name)] * value.numerator)
        case _:
            raise ReadError(
                "this is not a size",
                span=tree.span,
                hint="A size is a name or a whole number from 1, or a sum or product, as m*n.",
            )
