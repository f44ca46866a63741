"""In which order to multiply many factors: the cheapest tree of pairwise products.

For a chain of matrices this is the matrix chain order (only neighbours share a letter, so only
intervals are joined); ties go to the right, which puts a vector at the end of a chain to
good use: X'Xw is X'(Xw).  Products entry by entry are taken from the left, as written.
What is worked out already costs nothing, and a product with a selector costs no more than
the entries that are gathered or scattered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

EXACT_UP_TO = 9
CHAIN_LIKE = 3  # factors that share a letter, up to which even long products are ordered exactly
LATER = 1 << 62  # a cost above all others: what cannot be multiplied yet

PairTree = int | tuple["PairTree", "PairTree"]
Letters = frozenset[int]
Size = Callable[[int], int]
Known = Callable[[tuple[int, ...], Letters], int | None]
NO_SELECTORS: Mapping[int, int] = MappingProxyType({})


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


def nothing_known(places: tuple[int, ...], remaining: Letters) -> int | None:
    """No product is worked out yet."""
    return None


def pair_tree(
    letters: Sequence[Letters],
    kept: Letters,
    size: Size,
    selectors: Mapping[int, int] = NO_SELECTORS,
    known: Known = nothing_known,
) -> PairTree:
    """The cheapest order in which to multiply factors that hang together.

    letters: the letters of each factor.  kept: the letters of the result.  size: how many
    entries a letter runs over.  selectors: the factors that are one where a letter equals
    an index, and that letter.  known: what the product of some factors costs, where it is
    there already, given the letters that it still needs.

    >>> X, w = frozenset({0, 1}), frozenset({2})
    >>> pair_tree([X, frozenset({0, 2}), w], frozenset({1}), lambda letter: 100)
    (0, (1, 2))
    """
    if len(letters) == 1:
        return 0
    if len(letters) == 2:
        return 0, 1
    if len(letters) > EXACT_UP_TO:
        return _searched(letters, kept, size)
    return _cheapest(_Search(letters, kept, size, selectors), known)


def _cheapest(search: _Search, known: Known) -> PairTree:
    """The best tree for every set of factors, from the small sets up."""
    best: list[tuple[int, PairTree] | None] = [None] * len(search.remaining)
    for mask in range(1, len(best)):
        if mask & (mask - 1) == 0:
            best[mask] = (0, mask.bit_length() - 1)
            continue
        chosen = (LATER, 0, 0)
        for left in _halves(mask):
            one, other = best[left], best[mask ^ left]
            if one is not None and other is not None and search.joined(left, mask ^ left):
                cost, side = search.cost(left, mask ^ left)
                chosen = min(chosen, (one[0] + other[0] + cost, side * left.bit_count(), left))
        if chosen[0] == LATER:
            continue
        one, other = best[chosen[2]], best[mask ^ chosen[2]]
        assert one is not None
        assert other is not None
        free = known(search.members(mask), search.needed(mask))
        best[mask] = (min(chosen[0], LATER if free is None else free), (one[1], other[1]))
    whole = best[-1]
    assert whole is not None, "factors of one group hang together"
    return whole[1]


@dataclass(slots=True)
class _Search:
    """Sets of factors and of letters, as bits."""

    letters: Sequence[Letters]
    kept: Letters
    size: Size
    selectors: Mapping[int, int]
    names: list[int] = field(init=False)
    remaining: list[int] = field(init=False)
    counts: dict[int, int] = field(init=False)
    values: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.names = list(dict.fromkeys(letter for own in self.letters for letter in own))
        bits = {letter: 1 << place for place, letter in enumerate(self.names)}
        own = [sum([bits[letter] for letter in letters]) for letters in self.letters]
        kept = sum([bits[letter] for letter in self.kept if letter in bits])
        inside = [0] * (1 << len(own))
        for mask in range(1, len(inside)):
            lowest = mask & -mask
            inside[mask] = inside[mask ^ lowest] | own[lowest.bit_length() - 1]
        everything = len(inside) - 1
        self.remaining = [
            inside[mask] & (kept | inside[everything ^ mask]) for mask in range(len(inside))
        ]
        for place in self.selectors:  # an index of its own is summed with the product
            self.remaining[1 << place] = own[place]
        self.counts = {0: 1}
        self.values = {1 << place: bits[letter] for place, letter in self.selectors.items()}

    def joined(self, left: int, right: int) -> bool:
        """Whether two sets of factors share a letter."""
        return bool(self.remaining[left] & self.remaining[right])

    def entries(self, letters: int) -> int:
        """The number of entries over some letters."""
        found = self.counts.get(letters)
        if found is None:
            lowest = letters & -letters
            length = self.size(self.names[lowest.bit_length() - 1])
            found = self.counts[letters] = length * self.entries(letters ^ lowest)
        return found

    def cost(self, left: int, right: int) -> tuple[int, int]:
        """What one product costs: multiplications, entries written, and a temporary.

        With it the side to which ties go: 1 is the right, for products that sum; −1 the left,
        for products entry by entry.
        """
        one, other = self.remaining[left], self.remaining[right]
        result = self.remaining[left | right]
        shared, union = one & other, one | other
        gone = union & ~result
        written = self.entries(result)
        side = 1 if gone else -1
        for selector, rest in ((left, other), (right, one)):
            value = self.values.get(selector, 0)
            if value & rest or (value & result and gone):
                return self.entries(union & ~value) + written, side
        work = self.entries(union)
        return work + written + (work if shared & result and shared & gone else 0), side

    def members(self, mask: int) -> tuple[int, ...]:
        """The factors of a set."""
        return tuple([place for place in range(len(self.letters)) if mask >> place & 1])

    def needed(self, mask: int) -> Letters:
        """The letters that the product of a set still has."""
        return frozenset(
            [name for place, name in enumerate(self.names) if self.remaining[mask] >> place & 1]
        )


def _halves(mask: int) -> list[int]:
    """The proper subsets that contain the lowest member."""
    lowest, rest = mask & -mask, mask & (mask - 1)
    subset, found = rest, []
    while subset:
        subset = (subset - 1) & rest
        found.append(subset | lowest)
    return found


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
