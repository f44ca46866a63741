"""Which sums and multiples are no nodes of their own: Wx + b is one layer, 2x is an input."""

from __future__ import annotations

from gradproof.derivation.backprop.entrywise import Dependence, is_constant_like
from gradproof.notation.tree import (
    Binary,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    is_column,
    is_scalar,
)

# What the names of nodes begin with before they have letters.
UNNAMED = "·"


def is_scaled(tree: Tree, depends: Dependence) -> bool:
    """s·T and T/s with a constant scalar s."""
    match tree:
        case Binary("*", left, right):
            return (is_scalar(left) and not depends(left)) or (
                is_scalar(right) and not depends(right)
            )
        case Binary("/" | "./", _, right):
            return is_scalar(right) and not depends(right)
        case _:
            return False


def is_affine(tree: Tree) -> bool:
    """A sum of products with a bias: Wx + b."""
    terms = _plus_terms(tree)
    if terms is None:
        return False
    simple = [t for t in terms if isinstance(_bare(t), Name | Selection)]
    products = [t for t in terms if isinstance(t, Binary) and t.operator == "*"]
    return bool(simple) and bool(products) and len(simple) + len(products) == len(terms)


def _plus_terms(tree: Tree) -> list[Tree] | None:
    if isinstance(tree, Binary) and tree.operator == "-":
        return None
    if isinstance(tree, Binary) and tree.operator == "+":
        left, right = _plus_terms(tree.left), _plus_terms(tree.right)
        return None if left is None or right is None else left + right
    return [tree]


def _bare(tree: Tree) -> Tree:
    """The bias b of 1 b′ and b′."""
    match tree:
        case Transpose(operand):
            return _bare(operand)
        case Binary("*", left, right) if is_constant_like(left) and is_column(left):
            return _bare(right)
        case _:
            return tree


def is_scaled_input(tree: Tree) -> bool:
    """2x, −x and λx are no nodes."""
    match tree:
        case Name() | Literal():
            return True
        case Negation(operand) | Transpose(operand):
            return is_scaled_input(operand)
        case Binary("*", Literal() | Name() as factor, right) if is_scalar(factor):
            is_node = isinstance(factor, Name) and factor.name.startswith(UNNAMED)
            return not is_node and is_scaled_input(right)
        case _:
            return False
