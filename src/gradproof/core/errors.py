"""All that can go wrong, as exceptions that tell the user where, what clashed and what to do.

An error is shown on one screen: the message, the line of input with a caret under the
place, and a sentence of advice.  No error of this family is ever shown as a traceback by
the command line.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 72


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The half-open range of characters [start, stop) of a source text."""

    start: int
    stop: int

    def to(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.stop, other.stop))


class GradproofError(Exception):
    """Base of all errors that are the user's to mend.

    `message` says what clashed, `hint` what to do; `source` and `span` give the place.
    """

    def __init__(
        self, message: str, *, source: str | None = None, span: Span | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message, self.source, self.span, self.hint = message, source, span, hint

    def at(self, source: str) -> GradproofError:
        """The same error, placed in `source` unless it already has a place of its own."""
        if self.source is None:
            self.source = source
        return self

    def __str__(self) -> str:
        parts = [self.message]
        if self.source is not None and self.span is not None:
            parts.append(excerpt(self.source, self.span))
        if self.hint:
            parts.append(self.hint)
        return "\n".join(parts)


class ReadError(GradproofError):
    """The text is not an expression: a bad character, a missing bracket, an unknown function."""


class ShapeError(GradproofError):
    """Two shapes that must agree do not; the message names both."""


class UnknownNameError(GradproofError):
    """A name that the expression does not contain."""


class UnsupportedError(GradproofError):
    """A request that is understood and that gradproof cannot answer truly."""


class DataError(GradproofError):
    """An array that is missing, has the wrong shape, or holds values that are not allowed."""


def excerpt(source: str, span: Span) -> str:
    """The line of `source` that holds `span`, cut to the screen, with carets under the span."""
    start = min(span.start, len(source))
    line_start = source.rfind("\n", 0, start) + 1
    line_stop = source.find("\n", line_start)
    line = source[line_start : line_stop if line_stop >= 0 else len(source)]
    column = start - line_start
    width = max(1, min(span.stop - span.start, len(line) - column))
    first = max(0, column - WINDOW // 2)
    last = min(len(line), first + WINDOW)
    left, right = ("…" if first else ""), ("…" if last < len(line) else "")
    carets = "^" * max(1, min(width, last - column))
    shown = "".join(letter if letter.isprintable() else " " for letter in line[first:last])
    return f"    {left}{shown}{right}\n    {' ' * (len(left) + column - first)}{carets}"
