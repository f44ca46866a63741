"""Products multiplied out, as a person does to compare terms."""

from __future__ import annotations

from gradproof.documents.diagnosis.places import signed_terms
from gradproof.notation.build import literal, transposed
from gradproof.notation.tree import (
    Binary,
    Call,
    Negation,
    Operator,
    Transpose,
    Tree,
)

MOST = 16


def expanded(tree: Tree, sign: int = 1) -> list[tuple[int, Tree]]:
    """The signed terms of a tree with products over sums carried out, for a few terms only."""
    match tree:
        case Binary("+" | "-") | Negation():
            return [pair for s, term in signed_terms(tree) for pair in expanded(term, sign * s)]
        case Binary("*" | ".*" as operator, left, right):
            one, other = expanded(left), expanded(right)
            if len(one) * len(other) > MOST:
                return [(sign, tree)]
            return [
                (sign * s * t, _product(operator, a, b, tree)) for s, a in one for t, b in other
            ]
        case Binary("/" | "./" as operator, left, right):
            return [
                (sign * s, Binary(operator, a, right, shape=tree.shape)) for s, a in expanded(left)
            ]
        case Transpose(operand):
            return [(sign * s, transposed(a)) for s, a in expanded(operand)]
        case _:
            return [(sign, tree)]


def _product(operator: Operator, left: Tree, right: Tree, whole: Tree) -> Tree:
    """left·right without a factor of one."""
    if operator == "*" and _is_one(left) and right.shape == whole.shape:
        return right
    if operator == "*" and _is_one(right) and left.shape == whole.shape:
        return left
    return Binary(operator, left, right, shape=whole.shape)


def _is_one(tree: Tree) -> bool:
    return tree == literal(1) or (isinstance(tree, Call) and tree.function == "eye")
