r"""Cuts LaTeX mathematics into TeX's tokens: commands, letters, numbers, braces, signs.

Letters stand alone, as in TeX, except where a known word is spelled out (`log x`, `cos(X, Y)`).
Blanks and comments are dropped; a run of writing that is no mathematics is one token `text`.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from gradproof.core.errors import ReadError
from gradproof.notation.latex.commands import UNICODE, WORDS
from gradproof.notation.lexer import GREEK, LONGEST, Token

_SHORT = ("tr", "Tr", "ln")
_LONG = sorted({word for word in WORDS if len(word) > 2 and word.isalpha()}, key=len, reverse=True)

_TOKEN = re.compile(
    rf"""(?:\s|(?<!\\)%[^\n]*)*+(?:
      \\(?P<command>[A-Za-z]+\*?|[^A-Za-z])
    | (?P<word>(?:{"|".join(_LONG)})(?![A-Za-z])|(?:{"|".join(_SHORT)})(?=\s*(?:\(|\\left\b)))
    | (?P<text>(?<![A-Za-z\\])(?:where|otherwise|such\ that)(?![A-Za-z]))
    | (?P<letter>[A-Za-z])
    | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    | (?P<dots>\.\.\.)
    | (?P<symbol>[-+*/^_'(){{}}\[\]|,;:=<>&~.!@\#$"`?])
    | (?P<other>[^\x00-\x7f]+)
    | (?P<stray>\S))
    """,
    re.VERBOSE | re.DOTALL,
)
_FOREIGN = re.compile("[^\x00-\x7f]")


def lex(source: str, start: int = 0, stop: int | None = None) -> list[Token]:
    r"""The tokens of `source` between `start` and `stop`; their kinds are the names below.

    command, word, letter, number, dots, symbol and text.  Raises ReadError for a text that is
    too long and for characters that no keyboard writes.

    >>> [token.text for token in lex(r"\frac12 X^\top")]
    ['frac', '12', 'X', '^', 'top']
    """
    stop = len(source) if stop is None else stop
    if stop - start > LONGEST:
        raise ReadError(
            f"the formula has {stop - start:,} characters; {LONGEST:,} are the most that is read",
            hint="Name parts of the expression, and put them together afterwards.",
        )
    tokens: list[Token] = []
    for match in _TOKEN.finditer(source, start, stop):
        kind = match.lastgroup or "stray"
        text, first = match[kind], match.start(kind)
        if kind == "command":
            tokens.append(Token(kind, text, first - 1, match.end()))
        elif kind == "other":
            _foreign(text, first, tokens)
        else:
            tokens.append(Token(kind, text, first, match.end()))
    return tokens


def _foreign(run: str, start: int, tokens: list[Token]) -> None:
    """Greek letters and signs of mathematics are themselves; other writing is set aside."""
    for place, character in enumerate(run, start):
        plain = normalize("NFKC", character)
        span = place, place + 1
        if character in UNICODE:
            kind, text = UNICODE[character]
            tokens.append(Token(kind, text, *span))
        elif plain in GREEK:
            tokens.append(Token("command", GREEK[plain], *span))
        elif plain.isascii() and plain.isalpha() and len(plain) == 1:
            tokens.append(Token("letter", plain, *span))
        elif character.isspace():
            continue
        elif tokens and tokens[-1].kind == "text" and tokens[-1].stop == place:
            tokens[-1] = Token("text", tokens[-1].text + character, tokens[-1].start, place + 1)
        else:
            first = _begin_of_word(tokens, place)
            tokens.append(Token("text", character, first, place + 1))


def _begin_of_word(tokens: list[Token], stop: int) -> int:
    """Three letters or more directly before other writing are a part of it."""
    count = 0
    while count < len(tokens) and tokens[-1 - count].kind == "letter":
        if tokens[-1 - count].stop != stop - count:
            break
        count += 1
    if count < 3:
        return stop
    del tokens[-count:]
    return stop - count
