r"""A derivation in LaTeX: an `align*`, or the `aligned` that stands inside other mathematics.

Only amsmath is presupposed.  Rules are written in words; their signs become mathematics.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_letters
from types import MappingProxyType
from unicodedata import normalize

from gradproof.derivation.writing.lines import Line
from gradproof.notation.symbols import LATIN
from gradproof.notation.write_latex import COMMAND_AT_END, latex

BAR = "\u0304"
# What the words of a rule may contain besides letters, digits and plain punctuation.
MEANT = MappingProxyType(
    {
        "⟨": r"\langle ", "⟩": r"\rangle ", "‖": r"\|", "ᵀ": r"^\top", "⁻¹": "^{-1}",
        "⁻ᵀ": r"^{-\top}", "⊙": r"\odot ", "⊘": r"\oslash ", "⊗": r"\otimes ", "Σ": r"\sum ",
        "∂": r"\partial ", "∇": r"\nabla ", "²": "^2", "³": "^3", "′": r"^\prime", "−": "-",
        "·": r"\cdot ", "𝟏": r"\mathbf{1}", "√": r"\surd ", "½": r"\tfrac{1}{2}", "∘": r"\circ ",
        "→": r"\to ", "₁": "_1", "₂": "_2", "ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k", "ₗ": "_l",
        "≠": r"\neq ", "⁺": "^{+}", "×": r"\times ", "∈": r"\in ", "…": r"\ldots ",
        **{normalize("NFC", letter + BAR): rf"\bar{{{letter}}}" for letter in ascii_letters},
    }
)  # fmt: skip
# Letters that stand alone are mathematics: X, AB, dX, u; but not the article.
LETTERS = r"(?<![A-Za-z])(?!(?:a|do)(?![A-Za-z]))(?:d?[A-Z]{1,3}|d?[a-z])(?![A-Za-z])"
SIGNS = re.compile(
    "|".join([*sorted(map(re.escape, MEANT), key=len, reverse=True), LETTERS, "[A-Za-z]+|."])
)
JOINED = re.compile(r"\$ ([-+=]) \$")
ESCAPED = MappingProxyType(
    {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "{": r"\{", "}": r"\}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)


def latex_rows(lines: Iterable[Line]) -> str:
    """The rows of an alignment, one for each line."""
    return " \\\\\n".join(_row(line) for line in lines)


def align(lines: Iterable[Line]) -> str:
    """The derivation as a display of its own."""
    return f"\\begin{{align*}}\n{latex_rows(lines)}\n\\end{{align*}}"


def aligned(lines: Iterable[Line]) -> str:
    """The derivation as it stands between $$ and $$."""
    return f"\\begin{{aligned}}\n{latex_rows(lines)}\n\\end{{aligned}}"


def _row(line: Line) -> str:
    left = "" if line.left is None else f"{latex(line.left)} "
    sign = r"\mathrel{:=}" if line.sign == ":=" else line.sign
    rule = rf" && \text{{{words(line.rule)}}}" if line.rule else ""
    return f"{left}&{sign} {latex(line.right)}{rule}"


def words(rule: str) -> str:
    r"""The words of a rule inside \text{…}: signs as mathematics, the rest escaped.

    >>> words("move X across ⟨·, ·⟩")
    'move $X$ across $\\langle \\cdot $, $\\cdot \\rangle $'
    """
    written = "".join(_word(part) for part in SIGNS.findall(normalize("NFC", rule)))
    return JOINED.sub(r" \1 ", written.replace("$$", "")).replace("$ $", " ")


def _word(part: str) -> str:
    if re.fullmatch(LETTERS, part):
        return f"${part}$"
    if part.isascii():
        return "".join(ESCAPED.get(character, character) for character in part)
    if part in LATIN:
        return f"$\\{LATIN[part]} $"
    if part not in MEANT:
        raise KeyError(f"no LaTeX for {part!r}")
    sign = MEANT[part]
    return f"${sign} $" if COMMAND_AT_END.search(sign) else f"${sign}$"
