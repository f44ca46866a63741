"""The pieces of a formula: what stands between row ends, commas, wide spaces, words and arrows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradproof.core.errors import Span
from gradproof.documents.reading.layout import blanked
from gradproof.documents.reading.scan import Token, scan

_PADDING = r"\\[,;:!> ]|\\quad(?![A-Za-z])|\\qquad(?![A-Za-z])|[\s~]"
_LEFT = re.compile(rf"(?:{_PADDING}|[•。、，．；])*")
_RIGHT = re.compile(rf"(?:{_PADDING}|[.,;:。、，．；：•])+\Z")
GOES_ON = re.compile(r"\+|-(?!>)|\\(?:cdot|times|odot|pm|otimes)(?![A-Za-z])")
_OPEN_END = re.compile(r"(?:[=+-]|\\(?:in|cdot|times|odot))\s*\Z")
_OPEN_START = re.compile(r"\s*(?::?=|∈|\\(?:in|approx|equiv)(?![A-Za-z]))")
_LONE_WORD = re.compile(r"(?:\\(?:mathrm|mathit|operatorname)\s*\{\s*)?([^\W\d_]{2,12})\s*\}?")
_DASHES = str.maketrans({"–": "-", "−": "-", "＝": "=", "　": " "})

CONDITIONAL = frozenset(
    [
        "if", "when", "provided", "assuming", "for", "если", "при", "когда", "для", "якщо", "wenn",
        "falls", "für", "si", "pour", "cuando", "もし", "若", "当", "如果",
    ]
)  # fmt: skip
EXPLAINING = frozenset(
    [
        "where", "with", "let", "given", "denoting", "here", "где", "пусть", "където", "mit",
        "wobei", "où", "avec", "donde", "ただし", "ここで", "其中",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch between two places, the words before it, and what ended the piece before."""

    span: Span
    relations: tuple[Token, ...]
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A formula without marks of alignment, labels and row ends: `text` begins at `start`."""

    text: str
    start: int

    def between(self, start: int, stop: int) -> str:
        """What stands between two places of the document."""
        return self.text[max(start - self.start, 0) : max(stop - self.start, 0)]

    def trimmed(self, start: int, stop: int) -> Span:
        """The same stretch without the space and the punctuation around it."""
        inside = self.between(start, stop)
        left = _LEFT.match(inside)
        first = left.end() if left else 0
        right = _RIGHT.search(inside, first)
        return Span(start + first, start + (right.start() if right else len(inside)))


def pieces(text: str, formula: Span) -> tuple[Cleaned, list[Piece]]:
    """The cleaned formula, and its pieces in order.

    >>> clean, found = pieces("a = b, \\\\quad c = d", Span(0, 18))
    >>> [clean.between(piece.span.start, piece.span.stop).strip() for piece in found]
    ['a = b', 'c = d']
    """
    tokens = [token for token in scan(text, formula.start, formula.stop) if _matters(token)]
    cleaned = _cleaned(text, tokens, formula)
    found = [piece for row in _rows(tokens, formula) for piece in _of_row(cleaned, *row)]
    return cleaned, found


def _matters(token: Token) -> bool:
    return token.kind == "blank" or (token.depth == 0 and token.kind != "inner")


def _cleaned(text: str, tokens: list[Token], formula: Span) -> Cleaned:
    spans, last = [], 0
    for token in tokens:
        if token.kind in ("blank", "align", "row") and token.span.start - formula.start >= last:
            last = token.span.stop - formula.start
            spans.append(Span(token.span.start - formula.start, last))
    inside = blanked(text[formula.start : formula.stop], spans)
    return Cleaned(inside.translate(_DASHES), formula.start)


def _rows(tokens: list[Token], formula: Span) -> Iterator[tuple[Span, list[Token]]]:
    start, row = formula.start, list[Token]()
    for token in tokens:
        if token.kind == "row":
            yield Span(start, token.span.start), row
            start, row = token.span.stop, []
        else:
            row.append(token)
    yield Span(start, formula.stop), row


def _of_row(clean: Cleaned, row: Span, tokens: list[Token]) -> Iterator[Piece]:
    start, words, after = row.start, "", "row"
    relations: list[Token] = []
    for token in tokens:
        if token.kind == "remark":
            row = Span(row.start, token.span.start)
            break
        if token.kind == "relation":
            relations.append(token)
        if token.kind not in ("separator", "text", "space"):
            continue
        if token.kind == "space" and not _divides(clean, start, token, row):
            continue
        inside = clean.trimmed(start, token.span.start)
        lone = _lone_word(clean, inside)
        if lone:
            words += lone
        elif inside.start < inside.stop or relations:
            yield Piece(Span(start, token.span.start), tuple(relations), words, after)
            words = ""
            after = token.text
        words += _words(token)
        start, relations = token.span.stop, []
    yield Piece(Span(start, max(start, row.stop)), tuple(relations), words, after)


def _lone_word(clean: Cleaned, span: Span) -> str:
    """The word that a piece consists of: `where`, written without \\text."""
    found = _LONE_WORD.fullmatch(clean.between(span.start, span.stop))
    return found[1] if found and found[1].lower() in CONDITIONAL | EXPLAINING else ""


def _words(token: Token) -> str:
    if token.kind != "text":
        return ""
    return token.text.partition("{")[2].rstrip("}") if "{" in token.text else token.text


def _divides(clean: Cleaned, start: int, token: Token, row: Span) -> bool:
    """Whether a wide space divides two statements: not beside a sign of relation or operation."""
    before = clean.between(start, token.span.start)
    after = clean.trimmed(token.span.stop, row.stop)
    following = clean.between(after.start, row.stop)
    return not (
        _OPEN_END.search(before) or _OPEN_START.match(following) or GOES_ON.match(following)
    )
