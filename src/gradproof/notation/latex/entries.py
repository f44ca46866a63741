r"""A vector or matrix by its entries: (a_{ij})_{ij}, \\left( f_i \\right)_{i=1}^{n}."""

from __future__ import annotations

from gradproof.core.errors import Span
from gradproof.notation.latex.reading import Reading
from gradproof.notation.latex.scopes import free_indices
from gradproof.notation.lexer import Token
from gradproof.notation.tree import Binder, Tree


def entries_by_index(reading: Reading, entry: Tree, script: list[Token], span: Span) -> Tree | None:
    """The array whose entries stand in brackets, where all indices of the subscript occur in them.

    The ranges may be written, from 1, as a superscript; they follow from the entries.
    """
    kinds = [token.kind for token in script]
    stop = kinds.index("relation") if "relation" in kinds else len(script)
    if script[stop + 1 :] and [token.text for token in script[stop + 1 :]] != ["1"]:
        return None
    names = [token for token in script[:stop] if token.kind != ","]
    indices = tuple(token.text for token in names)
    if any(token.kind != "name" for token in names) or not 1 <= len(indices) <= 2:
        return None
    if len(set(indices)) < len(indices) or not set(indices) <= free_indices(entry):
        return None
    if stop < len(script):
        reading.script("^")
    return Binder("array", indices, entry, span)
