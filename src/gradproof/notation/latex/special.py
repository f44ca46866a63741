r"""Letters with a meaning of their own, unless the author declared them: I, K, e, δ, λ, σ."""

from __future__ import annotations

from gradproof.core.errors import Span
from gradproof.notation.latex.constants import sizes
from gradproof.notation.latex.functions import read_function
from gradproof.notation.latex.reading import Reading
from gradproof.notation.latex.sums import Inside
from gradproof.notation.lexer import Token
from gradproof.notation.stack import Operand, Pending, open_bracket, push
from gradproof.notation.tree import Binary, Call, Name, Negation, Selection, Tree

EXPONENTIAL = "exponential"
_SPECIAL = frozenset({"I", "K", "e", "delta", "lambda", "sigma"})


def read_special(reading: Reading, token: Token, inside: Inside) -> bool | None:
    """Reads a letter that stands for a constant or a function; None where it is a variable."""
    if token.text not in _SPECIAL or reading.symbols.knows(token.text):
        return None
    match token.text:
        case "I":
            return _identity(reading, token, inside)
        case "K":
            return _commutation(reading, token, inside)
        case "e":
            return _exponential(reading, token)
        case "delta":
            return _kronecker_delta(reading, token)
        case "lambda":
            return _eigenvalue(reading, token)
        case _:
            return _sigmoid(reading, token)


def _peeked(reading: Reading) -> list[Token]:
    """The tokens of the subscript that follows, which stays."""
    position = reading.stack.position
    if reading.tokens[position].kind != "_":
        return []
    return reading.tokens[position + 1 : reading.ends[position]]


def _identity(reading: Reading, token: Token, inside: Inside) -> bool | None:
    script = _peeked(reading)
    if any(part.text in reading.bound or part.kind == "function" for part in script):
        return None
    if script and script[0].kind == "name" and len(script[0].text) > 1:
        return None
    given = sizes(reading, reading.script("_") or [], inside)[:1] if script else ()
    stop = reading.tokens[reading.stack.position - 1].stop
    span = Span(token.start, stop)
    push(reading.stack, Call("eye", given, span), 3, span)
    return False


def _commutation(reading: Reading, token: Token, inside: Inside) -> bool | None:
    """K_{mn}, unless its subscripts count."""
    script = _peeked(reading)
    names = [part for part in script if part.kind in ("name", "number")]
    others = [part for part in script if part.kind not in ("name", "number", ",")]
    if len(names) != 2 or others or any(reading.is_index(part.text) for part in names):
        return None
    reading.script("_")
    span = Span(token.start, reading.tokens[reading.stack.position - 1].stop)
    tree = Call("comm", tuple(inside(reading, [part]) for part in names), span)
    push(reading.stack, tree, 2, span)
    return False


def _exponential(reading: Reading, token: Token) -> bool | None:
    if reading.peek().kind != "^":
        return None
    sign = reading.peek()
    reading.stack.position += 1

    def finish(reading: Reading, opened: Pending, parts: list[Operand], inside: Span) -> bool:
        span = Span(token.start, inside.stop)
        push(reading.stack, Call(EXPONENTIAL, (parts[0].tree,), span), parts[0].height + 1, span)
        return False

    open_bracket(reading.stack, sign, make=finish)
    return True


def _kronecker_delta(reading: Reading, token: Token) -> bool | None:
    """δ_{ij} is an entry of the identity."""
    indices = [part for part in _peeked(reading) if part.kind != ","]
    if len(indices) != 2 or not all(_counts(reading, part) for part in indices):
        return None
    reading.script("_")
    span = Span(token.start, reading.tokens[reading.stack.position - 1].stop)
    selected = tuple(Name(part.text, Span(part.start, part.stop)) for part in indices)
    push(reading.stack, Selection(Call("eye", (), span), selected, span), 2, span)
    return False


def _counts(reading: Reading, token: Token) -> bool:
    return token.kind == "name" and reading.is_index(token.text)


def _eigenvalue(reading: Reading, token: Token) -> bool | None:
    r"""\lambda_i(X), \lambda_{\max}(X); \lambda_i (x - y) is a product."""
    script = _peeked(reading)
    after = reading.ends.get(reading.stack.position, -1) + 1
    tokens = reading.tokens
    if not script or tokens[after].kind != "(":
        return None
    name = next((part.text for part in tokens[after:] if part.kind == "name"), "")
    largest = script[0].text == "max"
    numbered = name[:1].isupper() and _counts(reading, script[0])
    if len(script) != 1 or not (largest or numbered):
        return None
    reading.script("_")
    if largest:
        return read_function(reading, token, "eigmax")
    return _numbered(reading, token, script[0])


def _numbered(reading: Reading, token: Token, index: Token) -> bool:
    opening = reading.peek()
    reading.stack.position += 1

    def finish(reading: Reading, opened: Pending, parts: list[Operand], inside: Span) -> bool:
        span = Span(token.start, inside.stop)
        values = Call("eigvals", (parts[0].tree,), span)
        tree = Selection(values, (Name(index.text, Span(index.start, index.stop)),), span)
        push(reading.stack, tree, parts[0].height + 2, span)
        return False

    open_bracket(reading.stack, opening, make=finish)
    return True


def _sigmoid(reading: Reading, token: Token) -> bool | None:
    """σ(x), unless σ is used as a variable in the same formula; σ'(x) is σ(x)σ(−x)."""
    primed = reading.peek().kind == "'" and reading.peek(1).kind in ("(", "[")
    if (not primed and reading.peek().kind not in ("(", "[")) or _is_variable(reading):
        return None
    if not primed:
        return read_function(reading, token, "sigmoid")
    opening = reading.peek(1)
    reading.stack.position += 2

    def finish(reading: Reading, opened: Pending, parts: list[Operand], inside: Span) -> bool:
        span = Span(token.start, inside.stop)
        one: Tree = Call("sigmoid", (parts[0].tree,), span)
        other = Call("sigmoid", (Negation(parts[0].tree, span),), span)
        push(reading.stack, Binary(".*", one, other, span), parts[0].height + 3, span)
        return False

    open_bracket(reading.stack, opening, make=finish)
    return True


def _is_variable(reading: Reading) -> bool:
    if reading.sigma_is_variable is None:
        tokens = reading.tokens
        reading.sigma_is_variable = any(
            token.kind == "name"
            and token.text == "sigma"
            and tokens[position + 1].kind not in ("(", "[", "'")
            for position, token in enumerate(tokens[:-1])
        )
    return reading.sigma_is_variable
