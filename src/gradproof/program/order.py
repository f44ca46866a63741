"""In which order to multiply many factors: the cheapest tree of pairwise products.

Sizes are symbols, so costs are counted with nominal sizes: every name is NOMINAL.  For a
chain of matrices this is the matrix chain order (only neighbours share a letter, so only
intervals are joined); ties go to the right, which puts a vector at the end of a chain to
good use: X'Xw is X'(Xw).  Products entry by entry are taken from the left, as written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from gradproof.core.dimension import Dimension

NOMINAL = 100
EXACT_UP_TO = 9
CHAIN_LIKE = 3  # factors that share a letter, up to which even long products are ordered exactly

PairTree = int | tuple["PairTree", "PairTree"]
Letters = frozenset[int]
Size = Callable[[int], int]


def nominal_size(extent: Dimension) -> int:
    """The number of entries along an axis of this size, each name counting NOMINAL."""
    return extent.size(dict.fromkeys(extent.names(), NOMINAL))


def components(letters: Sequence[Letters]) -> list[list[int]]:
    """The factors in groups that share no letter with each other, in order of first member."""
    groups: list[tuple[list[int], Letters]] = []
    for place, own in enumerate(letters):
        touching = [group for group in groups if group[1] & own]
        members = sorted([place, *(member for group in touching for member in group[0])])
        union = own.union(*(group[1] for group in touching))
        groups = [group for group in groups if group not in touching]
        groups.append((members, union))
    return sorted(members for members, _ in groups)


def pair_tree(letters: Sequence[Letters], kept: Letters, size: Size) -> PairTree:
    """The cheapest order in which to multiply factors that hang together.

    letters: the letters of each factor.  kept: the letters of the result.  size: how many
    entries a letter runs over.

    >>> X, w = frozenset({0, 1}), frozenset({2})
    >>> pair_tree([X, frozenset({0, 2}), w], frozenset({1}), lambda letter: 100)
    (0, (1, 2))
    """
    if len(letters) > EXACT_UP_TO:
        return _searched(letters, kept, size)
    best: dict[int, tuple[int, PairTree]] = {}
    for mask in range(1, 1 << len(letters)):
        if mask & (mask - 1) == 0:
            best[mask] = (0, mask.bit_length() - 1)
            continue
        candidates = [
            (best[left][0] + best[mask ^ left][0] + cost, side * left.bit_count(), left)
            for left in _halves(mask)
            if left in best and mask ^ left in best
            for cost, side in _cost(letters, kept, size, left, mask ^ left)
        ]
        if candidates:
            cost, _, left = min(candidates)
            best[mask] = (cost, (best[left][1], best[mask ^ left][1]))
    return best[(1 << len(letters)) - 1][1]


def _halves(mask: int) -> list[int]:
    """The proper subsets that contain the lowest member."""
    lowest, rest = mask & -mask, mask & (mask - 1)
    subset, found = rest, []
    while subset:
        subset = (subset - 1) & rest
        found.append(subset | lowest)
    return found


def _cost(
    letters: Sequence[Letters], kept: Letters, size: Size, left: int, right: int
) -> tuple[tuple[int, int], ...]:
    """What one product costs: multiplications, entries written, and a temporary if it needs one.

    With it the side to which ties go: 1 is the right, for products that sum; −1 the left,
    for products entry by entry.  Empty when the two share no letter.
    """
    one = _remaining(letters, kept, left)
    other = _remaining(letters, kept, right)
    shared = one & other
    if not shared:
        return ()
    result = _remaining(letters, kept, left | right)
    entries = prod(size(letter) for letter in one | other)
    written = prod(size(letter) for letter in result)
    temporary = entries if shared & result and shared - result else 0
    side = 1 if shared - result else -1
    return ((entries + written + temporary, side),)


def _remaining(letters: Sequence[Letters], kept: Letters, mask: int) -> Letters:
    """The letters that the product of the masked factors still has."""
    inside: set[int] = set()
    outside = set(kept)
    for place, own in enumerate(letters):
        (inside if mask >> place & 1 else outside).update(own)
    return frozenset(inside & outside)


def _searched(letters: Sequence[Letters], kept: Letters, size: Size) -> PairTree:
    """The order that opt_einsum finds when there are too many factors to try every one."""
    from opt_einsum.paths import dynamic_programming, greedy  # type: ignore[import-untyped]  # it has no types

    names = {letter: f"{letter}," for own in letters for letter in own}
    inputs = [frozenset(names[letter] for letter in own) for own in letters]
    sizes = {name: size(letter) for letter, name in names.items()}
    output = frozenset(names[letter] for letter in kept if letter in names)
    trees: list[PairTree] = list(range(len(letters)))
    crowd = max(sum(name in own for own in inputs) for name in sizes)
    search = dynamic_programming if crowd <= CHAIN_LIKE else greedy
    for places in search(inputs, output, sizes):
        first, *rest = (trees[place] for place in sorted(places))
        trees = [tree for place, tree in enumerate(trees) if place not in places]
        trees.append(_joined(first, rest))
    return trees[0]


def _joined(first: PairTree, rest: list[PairTree]) -> PairTree:
    for tree in rest:
        first = (first, tree)
    return first
