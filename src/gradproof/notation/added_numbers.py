"""A number added to a vector or a matrix: found after shapes have clashed, and said in words.

A number is a scalar, so `1 + u` makes a scalar of an open u, and the clash may appear far from
the sum.  Therefore the shapes are found again without that rule: when they fit then, the sum with
the number is what does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from gradproof.core.declaration import Declaration
from gradproof.core.errors import GradproofError, ShapeError
from gradproof.notation.clashes import number_beside_array
from gradproof.notation.constraints import constrain
from gradproof.notation.habits import decide
from gradproof.notation.numbers import beside_number
from gradproof.notation.problem import Problem, state
from gradproof.notation.sizes import name_sizes
from gradproof.notation.tree import Binary, Tree, walk

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
