"""The shapes of selections: what indices count in, and what is left of the axes.

An index is a name, a number, or an entry of an array of indices, as in W[c[i]]; an array of
indices in an index's place selects an entry or a row for each of its own.
"""

from __future__ import annotations

from gradproof.core.dimension import ONE
from gradproof.core.errors import ShapeError
from gradproof.notation.clashes import bad_index, misplaced, rank_words, sizeless, written
from gradproof.notation.problem import Index, Problem, Scope
from gradproof.notation.tree import (
    SCALAR,
    Literal,
    Name,
    Selection,
    Shape,
    Tree,
    with_shape,
)
from gradproof.notation.unify import UNIT, Clash, Pair

Axes = tuple[int, ...]


def selected_shape(problem: Problem, node: Selection, scope: Scope, base: Pair) -> Axes:
    """The axes of base[i, …]: two, or more where a tensor keeps them.

    Raises ShapeError where an index counts in what is not there, ReadError for a bad index.
    """
    axes: Axes = problem.wide.get(id(node.base), base)
    if len(axes) == 2 and problem.sizes.is_one(axes[0]) and problem.sizes.is_large(axes[1]):
        axes = axes[::-1]  # the components of a row count in its columns
    _refuse_beyond(problem, node, axes)
    indices = _chosen(problem, node, axes, scope)
    left = axes[len(indices) :]
    entries = _entries(problem, node, indices)
    if len(axes) == 2 and len(entries) > 1:
        left = _nothing_left(problem, node, left)
    kept = (*entries, *left)
    return (*kept, UNIT, UNIT)[: max(2, len(kept))]


def _chosen(problem: Problem, node: Selection, axes: Axes, scope: Scope) -> list[Index]:
    """The indices of a selection, each counting in an axis."""
    sizes = problem.sizes
    if len(node.indices) > len(axes):
        allowed = "one index" if len(axes) == 1 else f"{len(axes) or 'no'} indices"
        count = len(node.indices)
        raise ShapeError(
            f"{rank_words(len(axes))} has {allowed}, and {count} stand{'s' * (count < 2)} here",
            source=problem.source,
            span=node.span,
            hint="Write X[i] for a row, X[i, j] for an entry.",
        )
    indices = [index_of(problem, index, scope) for index in node.indices]
    try:
        for size, index in zip(axes, indices, strict=False):
            sizes.enlarge(size)
            sizes.equate(size, index.bound)
    except Clash:
        if isinstance(node.base, Name) and node.base.name in problem.extents:
            raise sizeless(node.base, problem.source) from None
        bounds = tuple(index.bound for index in indices)
        raise misplaced(sizes, node, axes, bounds, problem.source) from None
    return indices


def index_of(problem: Problem, index: Tree, scope: Scope) -> Index:
    """What an index counts in, and the axes that it brings."""
    match index:
        case Literal():
            return Index(problem.sizes.fresh(large=True))
        case Name(name) if name in scope:
            return Index(scope[name])
        case Name(name):
            return problem.indices[name]
        case Selection(Name(name)):
            array = problem.indices[name]
            indices = _chosen(problem, index, array.axes, scope)
            entries = _entries(problem, index, indices)
            return Index(array.bound, (*entries, *array.axes[len(indices) :]))
        case _:
            raise AssertionError(index)


def _entries(problem: Problem, node: Selection, indices: list[Index]) -> Axes:
    """The axes of an array of indices, which stands alone."""
    if len(indices) == 1:
        return indices[0].axes
    for name, index in zip(node.indices, indices, strict=True):
        if index.axes:
            raise bad_index(name, "an index vector, which selects rows alone", problem.source)
    return ()


def _nothing_left(problem: Problem, node: Selection, left: Axes) -> Axes:
    """x[c] for a matrix c of indices: only of vectors, for rows would need a third axis."""
    try:
        problem.sizes.equate(left[0], UNIT)
    except Clash:
        shown = written(node.indices[0], problem.source, "this index")
        raise ShapeError(
            f"{shown} is an array of indices, which selects from a vector alone",
            source=problem.source,
            span=node.span,
            hint=f"Select one row, as {written(node.base, problem.source, 'E')}[{shown}[i, k]].",
        ) from None
    return ()


def _refuse_beyond(problem: Problem, node: Selection, axes: Axes) -> None:
    """Refuses entry 4 of what is known to have 3."""
    for index, size in zip(node.indices, axes, strict=False):
        known = problem.sizes.dimension(size)
        if isinstance(index, Literal) and known is not None and not known.names():
            count = known.size({})
            if 1 < count <= index.value:
                raise ShapeError(
                    f"there is no entry {index.value + 1}: the entries are {count}",
                    source=problem.source,
                    span=node.span,
                    hint="Check the index, or the size.",
                )


def filled_index(problem: Problem, index: Tree, scope: Scope) -> Tree:
    """An index with its shape: a scalar, or that of an array of indices."""
    match index:
        case Selection(Name(name) as array, inner):
            whole = with_shape(array, _index_shape(problem, problem.indices[name].axes))
            filled = tuple(filled_index(problem, part, scope) for part in inner)
            axes = index_of(problem, index, scope).axes
            return Selection(whole, filled, index.span, _index_shape(problem, axes))
        case Name(name) if name not in scope:
            return with_shape(index, _index_shape(problem, problem.indices[name].axes))
        case _:
            return with_shape(index, SCALAR)


def _index_shape(problem: Problem, axes: Axes) -> Shape:
    shape = tuple(problem.sizes.dimension(axis) or ONE for axis in axes)
    return (*shape, ONE, ONE)[: max(2, len(shape))]
