"""Functions of the vocabulary applied to nodes, and products entry by entry."""

from __future__ import annotations

from collections.abc import Hashable

from gradproof.core.canonical import ones
from gradproof.core.contract import contract, oriented, transpose
from gradproof.core.dimension import Dimension
from gradproof.core.node import (
    Apply,
    Node,
    Operation,
    intern,
    interned,
    name_key,
)
from gradproof.core.rational import Rational
from gradproof.core.sum import add


def apply(
    op: Operation, arguments: tuple[Node, ...], parameters: tuple[Hashable, ...] = ()
) -> Node:
    """op(arguments), with f(X′) written as f(X)′ or f(X) where the function allows it."""
    if op.elementwise or op.transposition:
        argument, turned = oriented(arguments[0])
        if turned and len(arguments) == 1:
            result = apply(op, (argument,), parameters)
            return result if op.transposition == "invariant" else transpose(result)
    identity = (Apply, op, arguments, parameters)
    found = interned(identity)
    if found is not None:
        return found
    node = Apply()
    node.op, node.arguments, node.parameters = op, arguments, parameters
    key = hash((5, op.key, *(argument.key for argument in arguments), _parameter_key(parameters)))
    return intern(identity, node, op.axes(arguments, parameters), key)


def hadamard(coefficient: Rational, *factors: tuple[Node, Rational]) -> Node:
    """coefficient · Π nodeᵉ, entry by entry; scalars among the nodes scale."""
    axes = max((node.axes for node, _ in factors), key=len)
    letters = tuple(range(len(axes)))
    return contract(
        coefficient,
        [(node, letters if node.axes else (), exponent) for node, exponent in factors],
        letters,
    )


def shifted(constant: Rational, *terms: tuple[Rational, Node]) -> Node:
    """constant·1 + Σ coefficient·node, entry by entry."""
    axes = terms[0][1].axes
    return add([(constant, ones(axes)), *terms], axes)


def like(axes: tuple[Dimension, ...], node: Node) -> Node:
    """The scalar `node` in every entry of a tensor with these axes."""
    letters = tuple(range(len(axes)))
    return contract(1, [(node, (), 1)], letters, dict(zip(letters, axes, strict=True)))


def _parameter_key(parameters: tuple[Hashable, ...]) -> int:
    return name_key(repr(parameters)) if parameters else 0
