"""Declarations: `X: matrix(N,d)`, `A: symmetric(n)`, `p: simplex(k)`, `y: positive vector(n)`.

A declaration is a row of words, at most one of them a kind, the others facts; one of the words
carries the sizes in brackets.  A fact alone implies its kind: `symmetric(n)` is an n×n matrix.
"""

from __future__ import annotations

from types import MappingProxyType

from gradproof.core.declaration import FACTS, Declaration, Kind, closure
from gradproof.core.dimension import ONE, Dimension, shape_text
from gradproof.core.errors import GradproofError, ReadError, ShapeError, Span
from gradproof.notation.extents import extent
from gradproof.notation.fact_shapes import Word, check_fact, implied_axes, stated_axes
from gradproof.notation.lexer import Token, lex
from gradproof.notation.misreadings import never_closed, place
from gradproof.notation.parser import parse_tokens
from gradproof.notation.vocabulary import FUNCTIONS, nearest

_KINDS = MappingProxyType({"scalar": 0, "vector": 1, "matrix": 2, "tensor": 3, "index": 1})

_ALIASES = MappingProxyType(
    {
        "real": "scalar",
        "number": "scalar",
        "column": "vector",
        "sym": "symmetric",
        "spd": "posdef",
        "pd": "posdef",
        "diag": "diagonal",
        "prob": "simplex",
        "probability": "simplex",
    }
)

_ADVICE = MappingProxyType(
    {
        "psd": "Semidefinite is not known; posdef(n) is definite, symmetric(n) says less.",
        "definite": "Write posdef(n).",
        "invertible": "Write nonsingular(n).",
        "square": "Write matrix(n, n).",
        "row": "Variables are columns: declare vector(n), and write x' for the row.",
        "int": "Write count for whole numbers from 0, index(V) for an index.",
        "integer": "Write count for whole numbers from 0, index(V) for an index.",
        "nonnegative": "Write positive.",
    }
)

_FORM = MappingProxyType(
    {
        "scalar": "scalar",
        "vector": "vector(n)",
        "matrix": "matrix(m, n)",
        "tensor": "tensor(m, n, k)",
    }
)

_FORMS = (
    "Write a kind, as scalar, vector(n), matrix(m,n), tensor(m,n,k), index(V), or a fact, as "
    "symmetric(n), simplex(k), positive(n)."
)


def parse_declaration(text: str) -> Declaration:
    """The declaration that `name: kind` states.

    Raises ReadError for what is not a declaration, ShapeError for a fact that the shape excludes.

    >>> print(parse_declaration("X: matrix(N,d)"))
    X: matrix N×d
    """
    name, colon, _ = text.partition(":")
    if not colon or not name.strip():
        raise ReadError(
            "a declaration has a name, a colon and a kind",
            source=text,
            span=Span(0, len(text)),
            hint="Write it as in X: matrix(N,d).",
        )
    try:
        return _declare(_variable_name(name), text, len(name) + 1)
    except GradproofError as error:
        error.at(text)
        raise


def declare(name: str, text: str) -> Declaration:
    """The declaration of `name` as what `text` says.

    Raises ReadError for what is not a declaration, ShapeError for a fact that the shape excludes.

    >>> print(declare("A", "posdef(n)"))
    A: matrix n×n, nonsingular, posdef, symmetric
    """
    try:
        variable = _variable_name(name)
    except GradproofError as error:
        error.at(name)
        raise
    try:
        return _declare(variable, text, 0)
    except GradproofError as error:
        error.at(text)
        raise


def _variable_name(text: str) -> str:
    token, *others = lex(text)
    if token.kind != "name" or len(others) != 1:
        raise ReadError(
            "this is not a name",
            span=Span(0, max(1, len(text))),
            hint="A name is a letter followed by letters, digits and _.",
        )
    if token.text in FUNCTIONS:
        raise ReadError(
            f"{token.text} is the name of a function",
            span=place(token),
            hint="Choose another name.",
        )
    return token.text


def _declare(name: str, source: str, start: int) -> Declaration:
    words = _words(lex(source, start))
    kinds = [word for word in words if word.name in _KINDS]
    facts = [word for word in words if word.name not in _KINDS]
    if len(kinds) > 1:
        raise ReadError(
            f"{kinds[0].name} and {kinds[1].name} at once",
            span=kinds[1].span,
            hint="A variable has one kind.",
        )
    if kinds and kinds[0].name == "index":
        return _index(name, kinds[0], facts)
    axes = _axes(name, kinds[0] if kinds else None, facts)
    _check_lengths(name, axes, words[0].span.to(words[-1].span))
    for fact in facts:
        check_fact(name, fact, axes)
    kinds_by_rank: tuple[Kind, ...] = ("scalar", "vector", "matrix", "tensor")
    kind = kinds_by_rank[min(len(axes), 3)]
    return Declaration(name, kind, axes, closure(fact.name for fact in facts))


