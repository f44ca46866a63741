"""Writing expressions in Python: variables with their kinds, and the functions of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradproof.core.declaration import Declaration, Kind
from gradproof.core.dimension import ONE, Dimension, plus, times
from gradproof.core.dimension import dimension as named_dimension
from gradproof.core.errors import ReadError, UnsupportedError
from gradproof.expression.expression import Expression, lifted
from gradproof.notation.declare import declare as read_declaration
from gradproof.notation.declare import parse_declaration
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import Binder, Call, Name
from gradproof.notation.vocabulary import FUNCTIONS

Size = str | int | Dimension
Declarations = Mapping[str, str] | None
Loss = str | Expression
Names = str | tuple[str, ...]


def scalar(name: str, **facts: bool) -> Expression:
    """A scalar variable; facts such as positive=True."""
    return _variable(name, "scalar", (), facts)


def vector(name: str, size: Size, **facts: bool) -> Expression:
    """A column vector of the given size; facts such as simplex=True."""
    return _variable(name, "vector", (size,), facts)


def matrix(name: str, rows: Size, columns: Size, **facts: bool) -> Expression:
    """A rows×columns matrix; facts such as symmetric=True.

    >>> import gradproof as gp
    >>> str(gp.matrix("A", "n", "n", symmetric=True).variables["A"])
    'A: matrix n×n, symmetric'
    """
    return _variable(name, "matrix", (rows, columns), facts)


def tensor(name: str, *sizes: Size, **facts: bool) -> Expression:
    """An array of three axes or more, of which V[i, j] selects vectors or entries.

    >>> import gradproof as gp
    >>> V = gp.tensor("V", "B", "k", "d")
    >>> V[gp.index("b", "B")].shape
    (k, d)
    """
    return _variable(name, "tensor", sizes, facts)


def index(name: str, bound: Size, *sizes: Size) -> Expression:
    """An index that counts in the dimension `bound`; with `sizes`, an array of such indices."""
    axes = tuple(_dimension(size) for size in sizes)
    declaration = Declaration(name, "index", axes, bound=_dimension(bound))
    return Expression(Name(name), {name: declaration})


def dimension(name: str) -> Expression:
    """A dimension as a number, as N in 1/N."""
    return Expression(Name(name), {})


def _variable(
    name: str, kind: Kind, sizes: tuple[Size, ...], facts: Mapping[str, bool]
) -> Expression:
    stated = " ".join(fact for fact, holds in facts.items() if holds)
    shape = ", ".join(str(_dimension(size)) for size in sizes)
    declaration = read_declaration(
        name, f"{kind}({shape}) {stated}" if sizes else f"{kind} {stated}"
    )
    return Expression(Name(declaration.name), {declaration.name: declaration})


def _dimension(size: Size) -> Dimension:
    """A name, a whole number, or sums and products of such, as in "n + 1"."""
    if not isinstance(size, str):
        return named_dimension(size)
    total = named_dimension(0)
    for term in size.split("+"):
        product = ONE
        for factor in term.split("*"):
            name = factor.strip()
            product = times(product, named_dimension(int(name) if name.isdigit() else name))
        total = plus(total, product)
    return total


def parse(source: str, *, declare: Declarations = None, notation: str = "text") -> Expression:
    """The expression that a text means.

    source    in the text language, such as "norm2(X*w - y)^2 / N"
    declare   what is known of the variables, such as {"X": "matrix(N,d)"}; the rest is inferred
    notation  "text", or "latex", where declarations may be keyed as "\\Sigma" and x: rows(X)
              says that x_i is row i of X

    Raises ReadError and ShapeError, which show the place.

    >>> import gradproof as gp
    >>> print(gp.parse("norm2(X*w - y)^2"))
    ‖Xw − y‖²
    """
    match notation:
        case "text":
            expression = Expression(parse_text(source), declared(declare), source)
        case "latex":
            expression = _from_latex(source, declare)
        case _:
            raise UnsupportedError(
                f"the notation {notation!r} is not known", hint='Write "text" or "latex".'
            )
    _ = expression.inferred
    return expression


def _from_latex(source: str, declare: Declarations) -> Expression:
    """The expression that LaTeX means; the reader is imported when it is needed."""
    from gradproof.notation.latex.declaring import symbols_of
    from gradproof.notation.latex.reader import parse_latex
    from gradproof.notation.latex.resolve import understand

    symbols = symbols_of(declare)
    tree = understand(parse_latex(source, symbols), symbols.declarations, source).tree
    return Expression(tree, symbols.declarations, source)


def declared(declarations: Declarations) -> Mapping[str, Declaration]:
    """Declarations from their texts."""
    if declarations is not None and not isinstance(declarations, Mapping):
        raise ReadError(
            "declarations are texts by the names of the variables",
            hint='Write them as in {"X": "matrix(N,d)", "y": "vector(N)"}.',
        )
    return {name: read_declaration(name, text) for name, text in (declarations or {}).items()}


def declarations_from(lines: tuple[str, ...]) -> dict[str, str]:
    """Declarations of the form `X: matrix(N,d)`, by name; several may share a line with `;`."""
    found: dict[str, str] = {}
    for line in lines:
        for statement in filter(str.strip, line.split(";")):
            name = parse_declaration(statement).name
            if name in found:
                raise ReadError(f"{name} is declared twice", hint="Leave one of the two out.")
            found[name] = statement.partition(":")[2].strip()
    return found


def sum_over(bound: Expression, body: Expression) -> Expression:
    """Σ over a named index: sum_over(j, body) with j = dimension("j")."""
    assert isinstance(bound.tree, Name)
    known = {name: d for name, d in body.declarations.items() if name != bound.tree.name}
    return Expression(Binder("sum", (bound.tree.name,), body.tree), known)


def function(name: str) -> Callable[..., Expression]:
    """The function of the text language, applied to expressions and numbers."""

    sized = FUNCTIONS[name].signature == "sizes"

    def applied(*arguments: Expression | float | str) -> Expression:
        least, most = FUNCTIONS[name].least, FUNCTIONS[name].most
        if not least <= len(arguments) <= most:
            count = str(least) if least == most else f"{least} to {most}"
            raise TypeError(f"{name} takes {count} arguments, and {len(arguments)} stand here")
        parts = [
            dimension(argument) if sized and isinstance(argument, str) else lifted(argument)
            for argument in arguments
        ]
        known: dict[str, Declaration] = {}
        for part in parts:
            known.update(part.declarations)
        return Expression(Call(name, tuple(part.tree for part in parts)), known)

    entry = FUNCTIONS[name]
    applied.__name__ = applied.__qualname__ = name
    applied.__doc__ = f"{entry.meaning[0].upper()}{entry.meaning[1:]}."
    return applied
