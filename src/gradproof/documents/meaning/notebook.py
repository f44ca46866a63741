"""What a document has said so far: declarations, definitions, commands, equations in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.core.errors import GradproofError
from gradproof.documents.meaning.derivative_layout import LAYOUTS, in_layout
from gradproof.documents.meaning.equations import Equation
from gradproof.documents.meaning.shapes import (
    LARGEST,
    component,
    is_row,
    length,
    numbered,
    scalar_entries,
    shape_of,
)
from gradproof.documents.meaning.spelling_out import dotted_column, spelled_out
from gradproof.documents.meaning.substitution import Function, applied, substitute, without_zeros
from gradproof.notation.latex.declaring import symbols_of
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.lexer import lex
from gradproof.notation.latex.macros import Macro, expand
from gradproof.notation.latex.reader import arranged, parse_latex
from gradproof.notation.latex.unknown import varied_alone, with_functions
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Binder, Name, Selection, Shape, Transpose, Tree

_PARTIAL = re.compile(
    r"\\frac\s*\{\s*\\partial\s*([A-Za-z])\s*\}\s*\{\s*\\partial\s*([A-Za-z])\s*_"
)
COLUMN = "_col"
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
    gradients    the equations that the gradients claimed so far vanish
    facts        that the document states of variables, as λ > 0 and A = Aᵀ
    gradient_by  the variable of the gradient that was spoken of last
    fields       functions that are not defined, with the variables that they are functions of
    varied       the only x whose dx occurs in the claim that is read, by which ∇f is meant
    turned       names that stand for rows, with the transposes of columns in their place
    shapes       of the definitions, where they can be told
    latex        the definitions as they were written, for the report
    layout       of derivatives, numerator where the gradient of a scalar is a row
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
    gradients: list[Equation] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    gradient_by: str = ""
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    varied: str = ""
    turned: dict[str, Tree] = field(default_factory=dict)
    shapes: dict[str, Shape | None] = field(default_factory=dict)
    latex: dict[str, str] = field(default_factory=dict)
    layout: str = LAYOUTS[0]

    @property
    def symbols(self) -> Symbols:
        """What the reader of LaTeX must know."""
        axes = [axis for known in self.declarations.values() for axis in known.axes]
        bounds = [known.bound for known in self.declarations.values() if known.bound is not None]
        sizes = {name for axis in (*axes, *bounds) for name in axis.names()}
        return Symbols(
            MappingProxyType(self.declarations),
            MappingProxyType(
                self.fields | {name: f.parameters for name, f in self.functions.items()}
            ),
            frozenset({*self.definitions, *self.unread, *self.turned}),
            MappingProxyType(self.rows),
            MappingProxyType(self.columns),
            dimensions=frozenset(sizes - self.declarations.keys()),
            macros=self.macros,
            gradient_by=self.varied,
        )

    def read(self, latex: str, *, differentiates: bool = False) -> Tree:
        """The tree of a formula, the author's functions written out.  Raises GradproofError.

        With `differentiates`, d is the sign of a differential even where a size is called d.
        """
        column = dotted_column(latex)
        if column is not None:
            return Binder("array", ("i",), self.read(column, differentiates=differentiates))
        symbols = self.symbols
        if differentiates and "d" in symbols.dimensions:
            symbols = replace(symbols, dimensions=symbols.dimensions - {"d"})
        plain = spelled_out(latex)
        try:
            tree = in_layout(parse_latex(plain, symbols), self.layout)
            tree = applied(tree, self.functions)
        except GradproofError as error:
            if plain != latex:
                error.span = None
            raise
        self._note_entries(tree)
        return without_zeros(substitute(tree, self.turned) if self.turned else tree)

    def _note_entries(self, tree: Tree) -> None:
        """Names of entries are numbers; x_2 of a vector x with three entries is its component."""
        for name in sorted(names_in(tree) - self.definitions.keys() - self.declarations.keys()):
            found = numbered(name)
            stem, number = found or ("", 0)
            column = f"{stem}{COLUMN}" if stem in self.turned else stem
            known = self.shapes.get(column) or self._declared_shape(column)
            if 0 < number <= length(known) <= LARGEST:
                self.definitions[name] = component(column, number, length(known))
        for name in scalar_entries(tree):
            if name not in self.definitions and name not in self.unread:
                self.declarations.setdefault(name, Declaration(name, "scalar"))

    def _declared_shape(self, name: str) -> Shape | None:
        declared = self.declarations.get(name)
        return (declared.axes[0], ONE) if declared and declared.kind == "vector" else None

    def define(self, name: str, body: Tree) -> None:
        """Takes up a definition; a row is kept as the transpose of a column."""
        shape = shape_of(body, self.definitions, self.declarations)
        self.spoken |= names_in(body)
        if is_row(shape):
            assert shape is not None
            self.turned[name] = Transpose(Name(f"{name}{COLUMN}"))
            name, body, shape = f"{name}{COLUMN}", Transpose(body), shape[::-1]
        else:
            self.turned.pop(name, None)
        self.definitions[name] = body
        self.shapes[name] = shape

    def knows(self, name: str) -> bool:
        """Whether a name has a definition, understood or not."""
        return name in self.definitions or name in self.turned or name in self.unread

    def declare(self, name: str, kind: str) -> None:
        """Takes up `name: kind`, where x: rows(X) makes x_i the row i of X; and `layout: …`."""
        if name == "layout" and kind in LAYOUTS:
            self.layout = kind
            return
        said = symbols_of({_family(name) if _ROWS.match(kind) else name: kind})
        self.declarations.update(said.declarations)
        self.rows.update(said.rows)
        self.columns.update(said.columns)

    def declare_family(self, family: Declaration) -> None:
        """x_1, …, x_N: the rows of a matrix x, unless the document has said what x is."""
        if family.name in self.rows or family.name in self.columns or self.knows(family.name):
            return
        self.declarations.setdefault(family.name, family)
        if family.kind == "matrix":
            self.rows[family.name] = family.name

    def note_fields(self, latex: str) -> None:
        """After ∂g/∂x_i the gradient of g is that by x, though nobody defined g."""
        for found in _PARTIAL.finditer(latex):
            if found[1] not in self.definitions:
                self.fields[found[1]] = (found[2],)
        self.varied = ""
        try:
            tokens = arranged(latex, 0, None, self.symbols)
        except GradproofError:
            return
        known = with_functions(tokens, self.symbols)
        self.fields |= {n: p for n, p in known.functions.items() if n not in self.functions}
        self.varied = varied_alone(tokens, known)

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
