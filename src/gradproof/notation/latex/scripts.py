r"""Superscripts: transposes, inverses, pseudoinverses, powers, entry by entry or not."""

from __future__ import annotations

from fractions import Fraction

from gradproof.core.errors import ReadError, Span, UnsupportedError
from gradproof.notation.latex.names import family, label, select
from gradproof.notation.latex.reading import TIGHT, Reading
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place
from gradproof.notation.stack import Operand, Pending, open_bracket, push
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
)

LONGEST_MARK = 12
_DELIMITED = frozenset(
    {"norm2", "norm of index 2", "norm1", "nucnorm", "specnorm", "inner", "abs or det"}
)


def superscript(reading: Reading, sign: Token) -> bool:
    """Reads a superscript on the operand before it; answers whether its content is due."""
    stack = reading.stack
    start = stack.position
    end = reading.ends[start - 1]
    script = reading.tokens[start : min(end, start + LONGEST_MARK)]
    base = stack.operands[-1]
    span = Span(base.place.start, reading.tokens[end].stop)
    special = marked(reading, base.tree, script, span) if end - start < LONGEST_MARK else None
    if special is not None:
        stack.operands.pop()
        stack.position = end + 1
        push(stack, special, base.height + 2, span)
        return False
    if not _is_delimited(base.tree):
        _refuse_power_of_differential(reading, sign)
    entrywise = bool(script) and script[0].kind in (".*", "circ")
    if entrywise:
        stack.position += 1
    open_bracket(stack, sign, make=_entrywise_power if entrywise else _power)
    return True


def marked(reading: Reading, base: Tree, script: list[Token], span: Span) -> Tree | None:
    """The operand under a superscript that is no power: T, −1, −T, +, a star."""
    signs = [_mark(reading, token) for token in script]
    if signs and signs[0] == "-" and len(signs) > 1 and signs[1] in ("1", "T"):
        if signs == ["-", "1"]:
            return inverse(base, span)
        if signs in (["-", "T"], ["-", "1", "T"]):
            return Transpose(inverse(base, span), span)
    match signs:
        case ["T"] | ["prime"]:
            return Transpose(base, span)
        case ["+"] | ["dagger"]:
            return Call("pinv", (base,), span)
        case ["+" | "dagger", "T"] | ["T", "+" | "dagger"]:
            return Transpose(Call("pinv", (base,), span), span)
        case _:
            return _label_above(reading, base, script, span)


def _label_above(reading: Reading, base: Tree, script: list[Token], span: Span) -> Tree | None:
    """A superscript that belongs to the name: w^*, x^{(i)}, W^{[1]}, a^{l-1}."""
    match [_mark(reading, token) for token in script]:
        case ["name"] | ["name", "+" | "-", "number" | "1"] if _is_layer(reading, script[0]):
            return _decorated(base, f"sup_{label(script)}", span)
        case ["name"] if _is_kind(reading, base, script[0]):
            return _decorated(base, f"sup_{label(script)}", span)
        case ["name"] if script[0].text == "H" and not reading.symbols.knows("H"):
            raise _conjugate(span)
        case ["[", *_, "]"] if _is_label(script[1:-1]):
            return _decorated(base, f"sup_{label(script[1:-1])}", span)
        case ["[", *_, "]", "T"] if _is_label(script[1:-2]):
            return Transpose(_decorated(base, f"sup_{label(script[1:-2])}", span), span)
        case ["star" | "*"]:
            return _decorated(base, "star", span)
        case ["(", *_, ")"] if _is_label(script[1:-1]):
            return _numbered(reading, base, script[1:-1], span)
        case ["(", *_, ")", "T" | "prime"] if _is_label(script[1:-2]):
            return Transpose(_numbered(reading, base, script[1:-2], span), span)
        case _:
            return None


def _mark(reading: Reading, token: Token) -> str:
    if token.kind == "top":
        return "T"
    if token.kind == "name" and token.text == "T" and not _is_scalar(reading, "T"):
        return "T"
    if token.kind == "number" and token.text == "1":
        return "1"
    return token.kind


def _is_scalar(reading: Reading, name: str) -> bool:
    declared = reading.symbols.declarations.get(name)
    return declared is not None and declared.kind == "scalar"


def _is_label(inside: list[Token]) -> bool:
    """Whether x^{(1)}, w^{(t+1)} number a name; x^{(T)} is the power."""
    if any(token.kind not in ("name", "number", "+", "-") for token in inside):
        return False
    return bool(inside) and [token.text for token in inside] != ["T"]


