"""Axes that were split for the machine are fused again for people.

    Σ X[i,j] A[(j,i), (l,k)] X[k,l]      is      vec(X)′ A vec(X)

A pair of letters can be one letter again when everything that has one of them has both, as a
matrix; a result that keeps such a pair is the matrix whose vec is then found.
"""

from __future__ import annotations

from gradproof.core.apply import apply
from gradproof.core.contract import contract, permute
from gradproof.core.dimension import times
from gradproof.core.node import Apply, Contraction, Node
from gradproof.ops.structure import merge, split_op

Pair = tuple[int, int]


def fused_again(node: Contraction) -> Node | None:
    """The same tensor with split pairs of letters fused, or None where that cannot be."""
    if len(node.factors) < 2 or not any(_is_split(factor.node) for factor in node.factors):
        return None
    pairs = {pair for factor in node.factors for pair in _pairs(factor.node, factor.letters)}
    usable = [pair for pair in pairs if _is_whole(node, pair)]
    if not usable:
        return None
    whole = {letter: pair for pair in usable for letter in pair}
    fresh = {pair: 100 + k for k, pair in enumerate(usable)}
    factors = [_fused_factor(factor.node, factor.letters, whole, fresh) for factor in node.factors]
    powers = [factor.exponent for factor in node.factors]
    kept: list[int] = []
    for letter in node.output:
        new = fresh[whole[letter]] if letter in whole else letter
        if new not in kept or letter not in whole:
            kept.append(new)
    sizes = {letter: node.dimensions[letter] for letter in node.output if letter not in whole}
    sizes.update({fresh[p]: times(*(node.dimensions[k] for k in p)) for p in usable})
    placed = [
        (part, letters, power) for (part, letters), power in zip(factors, powers, strict=True)
    ]
    product = contract(node.coefficient, placed, tuple(kept), {k: sizes[k] for k in kept})
    return _split_output(node, product, kept, fresh)


def _is_split(node: Node) -> bool:
    return isinstance(node, Apply) and node.op is split_op


def _pairs(node: Node, letters: tuple[int, ...]) -> list[Pair]:
    """The letters of axes that a split made two of one."""
    if not _is_split(node):
        return []
    assert isinstance(node, Apply)
    found, start = [], 0
    for pieces in node.parameters:
        assert isinstance(pieces, tuple)
        if len(pieces) == 2:
            found.append((letters[start], letters[start + 1]))
        start += len(pieces)
    return found


def _is_whole(node: Contraction, pair: Pair) -> bool:
    """Whether both letters always occur together."""
    if sum(letter in node.output for letter in pair) == 1:
        return False
    for factor in node.factors:
        shared = set(pair) & set(factor.letters)
        own = pair in _pairs(factor.node, factor.letters)
        if shared and not own and set(factor.letters) != set(pair):
            return False
    return True


def _fused_factor(
    node: Node, letters: tuple[int, ...], whole: dict[int, Pair], fresh: dict[Pair, int]
) -> tuple[Node, tuple[int, ...]]:
    own = [pair for pair in _pairs(node, letters) if pair in fresh]
    if own:
        assert isinstance(node, Apply)
        return _unsplit(node, letters, fresh)
    if len(letters) == 2 and letters[0] in whole and set(whole[letters[0]]) == set(letters):
        pair = whole[letters[0]]
        turned = node if letters == pair else permute(node, (1, 0))
        return merge(turned, (2,)), (fresh[pair],)
    return node, letters


def _unsplit(
    node: Apply, letters: tuple[int, ...], fresh: dict[Pair, int]
) -> tuple[Node, tuple[int, ...]]:
    """The split node with those of its pairs that are fused put back."""
    kept: list[int] = []
    parts = []
    start = 0
    for pieces in node.parameters:
        assert isinstance(pieces, tuple)
        spots = letters[start : start + len(pieces)]
        start += len(pieces)
        if len(pieces) == 2 and (spots[0], spots[1]) in fresh:
            kept.append(fresh[(spots[0], spots[1])])
            parts.append((times(*pieces),))
        else:
            kept.extend(spots)
            parts.append(pieces)
    inner = node.arguments[0]
    whole = all(len(pieces) == 1 for pieces in parts)
    return (inner if whole else apply(split_op, (inner,), tuple(parts))), tuple(kept)


def _split_output(
    node: Contraction, product: Node, kept: list[int], fresh: dict[Pair, int]
) -> Node:
    """The fused output letters taken apart again, in the order of the original output."""
    by_letter = {letter: pair for pair, letter in fresh.items()}
    parts = tuple(
        [
            tuple([node.dimensions[k] for k in by_letter[letter]])
            if letter in by_letter
            else (node.dimensions[letter],)
            for letter in kept
        ]
    )
    letters = [k for letter in kept for k in by_letter.get(letter, (letter,))]
    if all(len(pieces) == 1 for pieces in parts):
        return product
    taken_apart = apply(split_op, (product,), parts)
    return permute(taken_apart, tuple([letters.index(letter) for letter in node.output]))
