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


def selected(builder: Builder, base: Product, indices: Sequence[int | Product]) -> Product:
    """base[i, …]: the entries at the indices, as a column, a matrix or a scalar.

    An index is a letter (of an enclosing sum) or a value, whose entries count from zero.
    """
    base = without_deltas(builder, base)
    own = axis_letters(base)
    remaining: list[int] = []
    for place, index in enumerate(indices):
        if isinstance(index, int):
            base = renamed(base, {own[place]: index})
            continue
        value = opaque(builder, index)
        remaining.extend(axis_letters(value))
        base = _gathered(builder, base, own[place], value)
    axes = (*remaining, *own[len(indices) :])
    return replace(base, axes=(*axes, *SCALAR)[: max(2, len(axes))])


def _gathered(builder: Builder, base: Product, letter: int, index: Product) -> Product:
    """The entries of `base` along one axis at the places that an index array names."""
    entries = array(builder, index, free_letters(index))
    places = (*free_letters(index), *axis_letters(index))
    concerned = [factor for factor in base.factors if letter in factor.letters]
    if not concerned:
        return base
    if len(concerned) == 1 and not set(places) & set(concerned[0].letters):
        taken = _taken(builder, concerned[0], letter, Factor(entries, places))
        factors = [taken if factor is concerned[0] else factor for factor in base.factors]
        return replace(base, factors=tuple(factors))
    return _by_one_hot_rows(builder, base, letter, Factor(entries, places))


def _taken(builder: Builder, factor: Factor, letter: int, index: Factor) -> Factor:
    """The factor with the axis `letter` replaced by the axes of the index array."""
    axis = factor.letters.index(letter)
    letters = (*factor.letters[:axis], *index.letters, *factor.letters[axis + 1 :])
    operands: tuple[int, ...] = (factor.step, index.step)
    base = builder.steps[factor.step]
    if axis == 0 and base.operation == "take" and base.parameters == (0,):
        row = base.operands[1:]
        if not any(builder.steps[place].axes for place in row):
            operands = (base.operands[0], *row, index.step)
    return Factor(builder.add("take", operands, (axis,), builder.axes(letters)), letters)


def _by_one_hot_rows(builder: Builder, base: Product, letter: int, index: Factor) -> Product:
    """Σ_r I[w, r] base[r]: where the entries to gather differ from index to index."""
    extent = builder.extents[letter]
    identity = builder.add("eye", (), (), (extent, extent))
    letters = (*index.letters, letter)
    rows = builder.add("take", (identity, index.step), (0,), builder.axes(letters))
    product = joined(base, Product(SCALAR, (Factor(rows, letters),)), base.axes)
    return sum_over(builder, product, (letter,))


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
