"""Sums of products that are linear in a differential, kept as short as they are read.

Numbers and scalars gather in front, so that 2⟨r, X dw⟩/N comes of d(‖Xw − y‖²)/N.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from gradproof.core.dimension import ONE
from gradproof.core.rational import Rational, exact
from gradproof.notation.build import chain_of, shape_of, sign_and_rest, times, total
from gradproof.notation.raising.product import Powers, Product, product_tree
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Negation,
    Shape,
    Transpose,
    Tree,
    is_scalar,
)


def whole(tree: Tree) -> Product:
    """A tree as a product of one factor, its sign taken off."""
    sign, rest = sign_and_rest(tree)
    return Product(sign, (), (rest,), shape_of(tree))


def parts(tree: Tree) -> Product:
    """A constant factor taken apart into a number, scalars and a chain of matrices."""
    match tree:
        case Literal(value):
            return Product(exact(value), (), (), SCALAR)
        case Negation(operand):
            return scaled(parts(operand), -1)
        case Binary("*", left, right) if is_scalar(left) or is_scalar(right):
            return multiplied(parts(left), parts(right))
        case Binary("*") if not is_scalar(tree):
            factors = [parts(factor) for factor in chain_of(tree)]
            result = factors[0]
            for factor in factors[1:]:
                result = multiplied(result, factor)
            return result
        case Binary("/" | "./", left, right) if is_scalar(right):
            return multiplied(parts(left), reciprocal(right))
        case _ if is_scalar(tree):
            return _scalar(tree, 1)
        case _:
            return Product(1, (), (tree,), shape_of(tree))


def reciprocal(tree: Tree) -> Product:
    """1/tree, for a scalar."""
    known = parts(tree)
    assert not known.chain
    powers = tuple([(base, exact(-power)) for base, power in known.scalars])
    return Product(exact(1 / Fraction(known.coefficient)), powers, (), SCALAR)


def _scalar(tree: Tree, exponent: Rational) -> Product:
    """A scalar as a power of its base."""
    match tree:
        case Binary("^", base, Literal(value)) if is_scalar(base) and _is_atom(base):
            return Product(1, ((base, exact(value * exponent)),), (), SCALAR)
        case Call("sqrt", (base,)) if _is_atom(base):
            return Product(1, ((base, exact(Fraction(1, 2) * exponent)),), (), SCALAR)
        case _:
            return Product(1, ((tree, exponent),), (), SCALAR)


def _is_atom(tree: Tree) -> bool:
    return not isinstance(tree, Literal | Negation)


def scaled(product: Product, number: Rational) -> Product:
    """number · product."""
    return replace(product, coefficient=exact(Fraction(product.coefficient) * number))


def multiplied(left: Product, right: Product) -> Product:
    """left · right: numbers multiply, powers of one scalar add up, chains are joined."""
    powers = dict(left.scalars)
    for base, power in right.scalars:
        powers[base] = exact(Fraction(powers.get(base, 0)) + power)
    scalars: Powers = tuple([(base, power) for base, power in powers.items() if power])
    coefficient = exact(Fraction(left.coefficient) * right.coefficient)
    return Product(coefficient, scalars, _joined(left, right), _shape(left.shape, right.shape))


def _shape(left: Shape, right: Shape) -> Shape:
    if left == SCALAR:
        return right
    return left if right == SCALAR else (left[0], right[1])


def _joined(left: Product, right: Product) -> tuple[Tree, ...]:
    """The chains after each other, scalars such as x′dy of them in front."""
    fronts: list[Tree] = []
    chain: list[Tree] = []
    for product in (left, right):
        if product.shape == SCALAR and product.chain:
            fronts.append(times(product.chain))
        else:
            leading = [part for part in product.chain if is_scalar(part)]
            fronts.extend(leading)
            chain.extend(part for part in product.chain if not is_scalar(part))
    return (*fronts, *chain)


def outside(product: Product) -> Product:
    """The number and the scalars alone."""
    return replace(product, chain=(), shape=SCALAR)


def inside(product: Product) -> Tree:
    """The chain alone."""
    return times(product.chain)


def collapsed(terms: Iterable[Product]) -> Product | None:
    """A sum as one factor; nothing for the empty sum."""
    known = list(terms)
    if len(known) < 2:
        return known[0] if known else None
    tree = sum_tree(known)
    return Product(1, (), (tree,), shape_of(tree))


def sum_tree(terms: Iterable[Product]) -> Tree:
    """The sum as it is written."""
    return total([product_tree(term) for term in terms])


def is_row_shape(shape: Shape) -> bool:
    """Whether this is the shape of a row."""
    return shape[0] == ONE and shape[1] != ONE


def turned(product: Product) -> Product:
    """The transpose of a product."""
    from gradproof.notation.build import transposed_chain

    fronts = tuple([part for part in product.chain if is_scalar(part)])
    rest = tuple([part for part in product.chain if not is_scalar(part)])
    chain = (*fronts, *transposed_chain(rest, frozenset()))
    return replace(product, chain=chain, shape=product.shape[::-1])


def untransposed(tree: Tree) -> Tree:
    """X of X′."""
    return tree.operand if isinstance(tree, Transpose) else tree
