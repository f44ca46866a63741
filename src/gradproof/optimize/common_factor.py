"""Both sides of an equation without the factors that all their terms share.

    2/N X′X w = 2/N X′y        is        X′X w = X′y
    2/N X′X w + 2λ w = 2/N X′y    is    (X′X + Nλ I) w = X′y

Only numbers that are known not to be zero are divided by, and denominators multiplied away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradproof.algebra.positivity import is_positive
from gradproof.algebra.simplify import simplify
from gradproof.core.canonical import unit_and_coefficient
from gradproof.core.contract import contract, is_zero
from gradproof.core.node import Contraction, Node, Number, Sum
from gradproof.core.rational import Rational, content, exact, ratio
from gradproof.core.sum import add


def without_common_factor(*sides: Node) -> tuple[Node, ...]:
    """The sides, divided by the positive number that makes their terms simplest."""
    terms = [term for side in sides if not is_zero(side) for term in _terms(side)]
    common = content([weight for weight, _ in terms])
    scalars = _common_scalars([scalars for _, scalars in terms])
    return tuple(_divided(side, common, scalars) for side in sides)


def _terms(side: Node) -> Iterator[tuple[Rational, Mapping[Node, Rational]]]:
    """The coefficient and the numbers of each term."""
    terms = side.terms if isinstance(side, Sum) else ((1, side),)
    for weight, term in terms:
        coefficient, unit = unit_and_coefficient(term)
        yield exact(weight * coefficient), _scalars(unit)


def _scalars(unit: Node) -> dict[Node, Rational]:
    if isinstance(unit, Contraction):
        return {factor.node: factor.exponent for factor in unit.factors if not factor.letters}
    return {} if unit.axes or isinstance(unit, Number) else {unit: 1}


def _common_scalars(terms: list[Mapping[Node, Rational]]) -> dict[Node, Rational]:
    """The least exponent of each number in all terms; it is negative for a denominator."""
    found: dict[Node, Rational] = {}
    for node in {node for scalars in terms for node in scalars}:
        least = min(scalars.get(node, 0) for scalars in terms)
        even = isinstance(least, int) and least % 2 == 0 and least < 0
        if least and (even or is_positive(node)):
            found[node] = least
    return found


def _divided(side: Node, common: Rational, scalars: Mapping[Node, Rational]) -> Node:
    letters = tuple(range(len(side.axes)))
    divisors = [(node, (), -exponent) for node, exponent in scalars.items()]
    terms = side.terms if isinstance(side, Sum) else ((1, side),)
    parts = [
        (weight, contract(ratio(1, common), [(term, letters, 1), *divisors], letters))
        for weight, term in terms
    ]
    return simplify(add(parts, side.axes))
