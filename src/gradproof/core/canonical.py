"""The canonical numbering of a contraction's letters and the order of its factors.

Factors are sorted by their nodes' keys; output letters are numbered by position, bound
letters by first occurrence.  Where equal factors leave the order open, letters are told apart
by colour refinement (Weisfeiler and Leman 1968): a letter's colour is repeatedly replaced by
the colours of what it meets, until nothing changes; remaining ties are automorphisms
in practice and are broken one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from gradproof.core.dimension import Dimension
from gradproof.core.node import (
    Contraction,
    Factor,
    Node,
    Number,
    intern,
    interned,
    number,
)
from gradproof.core.rational import Rational, exact
from gradproof.core.symmetry import is_symmetric


def canonical(
    coefficient: Rational,
    factors: Sequence[Factor],
    output: tuple[int, ...],
    dimensions: Mapping[int, Dimension],
) -> Node:
    """The node of a flat contraction: factors in order, letters numbered from 0."""
    ordered = sorted(factors, key=_factor_key) if len(factors) > 1 else factors
    label: dict[int, int] = {}
    for letter in output:
        if letter not in label:
            label[letter] = len(label)
    if not _label_by_occurrence(ordered, label):
        label = {}
        for letter in output:
            label.setdefault(letter, len(label))
        ordered, label = _refined(ordered, label)
    return finished(
        coefficient,
        tuple([_relabelled(factor, label) for factor in ordered]),
        tuple([label[letter] for letter in output]),
        tuple([dimensions[letter] for letter in label]),
    )


def _relabelled(factor: Factor, label: Mapping[int, int]) -> Factor:
    node, letters, exponent = factor
    places = tuple([label[letter] for letter in letters])
    if len(places) == 2 and places[0] > places[1] and is_symmetric(node):
        places = (places[1], places[0])
    return factor if places == letters else tuple.__new__(Factor, (node, places, exponent))


def finished(
    coefficient: Rational,
    factors: tuple[Factor, ...],
    output: tuple[int, ...],
    dimensions: tuple[Dimension, ...],
) -> Node:
    """The node of a contraction whose letters and factors are already canonical."""
    coefficient = exact(coefficient)
    if not factors and not output:
        return number(coefficient)
    if len(factors) == 1 and factors[0].exponent == 1 and factors[0].letters == output:
        node = factors[0].node
        if coefficient == 1 and len(set(output)) == len(output):
            return node
        if not output and isinstance(node, Contraction):
            return finished(coefficient, node.factors, (), node.dimensions)
    # The factors' axes say the dimensions of all letters but those that only `output` has.
    used = {letter for factor in factors for letter in factor.letters}
    known = len(used) == len(dimensions)
    identity = (Contraction, coefficient, factors, output, None if known else dimensions)
    found = interned(identity)
    if found is not None:
        return found
    node = Contraction()
    node.coefficient, node.factors, node.output, node.dimensions = (
        coefficient,
        factors,
        output,
        dimensions,
    )
    key = hash((4, hash(coefficient), output, *map(_factor_signature, factors)))
    return intern(identity, node, tuple([dimensions[letter] for letter in output]), key)


def unit_and_coefficient(node: Node) -> tuple[Rational, Node]:
    """The pair (c, unit) with node = c · unit, unit having coefficient one."""
    if isinstance(node, Contraction):
        if node.coefficient in (0, 1):
            return 1, node
        return node.coefficient, finished(1, node.factors, node.output, node.dimensions)
    if isinstance(node, Number) and node.value != 0:
        return node.value, number(1)
    return 1, node


def ones(axes: tuple[Dimension, ...], value: Rational = 1) -> Node:
    """The tensor whose every entry is `value`."""
    return finished(value, (), tuple(range(len(axes))), axes)


def identity(axis: Dimension) -> Node:
    """The identity matrix of this size."""
    return finished(1, (), (0, 0), (axis,))


def _factor_key(factor: Factor) -> tuple[int, Rational]:
    return factor.node.key, factor.exponent


def _factor_signature(factor: Factor) -> int:
    return hash((factor.node.key, factor.letters, hash(factor.exponent)))


def _label_by_occurrence(ordered: Sequence[Factor], label: dict[int, int]) -> bool:
    """Number the letters in order of occurrence; False when equal factors leave a choice.

    So does a symmetric factor between two letters that nothing else has named yet.
    """
    unordered: list[tuple[int, ...]] = []
    previous, power = None, None
    for node, letters, exponent in ordered:
        if node is previous and exponent == power:
            return False
        previous, power = node, exponent
        if len(letters) == 2 and is_symmetric(node):
            unordered.append(letters)
            continue
        for letter in letters:
            if letter not in label:
                label[letter] = len(label)
    for one, other in unordered:
        if one not in label and other not in label and one != other:
            return False
        label.setdefault(one, len(label))
        label.setdefault(other, len(label))
    return True


def _refined(
    factors: Sequence[Factor], output_label: dict[int, int]
) -> tuple[list[Factor], dict[int, int]]:
    colours = {letter: 0 for factor in factors for letter in factor.letters}
    colours.update({letter: hash((7, place)) for letter, place in output_label.items()})
    unordered = [len(factor.letters) == 2 and is_symmetric(factor.node) for factor in factors]
    while True:
        colours, signatures = _stable(factors, unordered, colours)
        tied = _first_tie(colours)
        if tied is None:
            break
        colours[tied] = hash((11, colours[tied]))
    ranked = sorted(range(len(factors)), key=lambda k: (*_factor_key(factors[k]), signatures[k]))
    label = dict(output_label)
    for k in ranked:
        for letter in sorted(factors[k].letters, key=colours.__getitem__):
            label.setdefault(letter, len(label))
    return [factors[k] for k in ranked], label


def _stable(
    factors: Sequence[Factor], unordered: Sequence[bool], colours: dict[int, int]
) -> tuple[dict[int, int], list[int]]:
    count = 0
    while True:
        signatures = _signatures(factors, unordered, colours)
        met: dict[int, list[int]] = {letter: [] for letter in colours}
        for factor, free, signature in zip(factors, unordered, signatures, strict=True):
            for place, letter in enumerate(factor.letters):
                met[letter].append(hash((signature, 0 if free else place)))
        refined = {
            letter: hash((colours[letter], *sorted(meetings))) for letter, meetings in met.items()
        }
        distinct = len(set(refined.values()))
        if distinct in (count, len(refined)):
            return refined, _signatures(factors, unordered, refined)
        colours, count = refined, distinct


def _signatures(
    factors: Sequence[Factor], unordered: Sequence[bool], colours: dict[int, int]
) -> list[int]:
    """What each factor looks like from the colours of its letters."""
    found = []
    for factor, free in zip(factors, unordered, strict=True):
        letters = factor.letters
        seen = [colours[letter] for letter in letters]
        repeats = [letters.index(letter) for letter in letters] if len(letters) > 2 else ()
        found.append(hash((*_factor_key(factor), *repeats, *(sorted(seen) if free else seen))))
    return found


def _first_tie(colours: dict[int, int]) -> int | None:
    """A letter that shares its colour with another, of the least such colour."""
    ordered = sorted(colours, key=colours.__getitem__)
    for one, other in pairwise(ordered):
        if colours[one] == colours[other]:
            return one
    return None
