"""Hessians that are positive semidefinite whatever the data are, by their form.

A term is so where it equals its own mirror image, the two axes of the Hessian exchanged, and each
of its factors is a weight that is not negative, half of a pair F … F, or a positive definite matrix
between the halves: c X′X, X′ diag(p) X with p ≥ 0, X′ Σ X with Σ positive definite, and for a
matrix variable their Kronecker products, such as (B B′) ⊗ (A′A).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from gradproof.algebra.positivity import is_nonnegative, is_positive, is_positive_definite
from gradproof.core.node import Contraction, Factor, Node, Sum, Symbol, symbol
from gradproof.core.symmetry import is_symmetric
from gradproof.core.traverse import substitute, symbols

Mirror = Mapping[int, int]


class Definiteness(IntEnum):
    """What the form of a matrix says of the sign of x′Hx for x ≠ 0."""

    UNKNOWN = 0
    SEMIDEFINITE = 1
    DEFINITE = 2


@dataclass(frozen=True, slots=True)
class Supposed:
    """The definiteness of a Hessian where some symbols have positive entries."""

    definiteness: Definiteness
    positive: tuple[Symbol, ...] = ()


def supposing_signs(hessian: Node) -> Supposed:
    """The definiteness, supposing as few symbols positive as it takes.

    These are the λ of a penalty, and the weights of a sum.
    """
    open_signs = sorted(
        (own for own in symbols(hessian) if not is_positive(own)), key=lambda own: own.name
    )
    if definiteness(hessian) or not _supposing(hessian, open_signs):
        return Supposed(definiteness(hessian))
    needed = list(open_signs)
    for own in open_signs:
        fewer = [other for other in needed if other is not own]
        if _supposing(hessian, fewer):
            needed = fewer
    return Supposed(_supposing(hessian, needed), tuple(needed))


def _supposing(hessian: Node, positive: Sequence[Symbol]) -> Definiteness:
    return definiteness(positively(hessian, positive))


def positively(node: Node, positive: Sequence[Symbol]) -> Node:
    """The node with these symbols declared positive."""
    return substitute(
        node, {own: symbol(own.name, own.axes, own.facts | {"positive"}) for own in positive}
    )


def definiteness(hessian: Node) -> Definiteness:
    """What the form of a symmetric matrix, or of one of pairs of axes, shows."""
    if not hessian.axes:
        if is_positive(hessian):
            return Definiteness.DEFINITE
        return Definiteness.SEMIDEFINITE if is_nonnegative(hessian) else Definiteness.UNKNOWN
    if isinstance(hessian, Sum):
        found = [definiteness(term) if weight > 0 else 0 for weight, term in hessian.terms]
        return Definiteness(max(found)) if all(found) else Definiteness.UNKNOWN
    if len(hessian.axes) == 2 and is_positive_definite(hessian):
        return Definiteness.DEFINITE
    if isinstance(hessian, Contraction) and hessian.coefficient > 0:
        return _of_product(hessian)
    return Definiteness.UNKNOWN


def _of_product(term: Contraction) -> Definiteness:
    scalars = [factor for factor in term.factors if not factor.letters]
    lettered = [factor for factor in term.factors if factor.letters]
    if not all(map(_is_nonnegative, scalars)):
        return Definiteness.UNKNOWN
    strict = all(map(_is_positive, scalars))
    start = _of_output(term)
    for mirror in _mirrors(lettered, start) if start is not None else ():
        found = _judged(term, lettered, mirror)
        if found is not Definiteness.UNKNOWN:
            return found if strict else Definiteness.SEMIDEFINITE
    return Definiteness.UNKNOWN


def _of_output(term: Contraction) -> dict[int, int] | None:
    """Which output letter is the mirror image of which: the first half and the second."""
    half = len(term.output) // 2
    mirror: dict[int, int] = {}
    for one, other in zip(term.output[:half], term.output[half:], strict=True):
        if mirror.setdefault(one, other) != other or mirror.setdefault(other, one) != one:
            return None
    crossing = set(term.output[:half]) & set(term.output[half:])
    return mirror if all(mirror[letter] == letter for letter in crossing) else None


def _mirrors(factors: Sequence[Factor], known: Mirror) -> Iterator[Mirror]:
    """The ways in which all factors are mirror images of one another."""
    if not factors:
        yield known
        return
    first = max(factors, key=lambda factor: sum(letter in known for letter in factor.letters))
    for partner in factors:
        if partner.node is not first.node or partner.exponent != first.exponent:
            continue
        rest = [factor for factor in factors if factor is not first and factor is not partner]
        for letters in _orders(partner):
            extended = _extended(known, first.letters, letters)
            if extended is not None:
                yield from _mirrors(rest, extended)


def _orders(factor: Factor) -> list[tuple[int, ...]]:
    if len(factor.letters) == 2 and is_symmetric(factor.node):
        return [factor.letters, factor.letters[::-1]]
    return [factor.letters]


def _extended(known: Mirror, letters: Sequence[int], images: Sequence[int]) -> Mirror | None:
    found = dict(known)
    for letter, image in zip(letters, images, strict=True):
        if found.setdefault(letter, image) != image or found.setdefault(image, letter) != letter:
            return None
    return found


def _judged(term: Contraction, factors: Sequence[Factor], mirror: Mirror) -> Definiteness:
    """SEMIDEFINITE where no factor but a definite matrix joins a letter with the other half's."""
    side = _sides(term, factors, mirror)
    halves = 0
    strict = True
    for factor in factors:
        moved = {letter for letter in factor.letters if mirror[letter] != letter}
        if not moved:
            if not _is_nonnegative(factor):
                return Definiteness.UNKNOWN
            strict = strict and _is_positive(factor)
        elif _is_between(factor, mirror):
            if factor.exponent != 1 or definiteness(factor.node) is not Definiteness.DEFINITE:
                return Definiteness.UNKNOWN
        elif len({side.get(letter) for letter in moved}) > 1:
            return Definiteness.UNKNOWN
        else:
            halves += 1
    bound = len(term.dimensions) > len(set(term.output))
    return Definiteness.SEMIDEFINITE if halves or bound or not strict else _linked(term, factors)


