"""Names for the sizes that stay open: m×n for the first matrix, then n, m, k, p, …"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from gradproof.core.dimension import dimension
from gradproof.notation.habits import propagate
from gradproof.notation.problem import Problem
from gradproof.notation.signatures import multiplied
from gradproof.notation.tree import Binder
from gradproof.notation.unify import Clash, Pair

_DIMENSION_NAMES = ("n", "m", "k", "p", "q", "r", "s")


def name_sizes(problem: Problem) -> None:
    """Gives every open size of a variable a name: m×n for the first matrix, then n, m, k, …"""
    if not (problem.open or problem.indices or problem.pending):
        return
    _match_factors(problem)
    sizes = problem.sizes
    fresh = _fresh_names(problem)
    axes = [problem.names[name] for name in problem.open]
    products = {sizes.find(c.result[0]) for c in problem.pending}
    opened = [[a for a in pair if _is_open(problem, a, products)] for pair in axes]
    for rows, columns in (pair for pair in opened if len(pair) == 2):
        if sizes.find(rows) != sizes.find(columns):
            second, first = next(fresh), next(fresh)
            sizes.settle(rows, dimension(first))
            sizes.settle(columns, dimension(second))
            break
    counted = [(index.bound, *index.axes) for index in problem.indices.values()]
    for size in [size for group in (*opened, *counted) for size in group]:
        if _is_open(problem, size, products):
            sizes.settle(size, dimension(next(fresh)))
    error = propagate(problem)
    if error is not None:
        raise error


def _is_open(problem: Problem, size: int, products: set[int]) -> bool:
    return problem.sizes.dimension(size) is None and problem.sizes.find(size) not in products


def _fresh_names(problem: Problem) -> Iterator[str]:
    """Dimension names that are not in use; none differs from another in its case alone."""
    taken = {*problem.names, *problem.indices, *problem.declarations}
    taken |= {name.lower() for name in problem.known_extents}
    taken.update(*(node.indices for node, _ in problem.order if isinstance(node, Binder)))
    yield from (name for name in _DIMENSION_NAMES if name not in taken)
    yield from (name for name in map("n{}".format, count(1)) if name not in taken)


def _match_factors(problem: Problem) -> None:
    """Takes equal products of open sizes for equal factor by factor, as in vec(X) - vec(Y)."""
    sizes, mark, pending = problem.sizes, problem.sizes.mark(), problem.pending
    seen: dict[int, Pair] = {}
    try:
        for rule, _, (factors, *result), _ in pending:
            if rule is multiplied:
                earlier = seen.setdefault(sizes.find(result[0][0]), factors)
                sizes.equate_pairs(earlier, factors)
        fits = propagate(problem) is None
    except Clash:
        fits = False
    if not fits:
        sizes.restore(mark)
        problem.pending = pending
