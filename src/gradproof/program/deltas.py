"""Letters that occur twice: identity matrices contracted away, diagonals kept as they are."""

from __future__ import annotations

from dataclasses import replace

from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Letters, Product, axis_letters, renamed

Pattern = tuple[int, ...]


def pattern_of(letters: Letters) -> Pattern:
    """The letters numbered by first occurrence: (0, 1, 0) for i, j, i."""
    names: dict[int, int] = {}
    return tuple([names.setdefault(letter, len(names)) for letter in letters])


def repeats(product: Product) -> bool:
    """Whether an axis letter occurs twice, as in diag(v) and I."""
    letters = axis_letters(product)
    return len(set(letters)) < len(letters)


def with_equal_letters(builder: Builder, product: Product) -> Product:
    """The product without the identity matrices that tie two axes: those get the same letter."""
    for place, factor in enumerate(product.factors):
        if builder.steps[factor.step].operation != "eye" or len(set(factor.letters)) < 2:
            continue
        if set(factor.letters) <= set(product.axes):
            kept, gone = factor.letters
            rest = (*product.factors[:place], *product.factors[place + 1 :])
            tied = renamed(replace(product, factors=rest), {gone: kept})
            return with_equal_letters(builder, tied)
    return product


def ties_indices(builder: Builder, product: Product) -> bool:
    """Whether an identity matrix ties the index of an enclosing sum to another or to an axis."""
    return any(
        builder.steps[factor.step].operation == "eye"
        and not set(factor.letters) & product.summed
        and not set(factor.letters) <= set(product.axes)
        and len(set(factor.letters)) == 2
        for factor in product.factors
    )


def with_twins(builder: Builder, product: Product) -> tuple[int | None, ...]:
    """The axes, with a letter of its own in every place after the first."""
    axes: list[int | None] = []
    for letter in product.axes:
        axes.append(letter)
        if letter is not None and letter in axes[:-1]:
            axes[-1] = builder.letter(builder.extents[letter])
    return tuple(axes)


def with_identity(builder: Builder, product: Product) -> Product:
    """The last axis with a letter that occurs before renamed, and tied to it by an identity."""
    letters = list(product.axes)
    place = max(k for k, own in enumerate(letters) if own is not None and own in letters[:k])
    letter = letters[place]
    assert letter is not None
    extent = builder.extents[letter]
    twin = builder.letter(extent)
    identity = Factor(builder.add("eye", (), (), (extent, extent)), (letter, twin))
    axes = (*product.axes[:place], twin, *product.axes[place + 1 :])
    return replace(product, axes=axes, factors=(*product.factors, identity))


def without_identities(builder: Builder, product: Product) -> Product:
    """Σ_j I_ij f(j) = f(i): identity matrices with a summed letter contracted away."""
    for factor in product.factors:
        if builder.steps[factor.step].operation != "eye" or len(set(factor.letters)) < 2:
            continue
        first, second = factor.letters
        gone, kept = (first, second) if first in product.summed else (second, first)
        if gone not in product.summed:
            continue
        rest = list(product.factors)
        rest.remove(factor)
        if kept in product.summed and not any({gone, kept} & set(own.letters) for own in rest):
            continue
        factors = tuple(
            [
                other._replace(
                    letters=tuple([kept if letter == gone else letter for letter in other.letters])
                )
                for other in rest
            ]
        )
        shorter = replace(product, factors=factors, summed=product.summed - {gone})
        return without_identities(builder, shorter)
    return product
