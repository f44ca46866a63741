"""Terms of a sum that differ in one factor, or share one, are one term with a bracket.

Σ A[i, k] P[k, j] − Σ A[i, k] Q[k, j]      is      Σ A[i, k] (P − Q)[k, j]
Σ u[i] v[i, k] W[k, j] + Σ S[i, l] V[i, l, k] W[k, j]      is      Σ (u v + S V)[i, k] W[k, j]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from gradproof.core.contract import contract, permute
from gradproof.core.node import Contraction, Node, Sum, symbol
from gradproof.core.rational import Rational
from gradproof.core.sum import add

Term = tuple[Rational, Node]
HOLE = "#hole"
LARGEST = 40


def joined(node: Sum) -> tuple[Term, ...]:
    """The terms of a sum, joined as far as they share all factors but one."""
    terms = node.terms
    while 1 < len(terms) <= LARGEST:
        shared = _most_shared(terms)
        if shared is None:
            break
        terms = shared
    return terms


def _most_shared(terms: tuple[Term, ...]) -> tuple[Term, ...] | None:
    """The terms after the largest group that differs in one factor was joined."""
    groups: dict[Node, dict[int, tuple[Rational, Node]]] = defaultdict(dict)
    for place, (weight, term) in enumerate(terms):
        for surroundings, factor in (*_with_holes(term), *_around_factors(term)):
            groups[surroundings].setdefault(place, (weight, factor))
    shared = [group for group in groups.items() if len(group[1]) > 1]
    if not shared:
        return None
    surroundings, members = max(shared, key=lambda group: len(group[1]))
    factors = list(members.values())
    bracket = add(factors, factors[0][1].axes)
    kept = [term for place, term in enumerate(terms) if place not in members]
    return (*kept, (1, _filled(surroundings, bracket)))


def _with_holes(term: Node) -> Iterator[tuple[Node, Node]]:
    """The term, of coefficient 1, with a hole in the place of a factor that has letters."""
    if not isinstance(term, Contraction):
        return
    for place, (node, letters, exponent) in enumerate(term.factors):
        if not letters or exponent != 1:
            continue
        turned = [(letters, node)]
        if len(letters) == 2:
            turned.append((letters[::-1], permute(node, (1, 0))))
        rest = [factor for k, factor in enumerate(term.factors) if k != place]
        for order, factor in turned:
            hole = symbol(HOLE, factor.axes)
            sizes = {letter: term.dimensions[letter] for letter in range(len(term.dimensions))}
            holed = contract(1, [*rest, (hole, order, 1)], term.output, sizes)
            if isinstance(holed, Contraction):
                yield holed, factor


def _around_factors(term: Node) -> Iterator[tuple[Node, Node]]:
    """One factor of the term with a hole in the place of all others, and their product."""
    if not isinstance(term, Contraction) or len(term.factors) < 3:
        return
    sizes = {letter: term.dimensions[letter] for letter in term.output}
    for place, (node, letters, exponent) in enumerate(term.factors):
        rest = [factor for k, factor in enumerate(term.factors) if k != place]
        if len(letters) < 2 or len(set(letters)) < len(letters) or exponent != 1:
            continue
        present = {letter for factor in rest for letter in factor.letters}
        around = tuple([k for k in dict.fromkeys((*term.output, *letters)) if k in present])
        if not around:
            continue
        product = contract(1, rest, around)
        hole = symbol(HOLE, product.axes)
        holed = contract(1, [(node, letters, 1), (hole, around, 1)], term.output, sizes)
        if isinstance(holed, Contraction):
            yield holed, product


def _filled(holed: Node, factor: Node) -> Node:
    """The contraction with the factor in the place of its hole."""
    assert isinstance(holed, Contraction)
    factors = [
        (factor if own.node is symbol(HOLE, factor.axes) else own.node, own.letters, own.exponent)
        for own in holed.factors
    ]
    return contract(holed.coefficient, factors, holed.output, dict(enumerate(holed.dimensions)))
