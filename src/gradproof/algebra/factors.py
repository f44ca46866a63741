"""A contraction with other factors: what the procedures on products have in common."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from gradproof.core.contract import contract
from gradproof.core.dimension import Dimension
from gradproof.core.node import Contraction, Node

Factors = list[tuple[Node, tuple[int, ...], Fraction | int]]


def again(node: Contraction, factors: Factors) -> Node:
    """The same contraction with other factors."""
    return contract(node.coefficient, factors, node.output, _output_sizes(node))


def _output_sizes(node: Contraction) -> dict[int, Dimension]:
    return {letter: node.dimensions[letter] for letter in node.output}


def without(node: Contraction, *places: int) -> Factors:
    """Its factors but those at `places`."""
    return [factor for k, factor in enumerate(node.factors) if k not in places]


def occurrences(node: Contraction) -> Counter[int]:
    """How often each letter occurs, an output axis counting too."""
    count = Counter(node.output)
    for factor in node.factors:
        count.update(factor.letters)
    return count


def dropped(node: Contraction, place: int, summed: int) -> Node:
    """Without a factor whose sum over `summed` is 1; its other letters stay."""
    sizes = _output_sizes(node)
    for letter in node.factors[place].letters:
        if letter != summed:
            sizes[letter] = node.dimensions[letter]
    return contract(node.coefficient, without(node, place), node.output, sizes)
