"""Products distributed over sums: the normal form that decides polynomial equality."""

from __future__ import annotations

from gradproof.algebra.simplify import simplify
from gradproof.core.contract import contract
from gradproof.core.node import Contraction, Factor, Node, Sum
from gradproof.core.rational import Rational
from gradproof.core.sum import add
from gradproof.core.traverse import children, ordered, rebuild

MOST_TERMS = 2_000


def expand(root: Node) -> Node:
    """The node with every product of sums multiplied out, up to MOST_TERMS terms each."""
    known: dict[Node, Node] = {}
    for node in ordered(root):
        after = tuple([known[child] for child in children(node)])
        current = node if after == children(node) else rebuild(node, after)
        known[node] = _distributed(simplify(current))
    return known[root]


def without_tensor_brackets(node: Node) -> Node:
    """The node with every sum of more than two axes multiplied out of the products it is in.

    Σ W[i,k] (Y[k,j] 1ᵢ − Y[i,j] 1ₖ) is no product of matrices; its two terms are.
    """
    if isinstance(node, Sum):
        terms = [(weight, without_tensor_brackets(term)) for weight, term in node.terms]
        return add(terms, node.axes)
    if isinstance(node, Contraction):
        for place, factor in enumerate(node.factors):
            if isinstance(factor.node, Sum) and len(factor.letters) > 2 and factor.exponent == 1:
                rest = [*node.factors[:place], *node.factors[place + 1 :]]
                sizes = {
                    letter: node.dimensions[letter] for letter in (*node.output, *factor.letters)
                }
                products = [
                    (
                        weight,
                        contract(
                            node.coefficient, [*rest, (term, factor.letters, 1)], node.output, sizes
                        ),
                    )
                    for weight, term in factor.node.terms
                ]
                parts = [(weight, without_tensor_brackets(part)) for weight, part in products]
                return add(parts, node.axes)
    return node


def _distributed(node: Node) -> Node:
    if isinstance(node, Sum):
        terms = [(weight, _distributed(term)) for weight, term in node.terms]
        return add(terms, node.axes)
    if not isinstance(node, Contraction):
        return node
    for place, factor in enumerate(node.factors):
        if (
            isinstance(factor.node, Sum)
            and isinstance(factor.exponent, int)
            and factor.exponent > 0
        ):
            if len(factor.node.terms) ** factor.exponent > MOST_TERMS:
                return node
            return add(_multiplied_out(node, place, factor), node.axes)
    return node


def _multiplied_out(node: Contraction, place: int, factor: Factor) -> list[tuple[Rational, Node]]:
    """c Π u · Σ wᵢ tᵢ = Σ wᵢ c Π u tᵢ, one power of the sum at a time."""
    assert isinstance(factor.node, Sum)
    rest = [*node.factors[:place], *node.factors[place + 1 :]]
    if factor.exponent != 1:
        rest.append(Factor(factor.node, factor.letters, factor.exponent - 1))
    sizes = {letter: node.dimensions[letter] for letter in node.output}
    products = [
        (weight, contract(node.coefficient, [*rest, (term, factor.letters, 1)], node.output, sizes))
        for weight, term in factor.node.terms
    ]
    return [(weight, _distributed(product)) for weight, product in products]
