"""A term as people see it: coefficient, scalars, and a chain of matrices; and sums of such terms.

Factoring works on chains: common first or last elements are taken out, so that
A x + A′ x becomes (A + A′) x and X′ diag(p) X − X′ p p′ X becomes X′ (diag(p) − p p′) X.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from gradproof.core.dimension import ONE
from gradproof.core.rational import Rational, content, magnitude, ratio
from gradproof.notation.build import (
    divided,
    literal,
    negated,
    raised,
    shape_of,
    times,
    total,
    transposed,
    transposed_chain,
)
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Name,
    Shape,
    Transpose,
    Tree,
    is_row,
    walk,
    weight_of,
)

Powers = tuple[tuple[Tree, Rational], ...]
Order = Callable[["Product"], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Product:
    """coefficient · Π scalarᵉ · chain[0] chain[1] …; an empty chain is a scalar."""

    coefficient: Rational
    scalars: Powers
    chain: tuple[Tree, ...]
    shape: Shape


def order_of(places: Mapping[str, int]) -> Order:
    """The order of terms in a sum: positive first, then by the symbols in order of appearance."""

    def key(product: Product) -> tuple[object, ...]:
        names = {
            places[part.name]
            for tree in (*product.chain, *(base for base, _ in product.scalars))
            for part in walk(tree)
            if isinstance(part, Name) and part.name in places
        }
        return product.coefficient < 0, sorted(names), sum(map(weight_of, product.chain))

    return key


def product_tree(product: Product) -> Tree:
    """The term as a tree: 2/N*X'*r, 2*A*x/(1 + x'*A*x), det(X)*inv(X)'."""
    size = magnitude(product.coefficient)
    product = replace(product, chain=_with_powers(_row_joined(product.chain)))
    scalars = sorted(_roots_joined(product.scalars), key=lambda scalar: weight_of(scalar[0]))
    above = [raised(base, power) for base, power in scalars if power > 0]
    below = [raised(base, -power) for base, power in scalars if power < 0]
    if not product.chain or all(isinstance(part, Name) for part in below):
        tree = _leading_fraction(size, above, below, product.chain)
    else:
        front = [literal(size)] if size != 1 else []
        tree = divided(times([*front, *above, *product.chain]), times(below))
    return negated(tree) if product.coefficient < 0 else tree


def _roots_joined(scalars: Powers) -> list[tuple[Tree, Rational]]:
    """√(2π) rather than √2 √π: numbers and names under the same root share it."""
    joined: dict[Rational, list[Tree]] = {}
    rest = []
    for base, power in scalars:
        if not isinstance(power, int) and isinstance(base, Literal | Name):
            joined.setdefault(power, []).append(base)
        else:
            rest.append((base, power))
    roots = [(times(sorted(bases, key=_is_name)), power) for power, bases in joined.items()]
    return rest + roots


def _is_name(tree: Tree) -> bool:
    return isinstance(tree, Name)


