"""Other readings of what was written: sin X of a square matrix entry by entry, or as a series."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from gradproof.core.dimension import ONE
from gradproof.documents.judging.members import Members
from gradproof.notation.tree import Call, Tree, fold, rebuild

OF_MATRICES = MappingProxyType({"sin": "sinm", "cos": "cosm", "exp": "expm", "sqrt": "sqrtm"})


def with_matrix_functions(members: Members) -> tuple[Tree | None, ...] | None:
    """The members with sin, cos, exp and √ of square matrices as functions of matrices.

    None where there are none.
    """
    trees = tuple(None if tree is None else fold(tree, _of_matrix) for tree in members.trees)
    return None if trees == members.trees else trees


def _of_matrix(node: Tree, parts: tuple[Tree, ...]) -> Tree:
    whole = rebuild(node, parts) if parts else node
    match whole:
        case Call(name, (argument,)) if name in OF_MATRICES and argument.shape is not None:
            rows, *rest = argument.shape
            if rest == [rows] and rows != ONE:
                return replace(whole, function=OF_MATRICES[name])
    return whole
