"""What a document has said before a formula: declarations, definitions, families, macros."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gradproof.core.declaration import Declaration
from gradproof.notation.latex.macros import Macro

HABITUAL_INDICES = frozenset("ijkl")


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Symbols:
    """The names a reader knows, by identifier.

    `functions` are the author's functions with their parameters (L for L(w)), `names` what is
    defined otherwise.  `rows` and `columns` say of which matrix x_i is row or column i.  `indices`
    are letters that count though no sum binds them, `free` those that the statement leaves free,
    so that a sum over one of them ends with its parenthesis; `synonyms` are names that are written
    for another.  `gradient_by` is the variable of ∇f where none is written: the only one whose
    differential occurs.  `matrix_functions` makes exp, sin and cos of a square matrix functions
    of it.
    """

    declarations: Mapping[str, Declaration] = field(default_factory=_empty)
    functions: Mapping[str, tuple[str, ...]] = field(default_factory=_empty)
    names: frozenset[str] = frozenset()
    rows: Mapping[str, str] = field(default_factory=_empty)
    columns: Mapping[str, str] = field(default_factory=_empty)
    indices: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()
    synonyms: Mapping[str, str] = field(default_factory=_empty)
    macros: Mapping[str, Macro] = field(default_factory=_empty)
    free: frozenset[str] = frozenset()
    gradient_by: str = ""
    matrix_functions: bool = False

    def knows(self, name: str) -> bool:
        """Whether `name` stands for something by declaration or definition."""
        return name in self.declarations or name in self.names or name in self.dimensions

    def is_index(self, name: str) -> bool:
        """Whether a letter counts, though no sum binds it: declared so, or by habit."""
        declared = self.declarations.get(name)
        if declared is not None:
            return declared.kind == "index"
        if name in self.indices:
            return True
        return name in HABITUAL_INDICES and not self.knows(name)


NOTHING = Symbols()
