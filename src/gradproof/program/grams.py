"""Σ_n x_na x_nb w_nj… as one X′ diag(w_j) X after the other, where a product of arrays is large."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import prod

from gradproof.program.arrange import arranged
from gradproof.program.network import Network, cheapest_tree, worked_out
from gradproof.program.order import components
from gradproof.program.product import Factor

LARGEST = 1_000_000  # entries that a product of two factors may have on the way


def batch_of_grams(network: Network, group: Sequence[int], kept: frozenset[int]) -> Factor | None:
    """The product of a group, if it is X′ diag(w) X for every w of a large batch."""
    builder = network.builder
    for one, other in combinations(group, 2):
        inner = _row_letter(network.factors[one], network.factors[other], kept)
        rest = [place for place in group if place not in (one, other)]
        if inner is None or not rest:
            continue
        (row,) = set(network.factors[one].letters) - {inner}
        (column,) = set(network.factors[other].letters) - {inner}
        others = [frozenset(network.factors[place].letters) for place in rest]
        batch = frozenset().union(*others) & kept
        wide = builder.length(inner) * builder.length(row)
        wide *= min(builder.length(row), prod([builder.length(own) for own in batch]))
        if not batch or {row, column} & batch or wide <= LARGEST or len(components(others)) > 1:
            continue
        return _grams(network, rest, network.factors[one], inner, column, batch)
    return None


def _row_letter(one: Factor, other: Factor, kept: frozenset[int]) -> int | None:
    """The letter n of x_na and x_nb, which is summed while a and b are kept."""
    if one.step != other.step or len(one.letters) != 2:
        return None
    shared = set(one.letters) & set(other.letters) - kept
    if len(shared) != 1 or len(set(one.letters) | set(other.letters)) != 3:
        return None
    (inner,) = shared
    own = (set(one.letters) | set(other.letters)) - shared
    aligned = one.letters.index(inner) == other.letters.index(inner)
    return inner if aligned and own <= kept else None


def _grams(
    network: Network,
    rest: Sequence[int],
    matrix: Factor,
    inner: int,
    column: int,
    batch: frozenset[int],
) -> Factor:
    builder = network.builder
    wanted = batch | {inner}
    weights = worked_out(network, cheapest_tree(network, rest, wanted), wanted)
    (row,) = set(matrix.letters) - {inner}
    order = tuple([letter for letter in weights.letters if letter != inner])
    operands = (
        arranged(builder, matrix, (inner, row)),
        arranged(builder, weights, (inner, *order), full=True),
    )
    letters = (*order, row, column)
    step = builder.add("weighted_grams", operands, (), builder.axes(letters))
    return Factor(step, letters)
