r"""What a letter with its subscripts is: a name, a component, a row of a family.

A subscript is an index where a sum binds it, where it is declared an index, or where it is i, j, k
or l; everything else is part of the name, as in W_{\text{in}}, h_0 and w_{11}.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from gradproof.core.errors import ReadError, Span
from gradproof.notation.latex.reading import Reading
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place
from gradproof.notation.tree import Literal, Name, Selection, Transpose, Tree

ALL = frozenset({"bullet", "colon", "*", "star"})


Index = Token | Selection | None


@dataclass(frozen=True, slots=True)
class Subscript:
    """A subscript taken apart: a label that belongs to the name, and indices; None for `:`.

    An index is a letter or number, or an entry of an array of indices, as in W_{c_i}.
    """

    label: str
    indices: tuple[Index, ...]


def subscripted(reading: Reading, stem: Token, script: list[Token] | None, stop: int) -> Tree:
    """The variable that a letter with its subscript stands for."""
    span = Span(stem.start, stop)
    if script is None:
        return Name(synonym(reading, stem.text), span)
    whole = known_name(reading, stem.text, label(script))
    if whole is not None:
        return Name(synonym(reading, whole), span)
    component = _component(reading, stem.text, script, span)
    if component is not None:
        return component
    parts = take_apart(reading, script, stem.text)
    name = joined(stem.text, parts.label)
    if not parts.indices:
        return Name(synonym(reading, name), span)
    return select(family(reading, name, span), parts.indices, span)


def synonym(reading: Reading, name: str) -> str:
    """The name that is meant."""
    return reading.symbols.synonyms.get(name, name)


def joined(stem: str, subscript: str) -> str:
    """A name with the label of its subscript."""
    return f"{stem}_{subscript}" if subscript else stem


def known_name(reading: Reading, stem: str, subscript: str) -> str | None:
    """The declared name that is written so: x_1 may be declared x1."""
    for name in (f"{stem}_{subscript}", f"{stem}{subscript}"):
        if reading.symbols.knows(name) or name in reading.symbols.synonyms:
            return name
    return None


def label(script: list[Token]) -> str:
    """A subscript as part of an identifier: c_bar_1, new, in, t_plus_1."""
    spelled = {"+": "_plus_", "-": "_minus_", "star": "star", "*": "star", "infty": "inf"}
    parts: list[str] = []
    for token in script:
        if token.kind in ("name", "number", "function"):
            parts.append(token.text)
        elif token.kind in spelled:
            parts.append(spelled[token.kind])
        elif token.kind in (",", "_"):
            parts.append("_")
    text = "".join(parts).strip("_")
    return "".join(letter if letter.isalnum() else "_" for letter in text) or "x"


def take_apart(reading: Reading, script: list[Token], stem: str = "") -> Subscript:
    """Indices where all parts count; otherwise a label, perhaps with an index of its own."""
    pieces = _split_numbers(reading, _pieces(script))
    indices = [_index(reading, piece) for piece in pieces]
    named = any(found for group in indices for found in group or [])
    if named and all(found is not None for found in indices):
        return Subscript("", tuple(found for group in indices if group for found in group))
    if len(pieces) == 1:
        return _labelled(reading, stem, script)
    return Subscript(label(script), ())


def _pieces(script: list[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in script:
        depth += (token.kind == "_") - (token.kind == "end")
        if token.kind == "," and not depth:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def _split_numbers(reading: Reading, pieces: list[list[Token]]) -> list[list[Token]]:
    """w_{2k} under a sum over k is entry (2, k): its number counts as an index does."""
    parts = [token for piece in pieces for token in piece]
    if len(parts) != 2 or {token.kind for token in parts} != {"name", "number"}:
        return pieces
    if not any(token.text in reading.bound for token in parts):
        return pieces
    return [[token._replace(kind="place") if token.kind == "number" else token] for token in parts]


def _index(reading: Reading, piece: list[Token]) -> list[Index] | None:
    """The indices in one part of a subscript, or None where it has something else."""
    found: list[Index] = []
    waiting = list(piece)
    while waiting:
        token = waiting.pop(0)
        entry = _entry_of_indices(reading, token, waiting)
        if entry is not None:
            found.append(entry)
        elif token.kind in ALL and len(piece) < 3:
            found.append(None)
        elif token.kind == "place" or (token.kind == "name" and reading.is_index(token.text)):
            found.append(token)
        elif _steps(reading, piece):
            raise ReadError(
                "an index is a single letter here",
                span=place(piece[0]).to(place(piece[-1])),
                hint="Sums such as i + 1 are not read in a subscript; name the shifted vector.",
            )
        else:
            return None
    return found or None


def _entry_of_indices(reading: Reading, array: Token, rest: list[Token]) -> Selection | None:
    """c_i of a declared array c of indices; its subscript is taken off the rest."""
    declared = reading.symbols.declarations.get(array.text)
    if declared is None or declared.kind != "index" or not declared.axes:
        return None
    if not rest or rest[0].kind != "_":
        return None
    stop, depth = 0, 0
    while stop == 0 or depth:
        depth += (rest[stop].kind == "_") - (rest[stop].kind == "end")
        stop += 1
    inner = [_index(reading, piece) for piece in _pieces(rest[1 : stop - 1])]
    indices = [index for group in inner for index in group or [None]]
    if any(index is None for index in indices):
        return None
    span = Span(array.start, rest[stop - 1].stop)
    del rest[:stop]
    name = Name(array.text, Span(array.start, array.stop))
    return Selection(name, tuple([_counting(index) for index in indices if index]), span)


def _steps(reading: Reading, piece: list[Token]) -> bool:
    """Whether a subscript counts on from a bound index, as in x_{i+1}."""
    bound = any(token.kind == "name" and token.text in reading.bound for token in piece)
    return bound and any(token.kind in ("+", "-") for token in piece)


def _labelled(reading: Reading, stem: str, script: list[Token]) -> Subscript:
    r"""v_{\bar c_j}: the name v_c_bar and the index j, where j counts."""
    if len(script) > 3 and script[1].kind == "_" and script[-1].kind == "end":
        inner = script[2:-1]
        indices = _index(reading, inner)
        if indices is not None and script[0].kind in ("name", "function"):
            if _numbers_a_vector(reading, stem, script[0].text, inner):
                return Subscript(label(script), ())
            return Subscript(script[0].text, tuple(indices))
    return Subscript(label(script), ())


def _numbers_a_vector(reading: Reading, stem: str, mark: str, inner: list[Token]) -> bool:
    """Whether v_{c_i} is the declared vector v_c: nothing binds i, so that it belongs to c."""
    declared = reading.symbols.declarations.get(f"{stem}_{mark}")
    counted = any(token.text in reading.bound or token.text in reading.free for token in inner)
    return declared is not None and declared.kind == "vector" and not counted


def _component(reading: Reading, stem: str, script: list[Token], span: Span) -> Tree | None:
    """x_2 of a declared vector x, and the second x of the rows of X."""
    if len(script) != 1 or script[0].kind != "number" or not script[0].text.isdigit():
        return None
    declared = reading.symbols.declarations.get(stem)
    known = declared is not None and declared.kind == "vector"
    numbered = stem in reading.symbols.rows or stem in reading.symbols.columns
    if script[0].text == "0" or not (known or numbered):
        return None
    return select(family(reading, stem, span), (script[0],), span)


def family(reading: Reading, name: str, span: Span) -> tuple[Tree, bool]:
    """The array that a letter with indices selects from, and whether it counts its columns."""
    symbols = reading.symbols
    if name in symbols.rows:
        return Name(symbols.rows[name], span), False
    if name in symbols.columns:
        return Name(symbols.columns[name], span), True
    matrix = name.upper()
    declared = symbols.declarations.get(matrix)
    if (
        len(name) == 1
        and name != matrix
        and not symbols.knows(name)
        and declared is not None
        and declared.kind == "matrix"
        and name not in bare_names(reading)
    ):
        return Name(matrix, span), False
    return Name(synonym(reading, name), span), False


def bare_names(reading: Reading) -> frozenset[str]:
    """The letters that stand somewhere without a subscript."""
    if reading.bare is None:
        tokens = reading.tokens
        reading.bare = frozenset(
            token.text
            for token, following in pairwise(tokens)
            if token.kind == "name" and following.kind != "_"
        )
    return reading.bare


def select(
    base: tuple[Tree, bool] | Tree,
    indices: tuple[Index, ...],
    span: Span,
    further: tuple[Tree, ...] = (),
) -> Tree:
    """base_i, base_{ij}; base_{i,:} is a row, base_{:,j} a column; `further` are read indices."""
    tree, by_columns = base if isinstance(base, tuple) else (base, False)
    if len(indices) > 2 and (None in indices or by_columns):
        raise ReadError(
            "a matrix has two indices, and more stand here",
            span=span,
            hint=r"Write X_i for a row, X_{ij} for an entry.",
        )
    counted = (*(_counting(index) for index in indices if index is not None), *further)
    if len(indices) == 2 and len(counted) == 1:
        if indices[1] is None:
            return Transpose(Selection(tree, counted, span), span)
        return Selection(Transpose(tree, span), counted, span)
    if not counted:
        raise ReadError("an index is missing", span=span, hint=r"Write X_{i,:} for row i.")
    if by_columns and len(counted) == 1:
        return Selection(Transpose(tree, span), counted, span)
    if by_columns:
        counted = (counted[1], counted[0])
    return Selection(tree, counted, span)


def _counting(index: Token | Selection) -> Tree:
    """An index as it selects: people count from 1."""
    if isinstance(index, Selection):
        return index
    span = Span(index.start, index.stop)
    if index.kind == "name":
        return Name(index.text, span)
    if not index.text.isdigit() or index.text == "0":
        raise ReadError(
            f"{index.text} is no place of an entry",
            span=place(index),
            hint="Entries are counted from 1.",
        )
    return Literal(Fraction(int(index.text) - 1), span)
