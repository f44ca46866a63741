"""Trees as one line of Unicode mathematics, for terminals: 2Xᵀ(Xw − y).

Factors stand side by side wherever that reads in one way only; `_juxtaposed` lists the
neighbours that need a dot or a space between them.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from types import MappingProxyType

from gradproof.notation.formula import formula
from gradproof.notation.precedence import Piece, Strength, holds
from gradproof.notation.style import Constant, Mark, Norm, Style
from gradproof.notation.symbols import (
    ACCENTS,
    GREEK,
    SUPERSCRIPTS,
    functions_in,
    lowered,
    names_in,
    spellings,
    split_name,
)
from gradproof.notation.tree import Tree

SIGNS = MappingProxyType(
    {"+": " + ", "-": " − ", "negative": "−", "⊙": " ⊙ ", "⊘": " ⊘ ", "⊗": " ⊗ "}
)
MARKS: MappingProxyType[Mark, str] = MappingProxyType({"T": "ᵀ", "-1": "⁻¹", "-T": "⁻ᵀ", "+": "⁺"})
NORMS: MappingProxyType[Norm, str] = MappingProxyType(
    {"entrywise one": "₁", "spectral": "₂", "nuclear": "_*"}
)
FUNCTIONS = MappingProxyType({"sigmoid": "σ", "logdet": "log det"})
VULGAR = MappingProxyType(
    {Fraction(above, below): sign for above, below, sign in (
        (1, 2, "½"), (1, 3, "⅓"), (2, 3, "⅔"), (1, 4, "¼"), (3, 4, "¾"), (1, 5, "⅕"),
        (1, 6, "⅙"), (1, 8, "⅛"), (3, 8, "⅜"),
    )}
)  # fmt: skip
APART = frozenset({"word", "root", "caret"})
SPACED = frozenset({"differential", "derivative"})


def unicode(tree: Tree) -> str:
    """The expression in Unicode.

    >>> from gradproof.notation.tree import Binary, Name, Transpose
    >>> unicode(Binary("*", Transpose(Name("X")), Name("lambda")))
    'Xᵀλ'
    """
    names, functions = names_in(tree), functions_in(tree)
    spelled = spellings(names, spell, str)
    words = functions | {name for name in names if split_name(name).is_word}
    style = Style(
        signs=SIGNS,
        name=lambda name: Piece(
            spelled[name],
            Strength.ATOM,
            form=split_name(name).form,
        ),
        number=_number,
        constant=partial(_constant, names),
        parenthesised=lambda inner: f"({inner})",
        juxtaposed=partial(_juxtaposed, words),
        divided=_divided,
        marked=lambda base, mark: base + MARKS[mark],
        power=_power,
        root=_root,
        norm=lambda kind, inner: f"‖{inner}‖{NORMS.get(kind, '')}",
        absolute=lambda inner: f"abs({inner})" if "|" in inner else f"|{inner}|",
        paired=lambda one, other: f"⟨{one}, {other}⟩",
        call=partial(_call, names.isdisjoint({"sigma", "σ"})),
        selected=_selected,
        summed=lambda indices, body: f"Σ{_index(indices)} {body}",
        components=lambda indices, body: f"[{body}]{_index(indices)}",
        blocks=lambda rows: f"[{'; '.join(map(', '.join, rows))}]",
        differential=lambda piece: f"d{' ' * (piece.form == 'call')}{piece.text}",
        derived=_derived,
    )
    return formula(tree, style)


def spell(name: str) -> str:
    """A name with Greek letters and subscripts: alpha_1 is α₁."""
    symbol = split_name(name)
    stem = _moved(symbol.stem) + ACCENTS.get(symbol.accent, "")
    if not symbol.subscript:
        return stem
    subscript = lowered(symbol.subscript)
    return stem + subscript if subscript else f"{stem}_{spell(symbol.subscript)}"


def _moved(stem: str) -> str:
    """A letter, or d and a letter."""
    if stem[0] == "d" and stem[1:] in GREEK:
        return f"d{GREEK[stem[1:]]}"
    return GREEK.get(stem, stem)


def _number(value: Fraction) -> Piece:
    """Common fractions are one sign: ½."""
    signed, sign = value < 0, "−" if value < 0 else ""
    size = abs(value)
    if size.denominator != 1 and size not in VULGAR:
        return Piece(f"{sign}{size}", Strength.PRODUCT, signed, form="fraction")
    strength = Strength.SIGN if signed else Strength.ATOM
    return Piece(sign + VULGAR.get(size, str(size)), strength, signed, form="number")


def _constant(names: frozenset[str], constant: Constant, size: str) -> Piece:
    """I, δ, 𝟏, 0; the identity is spelled out where I is somebody's name."""
    match constant:
        case "delta" if names.isdisjoint({"delta", "δ"}):
            return Piece("δ", Strength.ATOM, form="letter")
        case "eye" | "delta":
            written, form = ("eye", "word") if "I" in names else ("I", "letter")
            return Piece(written, Strength.ATOM, form=form)
        case "ones":
            return Piece("𝟏", Strength.ATOM, form="letter")
        case "one":
            return Piece("1", Strength.ATOM, form="number")
        case "zeros":
            return Piece("0", Strength.ATOM, form="number")


