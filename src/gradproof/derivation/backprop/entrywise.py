"""Which part of a formula is entrywise, and so belongs to one node with what it is applied to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Name,
    Negation,
    Transpose,
    Tree,
    children,
    is_scalar,
    rebuild,
    walk,
)
from gradproof.notation.vocabulary import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Dependence:
    """Whether a tree depends on the variable; and which trees occur more than once."""

    variable: str
    repeated: frozenset[Tree] = frozenset()
    known: dict[int, tuple[Tree, bool]] = field(default_factory=dict)

    def __call__(self, tree: Tree) -> bool:
        found = self.known.get(id(tree))
        if found is None:
            depends = any(isinstance(p, Name) and p.name == self.variable for p in walk(tree))
            found = self.known[id(tree)] = (tree, depends)
        return found[1]


def inlined(
    tree: Tree, depends: Dependence, operand: Callable[[Tree], Tree], *, loose: bool
) -> Tree:
    """An entrywise expression whose innermost parts are operands: log(1 + exp(z)) for z = Xw.

    With `loose`, as under a sum, products and differences of several operands belong to it too.
    """
    if not depends(tree):
        return tree
    if tree in depends.repeated or not _goes_inside(tree, depends, loose):
        return operand(tree)
    parts = [inlined(part, depends, operand, loose=loose) for part in children(tree)]
    return rebuild(tree, tuple(parts))


def _goes_inside(tree: Tree, depends: Dependence, loose: bool) -> bool:
    match tree:
        case Call(function):
            return FUNCTIONS[function].chapter == "elementwise"
        case Negation() | Transpose():
            return True
        case Binary("+" | "-"):
            terms = _terms(tree)
            moving = [term for term in terms if depends(term)]
            fixed = [term for term in terms if not depends(term)]
            return (loose and len(moving) > 1) or all(map(is_constant_like, fixed))
        case Binary(".*" | "./" | ".^", left, right):
            return loose or not (depends(left) and depends(right))
        case Binary("*", left, right):
            return any(is_scalar(part) and not depends(part) for part in (left, right))
        case Binary("/", _, right):
            return is_scalar(right) and not depends(right)
        case _:
            return False


def _terms(tree: Tree) -> list[Tree]:
    if isinstance(tree, Binary) and tree.operator in ("+", "-"):
        return [*_terms(tree.left), *_terms(tree.right)]
    return [tree]


def is_constant_like(tree: Tree) -> bool:
    """Numbers, 1 and the identity."""
    match tree:
        case Literal():
            return True
        case Call("ones" | "eye" | "vector" | "matrix"):
            return True
        case Negation(operand) | Transpose(operand):
            return is_constant_like(operand)
        case _:
            return False


def is_entrywise(tree: Tree) -> bool:
    """Whether the outermost operation acts on each entry alone."""
    match tree:
        case Call(function):
            return FUNCTIONS[function].chapter == "elementwise"
        case Binary(".*" | "./" | ".^"):
            return True
        case _:
            return False


def repeated_functions(tree: Tree) -> frozenset[Tree]:
    """The elementwise functions that occur more than once, such as σ(z) in a cross-entropy."""
    counts = Counter(part for part in walk(tree) if isinstance(part, Call) and is_entrywise(part))
    return frozenset(part for part, times in counts.items() if times > 1)
