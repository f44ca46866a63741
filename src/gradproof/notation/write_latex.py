r"""Trees as LaTeX: 2 X^\top (Xw - y).

Only amsmath is presupposed.  Parentheses grow (\left, \right) only around what is tall.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from types import MappingProxyType

from gradproof.notation.formula import formula
from gradproof.notation.precedence import Piece, Strength
from gradproof.notation.style import Constant, Mark, Norm, Style
from gradproof.notation.symbols import GREEK, LATIN, names_in, spellings, split_name
from gradproof.notation.tree import Tree

SIGNS = MappingProxyType(
    {
        "+": " + ",
        "-": " - ",
        "negative": "-",
        "⊙": r" \odot ",
        "⊘": r" \oslash ",
        "⊗": r" \otimes ",
    }
)
MARKS: MappingProxyType[Mark, str] = MappingProxyType(
    {"T": r"^\top", "-1": "^{-1}", "-T": r"^{-\top}", "+": "^{+}"}
)
NORMS: MappingProxyType[Norm, str] = MappingProxyType(
    {
        "entrywise one": "_1",
        "euclidean": "_2",
        "frobenius": "_F",
        "spectral": "_2",
        "nuclear": "_*",
    }
)
COMMANDS = frozenset(
    {"exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "det"}
)
SPELLED = MappingProxyType(
    {"logdet": r"\log\det", "sigmoid": r"\sigma", "eigmax": r"\lambda_{\max}"}
)
APART = frozenset({"word", "differential"})
TALL = re.compile(r"\\(?:frac|sum|left)\b")
COMMAND_AT_END = re.compile(r"\\[A-Za-z]+$")
SMALL_FRACTION = re.compile(r"(-?)\\frac\{(\d+)\}\{(\d+)\}")


def latex(tree: Tree) -> str:
    r"""The expression in LaTeX's mathematics mode.

    >>> from gradproof.notation.tree import Binary, Name, Transpose
    >>> latex(Binary("*", Transpose(Name("X")), Name("lambda")))
    'X^\\top \\lambda'
    """
    names = names_in(tree)
    spelled = spellings(names, spell, _plain)
    style = Style(
        signs=SIGNS,
        name=lambda name: Piece(
            spelled[name],
            Strength.ATOM,
            form=split_name(name).form,
        ),
        number=_number,
        constant=partial(_constant, names),
        parenthesised=parenthesised,
        juxtaposed=_juxtaposed,
        divided=_divided,
        marked=lambda base, mark: base + MARKS[mark],
        power=_power,
        root=lambda piece: Piece(rf"\sqrt{{{piece.text}}}", Strength.ATOM, form="call"),
        norm=lambda kind, inner: f"{_bars('lVert', inner, 'rVert')}{NORMS.get(kind, '')}",
        absolute=lambda inner: _bars("lvert", inner, "rvert"),
        paired=lambda one, other: _bars("langle", f"{one}, {other}", "rangle"),
        call=partial(_call, names),
        selected=_selected,
        summed=lambda indices, body: rf"\sum_{{{', '.join(indices)}}} {body}",
        components=lambda indices, body: rf"\left[ {body} \right]_{{{', '.join(indices)}}}",
        blocks=_blocks,
        differential=lambda piece: rf"\mathrm{{d}}{piece.text}",
        derived=_derived,
    )
    return formula(tree, style)


def spell(name: str) -> str:
    r"""A name in LaTeX: x1 is x_{1}, lambda is \lambda, cov is \mathrm{cov}."""
    symbol = split_name(name)
    stem = _moved(symbol.stem)
    if symbol.accent:
        stem = f"{stem}'" if symbol.accent == "prime" else rf"\{symbol.accent}{{{stem}}}"
    return f"{stem}_{{{_index(symbol.subscript)}}}" if symbol.subscript else stem


def _moved(stem: str) -> str:
    """A letter or word, or the upright d and a letter."""
    symbol = split_name(stem)
    return rf"\mathrm{{d}}{_stem(stem[1:])}" if symbol.is_differential else _stem(stem)


def _index(subscript: str) -> str:
    return spell(subscript) if split_name(subscript).accent else _stem(subscript)


def _stem(word: str) -> str:
    if word in GREEK:
        return f"\\{word}"
    if word in LATIN:
        return f"\\{LATIN[word]}"
    return word if len(word) == 1 or word.isdigit() else _plain(word)


def _plain(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


def _number(value: Fraction) -> Piece:
    signed, sign = value < 0, "-" if value < 0 else ""
    above, below = abs(value.numerator), value.denominator
    written = str(above) if below == 1 else rf"\frac{{{above}}}{{{below}}}"
    strength, form = (Strength.ATOM, "number") if below == 1 else (Strength.POWER, "fraction")
    return Piece(sign + written, Strength.SIGN if signed else strength, signed, form=form)


def _constant(names: frozenset[str], constant: Constant, size: str) -> Piece:
    r"""I_n, \mathbf{1}_n, 0; the identity is spelled out where I is somebody's name."""
    match constant:
        case "delta" if names.isdisjoint({"delta", "δ"}):
            return Piece(r"\delta", Strength.ATOM, form="letter")
        case "eye" | "delta":
            return _sized(r"\mathrm{eye}" if "I" in names else "I", size)
        case "ones":
            return _sized(r"\mathbf{1}", size)
        case "one":
            return Piece("1", Strength.ATOM, form="number")
        case "zeros":
            return Piece("0", Strength.ATOM, form="number")


