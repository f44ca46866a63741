"""Cuts a text into tokens, and reads what people type in Unicode as the language's own signs.

`λ` is `lambda`, `⊙` is `.*`, `Xᵀ` is `X'`; a superscript number is a token of its own, because
it binds like a transpose: `X²ᵀ` is (X²)ᵀ, where `X^2'` would transpose the exponent.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import NamedTuple
from unicodedata import normalize

from gradproof.core.errors import ReadError, Span

LONGEST = 20_000
DIGITS = 100
EXPONENT = 200

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_TRANSPOSES = "⊤ᵀ"
_LETTER = rf"[^\W{_SUPERSCRIPTS}{_TRANSPOSES}]"

_TOKEN = re.compile(
    rf"""\s*+(?:
      (?P<name>(?!\d){_LETTER}+)
    | (?P<number>(?:[0-9]+(?:\.(?![*/^'T])[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
    | (?P<symbol>\*\*|\.\*|\./|\.\^|\.'|\.T(?!\w)|\^[{_TRANSPOSES}]
        |[-+*/^'(),\[\]@·⋅×∗⊙∘⊘÷−–′’{_TRANSPOSES}])
    | (?P<power>⁻?[{_SUPERSCRIPTS}]+)
    | (?P<other>.))
    """,
    re.VERBOSE | re.DOTALL,
)

_MEANT = MappingProxyType(
    {
        "@": "*",
        "**": "^",
        "·": "*",
        "⋅": "*",
        "×": "*",
        "∗": "*",
        "÷": "/",
        "⊙": ".*",
        "∘": ".*",
        "⊘": "./",
        "−": "-",
        "–": "-",
        **dict.fromkeys(("′", "’", ".'", ".T", "⊤", "ᵀ", "^⊤", "^ᵀ"), "'"),
    }
)

# fmt: off
_GREEK_NAMES = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi",
    "psi", "omega",
]
# fmt: on
GREEK = MappingProxyType(
    dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES, strict=True))
    | {
        letter: name.capitalize()
        for letter, name in zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", _GREEK_NAMES, strict=True)
    }
    | {"ς": "sigma"}
)
_SPELLED = str.maketrans(dict(GREEK))
_DIGITS = str.maketrans("⁻" + _SUPERSCRIPTS, "-0123456789")

_ADVICE = MappingProxyType(
    {
        "=": "Read one side of the equation at a time.",
        "\\": "This looks like LaTeX; read it as LaTeX, or write it as text, such as X'*w.",
        "{": "Group with round brackets.",
        "}": "Group with round brackets.",
        "|": "Write abs(x), norm2(x) or det(X).",
        "‖": "Write norm2(x).",
        "√": "Write sqrt(x).",
        "∑": "Write sum(j, …) over an index j.",
        "⊗": "Write kron(A, B).",
        "⟨": "Write inner(a, b), or a'*b.",
        "⁻": "An exponent is missing; write X⁻¹, inv(X) or x^(-2).",
        ".": "A point stands in numbers and in the operators .* ./ .^ only.",
        ":": "Declare variables apart; select a row with X[i], an entry with X[i, j].",
        '"': "The transpose is a single quote: X'.",
        "`": "The transpose is a straight quote: X'.",
        "%": "Write the number out, as 0.05.",
    }
)


class Token(NamedTuple):
    """A token: `kind` is number, name, power, end, or the operator or bracket itself."""

    kind: str
    text: str
    start: int
    stop: int


def lex(source: str, start: int = 0) -> list[Token]:
    """The tokens of `source` from `start` on, closed by one of kind `end`.

    Raises ReadError for a text that is too long and for a character outside the language.

    >>> [token.text for token in lex("λ*X²")][:-1]
    ['lambda', '*', 'X', '2']
    """
    if len(source) > LONGEST:
        raise ReadError(
            f"the text has {len(source):,} characters; {LONGEST:,} are the most that is read",
            hint="Name parts of the expression, and put them together afterwards.",
        )
    tokens = []
    for match in _TOKEN.finditer(source.rstrip(), start):
        kind = match.lastgroup or "other"
        text, first = match[kind], match.start(kind)
        if kind == "symbol":
            kind = text = _MEANT.get(text, text)
        elif kind == "name":
            text = text if text.isascii() else _spelled(text, first)
        elif kind == "power":
            text = text.translate(_DIGITS)
        elif kind == "other":
            raise _unexpected(text, first)
        tokens.append(Token(kind, text, first, match.end()))
    tokens.append(Token("end", "", len(source), len(source)))
    return tokens


def _spelled(name: str, start: int) -> str:
    plain = normalize("NFKC", normalize("NFKC", name).translate(_SPELLED))
    if plain.isidentifier():
        return plain
    place = next((k for k, letter in enumerate(name) if not f"a{letter}".isidentifier()), 0)
    raise _unexpected(name[place], start + place)


def _unexpected(character: str, start: int) -> ReadError:
    shown = f"{character} " if character.isprintable() else ""
    return ReadError(
        f"unexpected character {shown}(U+{ord(character):04X})",
        span=Span(start, start + 1),
        hint=_ADVICE.get(
            character, "The language has names, numbers, + - * / ^ ' .* ./ .^ ( ) [ ] ,"
        ),
    )
