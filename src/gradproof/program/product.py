"""Products of arrays by letters: Σ over summed letters of Π factors, as a value with axes.

A letter names an axis, so transposing is swapping two letters, a matrix product is
sharing one, a trace is identifying two, and diag(v) has the same letter for its row and
its column.  No step is made for any of these; `contract.py` works a product out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from gradproof.program.plan import Builder

Letters = tuple[int, ...]


class Factor(NamedTuple):
    """A step with a letter for each of its axes; only a scalar may stand in the denominator."""

    step: int
    letters: Letters = ()
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """coefficient · Σ over `summed` of Π factors, with logical axes.

    An axis of size one is None.  Letters that are neither axes nor summed are the indices
    of enclosing sums; an axis letter that no factor has is an axis along which the value
    is constant.
    """

    axes: tuple[int | None, ...]
    factors: tuple[Factor, ...] = ()
    coefficient: Fraction = Fraction(1)
    summed: frozenset[int] = frozenset()


SCALAR = (None, None)


def is_scalar(product: Product) -> bool:
    """Whether there is no axis."""
    return all(letter is None for letter in product.axes)


def axis_letters(product: Product) -> Letters:
    """The letters of the axes."""
    return tuple(letter for letter in product.axes if letter is not None)


def free_letters(product: Product) -> Letters:
    """The indices of enclosing sums on which the product depends, outermost first."""
    present = {letter for factor in product.factors for letter in factor.letters}
    present -= product.summed
    return tuple(sorted(present.difference(product.axes)))


def all_letters(product: Product) -> Letters:
    """The indices of enclosing sums, then the axes."""
    return (*free_letters(product), *axis_letters(product))


def times(product: Product, coefficient: Fraction | int) -> Product:
    """coefficient · product."""
    total = product.coefficient * coefficient
    return Product(product.axes, product.factors, total, product.summed)


def over(product: Product, step: int) -> Product:
    """product / step, for a step that is a scalar."""
    return replace(product, factors=(*product.factors, Factor(step, (), divides=True)))


def renamed(product: Product, names: Mapping[int, int]) -> Product:
    """The product with letters replaced."""
    if not names:
        return product
    name = names.get
    factors = tuple(
        [
            Factor(step, tuple([name(letter, letter) for letter in letters]), divides)
            for step, letters, divides in product.factors
        ]
    )
    axes = tuple([None if letter is None else name(letter, letter) for letter in product.axes])
    return Product(axes, factors, product.coefficient, product.summed)


def with_fresh_letters(builder: Builder, product: Product) -> Product:
    """The product with letters of its own."""
    letters = {letter for factor in product.factors for letter in factor.letters}
    letters.update([letter for letter in product.axes if letter is not None], product.summed)
    names = {letter: builder.letter(builder.extents[letter]) for letter in sorted(letters)}
    summed = frozenset([names[letter] for letter in product.summed])
    return replace(renamed(product, names), summed=summed)


def unified(pairs: Iterable[tuple[int | None, int | None]]) -> dict[int, int]:
    """The renaming after which the letters of each pair are the same."""
    names: dict[int, int] = {}
    for one, other in pairs:
        if one is None or other is None:
            continue
        kept, gone = names.get(one, one), names.get(other, other)
        if kept != gone:
            names = {letter: kept if name == gone else name for letter, name in names.items()}
            names[gone] = kept
    return names


def joined(left: Product, right: Product, axes: tuple[int | None, ...]) -> Product:
    """All factors of both, with the given axes."""
    return Product(
        axes,
        left.factors + right.factors,
        left.coefficient * right.coefficient,
        left.summed | right.summed,
    )


def sum_over(builder: Builder, product: Product, letters: Iterable[int]) -> Product:
    """Σ over the letters; a letter on which nothing depends gives a factor of its size."""
    for letter in letters:
        if any(letter in factor.letters for factor in product.factors):
            product = replace(product, summed=product.summed | {letter})
            continue
        extent = builder.extents[letter]
        if extent.names():
            size = Factor(builder.add("size", (), (extent,)))
            product = replace(product, factors=(*product.factors, size))
        else:
            product = times(product, extent.size({}))
    return product


def transpose(product: Product) -> Product:
    """X′."""
    return Product(product.axes[::-1], product.factors, product.coefficient, product.summed)


def matrix_product(builder: Builder, left: Product, right: Product) -> Product:
    """AB, or the multiple of one by the other when that is a scalar."""
    if is_scalar(left) or is_scalar(right):
        return joined(left, right, right.axes if is_scalar(left) else left.axes)
    names = unified([(left.axes[1], right.axes[0])])
    left, right = renamed(left, names), renamed(right, names)
    result = joined(left, right, (left.axes[0], right.axes[1]))
    inner = left.axes[1]
    if inner is None or inner in result.axes:
        return result
    return sum_over(builder, result, (inner,))


def hadamard(left: Product, right: Product) -> Product:
    """A ∘ B, entry by entry; a scalar multiplies every entry."""
    if is_scalar(left) or is_scalar(right):
        return joined(left, right, right.axes if is_scalar(left) else left.axes)
    names = unified(zip(left.axes, right.axes, strict=True))
    left = renamed(left, names)
    return joined(left, renamed(right, names), left.axes)


def trace(builder: Builder, product: Product) -> Product:
    """tr A."""
    product = renamed(product, unified([(product.axes[0], product.axes[1])]))
    return sum_over(builder, replace(product, axes=SCALAR), set(axis_letters(product)))


def total(builder: Builder, product: Product) -> Product:
    """The sum of all entries."""
    letters = dict.fromkeys(axis_letters(product))
    return sum_over(builder, replace(product, axes=SCALAR), letters)


def diagonal(product: Product) -> Product:
    """diag: a vector as a diagonal matrix, or the diagonal of a matrix as a vector."""
    row, column = product.axes
    if row is None or column is None:
        entry = column if row is None else row
        return replace(product, axes=(entry, entry))
    product = renamed(product, unified([(row, column)]))
    return replace(product, axes=(product.axes[0], None))
