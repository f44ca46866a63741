"""Sums that become shorter when a bracket is multiplied out: (1 − y) s − y (1 − s) = s − y.

Products are never expanded for their own sake; a bracket is opened in all terms of a sum only if
what is left is smaller, which is why this ends.
"""

from __future__ import annotations

from gradproof.core.apply import apply
from gradproof.core.contract import contract
from gradproof.core.node import Apply, Contraction, Factor, Node, Sum, memoised
from gradproof.core.rational import Rational
from gradproof.core.sum import add
from gradproof.ops.elementwise import negative, sigmoid

MOST_TERMS = 8
Weighted = list[tuple[Rational, Node]]


def collected(node: Sum) -> Node | None:
    """An equal and smaller sum, or None."""
    if len(node.terms) > MOST_TERMS:
        return None
    best, least = None, reading(node)
    for brackets in _choices(_brackets(node)):
        opened = node.terms
        for bracket in brackets:
            opened = tuple(
                [
                    (weight * inner, part)
                    for weight, term in opened
                    for inner, part in _opened(term, bracket)
                ]
            )
        merged = add(opened, node.axes)
        if reading(merged) < least:
            best, least = merged, reading(merged)
    return best


def _choices(brackets: list[Node]) -> list[list[Node]]:
    """One bracket at a time; all with axes, all without, and all."""
    if len(brackets) < 2:
        return [[bracket] for bracket in brackets]
    lettered = [bracket for bracket in brackets if bracket.axes]
    scalar = [bracket for bracket in brackets if not bracket.axes]
    return [*([bracket] for bracket in brackets), lettered, scalar, brackets]


def reading(node: Node) -> int:
    """How much there is to read: a bracket that comes a second time is known already."""
    if not isinstance(node, Sum):
        return size(node)
    seen: set[Node] = set()
    total = 0
    for _, term in node.terms:
        factors = term.factors if isinstance(term, Contraction) else (Factor(term, (), 1),)
        total += 1 + sum(1 if factor.node in seen else size(factor.node) for factor in factors)
        seen.update(factor.node for factor in factors if isinstance(factor.node, Sum))
    return total


@memoised
def size(node: Node) -> int:
    """How many factors there are to read, those of brackets included."""
    if isinstance(node, Sum):
        return sum(1 + size(term) for _, term in node.terms)
    if isinstance(node, Contraction):
        return sum(
            size(factor.node) if isinstance(factor.node, Sum) else 1 for factor in node.factors
        )
    return 1


def _brackets(node: Sum) -> list[Node]:
    """The sums, and the complements σ(−u) beside σ(u), that are factors of some term.

    A bracket in a single product of matrices is left alone: nothing could cancel against it.
    """
    found: dict[Node, int] = {}
    plain = 0
    for _, term in node.terms:
        factors = term.factors if isinstance(term, Contraction) else ()
        plain += isinstance(term, Contraction) and len(term.dimensions) == len(term.output)
        for factor in factors:
            if factor.exponent == 1 and (
                isinstance(factor.node, Sum) or _is_complement(factor.node, node)
            ):
                found[factor.node] = found.get(factor.node, 0) + 1
    several = sum(found.values()) > 1
    return list(found) if several or plain > 1 else []


def _is_complement(node: Node, whole: Sum) -> bool:
    """Whether the node is σ(−u) while σ(u) is a factor in the same sum."""
    if not isinstance(node, Apply) or node.op is not sigmoid:
        return False
    partner = _complement(node)
    return any(
        term is partner
        or (isinstance(term, Contraction) and any(f.node is partner for f in term.factors))
        for _, term in whole.terms
    )


def _complement(node: Apply) -> Node:
    return apply(sigmoid, (negative(node.arguments[0]),))


def _opened(term: Node, bracket: Node) -> Weighted:
    """The term with its factor `bracket` multiplied out."""
    if not isinstance(term, Contraction):
        return [(1, term)]
    for place, factor in enumerate(term.factors):
        if factor.node is bracket and factor.exponent == 1:
            rest = [*term.factors[:place], *term.factors[place + 1 :]]
            return _multiplied_out(term, rest, factor)
    return [(1, term)]


def _multiplied_out(term: Contraction, rest: list[Factor], factor: Factor) -> Weighted:
    """Σ wᵢ · rest · tᵢ for the bracket Σ wᵢ tᵢ, and rest − rest · σ(u) for σ(−u)."""
    sizes = {letter: term.dimensions[letter] for letter in (*term.output, *factor.letters)}
    if isinstance(factor.node, Sum):
        parts = [(weight, [(part, factor.letters, 1)]) for weight, part in factor.node.terms]
    else:
        assert isinstance(factor.node, Apply)
        parts = [(1, []), (-1, [(_complement(factor.node), factor.letters, 1)])]
    return [
        (weight, contract(term.coefficient, [*rest, *part], term.output, sizes))
        for weight, part in parts
    ]
