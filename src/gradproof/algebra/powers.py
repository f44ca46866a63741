"""Theorems about powers: of exponentials, of products, of one base; and softmax as a quotient."""

from __future__ import annotations

from fractions import Fraction

from gradproof.algebra.factors import Factors, again, without
from gradproof.algebra.positivity import is_nonnegative
from gradproof.core.apply import apply
from gradproof.core.contract import contract, scale, transpose
from gradproof.core.node import Apply, Contraction, Node, number
from gradproof.core.rational import ratio
from gradproof.core.sum import add
from gradproof.ops.elementwise import abs_, exp, power
from gradproof.ops.statistics import softmax


def exponent_of_exp(node: Contraction) -> Node | None:
    """exp(u)ᵏ = exp(k u).  An exponent becomes one."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 1 and isinstance(factor, Apply) and factor.op is exp:
            power = apply(exp, (scale(exponent, factor.arguments[0]),))
            return again(node, [*without(node, place), (power, letters, 1)])
    return None


def root_of_product(node: Contraction) -> Node | None:
    """(u v)ᵉ = uᵉ vᵉ for u > 0, and (u²)^½ = |u|.  A root moves inwards."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if not isinstance(factor, Contraction) or len(factor.dimensions) != len(factor.output):
            continue
        if isinstance(exponent, int) or len(set(factor.output)) != len(factor.output):
            continue
        inside = dict(zip(factor.output, letters, strict=True))
        moved: Factors = []
        kept: Factors = []
        for inner in factor.factors:
            spots = tuple([inside[letter] for letter in inner.letters])
            total = inner.exponent * exponent
            if is_nonnegative(inner.node):
                moved.append((inner.node, spots, total))
            elif inner.exponent == 2:
                moved.append((apply(abs_, (inner.node,)), spots, total))
            else:
                kept.append((inner.node, inner.letters, inner.exponent))
        if moved:
            sizes = {letter: factor.dimensions[letter] for letter in factor.output}
            rest = contract(factor.coefficient, kept, factor.output, sizes)
            return again(node, [*without(node, place), *moved, (rest, letters, exponent)])
    return None


def softmax_quotient(node: Contraction) -> Node | None:
    """exp(x) / Σ exp(x) = softmax(x) over the last axis.  Two factors become one."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 1 or not letters or not isinstance(factor, Apply) or factor.op is not exp:
            continue
        x = factor.arguments[0]
        views = [(x, letters)]
        if len(letters) == 2:
            views.append((transpose(x), letters[::-1]))
        for view, spots in views:
            found = _over_its_sum(node, place, view, spots)
            if found is not None:
                return found
    return None


def _over_its_sum(node: Contraction, place: int, x: Node, letters: tuple[int, ...]) -> Node | None:
    own = tuple(range(len(letters)))
    total = contract(1, [(apply(exp, (x,)), own, 1)], own[:-1])
    for other, (partner, places, own_power) in enumerate(node.factors):
        if partner is total and places == letters[:-1] and own_power in (-1, -2, -3):
            rest = [(partner, places, own_power + 1)] if own_power != -1 else []
            share = (apply(softmax, (x,)), letters, 1)
            return again(node, [*without(node, place, other), *rest, share])
    return None


def power_of_same_base(node: Contraction) -> Node | None:
    """uᵖ uᵏ = u^(p + k) for a symbolic p and a number k.  One factor goes."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 1 or not isinstance(factor, Apply) or factor.op is not power:
            continue
        base, symbolic = factor.arguments
        root: Fraction | int = 1
        if isinstance(base, Contraction) and base.coefficient == 1 and len(base.factors) == 1:
            inner = base.factors[0]
            if inner.letters == base.output:
                base, root = inner.node, inner.exponent
        for other, (partner, places, own) in enumerate(node.factors):
            if partner is base and places == letters and other != place:
                total = add([(1, symbolic), (ratio(own, root), number(1))], ())
                merged = apply(power, (factor.arguments[0], total))
                return again(node, [*without(node, place, other), (merged, letters, 1)])
    return None
