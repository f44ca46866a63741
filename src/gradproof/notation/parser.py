"""Tokens to tree, by operator precedence on an explicit stack, so that no text is too deep for it.

From tightest to loosest: transpose, selection and superscripts; `^ .^`, whose right operand may
be signed and may be another power; unary minus; `* / .* ./` left to right; `+ -` left to right.
What is bounded, and why, says `stack`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from gradproof.core.errors import GradproofError, ReadError, Span
from gradproof.notation import misreadings
from gradproof.notation.calls import call, selection
from gradproof.notation.lexer import DIGITS, EXPONENT, Token, lex
from gradproof.notation.misreadings import place as _place
from gradproof.notation.numbers import is_number
from gradproof.notation.stack import (
    ANY,
    NEGATION,
    OPERATORS,
    POWER,
    PRODUCT,
    SUM,
    Pending,
    Stack,
    close_bracket,
    negate,
    open_bracket,
    push,
    reduce,
)
from gradproof.notation.tree import Binary, Call, Literal, Name, Negation, Transpose, Tree
from gradproof.notation.vocabulary import ALIASES, FUNCTIONS

_BINDING = MappingProxyType(
    {
        **dict.fromkeys(("+", "-"), SUM),
        **dict.fromkeys(("*", "/", ".*", "./"), PRODUCT),
        **dict.fromkeys(("^", ".^"), POWER),
    }
)
_PARTNER = MappingProxyType({"(": ")", "[": "]"})


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
    reading = Stack(tokens)
    if tokens[0].kind == "end":
        raise misreadings.no_expression(tokens[0])
    if len(tokens) > OPERATORS:
        _refuse_long_chains(tokens)
    wants_operand = True
    while wants_operand or tokens[reading.position].kind != "end":
        wants_operand = _read_operand(reading) if wants_operand else _read_operator(reading)
    reduce(reading, ANY)
    if reading.pending:
        raise misreadings.never_closed(next(p.token for p in reading.pending if not p.binding))
    return reading.operands[0].tree


def _read_operand(reading: Stack) -> bool:
    """Reads on where an operand is due; answers whether one is still due after it."""
    token = reading.tokens[reading.position]
    reading.position += 1
    match token.kind:
        case "name":
            return _read_name(reading, token)
        case "number":
            place = _place(token)
            push(reading, Literal(number_of(token), place), 1, place)
            return False
        case "(":
            open_bracket(reading, token)
        case "-":
            negate(reading, token)
        case "+":
            pass
        case ")" if _calls_without_arguments(reading):
            _close(reading, token)
            return False
        case _:
            raise misreadings.missing_operand(token, _previous(reading))
    return True


def _read_name(reading: Stack, token: Token) -> bool:
    following = reading.tokens[reading.position]
    if following.kind == "(":
        reading.position += 1
        known = ALIASES.get(token.text, token.text)
        if known not in FUNCTIONS:
            raise misreadings.unknown_function(token, reading.tokens[: reading.position - 2])
        open_bracket(reading, following, token._replace(text=known))
        return True
    place = _place(token)
    if token.text == "eye":
        tree: Tree = Call("eye", (), place)
    elif token.text in FUNCTIONS:
        raise misreadings.bare_function(token)
    else:
        tree = Name(token.text, place)
    push(reading, tree, 1, place)
    return False


def _read_operator(reading: Stack) -> bool:
    """Reads on after an operand; answers whether another is due."""
    token = reading.tokens[reading.position]
    reading.position += 1
    match token.kind:
        case "+" | "-" | "*" | "/" | ".*" | "./" | "^" | ".^":
            binding = _BINDING[token.kind]
            reduce(reading, binding + 1 if binding == POWER else binding)
            reading.pending.append(Pending(token, binding))
            return True
        case "'":
            _refuse_transposed_exponent(reading, token)
            base = reading.operands.pop()
            place = Span(base.place.start, token.stop)
            push(reading, Transpose(base.tree, place), base.height + 1, place)
            return False
        case "power":
            _raise_to(reading, token)
            return False
        case "[":
            open_bracket(reading, token)
            return True
        case ")" | "]":
            _close(reading, token)
            return False
        case ",":
            _separate(reading, token)
            return True
        case _:
            raise misreadings.missing_operator(token, reading.tokens[: reading.position - 1])


def _raise_to(reading: Stack, token: Token) -> None:
    base = reading.operands.pop()
    negative = token.text.startswith("-")
    exponent: Tree = Literal(number_of(token._replace(text=token.text.lstrip("-"))), _place(token))
    if negative:
        exponent = Negation(exponent, _place(token))
    place = Span(base.place.start, token.stop)
    height = max(base.height, 1 + negative) + 1
    push(reading, Binary("^", base.tree, exponent, place), height, place)


def _separate(reading: Stack, comma: Token) -> None:
    reduce(reading, ANY)
    if not reading.pending or _is_group(reading.pending[-1]):
        raise misreadings.stray_comma(comma)


def _close(reading: Stack, bracket: Token) -> None:
    opened, parts = close_bracket(reading, bracket)
    if _PARTNER[opened.token.kind] != bracket.kind:
        raise misreadings.never_closed(opened.token, bracket)
    height = 1 + max((part.height for part in parts), default=0)
    if _is_group(opened):
        part = parts[0]
        push(reading, part.tree, part.height, Span(opened.token.start, bracket.stop))
    elif opened.name is not None:
        place = Span(opened.name.start, bracket.stop)
        tree = call(opened.name, tuple(part.tree for part in parts), place)
        push(reading, tree, height, place)
    else:
        base = reading.operands.pop()
        place = Span(base.place.start, bracket.stop)
        tree = selection(base.tree, tuple(part.tree for part in parts), place)
        push(reading, tree, max(height, base.height + 1), place)


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


def number_of(token: Token) -> Fraction:
    """The value of a token of digits.  Raises ReadError beyond the bounds."""
    value = _value(token.text)
    if value is None:
        raise ReadError(
            f"this number is out of bounds: {DIGITS} digits and exponents to {EXPONENT} are read",
            span=_place(token),
            hint="Use a variable in its place.",
        )
    return value


def _refuse_transposed_exponent(reading: Stack, token: Token) -> None:
    waiting = [item for item in reading.pending[-2:] if item.binding != NEGATION][-1:]
    if not waiting or waiting[0].binding != POWER:
        return
    if waiting[0].token.kind == "^" or is_number(reading.operands[-1].tree):
        raise misreadings.transposed_exponent(token)


def _is_group(pending: Pending) -> bool:
    return pending.token.kind == "(" and pending.name is None


def _calls_without_arguments(reading: Stack) -> bool:
    called = bool(reading.pending) and reading.pending[-1].name is not None
    return called and reading.tokens[reading.position - 2].kind == "("


def _previous(reading: Stack) -> Token | None:
    return reading.tokens[reading.position - 2] if reading.position > 1 else None
