"""Tokens to tree, by operator precedence on an explicit stack, so that no text is too deep for it.

From tightest to loosest: transpose, selection and superscripts; `^ .^`, whose right operand may
be signed and may be another power; unary minus; `* / .* ./` left to right; `+ -` left to right.

What is bounded, because everything after the reader recurses over the tree: brackets and the
tree's height are at most 200, where the left operand of a left-associative operator does not
count.  A flat chain such as a sum of a thousand terms is a left-deep tree, of at most 5,000
operators: code that meets such a tree must go down its left spine by a loop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, cast

from gradproof.core.errors import GradproofError, ReadError, Span
from gradproof.notation import misreadings
from gradproof.notation.calls import call, selection
from gradproof.notation.lexer import DIGITS, EXPONENT, Token, lex
from gradproof.notation.misreadings import place as _place
from gradproof.notation.numbers import is_number
from gradproof.notation.tree import Binary, Call, Literal, Name, Negation, Operator, Transpose, Tree
from gradproof.notation.vocabulary import ALIASES, FUNCTIONS

DEEPEST = 200
OPERATORS = 5_000

_BINDING = MappingProxyType(
    {"+": 10, "-": 10, "*": 20, "/": 20, ".*": 20, "./": 20, "^": 40, ".^": 40}
)
_NEGATION = 30
_POWER = 40
_ANY = 1
_OPENING = 0
_PARTNER = MappingProxyType({"(": ")", "[": "]"})


class _Operand(NamedTuple):
    """A finished operand; its place includes the brackets around it, which its tree forgets."""

    tree: Tree
    height: int
    place: Span


class _Pending(NamedTuple):
    """An operator or an open bracket that waits for what comes after it.

    `below` counts the operands before an open bracket; `name` is the function being called.
    """

    token: Token
    binding: int
    below: int = 0
    name: Token | None = None


@dataclass(slots=True)
class _Reading:
    """Where the parser is."""

    tokens: list[Token]
    position: int = 0
    brackets: int = 0
    operands: list[_Operand] = field(default_factory=list)
    pending: list[_Pending] = field(default_factory=list)


def parse_text(source: str) -> Tree:
    """The tree of an expression written in the text language; shapes are left open.

    Raises ReadError, with the place and advice, for a text that is not an expression.

    >>> parse_text("2*x").operator
    '*'
    """
    try:
        return parse_tokens(lex(source))
    except GradproofError as error:
        error.at(source)
        raise


def parse_tokens(tokens: list[Token]) -> Tree:
    """The tree of a list of tokens that ends with one of kind `end`."""
    reading = _Reading(tokens)
    if tokens[0].kind == "end":
        raise misreadings.no_expression(tokens[0])
    if len(tokens) > OPERATORS:
        _refuse_long_chains(tokens)
    wants_operand = True
    while wants_operand or tokens[reading.position].kind != "end":
        wants_operand = _read_operand(reading) if wants_operand else _read_operator(reading)
    _reduce(reading, _ANY)
    if reading.pending:
        raise misreadings.never_closed(next(p.token for p in reading.pending if not p.binding))
    return reading.operands[0].tree


def _read_operand(reading: _Reading) -> bool:
    """Reads on where an operand is due; answers whether one is still due after it."""
    token = reading.tokens[reading.position]
    reading.position += 1
    match token.kind:
        case "name":
            return _read_name(reading, token)
        case "number":
            place = _place(token)
            _push(reading, Literal(_number(token), place), 1, place)
            return False
        case "(":
            _open(reading, token)
        case "-":
            reading.pending.append(_Pending(token, _NEGATION))
        case "+":
            pass
        case ")" if _calls_without_arguments(reading):
            _close(reading, token)
            return False
        case _:
            raise misreadings.missing_operand(token, _previous(reading))
    return True


def _read_name(reading: _Reading, token: Token) -> bool:
    following = reading.tokens[reading.position]
    if following.kind == "(":
        reading.position += 1
        known = ALIASES.get(token.text, token.text)
        if known not in FUNCTIONS:
            raise misreadings.unknown_function(token, reading.tokens[: reading.position - 2])
        _open(reading, following, token._replace(text=known))
        return True
    place = _place(token)
    if token.text == "eye":
        tree: Tree = Call("eye", (), place)
    elif token.text in FUNCTIONS:
        raise misreadings.bare_function(token)
    else:
        tree = Name(token.text, place)
    _push(reading, tree, 1, place)
    return False


def _read_operator(reading: _Reading) -> bool:
    """Reads on after an operand; answers whether another is due."""
    token = reading.tokens[reading.position]
    reading.position += 1
    match token.kind:
        case "+" | "-" | "*" | "/" | ".*" | "./" | "^" | ".^":
            binding = _BINDING[token.kind]
            _reduce(reading, binding + 1 if binding == _POWER else binding)
            reading.pending.append(_Pending(token, binding))
            return True
        case "'":
            _refuse_transposed_exponent(reading, token)
            base = reading.operands.pop()
            place = Span(base.place.start, token.stop)
            _push(reading, Transpose(base.tree, place), base.height + 1, place)
            return False
        case "power":
            _raise_to(reading, token)
            return False
        case "[":
            _open(reading, token)
            return True
        case ")" | "]":
            _close(reading, token)
            return False
        case ",":
            _separate(reading, token)
            return True
        case _:
            raise misreadings.missing_operator(token, reading.tokens[: reading.position - 1])


def _reduce(reading: _Reading, binding: int) -> None:
    """Finishes the waiting operators that bind at least this tightly."""
    pending, operands = reading.pending, reading.operands
    while pending and pending[-1].binding >= binding:
        item = pending.pop()
        right = operands.pop()
        if item.binding == _NEGATION:
            place = Span(item.token.start, right.place.stop)
            _push(reading, Negation(right.tree, place), right.height + 1, place)
            continue
        left = operands.pop()
        place = Span(left.place.start, right.place.stop)
        tree = Binary(cast("Operator", item.token.kind), left.tree, right.tree, place)
        below = left.height + 1 if item.binding == _POWER else left.height
        _push(reading, tree, max(below, right.height + 1), place)


def _raise_to(reading: _Reading, token: Token) -> None:
    base = reading.operands.pop()
    negative = token.text.startswith("-")
    exponent: Tree = Literal(_number(token._replace(text=token.text.lstrip("-"))), _place(token))
    if negative:
        exponent = Negation(exponent, _place(token))
    place = Span(base.place.start, token.stop)
    height = max(base.height, 1 + negative) + 1
    _push(reading, Binary("^", base.tree, exponent, place), height, place)


def _open(reading: _Reading, bracket: Token, name: Token | None = None) -> None:
    reading.brackets += 1
    if reading.brackets > DEEPEST:
        raise misreadings.too_deep(_place(bracket), DEEPEST)
    below = len(reading.operands)
    reading.pending.append(_Pending(bracket, _OPENING, below, name))


def _separate(reading: _Reading, comma: Token) -> None:
    _reduce(reading, _ANY)
    if not reading.pending or _is_group(reading.pending[-1]):
        raise misreadings.stray_comma(comma)


def _close(reading: _Reading, bracket: Token) -> None:
    _reduce(reading, _ANY)
    if not reading.pending:
        raise misreadings.never_opened(bracket)
    opened = reading.pending.pop()
    if _PARTNER[opened.token.kind] != bracket.kind:
        raise misreadings.never_closed(opened.token, bracket)
    reading.brackets -= 1
    parts = reading.operands[opened.below :]
    del reading.operands[opened.below :]
    height = 1 + max((part.height for part in parts), default=0)
    if _is_group(opened):
        part = parts[0]
        _push(reading, part.tree, part.height, Span(opened.token.start, bracket.stop))
    elif opened.name is not None:
        place = Span(opened.name.start, bracket.stop)
        tree = call(opened.name, tuple(part.tree for part in parts), place)
        _push(reading, tree, height, place)
    else:
        base = reading.operands.pop()
        place = Span(base.place.start, bracket.stop)
        tree = selection(base.tree, tuple(part.tree for part in parts), place)
        _push(reading, tree, max(height, base.height + 1), place)


def _push(reading: _Reading, tree: Tree, height: int, place: Span) -> None:
    if height > DEEPEST:
        raise misreadings.too_deep(place, DEEPEST)
    reading.operands.append(_Operand(tree, height, place))


def _refuse_long_chains(tokens: list[Token]) -> None:
    operators = [token for token in tokens if token.kind in _BINDING or token.kind == "power"]
    if len(operators) > OPERATORS:
        raise misreadings.too_many_operators(operators[OPERATORS], OPERATORS)


@lru_cache(maxsize=256)
def _value(text: str) -> Fraction | None:
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > DIGITS or len(exponent) > DIGITS or abs(int(exponent or 0)) > EXPONENT:
        return None
    return Fraction(text)


def _number(token: Token) -> Fraction:
    value = _value(token.text)
    if value is None:
        raise ReadError(
            f"this number is out of bounds: {DIGITS} digits and exponents to {EXPONENT} are read",
            span=_place(token),
            hint="Use a variable in its place.",
        )
    return value


def _refuse_transposed_exponent(reading: _Reading, token: Token) -> None:
    waiting = [item for item in reading.pending[-2:] if item.binding != _NEGATION][-1:]
    if not waiting or waiting[0].binding != _POWER:
        return
    if waiting[0].token.kind == "^" or is_number(reading.operands[-1].tree):
        raise misreadings.transposed_exponent(token)


def _is_group(pending: _Pending) -> bool:
    return pending.token.kind == "(" and pending.name is None


def _calls_without_arguments(reading: _Reading) -> bool:
    called = bool(reading.pending) and reading.pending[-1].name is not None
    return called and reading.tokens[reading.position - 2].kind == "("


def _previous(reading: _Reading) -> Token | None:
    return reading.tokens[reading.position - 2] if reading.position > 1 else None
