"""Sums of products: terms aligned by broadcasting, identical sums shared up to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from gradproof.program.arrange import arranged
from gradproof.program.contract import negative, opaque
from gradproof.program.plan import Builder
from gradproof.program.product import (
    Factor,
    Letters,
    Product,
    axis_letters,
    is_scalar,
    renamed,
    unified,
)


def add_products(builder: Builder, terms: Sequence[Product]) -> Product:
    """Σ terms, all of one shape.

    A term that is constant along an axis (b·ones(n), ones(m)·c′) is broadcast, not filled in.
    """
    settled = [opaque(builder, term) for term in terms if term.coefficient]
    if not settled:
        return replace(terms[0], factors=(), coefficient=Fraction(0), summed=frozenset())
    first, *others = settled
    aligned = [first, *(_with_axes_of(first, other) for other in others)]
    numbers = [term for term in aligned if not term.factors]
    if len(numbers) == len(aligned):
        return replace(first, coefficient=sum((term.coefficient for term in numbers), Fraction(0)))
    letters = _common_letters(first, aligned)
    signed = tuple(_signed_step(builder, term, letters) for term in aligned)
    return _signed_sum(builder, first, signed, letters)


def entrywise(builder: Builder, operation: str, left: Product, right: Product) -> Product:
    """operation(left, right) entry by entry; a scalar goes with every entry."""
    left, right = opaque(builder, left), opaque(builder, right)
    if not is_scalar(left) and not is_scalar(right):
        right = _with_axes_of(left, right)
    first = right if is_scalar(left) else left
    letters = _common_letters(first, [left, right])
    steps = []
    for sign, step in (_signed_step(builder, part, letters) for part in (left, right)):
        steps.append(negative(builder, step) if sign < 0 else step)
    step = builder.add(operation, tuple(steps), (), builder.axes(letters))
    return Product(first.axes, (Factor(step, letters),))


def _with_axes_of(first: Product, other: Product) -> Product:
    return renamed(other, unified(zip(first.axes, other.axes, strict=True)))


def _common_letters(first: Product, terms: Sequence[Product]) -> Letters:
    """The letters that any term has: indices of enclosing sums, then axes in order."""
    present = {letter for term in terms for factor in term.factors for letter in factor.letters}
    own = axis_letters(first)
    return (*sorted(present - set(own)), *(letter for letter in own if letter in present))


def _signed_step(builder: Builder, term: Product, letters: Letters) -> tuple[int, int]:
    sign = -1 if term.coefficient < 0 else 1
    if not term.factors:
        return sign, builder.number(abs(term.coefficient))
    return sign, arranged(builder, term.factors[0], letters)


def _signed_sum(
    builder: Builder, first: Product, signed: tuple[tuple[int, int], ...], letters: Letters
) -> Product:
    """The sum, or ∓ a sum that is there already: y − Xw is −(Xw − y)."""
    for sign in (1, -1):
        known = builder.sums.get(frozenset((sign * own, step) for own, step in signed))
        if known is not None and len(set(signed)) == len(signed):
            return Product(first.axes, (Factor(known, letters),), Fraction(sign))
    flip = -1 if all(sign < 0 for sign, _ in signed) else 1
    if len(signed) == 1:
        return Product(first.axes, (Factor(signed[0][1], letters),), Fraction(flip))
    signs, steps = zip(*signed, strict=True)
    signs = tuple(flip * sign for sign in signs)
    step = builder.add("add", steps, signs, builder.axes(letters))
    if len(set(signed)) == len(signed):
        builder.sums[frozenset(zip(signs, steps, strict=True))] = step
    return Product(first.axes, (Factor(step, letters),), Fraction(flip))
