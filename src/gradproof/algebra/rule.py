"""A theorem as data: two sides that are expressions in scalar wildcards, and a matcher.

The functions involved act entry by entry, so that a rule about numbers holds for tensors of any
rank: a wildcard stands for a node of any axes, a number for a constant of the same axes.
Because both sides are expressions, a rule is its own test: both sides are evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from gradproof.core.apply import apply
from gradproof.core.canonical import ones
from gradproof.core.contract import contract, scale
from gradproof.core.node import Apply, Axes, Contraction, Factor, Node, Number, Sum, Symbol, symbol
from gradproof.core.rational import Rational, magnitude, ratio
from gradproof.core.sum import add

WILD = frozenset({"wild"})
Binding = dict[Symbol, Node]


@dataclass(frozen=True, slots=True)
class Rule:
    """left = right, wherever `condition` holds ("" : wherever both sides are defined)."""

    name: str
    left: Node
    right: Node
    condition: str = ""


def wild(name: str) -> Symbol:
    """A wildcard of rules."""
    return symbol(name, (), WILD)


def match(pattern: Node, node: Node, binding: Binding) -> Binding | None:
    """The binding of wildcards under which `pattern`, entry by entry, is `node`."""
    if isinstance(pattern, Symbol):
        known = binding.get(pattern)
        if known is None:
            return {**binding, pattern: node}
        return binding if known is node else None
    if isinstance(pattern, Number):
        return binding if constant_value(node) == pattern.value else None
    if isinstance(pattern, Apply):
        if not isinstance(node, Apply) or node.op is not pattern.op:
            return None
        return match(pattern.arguments[0], node.arguments[0], binding)
    if isinstance(pattern, Sum):
        return _match_sum(pattern, node, binding)
    assert isinstance(pattern, Contraction)
    multiple = _multiple_of_wild(pattern)
    if multiple is not None:
        return match(multiple, scale(ratio(1, pattern.coefficient), node), binding)
    if not isinstance(node, Contraction) or len(node.factors) != len(pattern.factors):
        return None
    if node.coefficient != pattern.coefficient or len(node.output) != len(node.dimensions):
        return None
    found = match_factors(pattern, node.factors, node.output, binding)
    if found is None or found[1]:
        return None
    return found[0]


def _multiple_of_wild(pattern: Contraction) -> Symbol | None:
    """x, when the pattern is c·x."""
    if len(pattern.factors) == 1 and pattern.factors[0].exponent == 1:
        node = pattern.factors[0].node
        return node if isinstance(node, Symbol) else None
    return None


def constant_value(node: Node) -> Rational | None:
    """c, when every entry of `node` is the number c."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Contraction) and not node.factors:
        distinct = len(set(node.output)) == len(node.output)
        return node.coefficient if distinct else None
    return None


def _match_sum(pattern: Sum, node: Node, binding: Binding) -> Binding | None:
    if not isinstance(node, Sum) or len(node.terms) != len(pattern.terms):
        return None
    for order in permutations(node.terms):
        current: Binding | None = binding
        for (weight, term), (other, candidate) in zip(pattern.terms, order, strict=True):
            if current is None or weight != other:
                current = None
                break
            current = match(term, candidate, current)
        if current is not None:
            return current
    return None


def match_factors(
    pattern: Contraction, factors: tuple[Factor, ...], letters: tuple[int, ...], binding: Binding
) -> tuple[Binding, list[Factor]] | None:
    """A sub-product of `factors`, all on `letters`, that the pattern is; with what remains."""
    for choice in _choices(pattern.factors, factors, letters, binding):
        return choice
    return None


def _choices(
    wanted: tuple[Factor, ...],
    factors: tuple[Factor, ...],
    letters: tuple[int, ...],
    binding: Binding,
) -> Iterator[tuple[Binding, list[Factor]]]:
    if not wanted:
        yield binding, list(factors)
        return
    (pattern, _, exponent), *rest = wanted
    for place, factor in enumerate(factors):
        if factor.letters != letters or not _holds(factor.exponent, exponent):
            continue
        found = match(pattern, factor.node, binding)
        if found is None:
            continue
        left_over = [*factors[:place], *factors[place + 1 :]]
        if factor.exponent != exponent:
            left_over.append(Factor(factor.node, letters, factor.exponent - exponent))
        yield from _choices(tuple(rest), tuple(left_over), letters, found)


def _holds(exponent: Rational, wanted: Rational) -> bool:
    """Whether uᵉ contains u^wanted: same sign and at least as large."""
    return exponent == wanted or (
        isinstance(exponent, int)
        and exponent * wanted > 0
        and magnitude(exponent) >= magnitude(wanted)
    )


def instantiate(pattern: Node, binding: Binding, axes: Axes) -> Node:
    """The pattern with its wildcards replaced, spread over `axes`."""
    if isinstance(pattern, Symbol):
        return binding[pattern]
    if isinstance(pattern, Number):
        return ones(axes, pattern.value)
    if isinstance(pattern, Apply):
        return apply(pattern.op, (instantiate(pattern.arguments[0], binding, axes),))
    if isinstance(pattern, Sum):
        terms = [(weight, instantiate(term, binding, axes)) for weight, term in pattern.terms]
        return add(terms, axes)
    assert isinstance(pattern, Contraction)
    letters = tuple(range(len(axes)))
    factors = [
        (instantiate(factor.node, binding, axes), letters, factor.exponent)
        for factor in pattern.factors
    ]
    return contract(pattern.coefficient, factors, letters, dict(zip(letters, axes, strict=True)))
