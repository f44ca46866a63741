"""Theorems about eigenvalues: V f(Λ) V′ is f of the matrix, Σ λᵏ a trace."""

from __future__ import annotations

from fractions import Fraction

from gradproof.algebra.factors import again, occurrences, without
from gradproof.core.apply import apply
from gradproof.core.canonical import identity
from gradproof.core.contract import contract
from gradproof.core.node import Apply, Contraction, Node
from gradproof.ops.elementwise import exp
from gradproof.ops.inverse import inv
from gradproof.ops.matrix_functions import expm, sqrtm
from gradproof.ops.spectral import eigvals, eigvecs


def spectral_sum(node: Contraction) -> Node | None:
    """V f(Λ) V′ = f(S) for f = 1, λ, λ², …, 1/λ, exp, √.  Three factors become one."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 1 or not isinstance(factor, Apply) or factor.op is not eigvecs:
            continue
        for other in range(place + 1, len(node.factors)):
            partner, places, power = node.factors[other]
            if partner is factor and power == 1 and places[1] == letters[1]:
                found = _function_of(node, (place, other), letters[1], factor.arguments[0])
                if found is not None:
                    gone, value = found
                    kept = (letters[0], places[0])
                    return again(node, [*without(node, *gone), (value, kept, 1)])
    return None


def _function_of(
    node: Contraction, pair: tuple[int, int], letter: int, base: Node
) -> tuple[list[int], Node] | None:
    beside = [
        k for k, factor in enumerate(node.factors) if letter in factor.letters and k not in pair
    ]
    if letter in node.output or len(beside) > 1:
        return None
    if not beside:
        return list(pair), identity(base.axes[0])
    factor, _, exponent = node.factors[beside[0]]
    values = apply(eigvals, (base,))
    if factor is values and isinstance(exponent, int) and -1 <= exponent <= 3:
        return [*pair, beside[0]], matrix_power(base, exponent)
    if factor is values and exponent == Fraction(1, 2):
        return [*pair, beside[0]], apply(sqrtm, (base,))
    if isinstance(factor, Apply) and factor.op is exp and factor.arguments[0] is values:
        return ([*pair, beside[0]], apply(expm, (base,))) if exponent == 1 else None
    return None


def matrix_power(base: Node, exponent: int) -> Node:
    """baseᵏ."""
    if exponent < 0:
        base, exponent = apply(inv, (base,)), -exponent
    factors = [(base, (k, k + 1), 1) for k in range(exponent)]
    output = (0, exponent) if exponent else (0, 0)
    return contract(1, factors, output, {0: base.axes[0]})


def trace_of_eigenvalues(node: Contraction) -> Node | None:
    """Σ λᵢᵏ = tr Sᵏ, k = 1, 2, 3, −1.  The eigenvalues go."""
    count = occurrences(node)
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if not isinstance(factor, Apply) or factor.op is not eigvals or count[letters[0]] != 1:
            continue
        if isinstance(exponent, int) and -1 <= exponent <= 3:
            value = matrix_power(factor.arguments[0], exponent)
            return again(node, [*without(node, place), (value, (letters[0],) * 2, 1)])
    return None
