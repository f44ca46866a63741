"""What a document says to the checker: `gradproof: A: symmetric(n); x: rows(X)`.

A directive stands in a comment of the document or in the front matter of a Markdown file, and holds
declarations, each a name and what it is.  A name is written as in the mathematics (\\Sigma) or as
in the text language (Sigma).
"""

from __future__ import annotations

import re

from gradproof.core.errors import Span
from gradproof.documents.reading.layout import Entry, Part, Trouble

DIRECTIVE = re.compile(r"[ \t\r\n]*gradproof[ \t]*:[ \t]*")
_ENTRY = re.compile(r"[^;\r\n]+")
_SPLIT = re.compile(r"(?P<name>[^:]+?)[ \t]*:[ \t]*(?P<kind>.*\S)", re.DOTALL)
_LIST = re.compile(r"[ \t]*-[ \t]+")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<inside>.*)(?P=quote)""", re.DOTALL)
_KEY = re.compile(r"(?m)^gradproof[ \t]*:[ \t]*(?P<rest>[^\r\n]*)")
_NEXT_KEY = re.compile(r"(?m)^[^\s#-]")
_FRONT = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?P<inside>.*?)(?:(?<=\n)|^)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
FORM = "Write it as in gradproof: A: symmetric(n); x: vector(n)."


def switch(text: str) -> str | None:
    """`on` or `off`, where that is what a directive says."""
    word = text.strip().lower()
    return word if word in ("on", "off") else None


def entries(text: str, start: int, stop: int) -> list[Part]:
    """The declarations between two places, one after each `;` and on each line."""
    parts: list[Part] = []
    for found in _ENTRY.finditer(text, start, stop):
        parts += _entry(found[0], found.start())
    return parts


def _entry(written: str, start: int) -> list[Part]:
    stripped = written.strip()
    if not stripped or stripped.startswith("#"):
        return []
    start += len(written) - len(written.lstrip())
    listed = _LIST.match(stripped)
    if listed is not None:
        start, stripped = start + listed.end(), stripped[listed.end() :]
    span = Span(start, start + len(stripped))
    split = _SPLIT.fullmatch(stripped)
    if split is None:
        return [Trouble(span, "this is no declaration", FORM)]
    return [Entry(_unquoted(split["name"]), _unquoted(split["kind"]), span)]


def _unquoted(written: str) -> str:
    """A text without its quotation marks; in double ones a backslash is written twice."""
    quoted = _QUOTED.fullmatch(written.strip())
    if quoted is None:
        return written.strip()
    inside = quoted["inside"]
    return inside.replace("\\\\", "\\") if quoted["quote"] == '"' else inside


def front_matter(text: str) -> tuple[int, list[Part]]:
    """Where the front matter of a Markdown file ends, and what its key `gradproof` declares."""
    block = _FRONT.match(text)
    if block is None:
        return 0, []
    key = _KEY.search(text, block.start("inside"), block.end("inside"))
    if key is None:
        return block.end(), []
    following = _NEXT_KEY.search(text, key.end(), block.end("inside"))
    stop = following.start() if following else block.end("inside")
    return block.end(), [*_on_the_line(key), *entries(text, key.end(), stop)]


def _on_the_line(key: re.Match[str]) -> list[Part]:
    """The declarations on the line of the key itself: {A: symmetric(n), x: vector(n)}."""
    rest = key["rest"].split(" #")[0].rstrip()
    start = key.start("rest")
    if rest.startswith("{") and rest.endswith("}"):
        rest, start = rest[1:-1], start + 1
        parts: list[Part] = []
        for first, last in _between_commas(rest):
            parts += _entry(rest[first:last], start + first)
        return parts
    return _entry(rest, start)


def _between_commas(text: str) -> list[tuple[int, int]]:
    """The stretches between the commas that stand in no bracket."""
    stretches, depth, first = [], 0, 0
    for position, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth <= 0:
            stretches.append((first, position))
            first = position + 1
    return [*stretches, (first, len(text))]