def _sized(symbol: str, size: str) -> Piece:
    script = size if len(size) < 2 else f"{{{size}}}"
    written = f"{symbol}_{script}" if size else symbol
    return Piece(written, Strength.ATOM, form="constant")


def parenthesised(inner: str) -> str:
    """In parentheses as tall as what they hold."""
    return rf"\left( {inner} \right)" if TALL.search(inner) else f"({inner})"


def _bars(left: str, inner: str, right: str) -> str:
    if TALL.search(inner):
        return rf"\left\{left} {inner} \right\{right}"
    return rf"\{left} {inner} \{right}"


def _juxtaposed(left: Piece, right: Piece) -> str:
    one, other = left.text, right.text
    if (
        other[0].isdigit()
        or right.first == "number"
        or (left.last, right.first) == ("number", "fraction")
    ):
        return rf"{one} \cdot {other}"
    if one.endswith(r"\sigma") and other.startswith(("(", r"\left(")):
        return rf"{one} \cdot {other}"
    if not APART.isdisjoint((left.last, right.first)):
        return rf"{one} \, {other}"
    close = left.last in ("letter", "number") and one[-1].isalnum() and other[0].isalpha()
    return one + other if close and not COMMAND_AT_END.search(one) else f"{one} {other}"


def _divided(left: Piece, right: Piece) -> Piece:
    """A leading minus sign stands before the bar, unless it belongs to one term of a sum."""
    if left.signed and left.strength > Strength.SUM:
        written = rf"-\frac{{{left.text[1:]}}}{{{right.text}}}"
        return Piece(written, Strength.SIGN, signed=True, form="fraction")
    return Piece(rf"\frac{{{left.text}}}{{{right.text}}}", Strength.POWER, form="fraction")


def _power(base: str, exponent: Piece, entrywise: bool) -> Piece:
    """Whole and fractional exponents stand in line; ^T would be read as a transpose."""
    fraction = SMALL_FRACTION.fullmatch(exponent.text)
    raised = "{}{}/{}".format(*fraction.groups()) if fraction else exponent.text
    if raised == "T":
        raised = "(T)"
    if entrywise:
        raised = rf"\odot {raised}"
    script = raised if len(raised) == 1 else f"{{{raised}}}"
    return Piece(f"{base}^{script}", Strength.POWER, form="power")


def _call(names: frozenset[str], function: str, arguments: tuple[str, ...]) -> str:
    inner = ", ".join(arguments)
    if function == "comm" and "K" not in names:
        return f"K_{{{inner}}}"
    clashes = function == "sigmoid" and not names.isdisjoint({"sigma", "σ"})
    if function in SPELLED and not clashes:
        return SPELLED[function] + parenthesised(inner)
    command = f"\\{function}" if function in COMMANDS else _operator(function)
    return command + parenthesised(inner)


def _blocks(rows: list[list[str]]) -> str:
    inner = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{pmatrix}} {inner} \end{{pmatrix}}"


def _derived(function: Piece, by: tuple[Piece, ...]) -> str:
    d = r"\partial^2" if len(by) > 1 else r"\partial"
    below = r" \, ".join(rf"\partial {part.text}" for part in by)
    if function.form == "letter":
        return rf"\frac{{{d} {function.text}}}{{{below}}}"
    return rf"\frac{{{d}}}{{{below}}} {parenthesised(function.text)}"


def _operator(function: str) -> str:
    escaped = function.replace("_", r"\_")
    return rf"\operatorname{{{escaped}}}"


def _selected(base: Piece, indices: tuple[str, ...]) -> str:
    """A base that has an index already is put in braces: TeX takes one subscript only."""
    stem = f"{{{base.text}}}" if "_" in base.text else base.text
    return f"{stem}_{{{', '.join(indices)}}}"