def _numbered(reading: Reading, base: Tree, inside: list[Token], span: Span) -> Tree:
    """x^{(i)}: x_i where i counts in a sum or x are the rows of a matrix, else a name."""
    index = inside[0]
    family_name = base.base if isinstance(base, Selection) else base
    counts = len(inside) == 1 and isinstance(family_name, Name)
    if counts and isinstance(family_name, Name) and _counts(reading, index, family_name.name):
        further = base.indices if isinstance(base, Selection) else ()
        return select(family(reading, family_name.name, span), (index,), span, further)
    return _decorated(base, f"sup_{label(inside)}", span)


def _counts(reading: Reading, index: Token, stem: str) -> bool:
    rows = stem in reading.symbols.rows or stem in reading.symbols.columns
    if index.kind == "number":
        return rows
    bound = index.text in reading.bound or index.text in reading.free
    declared = reading.symbols.declarations.get(index.text)
    is_declared = index.text in reading.symbols.indices or (
        declared is not None and declared.kind == "index"
    )
    return index.kind == "name" and (
        bound or is_declared or (rows and reading.is_index(index.text))
    )


def _decorated(base: Tree, mark: str, span: Span) -> Tree:
    if isinstance(base, Name):
        return Name(f"{base.name}_{mark}", span)
    if isinstance(base, Selection) and isinstance(base.base, Name):
        return Selection(Name(f"{base.base.name}_{mark}", span), base.indices, span)
    raise _conjugate(span)


def _conjugate(span: Span) -> UnsupportedError:
    return UnsupportedError(
        "this superscript belongs to a name",
        span=span,
        hint="A conjugate transpose is not read; write ^T.",
    )


def primed(reading: Reading, base: Tree, span: Span) -> Tree:
    """A transpose, or a name with a prime: x' beside x in k(x, x'), x - x' and before ^T."""
    following = reading.peek()
    if following.kind == "'":
        raise UnsupportedError(
            "two primes are not read",
            span=span,
            hint=r"Write \frac{\partial^2 f}{\partial x^2} for a second derivative.",
        )
    name = base.base if isinstance(base, Selection) else base
    if isinstance(name, Name) and name.name[:1].islower():
        script = reading.tokens[reading.stack.position + 1 : reading.stack.position + 2]
        turned = following.kind == "^" and bool(script) and _mark(reading, script[0]) == "T"
        if turned or name.name in reading.primed_names():
            return _decorated(base, "prime", span)
    return Transpose(base, span)


def _is_kind(reading: Reading, base: Tree, letter: Token) -> bool:
    """Whether a capital letter above a capital letter tells kinds apart, as in W^Q, W^K, W^O."""
    name = base.base if isinstance(base, Selection) else base
    capitals = isinstance(name, Name) and name.name[:1].isupper() and letter.text.isupper()
    return capitals and letter.text not in ("H", "N") and not reading.symbols.knows(letter.text)


def _is_layer(reading: Reading, letter: Token) -> bool:
    """Whether l numbers the layers, as in W^l and a^{l-1}: no exponent is called so."""
    counts = letter.text in reading.bound or reading.symbols.knows(letter.text)
    return letter.text in ("l", "ell") and not counts


def inverse(base: Tree, span: Span) -> Tree:
    """X⁻¹, of a matrix or a number: which one is found later."""
    return Binary("^", base, Negation(Literal(Fraction(1), span), span), span)


def _power(reading: Reading, opened: Pending, parts: list[Operand], place: Span) -> bool:
    base = reading.stack.operands.pop()
    exponent = parts[0]
    span = Span(base.place.start, place.stop)
    height = max(base.height, exponent.height) + 1
    push(reading.stack, Binary("^", base.tree, exponent.tree, span), height, span)
    return False


def _entrywise_power(reading: Reading, opened: Pending, parts: list[Operand], place: Span) -> bool:
    base = reading.stack.operands.pop()
    exponent = parts[0]
    span = Span(base.place.start, place.stop)
    height = max(base.height, exponent.height) + 1
    push(reading.stack, Binary(".^", base.tree, exponent.tree, span), height, span)
    return False


def _is_delimited(tree: Tree) -> bool:
    """Whether a base is ‖x‖, |x| or ⟨x, y⟩: d‖x‖² is the differential of the square."""
    return isinstance(tree, Call) and tree.function in _DELIMITED


def _refuse_power_of_differential(reading: Reading, sign: Token) -> None:
    pending = reading.stack.pending
    if (
        pending
        and pending[-1].binding == TIGHT
        and pending[-1].token.kind in ("name", "differential")
    ):
        raise ReadError(
            "is this power inside the differential, or of it?",
            span=place(sign),
            hint="Write d(x^2) or (dx)^2.",
        )
