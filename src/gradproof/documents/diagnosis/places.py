"""The places of a tree: where they are, what stands there, and trees with one of them changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradproof.notation.tree import Binary, Call, Negation, Selection, Tree, children, fold, rebuild

Path = tuple[int, ...]


def places(tree: Tree) -> Iterator[tuple[Path, Tree]]:
    """Every subtree that has a value, with the way to it; parents first."""
    pending: list[tuple[Path, Tree]] = [((), tree)]
    while pending:
        path, node = pending.pop()
        yield path, node
        inner = list(enumerate(children(node)))
        match node:
            case Call("eye" | "ones" | "zeros" | "comm"):
                inner = []
            case Selection() | Call("derivative"):
                inner = inner[:1]
        pending.extend(((*path, k), child) for k, child in reversed(inner))


def at(tree: Tree, path: Path) -> Tree:
    """The subtree at the end of the path."""
    for k in path:
        tree = children(tree)[k]
    return tree


def put(tree: Tree, path: Path, new: Tree) -> Tree:
    """The tree with another subtree at the end of the path.

    Shapes stay where the new one is of the shape of the old; else the result has none.
    """
    ancestors = [tree]
    for k in path:
        ancestors.append(children(ancestors[-1])[k])
    fits = new.shape is not None and new.shape == ancestors[-1].shape
    result = new
    for node, k in zip(reversed(ancestors[:-1]), reversed(path), strict=True):
        parts = list(children(node))
        parts[k] = result
        result = rebuild(node, tuple(parts))
        if not fits:
            result = replace(result, shape=None)
    return result if fits else replace(result, shape=None)


def signed_terms(tree: Tree) -> list[tuple[int, Tree]]:
    """The terms of a sum with their signs, in the order written."""
    match tree:
        case Binary("+", left, right):
            return [*signed_terms(left), *signed_terms(right)]
        case Binary("-", left, right):
            return [*signed_terms(left), *[(-sign, term) for sign, term in signed_terms(right)]]
        case Negation(operand):
            return [(-sign, term) for sign, term in signed_terms(operand)]
        case _:
            return [(1, tree)]


def joined(terms: list[tuple[int, Tree]]) -> Tree:
    """The sum of signed terms."""
    sign, first = terms[0]
    total: Tree = first if sign > 0 else Negation(first, shape=first.shape)
    for sign, term in terms[1:]:
        total = Binary("+" if sign > 0 else "-", total, term, shape=total.shape)
    return total


def regrouped(tree: Tree) -> Tree:
    """The tree with every product grouped from the left, and without shapes that could differ."""

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        whole = rebuild(node, parts) if parts else node
        return product(factors(whole)) if isinstance(whole, Binary) else whole

    return fold(tree, combine)


def factors(tree: Tree) -> list[Tree]:
    """The factors of a product, left to right."""
    if isinstance(tree, Binary) and tree.operator == "*":
        return [*factors(tree.left), *factors(tree.right)]
    return [tree]


def product(parts: list[Tree]) -> Tree:
    """The product of factors, its shape still to be found."""
    result = parts[0]
    for part in parts[1:]:
        result = Binary("*", result, part)
    return result


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def ordinal(number: int) -> str:
    """first, second, … from 0."""
    return ORDINALS[number] if number < len(ORDINALS) else f"{number + 1}th"
