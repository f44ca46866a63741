"""Which indices a tree leaves free, as i in Y_i Σ_i X_i²."""

from __future__ import annotations

from gradproof.notation.tree import Binder, Name, Selection, Tree, children


def free_indices(tree: Tree) -> frozenset[str]:
    """The indices that select somewhere in a tree and that no sum around the place binds."""
    found: set[str] = set()
    waiting: list[tuple[Tree, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, bound = waiting.pop()
        if isinstance(node, Binder):
            bound |= set(node.indices)
        if isinstance(node, Selection):
            names = {index.name for index in node.indices if isinstance(index, Name)}
            found |= names - bound
            waiting.append((node.base, bound))
            waiting.extend((index, bound) for index in node.indices)
        else:
            waiting.extend((part, bound) for part in children(node))
    return frozenset(found)