def _row_joined(chain: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """u (W v)′ rather than u v′ W′."""
    start = len(chain)
    while start > 1 and isinstance(chain[start - 1], Transpose):
        start -= 1
    row = chain[start:]
    if len(row) < 2 or not is_row(row[0]) or any(map(_is_inverse_transpose, row)):
        return chain
    return (*chain[:start], transposed(times(transposed_chain(row, frozenset()))))


def _is_inverse_transpose(tree: Tree) -> bool:
    """X⁻ᵀ, which is read as one sign."""
    return isinstance(tree, Transpose) and isinstance(tree.operand, Call)


def _with_powers(chain: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """X X is X², X′ X′ is (X²)′."""
    powers: list[Tree] = []
    for base, run in groupby(chain):
        count = len(list(run))
        rows, columns = shape_of(base)
        if count == 1 or rows != columns:
            powers.extend([base] * count)
        elif isinstance(base, Transpose):
            powers.append(transposed(_matrix_power(base.operand, count)))
        else:
            powers.append(_matrix_power(base, count))
    return tuple(powers)


def _matrix_power(base: Tree, count: int) -> Tree:
    return Binary("^", base, literal(count), shape=base.shape)


def _leading_fraction(
    size: Rational, above: list[Tree], below: list[Tree], chain: tuple[Tree, ...]
) -> Tree:
    """(size · above / below) · chain."""
    if not below:
        front = [literal(size)] if size != 1 or not (above or chain) else []
        return times([*front, *above, *chain])
    numerator, denominator = Fraction(size).as_integer_ratio()
    bottom = times([*([literal(denominator)] if denominator != 1 else []), *below])
    if numerator == 1 and not above and chain and denominator == 1:
        return divided(times(chain), bottom)
    top = [literal(numerator)] if numerator != 1 or not above else []
    return times([divided(times([*top, *above]), bottom), *chain])


def sum_product(products: list[Product], order: Order) -> Product:
    """A sum of terms as one term, factored where that makes it shorter to read."""
    terms = _factored(_merged(products), order)
    if len(terms) == 1:
        return terms[0]
    common, rest = _common_scalars(terms)
    base = common or Product(1, (), (), terms[0].shape)
    inner = _sum_of(sorted(rest, key=order))
    if base.shape == SCALAR:
        scalars = (*base.scalars, (inner, 1))
        return replace(base, scalars=scalars)
    return replace(base, chain=(inner,))


def _merged(products: list[Product]) -> list[Product]:
    """Like terms added up."""
    found: dict[tuple[Powers, tuple[Tree, ...]], Product] = {}
    for product in products:
        place = (product.scalars, product.chain)
        known = found.get(place)
        if known is not None:
            product = replace(product, coefficient=known.coefficient + product.coefficient)
        found[place] = product
    kept = [product for product in found.values() if product.coefficient]
    return kept or [replace(products[0], coefficient=0)]


def _common_scalars(terms: list[Product]) -> tuple[Product | None, list[Product]]:
    """What all terms have in common: scalar powers, and a coefficient that all share."""
    shared = dict(terms[0].scalars)
    for term in terms[1:]:
        powers = dict(term.scalars)
        shared = {
            base: _nearer(power, powers[base])
            for base, power in shared.items()
            if base in powers and power * powers[base] > 0
        }
    sizes = {magnitude(term.coefficient) for term in terms}
    size = content([term.coefficient for term in terms])
    if len(sizes) > 1:
        size = 1
    if all(term.coefficient < 0 for term in terms):
        size = -size
    if not shared and size == 1:
        return None, terms
    rest = [
        replace(
            term,
            coefficient=ratio(term.coefficient, size),
            scalars=_without(term.scalars, shared),
        )
        for term in terms
    ]
    return Product(size, tuple(shared.items()), (), terms[0].shape), rest


def _nearer(one: Rational, other: Rational) -> Rational:
    return min(one, other, key=magnitude)


def _without(scalars: Powers, gone: Mapping[Tree, Rational]) -> Powers:
    left = [(base, power - gone.get(base, 0)) for base, power in scalars]
    return tuple([(base, power) for base, power in left if power])


def _factored(products: list[Product], order: Order) -> list[Product]:
    """Terms with common ends of their chains taken together, greedily the most shared first."""
    terms = _same_chains(products, order)
    while True:
        best = _most_shared(terms)
        if best is None:
            return terms
        end, element = best
        group = [term for term in terms if len(term.chain) > 1 and term.chain[end] == element]
        rest = [term for term in terms if term not in group]
        terms = [*rest, _taken_out(group, end, element, order)]


def _most_shared(terms: list[Product]) -> tuple[int, Tree] | None:
    count: Counter[tuple[int, Tree]] = Counter()
    for term in terms:
        if len(term.chain) > 1:
            count[(-1, term.chain[-1])] += 1
            count[(0, term.chain[0])] += 1
    shared = [
        (times_, weight_of(key[1]), -key[0], key) for key, times_ in count.items() if times_ > 1
    ]
    if not shared:
        return None
    return max(shared, key=lambda entry: entry[:3])[3]


def _taken_out(group: list[Product], end: int, element: Tree, order: Order) -> Product:
    first = group[0]
    shape = shape_of(element)
    kept = [
        replace(
            term,
            chain=term.chain[1:] if end == 0 else term.chain[:-1],
            shape=(shape[1], first.shape[1]) if end == 0 else (first.shape[0], shape[0]),
        )
        for term in group
    ]
    terms = _factored(kept, order)
    common, rest = _common_scalars(terms) if len(terms) > 1 else (None, terms)
    if len(terms) == 1:
        inner = terms[0]
    else:
        middle = _sum_of(sorted(rest, key=order))
        base = common or Product(1, (), (), kept[0].shape)
        inner = replace(base, chain=(middle,))
    chain = (element, *inner.chain) if end == 0 else (*inner.chain, element)
    return replace(inner, chain=chain, shape=first.shape)


def _sum_of(terms: list[Product]) -> Tree:
    """The sum of terms; rows are written (h − t)′ rather than h′ − t′."""
    if terms[0].shape[0] == ONE and terms[0].shape != SCALAR:
        turned = [
            replace(term, chain=transposed_chain(term.chain, frozenset()), shape=term.shape[::-1])
            for term in terms
        ]
        if sum(map(_transposes, turned)) < sum(map(_transposes, terms)):
            return transposed(total([product_tree(term) for term in turned]))
    return total([product_tree(term) for term in terms])


def _transposes(term: Product) -> int:
    return sum(isinstance(part, Transpose) for part in term.chain)


def _same_chains(products: list[Product], order: Order) -> list[Product]:
    """s·C + t·C = (s + t)·C for terms with one and the same non-empty chain."""
    groups: dict[tuple[Tree, ...], list[Product]] = {}
    for product in products:
        groups.setdefault(product.chain, []).append(product)
    result = []
    for chain, group in groups.items():
        if not chain or len(group) == 1:
            result.extend(group)
            continue
        common, rest = _common_scalars(group)
        scalar_terms = [replace(term, chain=(), shape=SCALAR) for term in rest]
        inner = total([product_tree(term) for term in sorted(scalar_terms, key=order)])
        base = common or Product(1, (), (), SCALAR)
        result.append(
            replace(base, scalars=(*base.scalars, (inner, 1)), chain=chain, shape=group[0].shape)
        )
    return result
