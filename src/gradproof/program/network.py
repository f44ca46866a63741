"""Factors that share letters, multiplied along the cheapest tree; what is there is used again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from gradproof.program.arrange import quotient, reduced
from gradproof.program.known import price, recalled, remember
from gradproof.program.order import PairTree, nothing_known, pair_tree
from gradproof.program.pairing import is_inverse, pair
from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Letters
from gradproof.program.selector import scatters, selected_value

Path = tuple[int, ...]
DEEP = 1000  # below every node of a tree

Scale = tuple[Fraction, tuple[int, ...], tuple[int, ...]]


@dataclass(slots=True)
class Network:
    """The arrays of one product, and the letters over which it is summed."""

    builder: Builder
    factors: list[Factor]
    summed: frozenset[int]

    def leaves(self, tree: PairTree) -> list[Factor]:
        """The factors under a node."""
        if isinstance(tree, int):
            return [self.factors[tree]]
        return self.leaves(tree[0]) + self.leaves(tree[1])

    def letters(self, tree: PairTree) -> frozenset[int]:
        """The letters of the factors under a node."""
        return frozenset([letter for factor in self.leaves(tree) for letter in factor.letters])


def cheapest_tree(network: Network, group: Sequence[int], kept: frozenset[int]) -> PairTree:
    """In which order to multiply the factors of a group; `kept`: the letters of the result."""
    builder = network.builder
    items = _vectors_together(network, group)
    if len(items) < 3:
        return items[0] if len(items) == 1 else (items[0], items[1])
    letters = [network.letters(item) for item in items]

    def known(places: tuple[int, ...], needed: frozenset[int]) -> int | None:
        leaves = [factor for place in places for factor in network.leaves(items[place])]
        return price(builder, leaves, needed)

    values = {
        place: value
        for place, item in enumerate(items)
        if isinstance(item, int)
        and (value := selected_value(builder, network.factors[item])) is not None
    }
    tree = pair_tree(
        letters, kept, builder.length, values, known if builder.products else nothing_known
    )

    def placed(node: PairTree) -> PairTree:
        return items[node] if isinstance(node, int) else (placed(node[0]), placed(node[1]))

    return placed(tree)


def _vectors_together(network: Network, group: Sequence[int]) -> list[PairTree]:
    """The factors, vectors with the same letter multiplied first: it never costs more."""
    items: dict[object, PairTree] = {}
    for place in group:
        factor = network.factors[place]
        own: object = factor.letters if len(factor.letters) == 1 else (place, "alone")
        if selected_value(network.builder, factor) is not None:
            own = (place, "alone")
        items[own] = (items[own], place) if own in items else place
    return list(items.values())


def worked_out(
    network: Network,
    tree: PairTree,
    wanted: frozenset[int],
    path: Path | None = None,
    scale: Scale | None = None,
    layout: Letters = (),
) -> Factor:
    """The product along `tree`, the node at `path` multiplied by the scale."""
    builder = network.builder
    factor = network.factors[tree] if isinstance(tree, int) else None
    if factor is None and not path:
        factor = _again(network, tree, wanted)
    if isinstance(tree, tuple) and factor is None:
        left, right = [
            worked_out(
                network,
                tree[side],
                wanted | network.letters(tree[1 - side]),
                _below(path, side),
                scale,
            )
            for side in (0, 1)
        ]
        factor = pair(builder, left, right, wanted, layout)
        if not path:
            remember(builder, network.leaves(tree), factor)
    assert factor is not None
    return _scaled(builder, factor, scale) if path == () and scale is not None else factor


def _again(network: Network, tree: PairTree, wanted: frozenset[int]) -> Factor | None:
    """The product at a node, if it is a step, or the sum of one, already."""
    kept = network.letters(tree) & wanted
    found = recalled(network.builder, network.leaves(tree), kept)
    return None if found is None else reduced(network.builder, found, kept)


def _below(path: Path | None, side: int) -> Path | None:
    return path[1:] if path and path[0] == side else None


def scale_place(network: Network, tree: PairTree, wanted: frozenset[int]) -> Path:
    """The node with the fewest entries, where a scale costs least; the highest of them."""
    return min(_places(network, tree, wanted, ()))[1]


def _places(
    network: Network, tree: PairTree, wanted: frozenset[int], path: Path
) -> Iterator[tuple[tuple[int, int], Path]]:
    """Where a scale could be put: (entries there, depth), and the way to it.

    Of equally many entries those that are scattered come before those scattered into.
    """
    builder = network.builder
    own = network.letters(tree)
    size = prod([builder.length(letter) for letter in own & wanted])
    if isinstance(tree, int):
        factor = network.factors[tree]
        solves = is_inverse(builder, factor) and not own <= wanted - network.summed
        if not path or not (solves or selected_value(builder, factor) is not None):
            yield (size, len(path)), path
        return
    scattered = any(
        isinstance(part, int) and scatters(builder, network.factors[part], own & wanted)
        for part in tree
    )
    yield (size, len(path) + DEEP * scattered), path
    if recalled(builder, network.leaves(tree), own & wanted) is not None:
        return
    for side in (0, 1):
        outside = wanted | network.letters(tree[1 - side])
        yield from _places(network, tree[side], outside, (*path, side))


def _scaled(builder: Builder, factor: Factor, scale: Scale) -> Factor:
    coefficient, above, below = scale
    axes = builder.steps[factor.step].axes
    size = coefficient.denominator
    if coefficient == -1 and not above and not below:
        step = builder.add("negative", (factor.step,), (), axes)
    elif coefficient.numerator == 1 and not above and (below or size not in (2, 4, 5, 8, 10)):
        divisor = quotient(builder, Fraction(size), below, ())
        step = builder.add("divide", (factor.step, divisor), (), axes)
    else:
        multiplier = quotient(builder, coefficient, above, below)
        step = builder.add("multiply", (multiplier, factor.step), (), axes)
    return factor._replace(step=step)
