"""Theorems about products that hold because of a declared fact, or of a softmax."""

from __future__ import annotations

from gradproof.algebra.factors import again, dropped, occurrences, without
from gradproof.core.canonical import identity
from gradproof.core.node import Apply, Contraction, Node, Symbol
from gradproof.ops.spectral import eigvecs
from gradproof.ops.statistics import softmax
from gradproof.ops.structure import selector

DISTRIBUTIONS = frozenset({"simplex", "simplex_rows", "onehot", "onehot_rows"})


def sums_to_one(node: Contraction) -> Node | None:
    """Σ p = 1 for a softmax, a one-hot vector or a point of the simplex.  One factor goes."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent == 1 and letters and _is_distribution(factor):
            last = letters[-1]
            if last not in letters[:-1] and occurrences(node)[last] == 1:
                return dropped(node, place, last)
    return None


def _is_distribution(node: Node) -> bool:
    if isinstance(node, Symbol):
        return bool(node.facts & DISTRIBUTIONS)
    return isinstance(node, Apply) and node.op in (softmax, selector)


def idempotent(node: Contraction) -> Node | None:
    """yᵏ = y for entries 0 and 1; y² = 1 for entries −1 and 1.  An exponent shrinks."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if not isinstance(factor, Symbol | Apply) or not isinstance(exponent, int):
            continue
        facts = _facts(factor)
        if "binary" in facts and exponent > 1:
            return again(node, [*without(node, place), (factor, letters, 1)])
        if "pm1" in facts and exponent not in (0, 1):
            return again(node, [*without(node, place), (factor, letters, exponent % 2)])
    return None


def _facts(node: Symbol | Apply) -> frozenset[str]:
    if isinstance(node, Symbol):
        return node.facts
    return frozenset({"binary"}) if node.op is selector else frozenset()


def unit_length(node: Contraction) -> Node | None:
    """x′x = 1 for a unit or one-hot vector.  One factor goes."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 2 or len(letters) != 1 or not isinstance(factor, Symbol):
            continue
        if "unit" in factor.facts and occurrences(node)[letters[0]] == 1:
            return dropped(node, place, letters[0])
    return None


def orthogonal(node: Contraction) -> Node | None:
    """Q′Q = QQ′ = I, and V′V = VV′ = I for eigenvectors.  Two factors go."""
    count = occurrences(node)
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent == 2 and _is_orthogonal(factor):
            for axis in (0, 1):
                if count[letters[axis]] == 1:
                    return dropped(node, place, letters[axis])
        if exponent != 1 or not _is_orthogonal(factor):
            continue
        for other in range(place + 1, len(node.factors)):
            partner, places, power = node.factors[other]
            if partner is not factor or power != 1:
                continue
            for axis in (0, 1):
                if letters[axis] == places[axis] and count[letters[axis]] == 2:
                    delta = identity(node.dimensions[letters[axis]])
                    kept = (letters[1 - axis], places[1 - axis])
                    return again(node, [*without(node, place, other), (delta, kept, 1)])
    return None


def _is_orthogonal(node: Node) -> bool:
    if isinstance(node, Symbol):
        return "orthogonal" in node.facts
    return isinstance(node, Apply) and node.op is eigvecs
