"""LaTeX files: displays, formulas in the text, definitions of commands, directives in comments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gradproof.core.errors import Span
from gradproof.documents.reading.delimiters import OPENING, Ends, formula_at
from gradproof.documents.reading.directives import DIRECTIVE, entries, switch
from gradproof.documents.reading.layout import (
    Formula,
    Layout,
    Macros,
    Part,
    Trouble,
    blanked,
    too_many,
)

_VERBATIM = r"verbatim|Verbatim|lstlisting|minted|comment|filecontents"
_UNREAD = re.compile(
    r"(?P<comment>%[^\r\n]*)"
    r"|(?P<verb>\\verb\*?(?P<bar>[^\w\s*])[^\r\n]*?(?P=bar))"
    rf"|(?P<verbatim>\\begin\{{(?P<name>(?:{_VERBATIM})\*?)\}})"
    r"|(?P<escape>\\.)",
    re.DOTALL,
)
DEFINING = re.compile(r"\\(?:(?:re|provide)?newcommand|newcommand|DeclareMathOperator|def)\b\*?")
_TOKEN = re.compile(
    rf"(?P<macro>{DEFINING.pattern})|(?P<opening>{OPENING})|(?P<escape>\\.)", re.DOTALL
)
_HEAD = re.compile(r"[ \t\r\n]*(?:\{[ \t]*\\[A-Za-z]+[ \t]*\}|\\[A-Za-z]+)[^{}]{0,99}")
LONGEST_MACRO = 2000


@dataclass(slots=True)
class _Reading:
    """A file without its comments, the parts found, and the stretches that are switched off."""

    ends: Ends
    parts: list[Part] = field(default_factory=list)
    silent: list[Span] = field(default_factory=list)


def read_tex(text: str) -> Layout:
    """The mathematics of a LaTeX file, each formula with its place.

    >>> layout = read_tex("Let \\\\(x\\\\) be % \\\\(y\\\\)\\n\\\\[x = 2\\\\]")
    >>> [layout.text[part.inside.start : part.inside.stop] for part in layout.parts]
    ['x', 'x = 2']
    """
    hidden, said, silent = _unread(text)
    reading = _Reading(Ends(blanked(text, hidden)), said, silent)
    position = 0
    while (token := _TOKEN.search(reading.ends.text, position)) is not None:
        position = max(_after(reading, token), token.start() + 1)
        trouble = too_many(reading.parts, position)
        if trouble is not None:
            reading.parts.append(trouble)
            break
    reading.parts.sort(key=_beginning)
    return Layout(reading.ends.text, tuple(reading.parts))


def _beginning(part: Part) -> int:
    return part.outside.start if isinstance(part, Formula) else part.span.start


def _unread(text: str) -> tuple[list[Span], list[Part], list[Span]]:
    """Comments and what is printed verbatim; what the comments say; what they switch off."""
    hidden: list[Span] = []
    said: list[Part] = []
    silent: list[Span] = []
    ends, position, off = Ends(text), 0, -1
    while (token := _UNREAD.search(text, position)) is not None:
        position = token.end()
        if token.lastgroup == "escape":
            continue
        if token.lastgroup == "verbatim":
            stop = ends.find(f"\\end{{{token['name']}}}", position)
            position = position if stop < 0 else stop
        hidden.append(Span(token.start(), position))
        directive = DIRECTIVE.match(text, token.start() + 1, position)
        if token.lastgroup != "comment" or directive is None:
            continue
        turned = switch(text[directive.end() : position])
        if turned is None:
            said += entries(text, directive.end(), position)
        elif turned == "off":
            off = off if off >= 0 else position
        elif off >= 0:
            silent.append(Span(off, position))
            off = -1
    if off >= 0:
        silent.append(Span(off, len(text)))
    return hidden, said, silent


def _after(reading: _Reading, token: re.Match[str]) -> int:
    """Takes up what a token begins, and answers where that ends."""
    if token.lastgroup == "escape":
        return token.end()
    if token.lastgroup == "macro":
        stop = end_of_macro(reading.ends.text, token.end())
        if stop is not None:
            reading.parts.append(Macros(Span(token.start(), stop)))
        return stop or token.end()
    found = formula_at(reading.ends, token)
    if found is None:
        return token.end()
    if not any(span.start <= token.start() < span.stop for span in reading.silent):
        reading.parts.append(found)
    return token.end() if isinstance(found, Trouble) else found.outside.stop


def end_of_macro(text: str, start: int) -> int | None:
    """Where the definition of a command ends whose first word ends at `start`."""
    head = _HEAD.match(text, start)
    if head is None or text[head.end() : head.end() + 1] != "{":
        return None
    depth = 0
    for position in range(head.end(), min(len(text), head.end() + LONGEST_MACRO)):
        letter = text[position]
        if letter in "{}" and text[position - 1] != "\\":
            depth += 1 if letter == "{" else -1
        if depth == 0:
            return position + 1
    return None
