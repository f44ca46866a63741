"""Where a formula ends that begins with $, $$, \\(, \\[ or \\begin{align}.

A search for an end that fails once is not made again, so that a long document full of openings
without an end is still read in one pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gradproof.core.errors import Span
from gradproof.documents.reading.layout import Formula, Trouble

ENVIRONMENTS = frozenset(
    {
        "align", "aligned", "alignat", "alignedat", "displaymath", "dmath", "eqnarray",
        "equation", "flalign", "gather", "gathered", "math", "multline", "split",
    }
)  # fmt: skip

OPENING = r"\$\$|\$|\\\[|\\\(|\\begin[ \t]*\{[A-Za-z]+\*?\}"
_DOLLARS = re.compile(r"\\.|\$\$|\n[ \t>]*\r?\n", re.DOTALL)
_DOLLAR = re.compile(r"\\.|\$|\n[ \t>]*\r?\n", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\begin[ \t]*\{([A-Za-z]+)(\*?)\}")
_EMPTY_LINE = r"\n[ \t>]*\r?\n"
_MATHEMATICAL = re.compile(r"[\\^_=]")


@dataclass(slots=True)
class Ends:
    """A text read from left to right, and where the ends are that were looked for last."""

    text: str
    known: dict[str, int] = field(default_factory=dict)

    def find(self, end: str, start: int) -> int:
        """Where `end` follows `start`; −1 where it does not."""
        found = self.known.get(end, -2)
        if found == -1 or found >= start:
            return found
        found = self.known[end] = self.text.find(end, start)
        return found

    def search(self, pattern: str, start: int) -> re.Match[str] | None:
        """The first match of a pattern after `start`, which is not looked for again in vain."""
        if self.known.get(pattern) == -1:
            return None
        found = re.compile(pattern).search(self.text, start)
        if found is None:
            self.known[pattern] = -1
        return found

    def paragraph(self, start: int) -> int:
        """Where the paragraph of `start` ends: before the next empty line."""
        found = self.known.get(_EMPTY_LINE, -1)
        if found < start:
            line = re.compile(_EMPTY_LINE).search(self.text, start)
            found = self.known[_EMPTY_LINE] = len(self.text) if line is None else line.start()
        return found


def formula_at(ends: Ends, opening: re.Match[str]) -> Formula | Trouble | None:
    """The formula that `opening` begins; None where it begins none, as a dollar of a price does."""
    match opening[0]:
        case "$$":
            return _between_dollars(ends.text, opening)
        case "$":
            return _inline_dollar(ends.text, opening)
        case "\\[":
            return _bracketed(ends, opening, "\\]", "display")
        case "\\(":
            return _bracketed(ends, opening, "\\)", "inline")
        case _:
            return _environment(ends, opening)


def _between_dollars(text: str, opening: re.Match[str]) -> Formula | Trouble:
    end = _first(_DOLLARS, text, opening.end())
    if end is None or end[0] != "$$":
        return Trouble(
            Span(*opening.span()),
            "this $$ is not closed",
            "A display ends with $$ and holds no empty line.",
        )
    return Formula("display", Span(opening.end(), end.start()), Span(opening.start(), end.end()))


def _inline_dollar(text: str, opening: re.Match[str]) -> Formula | Trouble | None:
    """As in Pandoc: no space after the first dollar or before the last, no digit after it."""
    start = opening.end()
    end = _first(_DOLLAR, text, start)
    if end is None or end[0] != "$" or end.start() == start:
        return _unclosed_dollar(text, opening)
    inside = text[start : end.start()]
    following = text[end.end() : end.end() + 1]
    padded = inside[0].isspace() or inside[-1].isspace()
    if (padded or following.isdigit()) and not (_MATHEMATICAL.search(inside) and padded):
        return None
    return Formula("inline", Span(start, end.start()), Span(opening.start(), end.end()))


def _unclosed_dollar(text: str, opening: re.Match[str]) -> Trouble | None:
    """A dollar before a command is meant as mathematics; one before a digit is a price."""
    if text[opening.end() : opening.end() + 1] != "\\":
        return None
    return Trouble(Span(*opening.span()), "this $ is not closed", "Write \\$ for the sign itself.")


def _first(pattern: re.Pattern[str], text: str, start: int) -> re.Match[str] | None:
    """The first match that is no escaped character."""
    for found in pattern.finditer(text, start):
        if not found[0].startswith("\\"):
            return found
    return None


def _bracketed(ends: Ends, opening: re.Match[str], closing: str, kind: str) -> Formula | Trouble:
    start = opening.end()
    stop = ends.find(closing, start)
    again = ends.text.find(opening[0], start, stop if stop >= 0 else start)
    while again > 0 and ends.text[again - 1] == "\\":  # \\[2pt] ends a row
        again = ends.text.find(opening[0], again + 1, stop)
    if stop < 0 or again >= 0:
        return Trouble(
            Span(*opening.span()), f"this {opening[0]} is not closed", f"Close it with {closing}."
        )
    outside = Span(opening.start(), stop + len(closing))
    return Formula("display" if kind == "display" else "inline", Span(start, stop), outside)


def _environment(ends: Ends, opening: re.Match[str]) -> Formula | Trouble | None:
    """The whole of \\begin{align} … \\end{align}: its delimiters belong to the mathematics."""
    named = _ENVIRONMENT.match(opening[0])
    if named is None or named[1] not in ENVIRONMENTS:
        return None
    closing = f"\\end{{{named[1]}{named[2]}}}"
    stop = ends.find(closing, opening.end())
    if stop < 0:
        return Trouble(
            Span(*opening.span()), f"{opening[0]} is not closed", f"Close it with {closing}."
        )
    outside = Span(opening.start(), stop + len(closing))
    return Formula("display", outside, outside)