def _linked(term: Contraction, factors: Sequence[Factor]) -> Definiteness:
    """DEFINITE where each axis meets its mirror image in a diagonal or in a definite matrix."""
    half = len(term.output) // 2
    joined = {frozenset(factor.letters) for factor in factors}
    pairs = zip(term.output[:half], term.output[half:], strict=True)
    if all(one == other or frozenset((one, other)) in joined for one, other in pairs):
        return Definiteness.DEFINITE
    return Definiteness.SEMIDEFINITE


def _is_between(factor: Factor, mirror: Mirror) -> bool:
    return len(factor.letters) == 2 and mirror[factor.letters[0]] == factor.letters[1]


def _sides(term: Contraction, factors: Sequence[Factor], mirror: Mirror) -> dict[int, int]:
    """0 for the letters on the side of the first axes, 1 for their mirror images."""
    half = len(term.output) // 2
    side = dict.fromkeys(term.output[:half], 0) | dict.fromkeys(term.output[half:], 1)
    for _ in factors:
        for factor in factors:
            moved = [letter for letter in factor.letters if mirror[letter] != letter]
            known = [side[letter] for letter in moved if letter in side]
            if known and not _is_between(factor, mirror):
                for letter in moved:
                    side.setdefault(letter, known[0])
        for factor in factors:
            for letter in factor.letters:
                if letter in side:
                    side.setdefault(mirror[letter], 1 - side[letter])
    return side


def _is_nonnegative(factor: Factor) -> bool:
    even = isinstance(factor.exponent, int) and factor.exponent % 2 == 0
    return even or is_nonnegative(factor.node)


def _is_positive(factor: Factor) -> bool:
    """Positive entries; a power below zero is of what is not zero."""
    if is_positive(factor.node):
        return True
    return isinstance(factor.exponent, int) and factor.exponent < 0 and _is_nonnegative(factor)
