"""A number added to a vector or a matrix: found after shapes have clashed, and said in words.

A number is a scalar, so `1 + u` makes a scalar of an open u, and the clash may appear far from
the sum.  Therefore the shapes are found again without that rule: when they fit then, the sum with
the number is what does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import islice

from gradproof.core.declaration import Declaration
from gradproof.core.errors import GradproofError, ShapeError
from gradproof.notation.clashes import number_beside_array
from gradproof.notation.constraints import constrain
from gradproof.notation.habits import decide
from gradproof.notation.numbers import beside_number
from gradproof.notation.problem import Problem, state
from gradproof.notation.sizes import name_sizes
from gradproof.notation.tree import Binary, Call, Literal, Tree, fold, rebuild, walk

MOST_TRIED = 8


def added_number(
    tree: Tree, declarations: Mapping[str, Declaration], source: str | None
) -> ShapeError | None:
    """The error of the sum of a number and an array that keeps `tree` from having shapes."""
    sums = [node for node in walk(tree) if isinstance(node, Binary) and beside_number(node)]
    problem = _solved(tree, declarations, source, sums)
    if problem is None:
        return None
    arrays = [node for node in sums if not problem.sizes.is_scalar(_shape(problem, node))]
    for node in islice(arrays, MOST_TRIED):
        alone = _solved(tree, declarations, source, [node])
        if alone is not None:
            return number_beside_array(alone.sizes, tree, node, _shape(alone, node), source)
    if not arrays:
        return None
    return number_beside_array(problem.sizes, tree, arrays[0], _shape(problem, arrays[0]), source)


def with_ones(tree: Tree, declarations: Mapping[str, Declaration]) -> Tree | None:
    """The tree with 1 as a vector of ones where it stands beside a vector, as in p ⊙ (1 − p).

    Beside a matrix it is one of ones only within an entrywise product; None where nothing changes.
    """
    sums = [node for node in walk(tree) if isinstance(node, Binary) and _beside_one(node)]
    problem = _solved(tree, declarations, None, sums)
    if problem is None:
        return None
    entrywise = {
        id(part)
        for node in walk(tree)
        if isinstance(node, Binary) and node.operator in (".*", "./")
        for part in (node.left, node.right)
    }
    filled: dict[int, str] = {}
    for node in sums:
        shape = _shape(problem, node)
        if problem.sizes.is_one(shape[1]) and not problem.sizes.is_scalar(shape):
            filled[id(node)] = "vector"
        elif problem.sizes.is_array(shape) and id(node) in entrywise:
            filled[id(node)] = "matrix"
    return _filled(tree, filled) if filled else None


def _beside_one(node: Binary) -> bool:
    number = beside_number(node)
    one = node.right if number is node.left else node.left
    return number is not None and one == Literal(Fraction(1))


def _filled(tree: Tree, filled: Mapping[int, str]) -> Tree:
    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if id(node) in filled:
            parts = tuple(
                Call(filled[id(node)], (part,), part.span) if isinstance(part, Literal) else part
                for part in parts
            )
        return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def _solved(
    tree: Tree, declarations: Mapping[str, Declaration], source: str | None, sums: list[Binary]
) -> Problem | None:
    """The shapes when these sums take that of what stands beside the number, if any fit."""
    if not sums:
        return None
    try:
        problem = state(tree, declarations, source)
        problem.unruled = frozenset(map(id, sums))
        constrain(problem)
        decide(problem)
        name_sizes(problem)
    except GradproofError:
        return None
    return problem


def _shape(problem: Problem, wanted: Tree) -> tuple[int, int]:
    place = next(k for k, (node, _) in enumerate(problem.order) if node is wanted)
    rows, columns = problem.shapes[place]
    return rows, columns
