"""The errors of reading: what is missing or left over at a token, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence

from gradproof.core.errors import ReadError, Span
from gradproof.notation.lexer import Token
from gradproof.notation.vocabulary import ALIASES, FUNCTIONS, MISNOMERS, nearest

_OPENING = ("(", "[")
_CLOSING = (")", "]")


def no_expression(token: Token) -> ReadError:
    """Nothing at all, or blanks only."""
    return ReadError(
        "there is no expression",
        span=place(token),
        hint="Write one, such as norm2(X*w - y)^2.",
    )


def missing_operand(token: Token, previous: Token | None) -> ReadError:
    """`token` stands where an operand is due."""
    if previous is None:
        return _nothing_before(token)
    if previous.kind in _OPENING:
        if token.kind == "end":
            return never_closed(previous)
        if token.kind in _CLOSING:
            message, hint = (
                "there is nothing between these brackets",
                "Write an expression in them.",
            )
            return ReadError(message, span=Span(previous.start, token.stop), hint=hint)
        return _nothing_before(token)
    if previous.kind == ",":
        message = "an argument is missing after this comma"
    else:
        message = f"{previous.text} has no right operand"
    return ReadError(message, span=place(previous), hint="Complete it, or remove it.")


def missing_operator(token: Token, before: Sequence[Token]) -> ReadError:
    """`token` begins an operand where an operator is due; `before` are the tokens before it."""
    previous = before[-1]
    if _is_transposing(before):
        return _transpose_by_power(before)
    hint = "Write * between them; .* is the elementwise product."
    if previous.kind in ("name", "number") and token.kind in ("name", "number"):
        hint = f"Write * between: {previous.text[:20]} * {token.text[:20]}."
    return ReadError("an operator is missing here", span=place(token), hint=hint)


def transposing_power(base: str, negated: bool, source: str | None, span: Span | None) -> ReadError:
    """`X^T`, where no T is declared, and `X^-T`."""
    transpose = (
        f"inv({base})' for the inverse transpose" if negated else f"{base}' for the transpose"
    )
    return ReadError(
        f"^{'-' * negated}T is a power here, not a transpose",
        source=source,
        span=span,
        hint=f"Write {transpose}, or declare the exponent, as `T: scalar`.",
    )


def unknown_function(name: Token, before: Sequence[Token] = ()) -> ReadError:
    """A bracket opens after a name that is no function; `before` are the tokens before it."""
    if _is_transposing((*before, name)):
        return _transpose_by_power((*before, name))
    advice = MISNOMERS.get(name.text)
    near = nearest(name.text, tuple(FUNCTIONS) + tuple(ALIASES))
    if advice is None and near and len(name.text) > 1:
        advice = f"Did you mean {near}?"
    if advice is None:
        advice = f"If it is a variable, write {name.text[:20]}*(…)."
    return ReadError(f"{name.text[:40]} is not a function", span=place(name), hint=advice)


def bare_function(name: Token) -> ReadError:
    """A function stands as if it were a variable."""
    return ReadError(
        f"{name.text} is a function, and stands here without its arguments",
        span=place(name),
        hint=f"Write {name.text}(…), or choose another name for the variable.",
    )


def never_closed(opened: Token, found: Token | None = None) -> ReadError:
    """An opening bracket without its partner, or with a wrong one."""
    partner = ")" if opened.kind == "(" else "]"
    if found is None:
        message, hint = f"this {opened.kind} is never closed", f"Add the missing {partner}."
    else:
        message = f"this {opened.kind} is closed by {found.kind}"
        hint = f"Close it with {partner}."
    return ReadError(message, span=place(opened), hint=hint)


def never_opened(bracket: Token) -> ReadError:
    """A closing bracket without its partner."""
    return ReadError(
        f"this {bracket.kind} closes nothing",
        span=place(bracket),
        hint="Remove it, or open it before.",
    )


def stray_comma(comma: Token) -> ReadError:
    """A comma outside the arguments of a function."""
    return ReadError(
        "a comma separates the arguments of a function, and there is none here",
        span=place(comma),
        hint="Write the function before the bracket, or an operator instead of the comma.",
    )


def transposed_exponent(mark: Token) -> ReadError:
    """`X^2'`, which by precedence would transpose the 2."""
    return ReadError(
        "this ' would transpose the exponent",
        span=place(mark),
        hint="Write (X^2)' for the transpose of the power, X'^2 for the power of the transpose.",
    )


def too_deep(span: Span, deepest: int) -> ReadError:
    """More levels than everything after the reader may recurse over."""
    return ReadError(
        f"nested more than {deepest} levels deep",
        span=span,
        hint="Name parts of the expression, and put them together afterwards.",
    )


def too_many_operators(token: Token, most: int) -> ReadError:
    """A chain that is longer than the reader builds."""
    return ReadError(
        f"more than {most:,} operators",
        span=place(token),
        hint="Name parts of the expression, and put them together afterwards.",
    )


def place(token: Token) -> Span:
    """Where a token stands."""
    return Span(token.start, token.stop)


def _is_transposing(before: Sequence[Token]) -> bool:
    """Whether these tokens end in ^T, after which an operand follows."""
    return len(before) > 1 and before[-2].kind == "^" and before[-1].text == "T"


def _transpose_by_power(before: Sequence[Token]) -> ReadError:
    base = before[-3].text[:20] if len(before) > 2 and before[-3].kind == "name" else "X"
    return ReadError(
        "^T is a power here, not a transpose",
        span=place(before[-1]),
        hint=f"Write {base}' for the transpose, and * before what follows: {base}'*….",
    )


def _nothing_before(token: Token) -> ReadError:
    if token.kind in _CLOSING:
        return never_opened(token)
    if token.kind == "[":
        message, hint = "there is nothing before this [", "Select from a variable, as in U[w]."
    elif token.kind == ",":
        message, hint = "an argument is missing before this comma", "Write it, or remove the comma."
    else:
        message, hint = f"{token.text} has no left operand", "Complete it, or remove it."
    return ReadError(message, span=place(token), hint=hint)
