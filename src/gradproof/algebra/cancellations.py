"""Theorems about products with an inverse or a pseudoinverse."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

from gradproof.algebra.factors import again, occurrences, without
from gradproof.core.canonical import identity
from gradproof.core.node import Apply, Contraction, Factor, Node
from gradproof.core.symmetry import is_symmetric
from gradproof.ops.inverse import inv, pinv


def cancelled_inverse(node: Contraction) -> Node | None:
    """X⁻¹X = XX⁻¹ = I, for X a symbol, a sum or a product.  Several factors go."""
    count = occurrences(node)
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent == 1 and isinstance(factor, Apply) and factor.op is inv:
            for shared, kept in (letters, letters[::-1]):
                if count[shared] != 2 or shared == kept:
                    continue
                transposed = shared == letters[0]
                found = _next_to(node, place, factor.arguments[0], shared, transposed)
                if found is not None:
                    gone, far = found
                    delta = identity(factor.axes[0])
                    return again(node, [*without(node, place, *gone), (delta, (kept, far), 1)])
    return None


def _next_to(
    node: Contraction, place: int, base: Node, shared: int, first: bool
) -> tuple[list[int], int] | None:
    """Places of the factors that make up X beside its inverse, and X's far letter.

    X⁻¹[k, s] X[s, f] when not `first`, X[f, s] X⁻¹[s, k] when `first`.
    """
    if isinstance(base, Contraction):
        return _product_next_to(node, place, base, shared, first)
    for other, (factor, letters, exponent) in enumerate(node.factors):
        if other == place or factor is not base or exponent != 1:
            continue
        near, far = letters[::-1] if first else letters
        if near == shared and far != shared:
            return [other], far
        if is_symmetric(base) and far == shared and near != shared:
            return [other], near
    return None


def _product_next_to(
    node: Contraction, place: int, base: Contraction, shared: int, first: bool
) -> tuple[list[int], int] | None:
    if base.coefficient != 1 or len(set(base.output)) != 2:
        return None
    near, far = base.output[::-1] if first else base.output
    found = _embedded(base.factors, node, {near: shared}, [place], base)
    if found is None:
        return None
    letters, places = found
    count = occurrences(node)
    inside: Counter[int] = Counter()
    for k in places[1:]:
        inside.update(node.factors[k].letters)
    for own, actual in letters.items():
        closed = own not in (near, far)
        if closed and (inside[actual] != count[actual] or actual in node.output):
            return None
    if count[shared] != inside[shared] + 1 or len(set(letters.values())) != len(letters):
        return None
    return places[1:], letters[far]


def _embedded(
    wanted: tuple[Factor, ...],
    node: Contraction,
    letters: dict[int, int],
    used: list[int],
    base: Contraction,
) -> tuple[dict[int, int], list[int]] | None:
    """A placing of `wanted` among the factors of `node` that agrees with `letters`."""
    if not wanted:
        return letters, used
    own, rest = wanted[0], wanted[1:]
    for place, factor in enumerate(node.factors):
        if place in used or factor.node is not own.node or factor.exponent != own.exponent:
            continue
        orders = [factor.letters]
        if is_symmetric(own.node):
            orders.append(factor.letters[::-1])
        for order in orders:
            extended = dict(letters)
            if all(
                extended.setdefault(mine, theirs) == theirs
                for mine, theirs in zip(own.letters, order, strict=True)
            ):
                found = _embedded(rest, node, extended, [*used, place], base)
                if found is not None:
                    return found
    return None


def pseudoinverse_identities(node: Contraction) -> Node | None:
    """X⁺ X X⁺ = X⁺ and X X⁺ X = X.  Two factors go."""
    count = occurrences(node)
    for first, middle, last in permutations(range(len(node.factors)), 3):
        a, b, c = (node.factors[place] for place in (first, middle, last))
        if a.node is not c.node or not _are_pseudoinverse(a.node, b.node):
            continue
        if any(factor.exponent != 1 for factor in (a, b, c)):
            continue
        joined = a.letters[1] == b.letters[0] and b.letters[1] == c.letters[0]
        if joined and count[b.letters[0]] == 2 and count[b.letters[1]] == 2:
            kept = (a.node, (a.letters[0], c.letters[1]), 1)
            return again(node, [*without(node, first, middle, last), kept])
    return None


def _are_pseudoinverse(one: Node, other: Node) -> bool:
    return any(
        isinstance(a, Apply) and a.op is pinv and a.arguments[0] is b
        for a, b in ((one, other), (other, one))
    )
