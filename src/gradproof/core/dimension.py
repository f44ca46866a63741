"""Symbolic sizes of axes: polynomials with integer coefficients in named dimensions.

`n`, `3`, `m*n` (an axis of vec X) and `n+1` (a stacked row) are all of one kind, so two
sizes are equal exactly when they are the same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import NamedTuple

Monomial = tuple[str, ...]


class Dimension(NamedTuple):
    """A size: the sorted pairs (monomial, coefficient), a monomial being its sorted names."""

    terms: tuple[tuple[Monomial, int], ...]

    def __str__(self) -> str:
        return " + ".join(_term_text(names, count) for names, count in self.terms) or "0"

    def __repr__(self) -> str:
        return str(self)

    def names(self) -> frozenset[str]:
        """The dimension names that occur."""
        return frozenset(name for monomial, _ in self.terms for name in monomial)

    def size(self, sizes: Mapping[str, int]) -> int:
        """The number that this size is, once each name has one."""
        return sum(count * prod(sizes[name] for name in names) for names, count in self.terms)

    def is_name(self) -> bool:
        """Whether this is one bare name."""
        return len(self.terms) == 1 and self.terms[0][1] == 1 and len(self.terms[0][0]) == 1


def dimension(value: str | int | Dimension) -> Dimension:
    """The dimension that a bare name or a whole number stands for.

    >>> str(times(dimension("m"), dimension("n")))
    'm*n'
    """
    if isinstance(value, Dimension):
        return value
    if isinstance(value, int):
        return _polynomial({(): value})
    return Dimension((((value,), 1),))


def plus(left: Dimension, right: Dimension) -> Dimension:
    """The sum of two sizes, as of an axis that stacks two others."""
    terms = dict(left.terms)
    for names, count in right.terms:
        terms[names] = terms.get(names, 0) + count
    return _polynomial(terms)


def times(left: Dimension, right: Dimension) -> Dimension:
    """The product of two sizes, as of an axis of vec X or of a Kronecker product."""
    if left == ONE:
        return right
    if right == ONE:
        return left
    terms: dict[Monomial, int] = {}
    for names, count in left.terms:
        for others, factor in right.terms:
            key = tuple(sorted(names + others))
            terms[key] = terms.get(key, 0) + count * factor
    return _polynomial(terms)


def divide(value: Dimension, divisor: Dimension) -> Dimension | None:
    """The size whose product with `divisor` is `value`, where both are plain products.

    >>> divide(times(dimension("m"), dimension("n")), dimension("n"))
    m
    """
    if len(value.terms) != 1 or len(divisor.terms) != 1:
        return None
    (names, count), (others, factor) = value.terms[0], divisor.terms[0]
    left = list(names)
    for name in others:
        if name not in left:
            return None
        left.remove(name)
    return None if count % factor else _polynomial({tuple(left): count // factor})


def replace(value: Dimension, names: Mapping[str, Dimension]) -> Dimension:
    """`value` with dimension names replaced by sizes."""
    total = _polynomial({})
    for monomial, count in value.terms:
        term = _polynomial({(): count})
        for name in monomial:
            term = times(term, names.get(name) or dimension(name))
        total = plus(total, term)
    return total


def shape_text(axes: Iterable[Dimension]) -> str:
    """A shape as an error or a table shows it: `n×d`, or `scalar`."""
    return "×".join(str(axis) if len(axis.terms) < 2 else f"({axis})" for axis in axes) or "scalar"


def _polynomial(terms: Mapping[Monomial, int]) -> Dimension:
    kept = [(names, count) for names, count in terms.items() if count]
    return Dimension(tuple(sorted(kept, key=lambda term: (-len(term[0]), term[0]))))


def _term_text(names: Monomial, count: int) -> str:
    if not names:
        return str(count)
    return "*".join(names) if count == 1 else "*".join((str(count), *names))


ONE = dimension(1)
