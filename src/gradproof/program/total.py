"""Sums of products: terms aligned by broadcasting, identical sums shared up to sign.

A selector or a diagonal is added where it is not zero, to the sum of the other terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from gradproof.program.arrange import arranged
from gradproof.program.contract import negative, on_diagonal, opaque, settled, without_deltas
from gradproof.program.deltas import pattern_of, repeats, ties_indices, with_equal_letters
from gradproof.program.known import labelled
from gradproof.program.plan import Builder
from gradproof.program.product import (
    Factor,
    Letters,
    Product,
    all_letters,
    axis_letters,
    free_letters,
    is_scalar,
    renamed,
    unified,
)
from gradproof.program.selector import entry_of


def add_products(builder: Builder, terms: Sequence[Product]) -> Product:
    """Σ terms, all of one shape.

    A term that is constant along an axis (b·ones(n), ones(m)·c′) is broadcast, not filled in.
    """
    present = [term for term in terms if term.coefficient]
    if not present:
        return replace(terms[0], factors=(), coefficient=Fraction(0), summed=frozenset())
    if len(present) == 1:
        return present[0]
    common = _common_factors(builder, present)
    if common:
        rest = add_products(builder, [_divided(term, common) for term in present])
        return replace(rest, factors=(*common, *rest.factors))
    if any(ties_indices(builder, term) for term in present):
        return _sum_at_every_index(builder, present)
    patterns = {pattern_of(axis_letters(term)) for term in present}
    if len(patterns) == 1 and repeats(present[0]):
        return _sum_of_diagonals(builder, present)
    sparse = [term for term in present if repeats(term) or entry_of(builder, term)]
    dense = [term for term in present if term not in sparse]
    base = _dense_sum(builder, dense) if sparse and dense else None
    if base is None or not _is_full(base):
        return _dense_sum(builder, present)
    for term in sparse:
        base = (
            _with_diagonal(builder, base, term)
            if repeats(term)
            else _with_entry(builder, base, term)
        )
    return base


def _common_factors(builder: Builder, terms: Sequence[Product]) -> tuple[Factor, ...]:
    """What every term of a sum by components is multiplied by: X_sl in X_sl P_sj (δ_jr − P_sr).

    Factors that share an index with a δ stay inside, where the δ makes them a diagonal.
    """
    if not free_letters(terms[0]) or len({term.axes for term in terms}) > 1:
        return ()
    found = Counter(terms[0].factors)
    for term in terms[1:]:
        found &= Counter(term.factors)
    inside = frozenset().union(
        *[term.summed for term in terms],
        *[
            factor.letters
            for term in terms
            for factor in term.factors
            if builder.steps[factor.step].operation == "eye"
        ],
    )
    return tuple([factor for factor in found.elements() if not inside & set(factor.letters)])


def _divided(term: Product, factors: Sequence[Factor]) -> Product:
    """The term without the factors."""
    rest = list(term.factors)
    for factor in factors:
        rest.remove(factor)
    return replace(term, factors=tuple(rest))


def _sum_at_every_index(builder: Builder, terms: Sequence[Product]) -> Product:
    """The sum with the indices of enclosing sums as axes, so that δ_ij is a diagonal of it."""
    free = tuple(sorted({letter for term in terms for letter in free_letters(term)}))
    axes = terms[0].axes
    aligned = [terms[0], *[_with_axes_of(terms[0], term) for term in terms[1:]]]
    letters = (*free, *axis_letters(terms[0]))
    lifted = [with_equal_letters(builder, replace(term, axes=letters)) for term in aligned]
    total = opaque(builder, add_products(builder, lifted))
    names = dict(zip(axis_letters(total), letters, strict=True))
    return replace(renamed(total, names), axes=axes)


def _dense_sum(builder: Builder, terms: Sequence[Product]) -> Product:
    if len(terms) == 1 and terms[0].coefficient < 0 and len(terms[0].factors) > 1:
        term = without_deltas(builder, terms[0])
        _, factor = settled(builder, term, all_letters(term), signed=True)
        return Product(term.axes, (factor,))
    first, *others = [opaque(builder, term) for term in terms]
    aligned = [first, *[_with_axes_of(first, other) for other in others]]
    numbers = [term for term in aligned if not term.factors]
    if len(numbers) == len(aligned):
        return replace(first, coefficient=sum((term.coefficient for term in numbers), Fraction(0)))
    return _signed_sum(builder, first, aligned)


def _is_full(product: Product) -> bool:
    """Whether the product is one array that has every axis."""
    return len(product.factors) == 1 and set(axis_letters(product)) <= set(
        product.factors[0].letters
    )


def _sum_of_diagonals(builder: Builder, terms: Sequence[Product]) -> Product:
    """diag(a) + diag(b) = diag(a + b), for any axes that share letters."""
    cores = [replace(term, axes=_padded(dict.fromkeys(axis_letters(term)))) for term in terms]
    total = add_products(builder, cores)
    letters = [letter for letter in total.axes if letter is not None]
    pattern = pattern_of(axis_letters(terms[0]))
    return replace(total, axes=_padded([letters[number] for number in pattern]))


def _padded(letters: Sequence[int] | dict[int, None]) -> tuple[int | None, ...]:
    axes = tuple(letters)
    return (*axes, *[None] * (2 - len(axes)))


def _with_entry(builder: Builder, base: Product, term: Product) -> Product:
    """base with a multiple of S[n,v] added: at the places of the index only."""
    term = _with_axes_of(base, term)
    entry = entry_of(builder, term)
    assert entry is not None
    selector, rest = entry
    (factor,) = base.factors
    if set(factor.letters) != set(selector.letters):
        return _dense_sum(builder, (base, term))
    sign, value = settled(builder, rest, selector.letters[:-1])
    (index,) = builder.steps[selector.step].operands
    operands = (
        arranged(builder, factor, selector.letters),
        index,
        arranged(builder, value, selector.letters[:-1]),
    )
    sign *= 1 if base.coefficient > 0 else -1
    step = builder.add("add_at", operands, (sign,), builder.axes(selector.letters))
    return replace(base, factors=(Factor(step, selector.letters),))


def _with_diagonal(builder: Builder, base: Product, term: Product) -> Product:
    """base with diag(v) or the like added: on the diagonal only."""
    (factor,) = base.factors
    if free_letters(term) != free_letters(base):
        return _dense_sum(builder, (base, term))
    sign, pattern, values = on_diagonal(builder, term)
    letters = all_letters(base)
    operands = (arranged(builder, factor, letters), values)
    sign *= 1 if base.coefficient > 0 else -1
    step = builder.add("add_diagonal", operands, (*pattern, sign), builder.axes(letters))
    return replace(base, factors=(Factor(step, letters),))


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
    return (*sorted(present - set(own)), *[letter for letter in own if letter in present])


def _signed_step(builder: Builder, term: Product, letters: Letters) -> tuple[int, int]:
    sign = -1 if term.coefficient < 0 else 1
    if not term.factors:
        return sign, builder.number(abs(term.coefficient))
    return sign, arranged(builder, term.factors[0], letters)


def _signed_sum(builder: Builder, first: Product, terms: Sequence[Product]) -> Product:
    """The sum, or ∓ a sum or its transpose that is there already: y − Xw is −(Xw − y)."""
    letters = _common_letters(first, terms)
    marked = [(_factor(builder, term), -1 if term.coefficient < 0 else 1) for term in terms]
    if len(marked) == 1:
        return Product(first.axes, (marked[0][0],), Fraction(marked[0][1]))
    for flip in (1, -1):
        key, names = labelled(builder, [(factor, flip * sign) for factor, sign in marked])
        known = builder.sums.get(key)
        if known is not None:
            own = {name: letter for letter, name in names.items()}
            found = Factor(known[0], tuple([own[label] for label in known[1]]))
            return Product(first.axes, (found,), Fraction(flip))
    flip = -1 if all(sign < 0 for _, sign in marked) else 1
    key, names = labelled(builder, [(factor, flip * sign) for factor, sign in marked])
    steps = tuple([arranged(builder, factor, letters) for factor, _ in marked])
    signs = tuple([flip * sign for _, sign in marked])
    step = builder.add("add", steps, signs, builder.axes(letters))
    builder.sums[key] = step, tuple([names[letter] for letter in letters])
    return Product(first.axes, (Factor(step, letters),), Fraction(flip))


def _factor(builder: Builder, term: Product) -> Factor:
    if term.factors:
        return term.factors[0]
    return Factor(builder.number(abs(term.coefficient)))
