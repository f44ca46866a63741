"""A product of lettered factors worked out: scalars apart, factors in the cheapest order.

`settled` gives one array with a letter for each axis; `array` gives it in the layout of
its logical axes, with identities, broadcasts and signs spelled out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from gradproof.program.arrange import arranged, quotient, reduced
from gradproof.program.deltas import (
    Pattern,
    pattern_of,
    repeats,
    with_equal_letters,
    with_identity,
    with_twins,
    without_identities,
)
from gradproof.program.grams import batch_of_grams
from gradproof.program.network import Network, cheapest_tree, scale_place, worked_out
from gradproof.program.order import PairTree, components
from gradproof.program.plan import Builder
from gradproof.program.product import (
    Factor,
    Letters,
    Product,
    all_letters,
    axis_letters,
    free_letters,
)
from gradproof.program.selector import (
    counted,
    scatters,
    selected_value,
    without_idle_selectors,
)


def array(builder: Builder, product: Product, free: Letters = ()) -> int:
    """The step that is the product with all its axes: first the free indices, then its own."""
    product = without_idle_selectors(builder, without_deltas(builder, product))
    target = (*free, *axis_letters(product))
    if not product.coefficient:
        return builder.add("zeros", (), (), builder.axes(target))
    present = {letter for factor in product.factors for letter in factor.letters}
    missing = tuple([letter for letter in target if letter not in present])
    if missing:
        ones = builder.add("ones", (), (), builder.axes(missing))
        filled = Factor(ones, missing)
        first = missing[0] == target[0]
        factors = (filled, *product.factors) if first else (*product.factors, filled)
        product = replace(product, factors=factors)
    sign, factor = settled(builder, product, target)
    step = arranged(builder, factor, target, full=True)
    return negative(builder, step) if sign < 0 else step


def negative(builder: Builder, step: int) -> int:
    """−step; of a number, the number."""
    found = builder.steps[step]
    if found.operation == "number":
        value = found.parameters[0]
        assert isinstance(value, Fraction)
        return builder.number(-value)
    return builder.add("negative", (step,), (), found.axes)


def opaque(builder: Builder, product: Product) -> Product:
    """The same value as a product of one factor, with distinct axis letters; sign apart."""
    product = without_deltas(builder, product)
    if not product.coefficient:
        return Product(product.axes, (), Fraction(0))
    if _is_opaque(builder, product):
        return product
    sign, factor = settled(builder, product, all_letters(product))
    if factor.letters or builder.steps[factor.step].operation != "number":
        return Product(product.axes, (factor,), Fraction(sign))
    value = builder.steps[factor.step].parameters[0]
    assert isinstance(value, Fraction)
    return Product(product.axes, (), sign * value)


def _is_opaque(builder: Builder, product: Product) -> bool:
    """Whether there is nothing to do: one factor, or a number, with nothing summed."""
    if product.summed or abs(product.coefficient) != 1 or len(product.factors) != 1:
        return False
    (factor,) = product.factors
    if factor.divides or len(set(factor.letters)) < len(factor.letters):
        return False
    return builder.steps[factor.step].operation != "number"


def without_deltas(builder: Builder, product: Product) -> Product:
    """The product with a letter of its own for each axis: diag(v) and I become matrices."""
    product = with_equal_letters(builder, without_identities(builder, product))
    if not repeats(product):
        return product
    letters = axis_letters(product)
    present = {letter for factor in product.factors for letter in factor.letters}
    if len(letters) == 2 and not present - product.summed:
        return with_identity(builder, product)
    sign, pattern, values = on_diagonal(builder, product)
    free = free_letters(product)
    axes = with_twins(builder, product)
    own = (*free, *[letter for letter in axes if letter is not None])
    if letters == letters[:1] * 2 and present - product.summed == set(letters):
        step = builder.add("diagonal_matrix", (values,), (), builder.axes(own))
    else:
        step = builder.add("block_diagonal", (values,), pattern, builder.axes(own))
    return Product(axes, (Factor(step, own),), Fraction(sign))


def on_diagonal(builder: Builder, product: Product) -> tuple[int, tuple[Pattern, Pattern], int]:
    """What stands where equal letters agree: its sign, the axes by number, and the values.

    The axes of all, then those of the values, are numbered by the first occurrence of their
    letter; the indices of enclosing sums come first.  Leading axes along which nothing changes
    are left out of the values.
    """
    letters = all_letters(product)
    distinct = tuple(dict.fromkeys(letters))
    sign, factor = settled(builder, product, distinct)
    values = arranged(builder, factor, distinct)
    rank = len(builder.steps[values].axes)
    own = tuple(range(len(distinct)))[len(distinct) - rank :]
    return sign, (pattern_of(letters), own), values


def settled(
    builder: Builder, product: Product, layout: Letters = (), *, signed: bool = False
) -> tuple[int, Factor]:
    """The product worked out: its sign, and one factor that has the letters it depends on.

    layout: the order in which its letters are wanted, where it costs nothing.  signed: with
    the sign inside, put where it costs least.
    """
    product = without_idle_selectors(builder, without_identities(builder, product))
    sign = -1 if product.coefficient < 0 and not signed else 1
    scalars = [factor for factor in product.factors if not factor.letters]
    arrays = _reduced(builder, product)
    scalars += [factor for factor in arrays if not factor.letters]
    network = Network(builder, [own for own in arrays if own.letters], product.summed)
    letters = [frozenset(factor.letters) for factor in network.factors]
    trees: list[PairTree] = []
    lonely: list[int] = []
    for group in components(letters):
        kept = frozenset().union(*[letters[place] for place in group]) - product.summed
        if len(group) == 1 and scatters(builder, network.factors[group[0]], kept):
            lonely.append(group[0])
            continue
        if len(group) == 1:
            network.factors[group[0]] = reduced(builder, network.factors[group[0]], kept)
        grams = batch_of_grams(network, group, kept)
        if grams is not None:
            network.factors.append(grams)
        tree = cheapest_tree(network, group, kept) if grams is None else len(network.factors) - 1
        if kept:
            trees.append(tree)
        else:
            scalars.append(worked_out(network, tree, kept))
    return sign, _assembled(network, product.coefficient * sign, scalars, trees, lonely, layout)


def _reduced(builder: Builder, product: Product) -> list[Factor]:
    """The factors that are arrays, letters that only one of them has summed away."""
    arrays = [factor for factor in product.factors if factor.letters]
    return [
        factor
        if selected_value(builder, factor) is not None
        else reduced(builder, factor, _wanted(arrays, place, product.summed))
        for place, factor in enumerate(arrays)
    ]


def _wanted(arrays: Sequence[Factor], place: int, summed: frozenset[int]) -> frozenset[int]:
    """The letters of one factor that are kept, or that another factor has too."""
    others = {
        letter for other, factor in enumerate(arrays) if other != place for letter in factor.letters
    }
    return frozenset(
        [letter for letter in arrays[place].letters if letter in others or letter not in summed]
    )


def _assembled(
    network: Network,
    coefficient: Fraction,
    scalars: Sequence[Factor],
    trees: list[PairTree],
    lonely: list[int],
    layout: Letters,
) -> Factor:
    """The product of scalars and trees of arrays, the scale put where it costs least.

    lonely: selectors that share no letter with the rest, which they scatter as a whole.
    """
    builder = network.builder
    above = tuple([factor.step for factor in scalars if not factor.divides])
    below = tuple([factor.step for factor in scalars if factor.divides])
    plain = coefficient == 1 and not scalars
    if not trees and not lonely:
        return Factor(quotient(builder, coefficient, above, below))
    if not trees and len(lonely) == 1:
        values = quotient(builder, coefficient, above, below)
        return counted(builder, network.factors[lonely[0]], values)
    for place in lonely if not trees else lonely[1:]:
        network.factors[place] = counted(builder, network.factors[place], builder.number(1))
    trees = [*trees, *lonely[1:], *lonely[:1]]
    whole = trees[0]
    for tree in trees[1:]:
        whole = (whole, tree)
    kept = frozenset().union(*[own.letters for own in network.factors]) - network.summed
    if plain:
        return worked_out(network, whole, kept, layout=layout)
    path = scale_place(network, whole, kept)
    return worked_out(network, whole, kept, path, (coefficient, above, below), layout)
