"""Rewriting to a normal form: children first, then the rules of each kind until none applies.

Every rule makes the node smaller in the sense its table states, so the loop ends; each
node is simplified once, and the result is remembered.
"""

from __future__ import annotations

from gradproof.algebra import contractions, functions
from gradproof.algebra.collect import collected
from gradproof.algebra.fused import pulled_out
from gradproof.algebra.positivity import may_vanish
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
    known = _normal_form(root)
    if known is not None:
        return known
    for node in ordered(root, _is_simplified):
        before = children(node)
        after = tuple([_known_normal_form(child) for child in before])
        current = node if after == before else rebuild(node, after)
        _remember(node, _settled(current))
    return _known_normal_form(root)


def _normal_form(node: Node) -> Node | None:
    """What `node` was simplified to, if it was.

    A node that is its own normal form says so without referring to itself: it can then be
    freed as soon as nothing needs it.
    """
    if DONE not in node.memo:
        return None
    found: Node | None = node.memo[DONE]
    return node if found is None else found


def _known_normal_form(node: Node) -> Node:
    found = _normal_form(node)
    assert found is not None
    return found


def _is_simplified(node: Node) -> bool:
    return DONE in node.memo


def _remember(node: Node, result: Node) -> None:
    node.memo[DONE] = None if result is node else result


def _settled(node: Node) -> Node:
    """`node`, whose children are simplified, rewritten until no rule applies."""
    known = _normal_form(node)
    if known is not None:
        return known
    rewritten = _rewritten(node)
    result = node if rewritten is None or rewritten is node else simplify(rewritten)
    _remember(node, result)
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
    marks = contractions.marks(node)
    for procedure, wanted in contractions.PROCEDURES.items():
        if marks.isdisjoint(wanted):
            continue
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
        if rule.condition and any(map(may_vanish, binding.values())):
            continue
        axes = tuple([node.dimensions[letter] for letter in letters])
        value = instantiate(rule.right, binding, axes)
        return contract(
            ratio(node.coefficient, pattern.coefficient),
            [*rest, Factor(value, letters, 1)],
            node.output,
            {letter: node.dimensions[letter] for letter in node.output},
        )
    return None


def _lead(rule: Rule) -> tuple[Rational, Node]:
    """The first term of a sum rule's left side that has a function."""
    assert isinstance(rule.left, Sum)
    return next((weight, term) for weight, term in rule.left.terms if children(term))


def _mark(node: Node) -> Operation | None:
    """The function that a term is of, or is a power of."""
    if isinstance(node, Contraction) and len(node.factors) == 1:
        node = node.factors[0].node
    return node.op if isinstance(node, Apply) else None


def _by_lead() -> dict[Operation | None, list[Rule]]:
    table: dict[Operation | None, list[Rule]] = {}
    for rule in SUM_RULES:
        table.setdefault(_mark(_lead(rule)[1]), []).append(rule)
    return table


SUM_RULES_BY_LEAD = _by_lead()


def _rewritten_sum(node: Sum) -> Node | None:
    weights: dict[Node, Rational] | None = None
    for weight, term in node.terms:
        for rule in SUM_RULES_BY_LEAD.get(_mark(term), ()):
            if weights is None:
                weights = {term: weight for weight, term in node.terms}
            result = _sum_rule(rule, node, weight, term, weights)
            if result is not None:
                return result
    return collected(node) or pulled_out(node)


def _sum_rule(
    rule: Rule, node: Sum, weight: Rational, term: Node, weights: dict[Node, Rational]
) -> Node | None:
    """The rule with `term` as its lead: the other terms are looked up, not searched for."""
    lead_weight, lead = _lead(rule)
    binding = match(lead, term, {}) if type(term) is type(lead) else None
    if binding is None:
        return None
    assert isinstance(rule.left, Sum)
    part = ratio(weight, lead_weight)
    partners = [
        (part * c, instantiate(other, binding, node.axes))
        for c, other in rule.left.terms
        if other is not lead
    ]
    if any(weights.get(partner) != c for c, partner in partners):
        return None
    gone = [(-c, partner) for c, partner in partners]
    value = instantiate(rule.right, binding, node.axes)
    return add([(1, node), (-weight, term), *gone, (part, value)], node.axes)


def vanishes(node: Node) -> bool:
    """Whether the node simplifies to zero."""
    return simplify(node) is ones(node.axes, 0)