def _juxtaposed(words: frozenset[str], left: Piece, right: Piece) -> str:
    one, other = left.text, right.text
    if not SPACED.isdisjoint((left.last, right.first)):
        return f"{one} {other}"
    if right.first in ("number", "word") or left.last in APART or _spells_a_word(words, one, other):
        return f"{one}·{other}"
    if one.endswith("σ") and other.startswith("("):
        return f"{one}·{other}"
    if right.first in ("call", "sum") or left.last in ("call", "fraction"):
        return f"{one} {other}"
    if right.first == "norm" and any(bar in one for bar in "‖|"):
        return f"{one} {other}"
    return one + other


def _spells_a_word(words: frozenset[str], one: str, other: str) -> bool:
    """Whether letters that meet here would read as a name or a function, as t·r does."""
    before, after = re.search(r"[^\W\d_]+$", one), re.match(r"[^\W\d_]+", other)
    return bool(before and after and before[0] + after[0] in words | {"exp", "log", "tr", "det"})


def _divided(left: Piece, right: Piece) -> Piece:
    one = left.text if holds(left, Strength.PRODUCT) else f"({left.text})"
    bare = holds(right, Strength.POWER, after_operator=True)
    other = right.text if bare else f"({right.text})"
    return Piece(f"{one}/{other}", Strength.PRODUCT, one.startswith("−"), form="fraction")


def _power(base: str, exponent: Piece, entrywise: bool) -> Piece:
    """Whole exponents are superscripts; an elementwise power of a matrix shows its ⊙."""
    if exponent.form == "number" and not entrywise and exponent.text.strip("−").isascii():
        return Piece(base + exponent.text.translate(SUPERSCRIPTS), Strength.POWER, form="power")
    bare = exponent.strength is Strength.ATOM and exponent.text != "T"
    raised = exponent.text if bare else f"({exponent.text})"
    return Piece(f"{base}^{'⊙' if entrywise else ''}{raised}", Strength.POWER, form="caret")


def _root(piece: Piece) -> Piece:
    bare = piece.form in ("letter", "number")
    return Piece("√" + (piece.text if bare else f"({piece.text})"), Strength.POWER, form="root")


def _call(sigma_is_free: bool, function: str, arguments: tuple[str, ...]) -> str:
    known = function != "sigmoid" or sigma_is_free
    return f"{FUNCTIONS.get(function, function) if known else function}({', '.join(arguments)})"


def _derived(function: Piece, by: tuple[Piece, ...]) -> str:
    """∂f/∂x, ∂(…)/∂x, ∂²f/∂x∂xᵀ."""
    above = function.text if function.form == "letter" else f"({function.text})"
    below = [part.text if holds(part, Strength.POWER) else f"({part.text})" for part in by]
    return f"∂{'²' if len(by) > 1 else ''}{above}/{''.join(f'∂{part}' for part in below)}"


def _selected(base: Piece, indices: tuple[str, ...]) -> str:
    """Vⱼ, (AB)ⱼ, or V[j] where j has no subscript letters, or V an index already, or V is Σ."""
    subscript = lowered("".join(indices)) if all(len(index) == 1 for index in indices) else None
    fits = len(base.text) == 1 or base.form == "parentheses"
    if subscript is None or not fits or base.text == "Σ":
        return f"{base.text}[{', '.join(indices)}]"
    return base.text + subscript


def _index(indices: tuple[str, ...]) -> str:
    subscript = lowered("".join(indices)) if all(len(index) == 1 for index in indices) else None
    return subscript or f"_({', '.join(indices)})"
