"""A product of lettered factors worked out: scalars apart, factors in the cheapest order.

`settled` gives one array with a letter for each axis; `array` gives it in the layout of
its logical axes, with identities, broadcasts and signs spelled out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

from gradproof.program.arrange import arranged, quotient, reduced
from gradproof.program.order import PairTree, components, nominal_size, pair_tree
from gradproof.program.pairing import is_inverse, pair
from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Letters, Product, axis_letters

Path = tuple[int, ...]


def array(builder: Builder, product: Product, free: Letters = ()) -> int:
    """The step that is the product with all its axes: first the free indices, then its own."""
    product = without_deltas(builder, product)
    target = (*free, *axis_letters(product))
    if not product.coefficient:
        return builder.add("zeros", (), (), builder.axes(target))
    present = {letter for factor in product.factors for letter in factor.letters}
    missing = tuple(letter for letter in target if letter not in present)
    if missing:
        ones = builder.add("ones", (), (), builder.axes(missing))
        filled = Factor(ones, missing)
        first = missing[0] == target[0]
        factors = (filled, *product.factors) if first else (*product.factors, filled)
        product = replace(product, factors=factors)
    sign, factor = settled(builder, product)
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
    sign, factor = settled(builder, product)
    if factor.letters or builder.steps[factor.step].operation != "number":
        return Product(product.axes, (factor,), Fraction(sign))
    value = builder.steps[factor.step].parameters[0]
    assert isinstance(value, Fraction)
    return Product(product.axes, (), sign * value)


def without_deltas(builder: Builder, product: Product) -> Product:
    """The product with a letter of its own for each axis: diag(v) and I become matrices."""
    letters = axis_letters(product)
    for letter in letters:
        if letters.count(letter) == 1:
            continue
        if letters == (letter, letter) and _is_function_of(product, letter):
            sign, vector = settled(builder, replace(product, axes=(letter, None)))
            axes = builder.axes(letters)
            matrix = builder.add("diagonal_matrix", (vector.step,), (), axes)
            twin = builder.letter(builder.extents[letter])
            return Product((letter, twin), (Factor(matrix, (letter, twin)),), Fraction(sign))
        return without_deltas(builder, _with_identity(builder, product, letter))
    return product


def _is_function_of(product: Product, letter: int) -> bool:
    present = {own for factor in product.factors for own in factor.letters}
    return present - product.summed == {letter}


def _with_identity(builder: Builder, product: Product, letter: int) -> Product:
    """The last axis with this letter renamed, and tied to the others by an identity matrix."""
    extent = builder.extents[letter]
    twin = builder.letter(extent)
    identity = Factor(builder.add("eye", (), (), (extent, extent)), (letter, twin))
    place = max(place for place, own in enumerate(product.axes) if own == letter)
    axes = (*product.axes[:place], twin, *product.axes[place + 1 :])
    return replace(product, axes=axes, factors=(*product.factors, identity))


def settled(builder: Builder, product: Product) -> tuple[int, Factor]:
    """The product worked out: its sign, and one factor that has the letters it depends on."""
    product = _without_identities(builder, product)
    sign = -1 if product.coefficient < 0 else 1
    scalars = [factor for factor in product.factors if not factor.letters]
    arrays = [factor for factor in product.factors if factor.letters]
    arrays = [
        reduced(builder, arrays[k], _wanted(arrays, k, product.summed)) for k in range(len(arrays))
    ]
    scalars += [factor for factor in arrays if not factor.letters]
    trees: list[PairTree] = []
    arrays = [factor for factor in arrays if factor.letters]
    letters = [frozenset(factor.letters) for factor in arrays]
    for group in components(letters):
        kept = frozenset().union(*(letters[place] for place in group)) - product.summed
        tree = _group_tree(builder, letters, group, kept)
        if kept:
            trees.append(tree)
        else:
            scalars.append(_worked_out(builder, arrays, tree, kept))
    return sign, _scaled_product(
        builder, abs(product.coefficient), scalars, arrays, trees, product.summed
    )


def _scaled_product(
    builder: Builder,
    coefficient: Fraction,
    scalars: Sequence[Factor],
    arrays: list[Factor],
    trees: list[PairTree],
    summed: frozenset[int],
) -> Factor:
    """The product of scalars and trees of arrays, the scale put where it costs least."""
    above = tuple(factor.step for factor in scalars if not factor.divides)
    below = tuple(factor.step for factor in scalars if factor.divides)
    if not trees:
        return Factor(quotient(builder, coefficient, above, below))
    whole = trees[0]
    for tree in trees[1:]:
        whole = (whole, tree)
    kept = frozenset().union(*(factor.letters for factor in arrays)) - summed
    if coefficient == 1 and not scalars:
        return _worked_out(builder, arrays, whole, kept)
    path = min(_places(builder, arrays, whole, kept), key=lambda place: place[0])[1]
    return _worked_out(builder, arrays, whole, kept, path, (coefficient, above, below))


def _wanted(arrays: Sequence[Factor], place: int, summed: frozenset[int]) -> frozenset[int]:
    """The letters of one factor that are kept, or that another factor has too."""
    others = {
        letter for other, factor in enumerate(arrays) if other != place for letter in factor.letters
    }
    return frozenset(
        letter for letter in arrays[place].letters if letter in others or letter not in summed
    )


def _without_identities(builder: Builder, product: Product) -> Product:
    """Σ_j I_ij f(j) = f(i): identity matrices with a summed letter contracted away."""
    for factor in product.factors:
        if builder.steps[factor.step].operation != "eye" or len(set(factor.letters)) < 2:
            continue
        first, second = factor.letters
        gone, kept = (first, second) if first in product.summed else (second, first)
        if gone in product.summed:
            rest = list(product.factors)
            rest.remove(factor)
            if kept in product.summed and not any(
                {gone, kept} & set(other.letters) for other in rest
            ):
                continue
            factors = tuple(
                other._replace(
                    letters=tuple(kept if letter == gone else letter for letter in other.letters)
                )
                for other in rest
            )
            shorter = replace(product, factors=factors, summed=product.summed - {gone})
            return _without_identities(builder, shorter)
    return product


def _group_tree(
    builder: Builder, letters: Sequence[frozenset[int]], group: list[int], kept: frozenset[int]
) -> PairTree:
    def size(letter: int) -> int:
        return nominal_size(builder.extents[letter])

    local = pair_tree([letters[place] for place in group], kept, size)

    def placed(tree: PairTree) -> PairTree:
        return group[tree] if isinstance(tree, int) else (placed(tree[0]), placed(tree[1]))

    return placed(local)


Scale = tuple[Fraction, tuple[int, ...], tuple[int, ...]]


def _worked_out(
    builder: Builder,
    arrays: list[Factor],
    tree: PairTree,
    wanted: frozenset[int],
    path: Path | None = None,
    scale: Scale | None = None,
) -> Factor:
    """The product along `tree`, the node at `path` multiplied by the scale."""
    if isinstance(tree, int):
        factor = arrays[tree]
    else:
        left, right = tree
        factor = pair(
            builder,
            _worked_out(
                builder, arrays, left, wanted | _letters(arrays, right), _below(path, 0), scale
            ),
            _worked_out(
                builder, arrays, right, wanted | _letters(arrays, left), _below(path, 1), scale
            ),
            wanted,
        )
    if path == () and scale is not None:
        return _scaled(builder, factor, scale)
    return factor


def _below(path: Path | None, side: int) -> Path | None:
    return path[1:] if path and path[0] == side else None


def _letters(arrays: list[Factor], tree: PairTree) -> frozenset[int]:
    if isinstance(tree, int):
        return frozenset(arrays[tree].letters)
    return _letters(arrays, tree[0]) | _letters(arrays, tree[1])


def _places(
    builder: Builder, arrays: list[Factor], tree: PairTree, wanted: frozenset[int], path: Path = ()
) -> Iterator[tuple[tuple[int, int], Path]]:
    """Where a scale could be put: (entries there, depth), and the way to it."""
    present = _letters(arrays, tree) & wanted
    size = prod(nominal_size(builder.extents[letter]) for letter in present)
    if not isinstance(tree, int):
        yield (size, len(path)), path
        for side in (0, 1):
            outside = wanted | _letters(arrays, tree[1 - side])
            yield from _places(builder, arrays, tree[side], outside, (*path, side))
    elif not path or not is_inverse(builder, arrays[tree]):
        yield (size, len(path)), path


def _scaled(builder: Builder, factor: Factor, scale: Scale) -> Factor:
    coefficient, above, below = scale
    axes = builder.steps[factor.step].axes
    if (
        coefficient.numerator == 1
        and not above
        and (below or coefficient.denominator not in (2, 4, 5, 8, 10))
    ):
        divisor = quotient(builder, Fraction(coefficient.denominator), below, ())
        step = builder.add("divide", (factor.step, divisor), (), axes)
    else:
        multiplier = quotient(builder, coefficient, above, below)
        step = builder.add("multiply", (multiplier, factor.step), (), axes)
    return factor._replace(step=step)
