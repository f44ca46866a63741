r"""Dots whose pattern is plain: a_1 + a_2 + \dots + a_n is a sum, f(x_1, \dots, x_n) is f(x).

The terms before the dots must be the last term with 1, 2, … in the place of its index.  All other
dots stay, and are refused where they stand.
"""

from __future__ import annotations

from gradproof.notation.latex.reading import BRACKETS
from gradproof.notation.lexer import Token

_OPENING = frozenset({"(", "[", "lbrace", "langle", "group", *BRACKETS})
_CLOSING = frozenset({")", "]", "rbrace", "rangle", "endgroup", "end", "over"})
_ENDING = frozenset({"+", "-", ",", ";", "relation", "end of text", "cell", "row"})
_LETTERS = ("i", "j", "k", "l", "s", "t")


def without_dots(tokens: list[Token]) -> list[Token]:
    """The tokens in which plain dots are sums, or the names of what they list."""
    position = 0
    while position < len(tokens):
        if tokens[position].kind == "dots":
            tokens = _summed(tokens, position) or _listed(tokens, position) or tokens
        position += 1
    return tokens


def _summed(tokens: list[Token], dots: int) -> list[Token] | None:
    if dots < 2 or [t.kind for t in (tokens[dots - 1], tokens[dots + 1])] != ["+", "+"]:
        return None
    stop = _end(tokens, dots + 2)
    last = tokens[dots + 2 : stop]
    start, number = dots - 1, 0
    found: tuple[int, list[int]] | None = None
    while start > 0:
        begin = _begin(tokens, start)
        number, places = _numbered(tokens[begin:start], last)
        if not places or (found is not None and number != found[0] - 1):
            return None
        found = number, places
        start = begin - 1
        if number == 1:
            break
    if found is None or found[0] != 1 or (start >= 0 and tokens[start].kind == "-"):
        return None
    sum_of = _sum(tokens, tokens[dots], last, found[1])
    return None if sum_of is None else [*tokens[: start + 1], *sum_of, *tokens[stop:]]


def _sum(
    tokens: list[Token], dots: Token, term: list[Token], places: list[int]
) -> list[Token] | None:
    used = {token.text for token in tokens}
    letter = next((letter for letter in _LETTERS if letter not in used), None)
    if letter is None:
        return None
    here, size = dots.start, term[places[0]]

    def made(kind: str, text: str = "") -> Token:
        return Token(kind, text, here, dots.stop)

    index = made("name", letter)
    below = [made("_"), index, made("relation", "="), made("number", "1"), made("end")]
    above = [made("^"), size, made("end")]
    body = [
        index._replace(start=token.start, stop=token.stop) if place in places else token
        for place, token in enumerate(term)
    ]
    return [made("sum", "sum"), *below, *above, *body]


def _listed(tokens: list[Token], dots: int) -> list[Token] | None:
    r"""f(x_1, \dots, x_n) is f(x)."""
    shape = ["(", "name", "_", "number", "end", ",", "dots", ",", "name", "_", "name", "end", ")"]
    first = dots - 6
    if first < 1 or [t.kind for t in tokens[first : first + len(shape)]] != shape:
        return None
    same = tokens[first + 1].text == tokens[dots + 2].text and tokens[first + 3].text == "1"
    if not same or tokens[first - 1].kind not in ("name", "end", "function"):
        return None
    closing = first + len(shape) - 1
    return [*tokens[: first + 2], *tokens[closing:]]


def _numbered(term: list[Token], last: list[Token]) -> tuple[int, list[int]]:
    """The number that stands in a term where the last one has its index, and at which places."""
    if len(term) != len(last):
        return 0, []
    places = [
        k for k, (one, other) in enumerate(zip(term, last, strict=True)) if _differs(one, other)
    ]
    numbers = {term[k].text for k in places if term[k].kind == "number"}
    sizes = {last[k].text for k in places if last[k].kind in ("name", "number")}
    plain = all(last[k].kind in ("name", "number") and _in_subscript(last, k) for k in places)
    if len(numbers) != 1 or len(sizes) != 1 or not plain:
        return 0, []
    if any(term[k].kind != "number" for k in places):
        return 0, []
    number = numbers.pop()
    return (int(number), places) if number.isdigit() else (0, [])


def _in_subscript(term: list[Token], place: int) -> bool:
    """Whether a token counts, as n in a_n: in 1 + 2 + … + n it does not."""
    opened = [token.kind for token in term[:place] if token.kind in BRACKETS or token.kind == "end"]
    depth: list[str] = []
    for kind in opened:
        if kind == "end":
            depth.pop()
        else:
            depth.append(kind)
    return bool(depth) and depth[-1] == "_"


def _differs(one: Token, other: Token) -> bool:
    return (one.kind, one.text) != (other.kind, other.text)


def _end(tokens: list[Token], start: int) -> int:
    depth = 0
    for position in range(start, len(tokens)):
        kind = tokens[position].kind
        if not depth and (kind in _ENDING or kind in _CLOSING):
            return position
        depth += (kind in _OPENING) - (kind in _CLOSING and kind != "over")
    return len(tokens)


def _begin(tokens: list[Token], stop: int) -> int:
    depth = 0
    for position in range(stop - 1, -1, -1):
        kind = tokens[position].kind
        if not depth and (kind in _ENDING or kind in _OPENING or kind == "over"):
            return position + 1
        depth += (kind in _CLOSING and kind != "over") - (kind in _OPENING)
    return 0
