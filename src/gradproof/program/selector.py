"""Selectors: one_hot(index) as a factor, so that a product with it gathers or scatters.

A selector has the letters of its index and a last one, the value, that runs over what the
index counts.  Σ over the value is a gather: Σ_v S[n,v] f[v] = f[c_n].  Σ over the index is a
scatter: Σ_n S[n,v] f[n] adds f[n] up where c_n = v.  It is an array of zeros and ones only
where nothing is summed.
"""

from __future__ import annotations

from dataclasses import replace

from gradproof.program.arrange import arranged, reduced
from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Letters, Product, sum_over


def selector(builder: Builder, index: Factor, value: int) -> Factor:
    """The factor that is one where the letter `value` equals the index."""
    letters = (*index.letters, value)
    return Factor(builder.add("one_hot", (index.step,), (), builder.axes(letters)), letters)


def selected_value(builder: Builder, factor: Factor) -> int | None:
    """The letter that a factor sets to its index, if it is a selector."""
    if builder.steps[factor.step].operation != "one_hot":
        return None
    *index, value = factor.letters
    return None if value in index or len(set(index)) < len(index) else value


def scatters(builder: Builder, factor: Factor, wanted: frozenset[int]) -> bool:
    """Whether the sum of a product with the factor adds up values in the places of an index."""
    value = selected_value(builder, factor)
    return (
        value in wanted and len(factor.letters) > 1 and not set(factor.letters[:-1]) & set(wanted)
    )


def without_idle_selectors(builder: Builder, product: Product) -> Product:
    """Σ_v S[n,v] = 1 where nothing else depends on v, and S∘S = S."""
    for place, factor in enumerate(product.factors):
        value = selected_value(builder, factor)
        if value is None:
            continue
        rest = (*product.factors[:place], *product.factors[place + 1 :])
        if factor in rest:
            return without_idle_selectors(builder, replace(product, factors=rest))
        present = {letter for other in rest for letter in other.letters}
        if value in product.summed and value not in present:
            alone = [own for own in factor.letters[:-1] if own in product.summed - present]
            summed = product.summed - {value, *alone}
            shorter = replace(product, factors=rest, summed=summed)
            return without_idle_selectors(builder, sum_over(builder, shorter, alone))
    return product


def pair_with_selector(
    builder: Builder, selector: Factor, other: Factor, wanted: frozenset[int]
) -> Factor | None:
    """The product of a selector and another factor, unless nothing is gathered or scattered."""
    *index, value = selector.letters
    if value in other.letters:
        gathered = gather(builder, selector, other)
        if value not in wanted:
            return reduced(builder, gathered, wanted)
        return scatter(builder, selector, gathered, wanted)
    if value in wanted and any(letter not in wanted for letter in index):
        return scatter(builder, selector, other, wanted)
    return None


def gather(builder: Builder, selector: Factor, other: Factor) -> Factor:
    """Σ_v S[n,v] f[…,v,…] = f[…,c_n,…]."""
    (index,) = builder.steps[selector.step].operands
    *places, value = selector.letters
    shared = tuple([letter for letter in places if letter in other.letters])
    if not shared:
        return taken(builder, other, value, Factor(index, tuple(places)))
    rest = tuple([own for own in other.letters if own not in shared and own != value])
    own = tuple([letter for letter in places if letter not in shared])
    operands = (
        arranged(builder, other, (*shared, value, *rest), full=True),
        arranged(builder, Factor(index, tuple(places)), (*shared, *own), full=True),
    )
    letters = (*shared, *own, *rest)
    step = builder.add("take_along", operands, (len(shared),), builder.axes(letters))
    return Factor(step, letters)


def taken(builder: Builder, factor: Factor, letter: int, index: Factor) -> Factor:
    """The factor with the axis `letter` replaced by the axes of the index array."""
    axis = factor.letters.index(letter)
    letters = (*factor.letters[:axis], *index.letters, *factor.letters[axis + 1 :])
    operands: tuple[int, ...] = (factor.step, index.step)
    base = builder.steps[factor.step]
    if axis == 0 and base.operation == "take" and base.parameters == (0,):
        row = base.operands[1:]
        if not any(builder.steps[place].axes for place in row):
            operands = (base.operands[0], *row, index.step)
    return Factor(builder.add("take", operands, (axis,), builder.axes(letters)), letters)


def scatter(
    builder: Builder, selector: Factor, other: Factor, wanted: frozenset[int]
) -> Factor | None:
    """Σ_n S[n,v] f[n,…]: the values added up where their index is v; None if an n is kept."""
    (index,) = builder.steps[selector.step].operands
    *places, value = selector.letters
    if any(letter in wanted for letter in places):
        return None
    other = reduced(builder, other, wanted | set(places))
    rest = tuple([letter for letter in other.letters if letter not in places])
    values = arranged(builder, other, (*places, *rest), full=True)
    return _scattered(builder, values, index, (value, *rest))


def counted(builder: Builder, selector: Factor, values: int) -> Factor:
    """Σ_n S[n,v] · a number."""
    (index,) = builder.steps[selector.step].operands
    return _scattered(builder, values, index, selector.letters[-1:])


def _scattered(builder: Builder, values: int, index: int, letters: Letters) -> Factor:
    axes = builder.axes(letters)
    return Factor(builder.add("scatter_add", (values, index), (), axes), letters)


def entry_of(builder: Builder, product: Product) -> tuple[Factor, Product] | None:
    """The selector S[n,v] and the f[n] whose product this is, where nothing is summed over S."""
    chosen = [own for own in product.factors if selected_value(builder, own) is not None]
    if len(chosen) != 1 or set(chosen[0].letters) & product.summed:
        return None
    (found,) = chosen
    places = found.letters[:-1]
    rest = tuple([factor for factor in product.factors if factor is not found])
    present = {letter for factor in rest for letter in factor.letters}
    if not present - product.summed <= set(places):
        return None
    axes = (*places, *[None] * (2 - len(places)))
    return found, replace(product, axes=axes, factors=rest)
