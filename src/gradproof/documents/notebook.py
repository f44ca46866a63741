"""What a document has said so far: declarations, definitions, commands, equations in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gradproof.core.declaration import Declaration
from gradproof.core.errors import GradproofError
from gradproof.documents.equations import Equation
from gradproof.documents.substitution import Function, applied, without_zeros
from gradproof.notation.latex.declaring import symbols_of
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.lexer import lex
from gradproof.notation.latex.macros import Macro, expand
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.tree import Name, Selection, Tree

_ROWS = re.compile(r"\s*(?:rows|columns)\s*\(")


@dataclass(slots=True)
class Notebook:
    """The state of the reading.

    definitions  names, and functions by their name alone, with their trees
    functions    those of them that have parameters
    unread       names whose definition was not understood, with the line where it stands
    constant     variables that do not move in a differential: dA = 0
    spoken       the names of all claims and definitions so far
    sizes        dimensions that are numbers
    equation     what was set equal to zero last
    gradient_by  the variable of the gradient that was spoken of last
    latex        the definitions as they were written, for the report
    """

    declarations: dict[str, Declaration] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=lambda: MappingProxyType({}))
    definitions: dict[str, Tree] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    constant: set[str] = field(default_factory=set)
    spoken: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=dict)
    equation: Equation | None = None
    gradient_by: str = ""
    latex: dict[str, str] = field(default_factory=dict)

    @property
    def symbols(self) -> Symbols:
        """What the reader of LaTeX must know."""
        axes = [axis for known in self.declarations.values() for axis in known.axes]
        bounds = [known.bound for known in self.declarations.values() if known.bound is not None]
        sizes = {name for axis in (*axes, *bounds) for name in axis.names()}
        return Symbols(
            MappingProxyType(self.declarations),
            MappingProxyType({name: f.parameters for name, f in self.functions.items()}),
            frozenset(self.definitions) | frozenset(self.unread),
            MappingProxyType(self.rows),
            MappingProxyType(self.columns),
            dimensions=frozenset(sizes - self.declarations.keys()),
            macros=self.macros,
        )

    def read(self, latex: str, *, differentiates: bool = False) -> Tree:
        """The tree of a formula, the author's functions written out.  Raises GradproofError.

        With `differentiates`, d is the sign of a differential even where a size is called d.
        """
        symbols = self.symbols
        if differentiates and "d" in symbols.dimensions:
            symbols = replace(symbols, dimensions=symbols.dimensions - {"d"})
        return without_zeros(applied(parse_latex(latex, symbols), self.functions))

    def declare(self, name: str, kind: str) -> None:
        """Takes up `name: kind`, where x: rows(X) makes x_i the row i of X."""
        said = symbols_of({_family(name) if _ROWS.match(kind) else name: kind})
        self.declarations.update(said.declarations)
        self.rows.update(said.rows)
        self.columns.update(said.columns)

    def define_macros(self, latex: str) -> GradproofError | None:
        """Takes up \\newcommand and its like; answers what was wrong with it."""
        try:
            _, self.macros = expand(lex(latex), self.macros)
        except GradproofError as error:
            return error
        return None


def _family(written: str) -> str:
    """The name of a family whose members have an index: v for v_j."""
    tree = parse_latex(written)
    match tree:
        case Selection(Name(name)):
            return name
        case _:
            return written
