"""Walking the shared graph of a node: children, free symbols, orders, replacement."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradproof.core.apply import apply
from gradproof.core.contract import contract
from gradproof.core.node import (
    Apply,
    Contraction,
    Node,
    Number,
    Sum,
    Symbol,
)
from gradproof.core.sum import add


def children(node: Node) -> tuple[Node, ...]:
    """The nodes that this one is made of."""
    if isinstance(node, Contraction):
        return tuple([factor.node for factor in node.factors])
    if isinstance(node, Sum):
        return tuple([term for _, term in node.terms])
    if isinstance(node, Apply):
        return node.arguments
    return ()


def ordered(root: Node, finished: Callable[[Node], bool] | None = None) -> list[Node]:
    """All nodes below and including `root`, each once, children before parents.

    Nodes that are `finished`, and what is below them, are left out.
    """
    if finished is not None and all(finished(child) for child in children(root)):
        return [] if finished(root) else [root]
    seen: set[Node] = set()
    order: list[Node] = []
    pending: list[tuple[Node, bool]] = [(root, False)]
    while pending:
        node, visited = pending.pop()
        if visited:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            if finished is not None and finished(node):
                continue
            pending.append((node, True))
            pending.extend([(child, False) for child in children(node) if child not in seen])
    return order


def symbols(root: Node) -> frozenset[Symbol]:
    """The symbols that occur."""
    return _symbols_of(root, ordered(root))


def _symbols_of(root: Node, order: list[Node]) -> frozenset[Symbol]:
    return frozenset(node for node in order if isinstance(node, Symbol))


def rebuild(node: Node, parts: tuple[Node, ...]) -> Node:
    """`node` with other children, in normal form."""
    match node:
        case Symbol() | Number():
            return node
        case Sum():
            terms = [(weight, part) for (weight, _), part in zip(node.terms, parts, strict=True)]
            return add(terms, node.axes)
        case Contraction():
            factors = [
                (part, factor.letters, factor.exponent)
                for factor, part in zip(node.factors, parts, strict=True)
            ]
            return contract(
                node.coefficient, factors, node.output, dict(enumerate(node.dimensions))
            )
        case Apply():
            return apply(node.op, parts, node.parameters)
        case _:
            raise AssertionError(node)


def substitute(root: Node, replacement: Mapping[Node, Node]) -> Node:
    """`root` with nodes replaced wherever they occur."""
    known: dict[Node, Node] = dict(replacement)
    for node in ordered(root):
        if node in known:
            continue
        before = children(node)
        after = tuple([known[child] for child in before])
        known[node] = node if after == before else rebuild(node, after)
    return known[root]
