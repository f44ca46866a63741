r"""Declarations keyed by identifier or by LaTeX, families of rows, and x \in \mathbb{R}^n."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gradproof.core.declaration import Declaration
from gradproof.core.errors import ReadError
from gradproof.notation.declare import declare
from gradproof.notation.latex.known import NOTHING, Symbols
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.tree import Name

_FAMILY = re.compile(r"\s*(rows|columns)\s*\(\s*(.+?)\s*\)\s*")
_NO_INDICES = frozenset[str]()


def identifier(written: str) -> str:
    r"""The identifier of a name: itself, or what its LaTeX becomes.

    Raises ReadError for what is not a name.

    >>> identifier(r"W_{\text{in}}"), identifier(r"\tilde V"), identifier("x1")
    ('W_in', 'V_tilde', 'x1')
    """
    if written.isidentifier() and written.isascii():
        return written
    tree = parse_latex(written, replace(NOTHING, names=_every_letter(written)))
    if not isinstance(tree, Name):
        raise ReadError(
            f"{written[:40]} is not a name", hint=r"A name is a letter, as x, \Sigma or W_{in}."
        )
    return tree.name


def _every_letter(written: str) -> frozenset[str]:
    """A name is no constant: I, e and K are names where they are declared; so is x_i."""
    return frozenset({"I", "K", "e", "d", "i", "j", "k", "l", "delta", "lambda", "sigma"})


def symbols_of(
    declarations: Mapping[str, str] | None, *, matrix_functions: bool = False
) -> Symbols:
    """What the declarations of a caller say, where `x: rows(X)` makes x_i the row i of X."""
    found: dict[str, Declaration] = {}
    families: dict[str, dict[str, str]] = {"rows": {}, "columns": {}}
    for written, kind in (declarations or {}).items():
        name = identifier(written)
        family = _FAMILY.fullmatch(kind)
        if family is not None:
            families[family[1]][name] = identifier(family[2])
        else:
            found[name] = declare(name, kind)
    sizes = {
        size
        for declaration in found.values()
        for axis in (*declaration.axes, *filter(None, [declaration.bound]))
        for size in axis.names()
    }
    return Symbols(
        MappingProxyType(found),
        rows=MappingProxyType(families["rows"]),
        columns=MappingProxyType(families["columns"]),
        dimensions=frozenset(sizes - found.keys()),
        matrix_functions=matrix_functions,
    )
