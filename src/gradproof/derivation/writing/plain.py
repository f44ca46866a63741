"""A derivation as lines of Unicode, the signs below one another and the rules beside them."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import combining

from gradproof.derivation.writing.lines import Line
from gradproof.notation.write_unicode import unicode

WIDEST = 64
GAP = "   "


def plain_rows(lines: Iterable[Line]) -> list[tuple[str, str, str, str]]:
    """Left side, sign, right side and rule of each line, as text."""
    return [
        ("" if line.left is None else unicode(line.left), line.sign, unicode(line.right), line.rule)
        for line in lines
    ]


def plain(lines: Iterable[Line]) -> str:
    """The derivation as text for a terminal or a mail.

    A rule stands to the right of its line, or below a line that is long.
    """
    rows = plain_rows(lines)
    left = max((width(row[0]) for row in rows), default=0)
    sign = max((width(row[1]) for row in rows), default=0)
    middle = max((width(row[2]) for row in rows if width(row[2]) <= WIDEST), default=0)
    return "\n".join(_row(row, left, sign, middle) for row in rows)


def _row(row: tuple[str, str, str, str], left: int, signs: int, middle: int) -> str:
    before, sign, after, rule = row
    start = f"{pad(before, left)} {sign:>{signs}} "
    if not rule:
        return start + after
    if width(after) > WIDEST:
        return f"{start}{after}\n{' ' * (width(start) + middle)}{GAP}{rule}"
    return f"{start}{pad(after, middle)}{GAP}{rule}"


def pad(text: str, length: int) -> str:
    """The text, filled with spaces to a length as it is seen."""
    return text + " " * (length - width(text))


def width(text: str) -> int:
    """The number of places that a text takes: an accent takes none."""
    return sum(not combining(character) for character in text)
