"""Shapes of what a document defines, and the entries of vectors whose size is a number.

A row is kept as the transpose of a column, since a name stands for a column; x_2 of a vector with
three entries is its second component, unless the document gave x_2 another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.core.errors import GradproofError
from gradproof.documents.meaning.equations import written_out
from gradproof.notation.build import literal
from gradproof.notation.latex.resolve import understand
from gradproof.notation.tree import Binary, Call, Name, Shape, Transpose, Tree, walk

LARGEST = 24
_NUMBERED = re.compile(r"(?P<stem>.+)_(?P<number>[1-9]\d?)\Z")
_ENTRY = re.compile(r"[a-z][a-z_]*_(?:prime)?\d+\Z")
_BLOCKS = ("hcat", "vcat")


def shape_of(
    tree: Tree, definitions: Mapping[str, Tree], declarations: Mapping[str, Declaration]
) -> Shape | None:
    """The shape of a tree with its definitions in place; None where it cannot be told alone."""
    try:
        return understand(written_out(tree, definitions), declarations).tree.shape
    except GradproofError:
        return None


def is_row(shape: Shape | None) -> bool:
    """Whether a shape is that of a row vector."""
    return shape is not None and len(shape) == 2 and shape[0] == ONE and shape[1] != ONE


def length(shape: Shape | None) -> int:
    """The number of entries of a column whose size is a number; 0 for all else."""
    if shape is None or len(shape) != 2 or shape[1] != ONE or shape[0].names():
        return 0
    return shape[0].size({})


def component(name: str, number: int, count: int) -> Tree:
    """e′x with the unit vector e: the component of a column."""
    unit = Call("hcat", tuple(literal(int(k == number)) for k in range(1, count + 1)))
    return Binary("*", unit, Name(name))


def numbered(name: str) -> tuple[str, int] | None:
    """The stem and the number of x_2.

    >>> numbered("x_2"), numbered("x_in")
    (('x', 2), None)
    """
    found = _NUMBERED.match(name)
    return None if found is None else (found["stem"], int(found["number"]))


def scalar_entries(tree: Tree) -> set[str]:
    """The names in matrices written by entries that are numbers: w_11, x_1, never transposed."""
    turned = {
        part.operand.name
        for part in walk(tree)
        if isinstance(part, Transpose) and isinstance(part.operand, Name)
    }
    return {
        leaf.name
        for part in walk(tree)
        if isinstance(part, Call) and part.function in _BLOCKS
        for leaf in walk(part)
        if isinstance(leaf, Name) and _ENTRY.match(leaf.name) and leaf.name not in turned
    }
