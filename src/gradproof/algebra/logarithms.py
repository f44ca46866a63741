"""Theorems about logarithms, exponentials and softmax."""

from __future__ import annotations

from gradproof.algebra.positivity import is_nonnegative
from gradproof.algebra.rule import constant_value
from gradproof.core.apply import apply, like
from gradproof.core.contract import contract, transpose
from gradproof.core.node import Apply, Contraction, Node, Sum, number
from gradproof.core.rational import Rational
from gradproof.core.sum import add
from gradproof.ops import elementwise as e
from gradproof.ops.inverse import det, logdet
from gradproof.ops.statistics import logsumexp, softmax
from gradproof.ops.structure import selector


def log_of_determinant(node: Apply) -> Node | None:
    """log det X is log|det X|."""
    inner = node.arguments[0]
    if isinstance(inner, Apply) and inner.op is e.abs_:
        inner = inner.arguments[0]
    if isinstance(inner, Apply) and inner.op is det:
        return apply(logdet, inner.arguments)
    return None


def log_of_product(node: Apply) -> Node | None:
    """log(uᵃ v) = a log u + log v for u > 0."""
    inner = node.arguments[0]
    if not isinstance(inner, Contraction) or len(inner.dimensions) != len(inner.output):
        return None
    if len(set(inner.output)) != len(inner.output):
        return None
    place = {letter: k for k, letter in enumerate(inner.output)}
    terms: list[tuple[Rational, Node]] = []
    kept = []
    for factor in inner.factors:
        if _log_splits(factor.node, inner):
            part = apply(e.log, (factor.node,))
            spots = tuple([place[letter] for letter in factor.letters])
            terms.append((factor.exponent, _spread(part, spots, node)))
        else:
            kept.append(factor)
    if not terms or (len(inner.factors) == 1 and inner.factors[0].exponent == 1):
        return None
    sizes = dict(enumerate(inner.dimensions))
    rest = contract(inner.coefficient, kept, inner.output, sizes)
    if constant_value(rest) != 1:
        terms.append((1, apply(e.log, (rest,))))
    return add(terms, node.axes)


def _log_splits(node: Node, product: Contraction) -> bool:
    """Positive, or the only factor left beside positive ones."""
    if isinstance(node, Apply) and node.op is det:
        return (
            len([f for f in product.factors if isinstance(f.node, Apply) and f.node.op is det]) == 1
        )
    return is_nonnegative(node)


def _spread(part: Node, spots: tuple[int, ...], node: Apply) -> Node:
    output = tuple(range(len(node.axes)))
    return contract(1, [(part, spots, 1)], output, dict(zip(output, node.axes, strict=True)))


def log_sum_exp(node: Apply) -> Node | None:
    """log Σ exp(x) = logsumexp(x), over the last axis."""
    inner = node.arguments[0]
    if not isinstance(inner, Contraction) or len(inner.factors) != 1:
        return None
    weight, (factor, letters, exponent) = inner.coefficient, inner.factors[0]
    if exponent != 1 or not isinstance(factor, Apply) or factor.op is not e.exp or not letters:
        return None
    if letters[:-1] != inner.output or letters[-1] in inner.output or weight <= 0:
        return None
    value = apply(logsumexp, factor.arguments)
    if weight == 1:
        return value
    return add([(1, value), (1, like(value.axes, apply(e.log, (number(weight),))))], value.axes)


def log_softmax(node: Apply) -> Node | None:
    """log softmax(x) = x − logsumexp(x) 1."""
    inner = node.arguments[0]
    if not isinstance(inner, Apply) or inner.op is not softmax:
        return None
    x = inner.arguments[0]
    letters = tuple(range(len(x.axes)))
    total = apply(logsumexp, (x,))
    spread = contract(1, [(total, letters[:-1], 1)], letters, dict(enumerate(x.axes)))
    return add([(1, x), (-1, spread)], x.axes)


def log_of_selected_softmax(node: Apply) -> Node | None:
    """log softmax(x)[c] = x[c] − logsumexp(x)."""
    inner = node.arguments[0]
    if not isinstance(inner, Contraction) or inner.coefficient != 1:
        return None
    shares = [f for f in inner.factors if isinstance(f.node, Apply) and f.node.op is softmax]
    others = [f for f in inner.factors if f not in shares]
    if len(shares) != 1 or not others or shares[0].exponent != 1:
        return None
    selected = {f.letters[-1] for f in others if _is_selector(f.node) and f.exponent == 1}
    bound = set(range(len(inner.dimensions))) - set(inner.output)
    if len(selected) != len(others) or selected != bound:
        return None
    assert isinstance(shares[0].node, Apply)
    logs = apply(e.log, (shares[0].node,))
    return contract(1, [*others, (logs, shares[0].letters, 1)], inner.output)


def _is_selector(node: Node) -> bool:
    return isinstance(node, Apply) and node.op is selector


def exp_of_log_softmax(node: Apply) -> Node | None:
    """exp(x − logsumexp(x) 1) = softmax(x)."""
    inner = node.arguments[0]
    found = _share(inner)
    if found is None and len(inner.axes) == 2:
        turned = _share(transpose(inner))
        return None if turned is None else transpose(turned)
    return found


def _share(inner: Node) -> Node | None:
    """softmax(x) for x − logsumexp(x) 1."""
    if not isinstance(inner, Sum):
        return None
    for weight, term in inner.terms:
        total = _only_logsumexp(term) if weight == -1 else None
        if total is not None and add([(1, inner), (1, term)], inner.axes) is total.arguments[0]:
            return apply(softmax, total.arguments)
    return None


def _only_logsumexp(node: Node) -> Apply | None:
    if isinstance(node, Contraction) and len(node.factors) == 1:
        node = node.factors[0].node
    return node if isinstance(node, Apply) and node.op is logsumexp else None
