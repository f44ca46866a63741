"""Indices that a sum binds on one side and that are free on the other."""

from __future__ import annotations

from gradproof.documents.diagnosis.case import Case
from gradproof.notation.tree import Binder, Name, Selection, Tree, children, walk
from gradproof.notation.write_unicode import unicode


def index_slip(case: Case) -> str:
    """Which index is free on one side and bound on the other; "" if none is."""
    left, right = _bound(case.truth), _bound(case.wrong)
    for one, other, words in (
        (left, _free(case.wrong) - right, "is bound on the left, free on the right"),
        (right, _free(case.truth) - left, "is free on the left, bound on the right"),
    ):
        for name in sorted(one & other):
            return f"index {unicode(Name(name))} {words}"
    return ""


def _bound(tree: Tree) -> frozenset[str]:
    """The bound indices, under the names they had before they were told apart: j for j1."""
    names = {n for part in walk(tree) if isinstance(part, Binder) for n in part.indices}
    return frozenset(names | {name.rstrip("0123456789") for name in names})


def _free(tree: Tree) -> frozenset[str]:
    """The indices that nothing binds where they stand."""
    found: set[str] = set()
    pending: list[tuple[Tree, frozenset[str]]] = [(tree, frozenset())]
    while pending:
        node, bound = pending.pop()
        if isinstance(node, Selection):
            used = {index.name for index in node.indices if isinstance(index, Name)}
            found |= used - bound
        inner = bound | frozenset(node.indices) if isinstance(node, Binder) else bound
        pending.extend((part, inner) for part in children(node))
    return frozenset(found)
