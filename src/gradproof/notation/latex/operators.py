"""Between operands: operators, juxtaposition, scripts, separators and closing brackets."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from gradproof.core.errors import ReadError, Span
from gradproof.notation import misreadings
from gradproof.notation.latex import mistakes
from gradproof.notation.latex.brackets import grouped
from gradproof.notation.latex.entries import entries_by_index
from gradproof.notation.latex.functions import ends_before
from gradproof.notation.latex.names import select, take_apart
from gradproof.notation.latex.reading import APPLIED, STARTING, Reading, infix
from gradproof.notation.latex.readings import read_dot
from gradproof.notation.latex.scripts import primed, superscript
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place
from gradproof.notation.stack import (
    ANY,
    DEEPEST,
    ENTRYWISE,
    PRODUCT,
    SUM,
    Operand,
    Pending,
    close_bracket,
    push,
    reduce,
)
from gradproof.notation.tree import Call, Tree

JOINING = MappingProxyType(
    {
        **dict.fromkeys(("+", "-"), SUM),
        **dict.fromkeys((".*", "./", "⊗"), ENTRYWISE),
        **dict.fromkeys(("*", "/"), PRODUCT),
    }
)
_PARTNERS = MappingProxyType(
    {"(": ")", "[": "]", "lbrace": "rbrace", "group": "endgroup", "langle": "rangle"}
    | {"lvert": "rvert", "vert": "rvert", "lVert": "rVert", "Vert": "rVert"}
    | dict.fromkeys(("frac", "sqrt", "root", "^", "matrix"), "end")
)
CLOSING = frozenset({*_PARTNERS.values(), "vert", "Vert"})


def read_operator(reading: Reading) -> bool:
    """Reads on after an operand; answers whether another is due."""
    stack = reading.stack
    token = stack.tokens[stack.position]
    if token.kind in STARTING:
        return _juxtapose(reading, token)
    stack.position += 1
    match token.kind:
        case "+" | "-" | "*" | "/" | ".*" | "./" | "⊗":
            binding = JOINING[token.kind]
            reduce(stack, min(binding, APPLIED))
            infix(reading, Pending(token, binding, make=_maker(reading, token)))
            return True
        case "^":
            return superscript(reading, token)
        case "'":
            base = stack.operands.pop()
            span = Span(base.place.start, token.stop)
            push(stack, primed(reading, base.tree, span), base.height + 1, span)
            return False
        case "_":
            return _select(reading, token)
        case "," | ";" | "over" | "cell" | "row":
            return _separate(reading, token)
        case _ if token.kind in CLOSING:
            return _close(reading, token)
        case _:
            raise mistakes.unreadable(token)


def _juxtapose(reading: Reading, token: Token) -> bool:
    """Two factors side by side."""
    stack = reading.stack
    previous = stack.tokens[stack.position - 1]
    if token.kind == "number" and previous.kind in ("number", "name"):
        raise ReadError(
            "an operator is missing here", span=place(token), hint=r"Write \cdot between factors."
        )
    if token.kind == "by":
        return _separate(reading, token)
    reduce(stack, ends_before(reading, token))
    infix(reading, Pending(Token("*", "", token.start, token.start), PRODUCT))
    return True


def _maker(reading: Reading, token: Token) -> Callable[[Operand, Operand, Span], Tree] | None:
    if token.text == "cdot":
        return lambda left, right, span: read_dot(reading, left, right)
    return _kronecker if token.kind == "⊗" else None


def _kronecker(left: Operand, right: Operand, span: Span) -> Tree:
    return Call("kron", (left.tree, right.tree), span)


def _select(reading: Reading, token: Token) -> bool:
    """A component of what stands in brackets: (Wv)_j."""
    stack = reading.stack
    end = reading.ends[stack.position - 1]
    script = stack.tokens[stack.position : end]
    stack.position = end + 1
    base = stack.operands.pop()
    span = Span(base.place.start, stack.tokens[end].stop)
    entries = entries_by_index(reading, base.tree, script, span)
    if entries is not None:
        push(stack, entries, base.height + 1, span)
        return False
    parts = take_apart(reading, script)
    if not parts.indices:
        raise ReadError(
            "this subscript is no index",
            span=place(token).to(place(stack.tokens[end])),
            hint="An index is i, j, k or l, or bound by a sum, or declared as an index.",
        )
    push(stack, select(base.tree, parts.indices, span), base.height + 2, span)
    return False


def _separate(reading: Reading, token: Token) -> bool:
    stack = reading.stack
    reduce(stack, ANY)
    if not stack.pending:
        raise misreadings.stray_comma(token)
    opened = stack.pending[-1]
    is_list = token.kind == "," and opened.token.kind in ("(", "[")
    if token.kind in (",", ";") and opened.make is grouped and not is_list:
        raise misreadings.stray_comma(token)
    if token.kind in ("cell", "row") and opened.token.kind != "matrix":
        raise mistakes.never_closed(opened.token)
    if token.kind in (",", ";") and opened.token.kind == "matrix":
        raise misreadings.stray_comma(token)
    if token.kind == "over" and opened.token.kind not in ("frac", "root"):
        raise mistakes.never_closed(opened.token)
    return True


def _close(reading: Reading, token: Token) -> bool:
    """Closes a bracket; a bar that has no partner opens one."""
    stack = reading.stack
    opened = _innermost(reading, token)
    if token.kind in ("vert", "Vert"):
        if opened is not None and opened.kind == "langle" and token.kind == "vert":
            reduce(stack, ANY)
            return True
        if opened is None or opened.kind not in (token.kind, f"l{token.kind}"):
            return _open_bar(reading, token)
    elif opened is None and token.kind == "rvert":
        raise mistakes.evaluated(token)
    elif opened is None:
        raise misreadings.never_opened(token._replace(kind=mistakes.shown(token)))
    elif _PARTNERS[opened.kind] != token.kind:
        raise mistakes.never_closed(opened)
    item, parts = close_bracket(stack, token)
    assert item.make is not None
    return bool(item.make(reading, item, parts, Span(item.token.start, token.stop)))


def _innermost(reading: Reading, token: Token) -> Token | None:
    """The bracket that is open around the place."""
    pending: list[Pending] = reading.stack.pending
    for count in range(len(pending)):
        item = pending[-1 - count]
        if not item.binding:
            return item.token
        if count > 4 * DEEPEST:
            raise misreadings.too_deep(place(token), DEEPEST)
    return None


def _open_bar(reading: Reading, token: Token) -> bool:
    stack = reading.stack
    stack.position -= 1
    return _juxtapose(reading, token)
