"""Which trees are numbers written out, as 2, -1 and 3/2: no name occurs in them."""

from __future__ import annotations

from gradproof.notation.tree import Binary, Literal, Name, Negation, Tree, walk


def is_number(tree: Tree) -> bool:
    """Whether a tree is a number, perhaps signed or computed from others."""
    return all(isinstance(part, Literal | Negation | Binary) for part in walk(tree))


def beside_number(node: Binary) -> Tree | None:
    """What stands beside the number in a sum or difference such as 1 + u, else None."""
    if node.operator not in ("+", "-"):
        return None
    left, right = _is_short_number(node.left), _is_short_number(node.right)
    if left == right:
        return None
    return node.right if left else node.left


def _is_short_number(tree: Tree) -> bool:
    """2, -1, 3/2 or pi; no more is looked at, for a chain of sums is asked at each of them."""
    while isinstance(tree, Negation):
        tree = tree.operand
    if isinstance(tree, Binary):
        return isinstance(tree.left, Literal) and isinstance(tree.right, Literal)
    return isinstance(tree, Literal) or (isinstance(tree, Name) and tree.name == "pi")
