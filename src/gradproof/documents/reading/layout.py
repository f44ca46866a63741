"""Where the mathematics of a document stands: its parts, each with its exact place.

The reader of Markdown and the reader of LaTeX files both answer with a `Layout`, so that nothing
after them knows which of the two a document was.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from gradproof.core.errors import Span

BYTE_ORDER_MARK = "\ufeff"
MOST_PARTS = 20_000
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Formula:
    """A stretch of mathematics: its own text is `inside`, with its delimiters it is `outside`."""

    kind: Literal["display", "inline"]
    inside: Span
    outside: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One declaration of a directive, as `A` and `symmetric(n)`."""

    name: str
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Macros:
    """A definition of commands, as \\newcommand{\\R}{\\mathbb{R}}."""

    span: Span


@dataclass(frozen=True, slots=True)
class Trouble:
    """A place that cannot be read, and what to do."""

    span: Span
    message: str
    hint: str = ""


Part = Formula | Entry | Macros | Trouble


@dataclass(frozen=True, slots=True)
class Layout:
    """A document with its parts in order.

    `text` is the document with comments and quotation marks inside formulas blanked out, character
    by character, so that all places stay what they are.
    """

    text: str
    parts: tuple[Part, ...] = field(default=())


class Place(NamedTuple):
    """A line and a column, both from 1; a column is a character."""

    line: int
    column: int


class Places:
    """The line and the column of every character of a text.

    Lines end at LF, at CRLF and at CR.

    >>> Places("ab\\r\\ncd").of(5)
    Place(line=2, column=2)
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = _line_starts(text)

    def of(self, offset: int) -> Place:
        """The place of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line, without its end."""
        start = self._starts[number - 1]
        stop = self._starts[number] if number < len(self._starts) else len(self._text)
        return self._text[start:stop].rstrip("\r\n")


def _line_starts(text: str) -> Sequence[int]:
    first = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    return [first, *(end.end() for end in _LINE_END.finditer(text))]


def too_many(parts: Sequence[Part], start: int) -> Trouble | None:
    """Where a document has more formulas than are read: the rest is not read at all."""
    if len(parts) < MOST_PARTS:
        return None
    message = f"a document has at most {MOST_PARTS:,} formulas; the rest was not read"
    return Trouble(Span(start, start), message, "Check it in parts.")


def blanked(text: str, spans: Sequence[Span]) -> str:
    """`text` with spaces in the place of `spans`, which are in order; line ends stay.

    >>> blanked("ab%c\\nd", [Span(2, 4)])
    'ab  \\nd'
    """
    pieces, position = [], 0
    for span in spans:
        hidden = text[span.start : span.stop]
        kept = "".join([letter if letter in "\r\n" else " " for letter in hidden])
        pieces += [text[position : span.start], kept]
        position = span.stop
    return "".join([*pieces, text[position:]])
