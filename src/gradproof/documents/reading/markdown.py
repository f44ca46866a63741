"""Markdown files: displays, formulas in the text, directives; code and comments are passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gradproof.core.errors import Span
from gradproof.documents.reading.delimiters import OPENING, Ends, formula_at
from gradproof.documents.reading.directives import DIRECTIVE, entries, front_matter, switch
from gradproof.documents.reading.layout import Formula, Layout, Part, Trouble, blanked, too_many

_TOKEN = re.compile(
    r"(?P<fence>^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<ticks>`{3,}|~{3,})(?P<info>[^\r\n]*))"
    r"|(?P<list>^[ \t]{0,8}(?:[-*+]|\d{1,9}[.)])[ \t]+)"
    r"|(?P<paragraph>^[ \t]*\r?\n(?P<indent>[ \t]*)(?=\S))"
    r"|(?P<comment><!--)"
    r"|(?P<raw><(?P<tag>pre|script|style)\b)"
    rf"|(?P<opening>{OPENING})"
    r"|(?P<code>`+)"
    r"|(?P<escape>\\.)",
    re.MULTILINE | re.DOTALL,
)
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]")
_INDENTED = re.compile(r"(?:(?: {4}| {0,3}\t)[^\r\n]*(?:\r?\n|$)|[ \t]*\r?\n)+")
_TICKS = re.compile(r"`+")
LONGEST_MARGIN = 200
_QUOTE = re.compile(r"(?m)^[ \t]*>[ \t>]*")


@dataclass(slots=True)
class _Reading:
    """A text while it is read, the parts found, and whether the paragraph belongs to a list."""

    text: str
    ends: Ends
    parts: list[Part] = field(default_factory=list)
    hidden: list[Span] = field(default_factory=list)
    in_list: bool = False
    silent: bool = False


def read_markdown(text: str) -> Layout:
    """The mathematics of a Markdown file, each formula with its place.

    >>> layout = read_markdown("Let $x$ be\\n$$y = 2x$$")
    >>> [layout.text[part.inside.start : part.inside.stop] for part in layout.parts]
    ['x', 'y = 2x']
    """
    position, declared = front_matter(text)
    reading = _Reading(text, Ends(text), declared)
    position = _past_indented_code(text, position)
    while (token := _TOKEN.search(text, position)) is not None:
        position = max(_after(reading, token), token.start() + 1)
        trouble = too_many(reading.parts, position)
        if trouble is not None:
            reading.parts.append(trouble)
            break
    return Layout(blanked(text, reading.hidden), tuple(reading.parts))


def _after(reading: _Reading, token: re.Match[str]) -> int:
    """Takes up what a token begins, and answers where that ends."""
    match token.lastgroup:
        case "fence":
            return _fence(reading, token)
        case "list":
            reading.in_list = True
            return token.end()
        case "paragraph":
            return _paragraph(reading, token)
        case "comment":
            return _comment(reading, token)
        case "raw":
            return _past(reading.ends, f"</{token['tag']}>", token.end())
        case "opening":
            return _formula(reading, token)
        case "code":
            return _code(reading.ends, token)
        case _:
            return token.end()


def _fence(reading: _Reading, token: re.Match[str]) -> int:
    """A fenced block is code, unless it says that it is mathematics."""
    ticks = token["ticks"]
    if ticks[0] == "`" and "`" in token["info"]:  # code in a line, and no fence
        return _code(reading.ends, token)
    start = token.end()
    closing = _closing_fence(reading, ticks, start)
    stop, after = (len(reading.text),) * 2 if closing is None else closing.span()
    if token["info"].strip() == "math":
        _add(reading, Formula("display", Span(start, stop), Span(token.start(), after)))
    return after


def _closing_fence(reading: _Reading, ticks: str, start: int) -> re.Match[str] | None:
    pattern = rf"(?m)^[ \t>]*{re.escape(ticks[0])}{{{len(ticks)},}}[ \t]*\r?$"
    return reading.ends.search(pattern, start)


def _paragraph(reading: _Reading, token: re.Match[str]) -> int:
    """After an empty line, what is indented by four is code, except in a list."""
    start = token.start("indent")
    if not token["indent"]:
        reading.in_list = _ITEM.match(reading.text, start) is not None
    return start if reading.in_list else _past_indented_code(reading.text, start)


def _past_indented_code(text: str, start: int) -> int:
    code = _INDENTED.match(text, start)
    return start if code is None or not code[0].strip() else code.end()


def _comment(reading: _Reading, token: re.Match[str]) -> int:
    """Passes over a comment, and takes up what it says to the checker."""
    start = token.end()
    stop = reading.ends.find("-->", start)
    if stop < 0:
        return start
    directive = DIRECTIVE.match(reading.text, start, stop)
    if directive is not None:
        turned = switch(reading.text[directive.end() : stop])
        if turned is not None:
            reading.silent = turned == "off"
        else:
            reading.parts += entries(reading.text, directive.end(), stop)
    return stop + len("-->")


def _past(ends: Ends, closing: str, start: int) -> int:
    stop = ends.find(closing, start)
    return start if stop < 0 else stop + len(closing)


def _code(ends: Ends, token: re.Match[str]) -> int:
    """Past the code in a line: up to as many ticks as began it, in the same paragraph."""
    opening = _TICKS.search(ends.text, token.start())
    assert opening is not None, "the token has ticks"
    closing = ends.search(rf"(?<!`){opening[0]}(?!`)", opening.end())
    if closing is None or closing.start() > ends.paragraph(opening.end()):
        return opening.end()
    return closing.end()


def _formula(reading: _Reading, token: re.Match[str]) -> int:
    found = formula_at(reading.ends, token)
    if found is None:
        return token.end()
    _add(reading, found)
    return found.outside.stop if isinstance(found, Formula) else token.end()


def _add(reading: _Reading, part: Formula | Trouble) -> None:
    if reading.silent:
        return
    if isinstance(part, Formula):
        reading.hidden += _quotation_marks(reading.text, part)
    reading.parts.append(part)


def _quotation_marks(text: str, formula: Formula) -> Iterator[Span]:
    """The > at the beginnings of the lines of a formula in a quotation."""
    inside, outside = formula.inside, formula.outside
    if "\n" not in text[inside.start : inside.stop]:
        return
    line = text.rfind("\n", max(0, outside.start - LONGEST_MARGIN), outside.start) + 1
    if text[line : outside.start].lstrip().startswith(">"):
        for mark in _QUOTE.finditer(text, inside.start, inside.stop):
            yield Span(*mark.span())
