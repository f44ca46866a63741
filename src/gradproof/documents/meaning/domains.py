"""Declarations in mathematics: x ∈ ℝⁿ, X, Y ∈ ℝ^{(n+1)×M}, λ ∈ [0, 1], A ∈ 𝕊ⁿ."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradproof.core.declaration import Declaration, Kind, closure
from gradproof.core.dimension import Dimension
from gradproof.core.errors import GradproofError, ReadError
from gradproof.notation.extents import extent
from gradproof.notation.latex.declaring import identifier
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.lexer import lex
from gradproof.notation.latex.macros import Macro, expand
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.tree import Name, Selection

_KINDS: tuple[Kind, ...] = ("scalar", "vector", "matrix")
_FONT = r"\\(?:mathbb|mathbf|mathcal|mathrm|Bbb|bf)"
_POWER = r"(?:\^(?P<power>\{.*\}|\\?\w))?"
_SETS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + r"\Z", re.DOTALL), fact)
    for pattern, fact in (
        (rf"(?:{_FONT}\{{?R\}}?|ℝ|\\R|\\Re|\\reals|R){_POWER}", ""),
        (rf"(?:{_FONT}\{{?R\}}?|ℝ|\\R|R)_\{{?(?:\+\+?|>0|\\geq?0|≥0)\}}?{_POWER}", "positive"),
        (rf"(?:{_FONT}\{{?R\}}?|ℝ|\\R|R){_POWER}_\{{?(?:\+\+?|>0|\\geq?0|≥0)\}}?", "positive"),
        (rf"[\[(]0,1[\])]{_POWER}", "open01"),
        (rf"\\?\{{0,1\\?\}}{_POWER}", "binary"),
        (rf"\\?\{{(?:-1,\+?1|\\pm1)\\?\}}{_POWER}", "pm1"),
        (rf"{_FONT}\{{?S\}}?{_POWER}", "symmetric"),
        (rf"{_FONT}\{{?S\}}?_\{{?\+\+?\}}?{_POWER}", "posdef"),
        (rf"{_FONT}\{{?S\}}?{_POWER}_\{{?\+\+?\}}?", "posdef"),
    )
)  # fmt: skip
_COUNTING = re.compile(
    rf"(?:{_FONT}\{{?[NZ]\}}?|[ℕℤ])(?:_.*)?\Z|\\?\{{(?!0,1\\?\}})\d,.*\\?\}}\Z|\[\w+\]\Z", re.DOTALL
)
_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
LONGEST_SIZE = 3
_SQUARE = frozenset({"symmetric", "posdef"})


def memberships(
    names: str, domain: str, symbols: Symbols, known: Mapping[str, Declaration]
) -> tuple[Declaration, ...]:
    """What `names ∈ domain` declares; whole numbers are sizes or indices, and declare nothing.

    Facts that are known of a variable stay, where its shape is the same.  Raises GradproofError for
    a set that is not read, and for what is no list of names.

    >>> from gradproof.notation.latex.known import NOTHING
    >>> print(*memberships("x, y", r"\\mathbb{R}^{n+1}", NOTHING, {}), sep="; ")
    x: vector (n + 1); y: vector (n + 1)
    """
    plain = spelled(domain, symbols.macros)
    if _COUNTING.match(plain):
        return ()
    sizes, fact = _sizes(plain)
    if fact in _SQUARE:
        sizes = sizes * 2 if len(sizes) == 1 else sizes
    if len(sizes) > 2:
        raise ReadError("variables are scalars, vectors and matrices")
    facts = closure([fact] if fact else [])
    declared = []
    for written in names.split(","):
        name = _name(_spaced(spelled(written, symbols.macros)), symbols)
        if not name:
            continue
        before = known.get(name)
        kept = before.facts if before is not None and before.axes == sizes else frozenset()
        declared.append(Declaration(name, _KINDS[len(sizes)], sizes, facts | kept))
    return tuple(declared)


# A list of names comes without its first ones, which a comma divides from the rest.
_FAMILY = re.compile(
    r"(?:[^,]+,)*(?:\\[lc]?dots[ck]?|…|\.\.\.),"
    r"(?P<name>[^,_]+)_(?:\{(?P<count>[^{}]+)\}|(?P<letter>\w))\Z"
)


def family(names: str, domain: str, symbols: Symbols) -> Declaration | None:
    """What `x_1, …, x_N ∈ ℝᵈ` declares: x, the matrix with the rows x_i; None for other lists.

    >>> from gradproof.notation.latex.known import NOTHING
    >>> print(family(r"x_1, \\dots, x_N", r"\\mathbb{R}^d", NOTHING))
    x: matrix N×d
    """
    found = _FAMILY.match(spelled(names, symbols.macros))
    if found is None:
        return None
    sizes, fact = _sizes(spelled(domain, symbols.macros))
    if len(sizes) > 1:
        return None
    sizes = (_size(found["count"] or found["letter"]), *sizes)
    facts = closure([fact] if fact else [])
    return Declaration(identifier(found["name"]), _KINDS[len(sizes)], sizes, facts)


def component_fact(name: str, domain: str, symbols: Symbols) -> tuple[str, str] | None:
    """What `t_i ∈ {0, 1}` says of t."""
    try:
        tree = parse_latex(name, symbols)
        _, fact = _sizes(spelled(domain, symbols.macros))
    except GradproofError:
        return None
    match tree:
        case Selection(Name(whole)) if fact:
            return whole, fact
        case _:
            return None


def _name(written: str, symbols: Symbols) -> str:
    """The name of a variable; empty for x_i, of which nothing is declared but what x says."""
    try:
        if isinstance(parse_latex(written, symbols), Selection):
            return ""
        return identifier(written)
    except GradproofError:
        raise ReadError(
            "no variable stands before this ∈", hint="The sizes of expressions are not checked."
        ) from None


def spelled(latex: str, macros: Mapping[str, Macro]) -> str:
    """The text of a formula without spaces and macros."""
    tokens, _ = expand(lex(latex), macros)
    text = ""
    for token in tokens:
        command = token.kind == "command"
        gap = (
            " "
            if _ENDS_IN_COMMAND.search(text) and token.text[:1].isalpha() and not command
            else ""
        )
        text += gap + (f"\\{token.text}" if command else token.text)
    return text


def _sizes(domain: str) -> tuple[tuple[Dimension, ...], str]:
    for pattern, fact in _SETS:
        found = pattern.match(domain)
        if found is not None:
            return tuple(_size(part) for part in _factors(found["power"] or "")), fact
    raise ReadError(
        "this set is not read",
        hint="Write ℝ, ℝ^n, ℝ^{m×n}, [0,1]^n, {0,1}^n, or declare the variable in a comment.",
    )


def _factors(power: str) -> list[str]:
    if power.startswith("{"):
        power = power[1:-1]
    return [part for part in re.split(r"\\times(?![A-Za-z])|×", power) if part.strip()]


def _size(written: str) -> Dimension:
    """A size as a formula: n, n+1, (n+1), d_{in}, 2n."""
    size = extent(parse_latex(_spaced(written)))
    if any(len(names) > LONGEST_SIZE for names, _ in size.terms):
        raise ReadError(
            "this size is not read", hint="Write one size, or sizes with × between them."
        )
    return size


def _spaced(written: str) -> str:
    """A command is ended by a space before a letter."""
    return re.sub(r"(\\[A-Za-z]+)", r"\1 ", written)
