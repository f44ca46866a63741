"""Rewriting to a normal form: children first, then the rules of each kind until none applies.

Every rule makes the node smaller in the sense its table states, so the loop ends; each
node is simplified once, and the result is remembered.
"""

from __future__ import annotations

from gradproof.algebra import contractions, functions
from gradproof.algebra.fused import pulled_out
from gradproof.algebra.rule import Rule, instantiate, match, match_factors
from gradproof.algebra.rules import FUNCTION_RULES, PRODUCT_RULES, RECIPROCAL_RULES, SUM_RULES
from gradproof.core.canonical import ones
from gradproof.core.contract import contract
from gradproof.core.node import Apply, Contraction, Factor, Node, Operation, Sum
from gradproof.core.rational import Rational, ratio
from gradproof.core.sum import add
from gradproof.core.traverse import children, ordered, rebuild

DONE = "gradproof.algebra.simplify"


def simplify(root: Node) -> Node:
    """An equal node in the normal form of the theorems."""
    known = root.memo.get(DONE)
    if known is not None:
        result: Node = known
        return result
    for node in ordered(root):
        if DONE not in node.memo:
            before = children(node)
            after = tuple([child.memo[DONE] for child in before])
            current = node if after == before else rebuild(node, after)
            node.memo[DONE] = _settled(current)
    simplified: Node = root.memo[DONE]
    return simplified


def _settled(node: Node) -> Node:
    """`node`, whose children are simplified, rewritten until no rule applies."""
    known = node.memo.get(DONE)
    if known is not None:
        result: Node = known
        return result
    rewritten = _rewritten(node)
    if rewritten is None or rewritten is node:
        node.memo[DONE] = node
        return node
    result = simplify(rewritten)
    node.memo[DONE] = result
    return result


def _rewritten(node: Node) -> Node | None:
    if isinstance(node, Apply):
        return _rewritten_function(node)
    if isinstance(node, Contraction):
        return _rewritten_product(node)
    if isinstance(node, Sum):
        return _rewritten_sum(node)
    return None


def _by_operation(rules: tuple[Rule, ...]) -> dict[Operation, list[Rule]]:
    table: dict[Operation, list[Rule]] = {}
    for rule in rules:
        assert isinstance(rule.left, Apply)
        table.setdefault(rule.left.op, []).append(rule)
    return table


RULES_BY_OPERATION = _by_operation(FUNCTION_RULES)


def _rewritten_function(node: Apply) -> Node | None:
    for rule in RULES_BY_OPERATION.get(node.op, ()):
        binding = match(rule.left, node, {})
        if binding is not None:
            return instantiate(rule.right, binding, node.axes)
    for procedure in functions.PROCEDURES.get(node.op, ()):
        result = procedure(node)
        if result is not None:
            return result
    return pulled_out(node)


def _rewritten_product(node: Contraction) -> Node | None:
    if not node.factors:
        return None
    for procedure in contractions.PROCEDURES:
        result = procedure(node)
        if result is not None:
            return result
    if any(_has_function(factor.node) for factor in node.factors):
        for table in (PRODUCT_RULES, RECIPROCAL_RULES):
            for rule in table:
                result = _product_rule(rule, node)
                if result is not None:
                    return result
    return pulled_out(node)


def _has_function(node: Node) -> bool:
    """Whether a product rule could start here: f(…), or a sum of two terms with an f(…)."""
    if isinstance(node, Sum):
        return len(node.terms) == 2 and any(isinstance(term, Apply) for _, term in node.terms)
    return isinstance(node, Apply) and node.op.elementwise


def _product_rule(rule: Rule, node: Contraction) -> Node | None:
    pattern = rule.left
    assert isinstance(pattern, Contraction)
    for letters in dict.fromkeys(factor.letters for factor in node.factors):
        found = match_factors(pattern, node.factors, letters, {})
        if found is None:
            continue
        binding, rest = found
        axes = tuple([node.dimensions[letter] for letter in letters])
        value = instantiate(rule.right, binding, axes)
        return contract(
            ratio(node.coefficient, pattern.coefficient),
            [*rest, Factor(value, letters, 1)],
            node.output,
            {letter: node.dimensions[letter] for letter in node.output},
        )
    return None


def _rewritten_sum(node: Sum) -> Node | None:
    weights: dict[Node, Rational] = {}
    for weight, term in node.terms:
        weights[term] = weight
    for rule in SUM_RULES:
        result = _sum_rule(rule, node, weights)
        if result is not None:
            return result
    return pulled_out(node)


def _sum_rule(rule: Rule, node: Sum, weights: dict[Node, Rational]) -> Node | None:
    """Find one term by matching, the others by looking them up."""
    pattern = rule.left
    assert isinstance(pattern, Sum)
    lead = next(k for k, (_, term) in enumerate(pattern.terms) if children(term))
    lead_weight, lead_term = pattern.terms[lead]
    others = [pattern.terms[k] for k in range(len(pattern.terms)) if k != lead]
    for weight, term in node.terms:
        if type(term) is not type(lead_term):
            continue
        binding = match(lead_term, term, {})
        if binding is None:
            continue
        part = ratio(weight, lead_weight)
        partners = [(c, instantiate(other, binding, node.axes)) for c, other in others]
        if all(weights.get(partner) == part * c for c, partner in partners):
            gone = [(-part * c, partner) for c, partner in partners]
            value = instantiate(rule.right, binding, node.axes)
            return add([(1, node), (-weight, term), *gone, (part, value)], node.axes)
    return None


def vanishes(node: Node) -> bool:
    """Whether the node simplifies to zero."""
    return simplify(node) is ones(node.axes, 0)
