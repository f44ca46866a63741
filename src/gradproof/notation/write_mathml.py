"""Trees as presentation MathML, for web pages that set formulas without a script."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from html import escape
from types import MappingProxyType

from gradproof.notation.formula import formula
from gradproof.notation.precedence import Piece, Strength
from gradproof.notation.style import Constant, Mark, Norm, Style
from gradproof.notation.symbols import GREEK, names_in, split_name
from gradproof.notation.tree import Tree

TIMES = "<mo>&#x2062;</mo>"
APPLY = "<mo>&#x2061;</mo>"
COMMA = "<mo>,</mo>"


def _sign(text: str) -> str:
    return f"<mo>{text}</mo>"


SIGNS = MappingProxyType(
    {"+": _sign("+"), "-": _sign("−"), "negative": _sign("−")}
    | {sign: _sign(sign) for sign in "⊙⊘⊗"}
)
MARKS: MappingProxyType[Mark, str] = MappingProxyType(
    {
        "T": "<mo>⊤</mo>",
        "-1": "<mrow><mo>−</mo><mn>1</mn></mrow>",
        "-T": "<mrow><mo>−</mo><mo>⊤</mo></mrow>",
        "+": "<mo>+</mo>",
    }
)
NORMS: MappingProxyType[Norm, str] = MappingProxyType(
    {
        "entrywise one": "<mn>1</mn>",
        "euclidean": "<mn>2</mn>",
        "frobenius": "<mi>F</mi>",
        "spectral": "<mn>2</mn>",
        "nuclear": "<mo>*</mo>",
    }
)
SIGNS_ABOVE = MappingProxyType({"bar": "¯", "tilde": "˜", "hat": "^", "dot": "˙", "vec": "→"})
FUNCTIONS = MappingProxyType({"sigmoid": "σ", "logdet": "log det"})


SPACE = '<mspace width="0.2em"/>'
NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def mathml(tree: Tree) -> str:
    """The expression as a MathML element.

    >>> from gradproof.notation.tree import Name
    >>> mathml(Name("lambda"))
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>λ</mi></math>'
    """
    return f'<math xmlns="{NAMESPACE}">{elements(tree)}</math>'


def elements(tree: Tree) -> str:
    """The parts of the expression, to stand inside a MathML element."""
    names = names_in(tree)
    style = Style(
        signs=SIGNS,
        name=lambda name: Piece(_name(name), Strength.ATOM, form=split_name(name).form),
        number=_number,
        constant=partial(_constant, names),
        parenthesised=lambda inner: _fenced("(", inner, ")"),
        juxtaposed=_juxtaposed,
        divided=_divided,
        marked=lambda base, mark: _script("msup", base, MARKS[mark]),
        power=_power,
        root=lambda piece: Piece(f"<msqrt>{piece.text}</msqrt>", Strength.ATOM, form="call"),
        norm=_norm,
        absolute=lambda inner: _fenced("|", inner, "|"),
        paired=lambda one, other: _fenced("⟨", one + COMMA + other, "⟩"),
        call=partial(_call, names.isdisjoint({"sigma", "σ"})),
        selected=lambda base, indices: _script("msub", base.text, COMMA.join(indices)),
        summed=lambda indices, body: f"{_script('munder', _sign('∑'), COMMA.join(indices))}{body}",
        components=lambda indices, body: _script(
            "msub", _fenced("[", body, "]"), COMMA.join(indices)
        ),
        blocks=_blocks,
        differential=lambda piece: f"<mi>d</mi>{piece.text}",
        derived=_derived,
    )
    return formula(tree, style)


def _name(name: str) -> str:
    symbol = split_name(name)
    stem = _moved(symbol.stem)
    if symbol.accent == "prime":
        stem = f"<msup>{stem}<mo>′</mo></msup>"
    elif symbol.accent:
        stem = f'<mover accent="true">{stem}<mo>{SIGNS_ABOVE[symbol.accent]}</mo></mover>'
    if not symbol.subscript:
        return stem
    tag = "mn" if symbol.subscript.isdigit() else "mi"
    index = GREEK.get(symbol.subscript, symbol.subscript)
    return f"<msub>{stem}<{tag}>{escape(index)}</{tag}></msub>"


def _moved(stem: str) -> str:
    """A letter or word, or d and a letter."""
    if split_name(stem).is_differential:
        return f"<mrow><mi>d</mi>{_moved(stem[1:])}</mrow>"
    return f"<mi>{escape(GREEK.get(stem, stem))}</mi>"


def _number(value: Fraction) -> Piece:
    above, below = abs(value.numerator), value.denominator
    written = f"<mn>{above}</mn>"
    if below != 1:
        written = f"<mfrac>{written}<mn>{below}</mn></mfrac>"
    if value < 0:
        return Piece(SIGNS["negative"] + written, Strength.SIGN, signed=True, form="number")
    strength = Strength.ATOM if below == 1 else Strength.POWER
    return Piece(written, strength, form="number")


def _constant(names: frozenset[str], constant: Constant, size: str) -> Piece:
    match constant:
        case "delta" if names.isdisjoint({"delta", "δ"}):
            return Piece("<mi>δ</mi>", Strength.ATOM)
        case "eye" | "delta":
            return Piece(f"<mi>{'eye' if 'I' in names else 'I'}</mi>", Strength.ATOM)
        case "ones":
            return Piece('<mn mathvariant="bold">1</mn>', Strength.ATOM)
        case "one":
            return Piece("<mn>1</mn>", Strength.ATOM)
        case "zeros":
            return Piece("<mn>0</mn>", Strength.ATOM)


def _juxtaposed(left: Piece, right: Piece) -> str:
    """A differential stands apart, as in A dX B."""
    apart = "differential" in (left.last, right.first)
    return left.text + (SPACE if apart else TIMES) + right.text


def _divided(left: Piece, right: Piece) -> Piece:
    written = f"<mfrac>{_row(left.text)}{_row(right.text)}</mfrac>"
    return Piece(written, Strength.POWER, form="fraction")


def _power(base: str, exponent: Piece, entrywise: bool) -> Piece:
    raised = ("<mo>⊙</mo>" if entrywise else "") + exponent.text
    return Piece(_script("msup", base, raised), Strength.POWER, form="power")


def _norm(kind: Norm, inner: str) -> str:
    bars = _fenced("‖", inner, "‖")
    return _script("msub", bars, NORMS[kind]) if kind in NORMS else bars


def _call(sigma_is_free: bool, function: str, arguments: tuple[str, ...]) -> str:
    known = function != "sigmoid" or sigma_is_free
    name = FUNCTIONS.get(function, function) if known else function
    return f"<mi>{name}</mi>{APPLY}{_fenced('(', COMMA.join(arguments), ')')}"


def _blocks(rows: list[list[str]]) -> str:
    cells = ["".join(f"<mtd>{entry}</mtd>" for entry in row) for row in rows]
    table = "".join(f"<mtr>{row}</mtr>" for row in cells)
    return _fenced("(", f"<mtable>{table}</mtable>", ")")


def _derived(function: Piece, by: tuple[Piece, ...]) -> str:
    above = function.text if function.form == "letter" else _fenced("(", function.text, ")")
    d = "<msup><mo>∂</mo><mn>2</mn></msup>" if len(by) > 1 else "<mo>∂</mo>"
    below = "".join(f"<mo>∂</mo>{part.text}" for part in by)
    return f"<mfrac><mrow>{d}{above}</mrow><mrow>{below}</mrow></mfrac>"


def _fenced(left: str, inner: str, right: str) -> str:
    return f"<mrow>{_sign(left)}{inner}{_sign(right)}</mrow>"


def _script(tag: str, base: str, script: str) -> str:
    return f"<{tag}>{_row(base)}{_row(script)}</{tag}>"


def _row(inner: str) -> str:
    return f"<mrow>{inner}</mrow>"
