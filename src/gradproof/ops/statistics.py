"""Softmax and log-sum-exp over the last axis, and the product of all entries."""

from __future__ import annotations

from gradproof.core.apply import apply
from gradproof.core.contract import contract
from gradproof.core.node import Node, Operation
from gradproof.core.sum import add
from gradproof.ops import axes

Arguments = tuple[Node, ...]
Directions = tuple[Node | None, ...]


def _softmax_differential(arguments: Arguments, directions: Directions) -> Node:
    """dp = p ⊙ dx − p (p′ dx)."""
    p, dx = apply(softmax, arguments), directions[0]
    assert dx is not None
    last = len(p.axes) - 1
    here, there = tuple(range(last + 1)), (*range(last), last + 1)
    terms = [
        (1, contract(1, [(p, here, 1), (dx, here, 1)], here)),
        (-1, contract(1, [(p, here, 1), (p, there, 1), (dx, there, 1)], here)),
    ]
    return add(terms, p.axes)


def _logsumexp_differential(arguments: Arguments, directions: Directions) -> Node:
    """d log Σ exp x = p′ dx with p = softmax(x)."""
    p, dx = apply(softmax, arguments), directions[0]
    assert dx is not None
    letters = tuple(range(len(p.axes)))
    return contract(1, [(p, letters, 1), (dx, letters, 1)], letters[:-1])


def _prod_differential(arguments: Arguments, directions: Directions) -> Node:
    """d Π x = Π x · Σ dx / x."""
    x, dx = arguments[0], directions[0]
    assert dx is not None
    letters = tuple(range(len(x.axes)))
    value = apply(prod, arguments)
    return contract(1, [(value, (), 1), (x, letters, -1), (dx, letters, 1)], ())


softmax = Operation("softmax", axes.same, differential=_softmax_differential)
logsumexp = Operation("logsumexp", axes.all_but_last, differential=_logsumexp_differential)
prod = Operation(
    "prod",
    axes.scalar,
    differential=_prod_differential,
    transposition="invariant",
    condition="every entry of {0} ≠ 0",
)

STATISTICS = (softmax, logsumexp, prod)
