"""Sums in normal form: like terms merged, zero terms gone, terms in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable

from gradproof.core.canonical import finished, ones, unit_and_coefficient
from gradproof.core.dimension import Dimension
from gradproof.core.node import (
    Contraction,
    Factor,
    Node,
    Number,
    Sum,
    intern,
    interned,
    memoised,
    number,
)
from gradproof.core.rational import Rational, content, exact, ratio


def add(terms: Iterable[tuple[Rational, Node]], axes: tuple[Dimension, ...]) -> Node:
    """Σ coefficient·node over terms that all have the same axes."""
    merged: dict[Node, Rational] = {}
    for weight, node in terms:
        if isinstance(node, Sum):
            for inner, term in node.terms:
                merged[term] = merged.get(term, 0) + weight * inner
            continue
        inner, unit = unit_and_coefficient(node)
        if isinstance(unit, Contraction) and unit.coefficient == 0:
            continue
        if isinstance(unit, Number) and unit.value == 0:
            continue
        merged[unit] = merged.get(unit, 0) + weight * inner
    kept = [(exact(weight), node) for node, weight in merged.items() if weight]
    if not kept:
        return ones(axes, 0)
    if len(kept) == 1:
        return _scaled(*kept[0])
    kept.sort(key=_term_key)
    return _interned_sum(tuple(kept))


def primitive(node: Node) -> tuple[Rational, Node]:
    """The pair (c, kernel) with node = c·kernel: coprime coefficients, the first one positive."""
    weight, kernel = _primitive(node)
    return weight, node if kernel is None else kernel


@memoised
def _primitive(node: Node) -> tuple[Rational, Node | None]:
    """The content, and the kernel unless it is the node itself."""
    assert isinstance(node, Sum)
    common = content([weight for weight, _ in node.terms])
    if node.terms[0][0] < 0:
        common = -common
    if common == 1:
        return 1, None
    terms = [(ratio(weight, common), term) for weight, term in node.terms]
    return common, _interned_sum(tuple(terms))


def _term_key(term: tuple[Rational, Node]) -> int:
    return term[1].key


def _scaled(weight: Rational, unit: Node) -> Node:
    if weight == 1:
        return unit
    if isinstance(unit, Number):
        return number(weight)
    if isinstance(unit, Contraction):
        return finished(weight, unit.factors, unit.output, unit.dimensions)
    letters = tuple(range(len(unit.axes)))
    return finished(weight, (Factor(unit, letters, 1),), letters, unit.axes)


def _interned_sum(terms: tuple[tuple[Rational, Node], ...]) -> Node:
    identity = (Sum, terms)
    found = interned(identity)
    if found is not None:
        return found
    node = Sum()
    node.terms = terms
    key = hash((3, *(hash((hash(weight), term.key)) for weight, term in terms)))
    return intern(identity, node, terms[0][1].axes, key)
