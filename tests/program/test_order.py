"""The order of products: as cheap as the best of all orders, and ties to the right."""

from __future__ import annotations

from itertools import combinations
from math import prod

import pytest

from gradproof.core.dimension import dimension, plus, times
from gradproof.program.order import components, pair_tree
from gradproof.program.plan import nominal_size


def chain(count):
    """Letters of a chain of matrices A₀A₁…: neighbours share one."""
    return [frozenset({k, k + 1}) for k in range(count)]


def chain_cost(tree, sizes):
    """The scalar multiplications of a tree over a chain, and the interval it covers."""
    if isinstance(tree, int):
        return 0, tree, tree + 1
    left, right = (chain_cost(part, sizes) for part in tree)
    first, last = sorted([left, right], key=lambda part: part[1])
    assert first[2] == last[1]
    own = sizes[first[1]] * sizes[first[2]] * sizes[last[2]]
    return left[0] + right[0] + own, first[1], last[2]


def cheapest(sizes):
    """The least number of multiplications, by the textbook recursion."""
    count = len(sizes) - 1
    best = {(k, k + 1): 0 for k in range(count)}
    for length in range(2, count + 1):
        for start in range(count - length + 1):
            stop = start + length
            best[start, stop] = min(
                best[start, mid] + best[mid, stop] + sizes[start] * sizes[mid] * sizes[stop]
                for mid in range(start + 1, stop)
            )
    return best[0, count]


@pytest.mark.parametrize(
    "sizes",
    [(100, 1, 100, 1), (30, 35, 15, 5, 10, 20, 25), (100,) * 6 + (1,), (1, 70, 3, 90, 2, 40, 8, 9)],
)
def test_matrix_chain(sizes):
    tree = pair_tree(chain(len(sizes) - 1), frozenset({0, len(sizes) - 1}), lambda k: sizes[k])
    cost = chain_cost(tree, sizes)[0]
    written = sum(prod(pair) for pair in combinations(sizes, 2))
    assert cheapest(sizes) <= cost <= cheapest(sizes) + written


def test_ties_go_to_the_right():
    assert pair_tree(chain(4), frozenset({0, 4}), lambda k: 100) == (0, (1, (2, 3)))


def test_products_entry_by_entry_stay_as_written():
    assert pair_tree([frozenset({0})] * 3, frozenset({0}), lambda k: 100) == ((0, 1), 2)


def test_long_chains_end_in_their_vector():
    sizes = [100] * 20 + [1]
    tree = pair_tree(chain(20), frozenset({0}), lambda k: sizes[k])
    assert chain_cost(tree, sizes)[0] <= 20 * 100 * 100


def test_components_share_no_letter():
    letters = [frozenset(own) for own in ({0}, {1, 2}, {3}, {2, 0}, {4})]
    assert components(letters) == [[0, 1, 3], [2], [4]]


def test_nominal_sizes():
    n, m = dimension("n"), dimension("m")
    sizes = (n, times(n, m), plus(n, dimension(1)), dimension(1))
    assert [nominal_size(size) for size in sizes] == [100, 10_000, 101, 1]