def _check_lengths(name: str, axes: tuple[Dimension, ...], span: Span) -> None:
    """An axis of one entry is no axis here: it would be added to by itself and not be seen."""
    left = tuple(axis for axis in axes if axis != ONE)
    if left == axes:
        return
    kind = ("scalar", "vector", "matrix")[min(len(left), 2)]
    sizes = f"({', '.join(map(str, left))})" if left else ""
    raise ReadError(
        f"{name} has an axis with a single entry",
        span=span,
        hint=f"Leave it out: write {name}: {kind}{sizes}, and pass the array without that axis.",
    )


def _words(tokens: list[Token]) -> list[Word]:
    """The words of a declaration, up to the token that ends it."""
    words: list[Word] = []
    position = 0
    while tokens[position].kind != "end":
        token = tokens[position]
        position += 1
        if token.kind == "," and words and tokens[position].kind == "name":
            continue
        if token.kind != "name":
            raise ReadError("a word is needed here", span=place(token), hint=_FORMS)
        sizes, span = None, place(token)
        if tokens[position].kind == "(":
            end = _partner(tokens, position)
            sizes = _sizes(tokens[position + 1 : end])
            span = span.to(place(tokens[end]))
            position = end + 1
        words.append(Word(_known_word(token), sizes, span))
    if not words:
        raise ReadError("a kind is missing", span=place(tokens[-1]), hint=_FORMS)
    return words


def _known_word(token: Token) -> str:
    written = token.text.lower()
    word = _ALIASES.get(written, written)
    if word in _KINDS or word in FACTS:
        return word
    advice = _ADVICE.get(written)
    if advice is None:
        near = nearest(written, (*_KINDS, *FACTS, *_ALIASES))
        advice = f"Did you mean {near}?" if near else _FORMS
    raise ReadError(
        f"{token.text[:40]} is neither a kind nor a fact", span=place(token), hint=advice
    )


def _partner(tokens: list[Token], opened: int) -> int:
    """The position of the bracket that closes the one at `opened`."""
    depth = 0
    for position in range(opened, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[position].kind, 0)
        if depth == 0:
            return position
    raise never_closed(tokens[opened])


def _sizes(tokens: list[Token]) -> tuple[Dimension, ...]:
    """The sizes between the brackets, separated by commas."""
    if not tokens:
        return ()
    sizes, start = [], 0
    commas = [position for position, token in enumerate(tokens) if token.kind == ","]
    for stop in (*commas, len(tokens)):
        part = tokens[start:stop]
        if not part:
            raise ReadError(
                "a size is missing", span=place(tokens[min(stop, len(tokens) - 1)]), hint=_FORMS
            )
        sizes.append(extent(parse_tokens([*part, Token("end", "", part[-1].stop, part[-1].stop)])))
        start = stop + 1
    return tuple(sizes)


def _index(name: str, word: Word, facts: list[Word]) -> Declaration:
    if facts:
        raise ReadError(
            f"an index has no facts such as {facts[0].name}",
            span=facts[0].span,
            hint="Write index(V), or index(n, V) for n indices.",
        )
    if not word.sizes:
        raise ReadError(
            "an index counts in a dimension",
            span=word.span,
            hint="Write index(V), or index(n, V) for n indices.",
        )
    return Declaration(name, "index", word.sizes[:-1], bound=word.sizes[-1])


def _axes(name: str, kind: Word | None, facts: list[Word]) -> tuple[Dimension, ...]:
    """The axes that the words agree on."""
    stated = [stated_axes(word) for word in facts if word.sizes is not None]
    if kind is not None and (kind.sizes or not stated):
        stated.insert(0, _kind_axes(kind))
    if not stated:
        stated = [implied_axes(facts)]
    if any(axes != stated[0] for axes in stated):
        both = " and ".join(shape_text(axes) for axes in dict.fromkeys(stated))
        raise ShapeError(
            f"{name} is declared with the sizes {both} at once",
            span=(kind or facts[0]).span.to(facts[-1].span),
            hint="Write the sizes once.",
        )
    if kind is not None and min(len(stated[0]), 3) != _KINDS[kind.name]:
        raise ShapeError(
            f"{name} is declared a {kind.name}, and has the sizes {shape_text(stated[0])}",
            span=kind.span,
            hint=_FORMS,
        )
    return stated[0]


def _kind_axes(word: Word) -> tuple[Dimension, ...]:
    sizes = word.sizes or ()
    needed = _KINDS[word.name]
    if len(sizes) == needed or (word.name == "tensor" and len(sizes) > needed):
        return sizes
    form = _FORM[word.name]
    counted = ("no size", "one size", "two sizes", "three sizes or more")
    raise ReadError(
        f"a {word.name} has {counted[needed]}, and {len(sizes) or 'none'} "
        f"{'stands' if len(sizes) < 2 else 'stand'} here",
        span=word.span,
        hint=f"Write {form}.",
    )
