"""Rows and entries: an index of an enclosing sum names an axis, an index variable gathers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE, Dimension
from gradproof.notation.tree import Name, Selection, Tree, walk
from gradproof.program.contract import array, opaque, without_deltas
from gradproof.program.plan import Builder
from gradproof.program.product import (
    SCALAR,
    Factor,
    Product,
    axis_letters,
    free_letters,
    joined,
    renamed,
    sum_over,
)
from gradproof.program.selector import selector


def selected(builder: Builder, base: Product, indices: Sequence[int | Product]) -> Product:
    """base[i, …]: the entries at the indices, as a column, a matrix or a scalar.

    An index is a letter (of an enclosing sum) or a value, whose entries count from zero.
    """
    remaining: list[int] = []
    for index in indices:
        own = axis_letters(base)
        if isinstance(index, int):
            base = _along(without_deltas(builder, base), index)
            continue
        value = opaque(builder, index)
        remaining.extend(axis_letters(value))
        base = _gathered(builder, base, own[0], value)
    axes = (*remaining, *axis_letters(base))
    return replace(base, axes=(*axes, *SCALAR)[: max(2, len(axes))])


def _along(base: Product, letter: int) -> Product:
    """The product with its first axis named by an index of an enclosing sum, and no axis more."""
    first, *rest = axis_letters(base)
    return renamed(replace(base, axes=tuple(rest)), {first: letter})


def _gathered(builder: Builder, base: Product, letter: int, index: Product) -> Product:
    """The entries along the first axis at the places that an index array names.

    Where the letter is another axis too, that one keeps it: a row of the identity is a selector.
    """
    entries = array(builder, index, free_letters(index))
    places = (*free_letters(index), *axis_letters(index))
    rows = selector(builder, Factor(entries, places), letter)
    rest = axis_letters(base)[1:]
    product = joined(base, Product(SCALAR, (rows,)), rest)
    return product if letter in rest else sum_over(builder, product, (letter,))


def index_extent(
    tree: Tree, name: str, declarations: Mapping[str, Declaration]
) -> Dimension | None:
    """The size of an axis that the index selects from, anywhere in the tree."""
    for part in walk(tree):
        if not isinstance(part, Selection):
            continue
        for place, index in enumerate(part.indices):
            if index == Name(name):
                return _extents(part.base, declarations)[place]
    return None


def _extents(base: Tree, declarations: Mapping[str, Declaration]) -> tuple[Dimension, ...]:
    """The sizes of the axes of a selection's base, as they are counted by its indices."""
    if isinstance(base, Name) and base.name in declarations:
        return declarations[base.name].axes
    assert base.shape is not None, "only inferred trees become programs"
    return tuple(axis for axis in base.shape if axis != ONE)
