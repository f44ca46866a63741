"""Products that are steps already, found again whatever the names of their letters."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import prod

from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Letters
from gradproof.program.properties import symmetric


def remember(builder: Builder, factors: Sequence[Factor], result: Factor) -> None:
    """Note that the product of the factors, summed over what `result` lacks, is a step."""
    key, names = _key(builder, factors)
    found = builder.products.setdefault(key, [])
    entry = (result.step, tuple([names[letter] for letter in result.letters]))
    if entry not in found:
        found.append(entry)


def recalled(builder: Builder, factors: Sequence[Factor], kept: frozenset[int]) -> Factor | None:
    """The smallest step that is the product of the factors with the letters `kept`, or with more.

    Letters beyond `kept` remain to be summed.
    """
    key, names = _key(builder, factors)
    found = builder.products.get(key)
    if not found:
        return None
    letters = {name: letter for letter, name in names.items()}
    candidates = [
        Factor(step, tuple([letters[name] for name in labels]))
        for step, labels in found
        if kept <= {letters[name] for name in labels}
    ]
    return min(candidates, key=lambda factor: _entries(builder, factor.letters), default=None)


def price(builder: Builder, factors: Sequence[Factor], kept: frozenset[int]) -> int | None:
    """What it takes to have the product from a step that is there: nothing, or a sum over it."""
    found = recalled(builder, factors, kept)
    if found is None:
        return None
    return 0 if len(found.letters) == len(kept) else _entries(builder, found.letters)


def _entries(builder: Builder, letters: Letters) -> int:
    return prod([builder.length(letter) for letter in letters])


def _key(builder: Builder, factors: Sequence[Factor]) -> tuple[Hashable, dict[int, int]]:
    return labelled(builder, [(factor, 0) for factor in factors])


def labelled(
    builder: Builder, factors: Sequence[tuple[Factor, int]]
) -> tuple[Hashable, dict[int, int]]:
    """Factors, each with a mark, so that the names of letters and the order play no part.

    Letters are numbered by first occurrence; those numbers come second.  Vectors come first,
    so that they tell the axes of a symmetric matrix apart.
    """
    names: dict[int, int] = {}
    key = []
    for factor, mark in sorted(factors, key=_rank):
        letters = factor.letters
        if len(letters) == 2 and symmetric(builder, factor.step):
            letters = tuple(sorted(letters, key=lambda letter: names.get(letter, len(names))))
        labels = tuple([names.setdefault(own, len(names)) for own in letters])
        key.append((factor.step, mark, labels))
    return tuple(key), names


def _rank(marked: tuple[Factor, int]) -> tuple[int, int, int]:
    factor, mark = marked
    return len(factor.letters), factor.step, mark
