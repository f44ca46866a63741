"""The tokens of a formula that give it its outer form: brackets, rows, signs of relation, text.

What stands between them is left to the reader of expressions.  A token knows how many brackets and
environments are open around it; environments that only align (align, split, …) do not count.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Literal, NamedTuple

from gradproof.core.errors import Span
from gradproof.documents.reading.delimiters import ENVIRONMENTS

TokenKind = Literal[
    "row", "align", "relation", "separator", "space", "text", "remark", "blank", "inner"
]

_OTHER_SCRIPTS = (
    r"\u0400-\u052f\u0590-\u06ff\u0e00-\u0e7f\u3001-\u303f\u3040-\u30ff\u3400-\u9fff"
    r"\uac00-\ud7af\uff01-\uff65"
)
_TOKEN = re.compile(
    r"(?P<environment>\\(?:begin|end)[ \t]*\{(?P<name>[A-Za-z]+)\*?\})"
    r"|(?P<row>\\\\\*?(?:[ \t]*\[[^\]\r\n]{0,20}\])?|\\newline(?![A-Za-z]))"
    r"|(?P<sided>\\(?P<side>left|right)[ \t]*(?:\\[A-Za-z]+|\\.|.))"
    r"|(?P<over>\\(?:overset|stackrel|underset)[ \t]*(?=\{))"
    r"|(?P<defines>\\mathrel[ \t]*\{[ \t]*(?::=|\\(?:vcent)?colon[ \t]*=)[ \t]*\}"
    r"|\\mathrel[ \t]*\{[ \t]*:[ \t]*\}[ \t]*=|\\(?:vcent)?colon[ \t]*=|≔)"
    r"|(?P<command>\\(?:[A-Za-z]+\*?|.))"
    r"|(?P<sign>:=|=:|[{}()\[\],;=<>&|≈≤≥≠∈→⇒⇔⟹⟺∝≡∼≃←↦∴∵⟨⟩~])"
    rf"|(?P<words>[{_OTHER_SCRIPTS}]+)",
    re.DOTALL,
)
_OVER = re.compile(
    r"\\(?:overset|stackrel|underset)[ \t]*\{(?P<above>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
    r"[ \t]*(?:\{[ \t]*=[ \t]*\}|=)"
)
_OPEN = frozenset(
    ["{", "(", "[", "⟨", "\\{", "\\langle", "\\lbrace", "\\lfloor", "\\lceil", "\\lVert", "\\lvert"]
)
_CLOSE = frozenset(
    ["}", ")", "]", "⟩", "\\}", "\\rangle", "\\rbrace", "\\rfloor", "\\rceil", "\\rVert", "\\rvert"]
)
_FIRM = frozenset(["{", "}"])
RELATIONS = MappingProxyType(
    {"=": "="}
    | dict.fromkeys([":=", "=:", "\\coloneqq", "\\triangleq", "\\coloneq", "\\equiv", "≡"], ":=")
    | dict.fromkeys(["\\in", "∈"], "in")
    | dict.fromkeys(
        [
            "<", ">", "≈", "≤", "≥", "≠", "∝", "∼", "≃", "→", "←", "↦", "\\approx", "\\sim",
            "\\simeq", "\\cong", "\\propto", "\\le", "\\leq", "\\leqslant", "\\ge", "\\geq",
            "\\geqslant", "\\ne", "\\neq", "\\ll", "\\gg", "\\to", "\\rightarrow", "\\mapsto",
            "\\longrightarrow", "\\leftarrow", "\\gets", "\\subset", "\\subseteq", "\\lt", "\\gt",
            "\\notin", "\\succ", "\\succeq", "\\prec", "\\preceq", "\\doteq", "\\perp",
        ],
        "other",
    )
)  # fmt: skip
_TEXTS = frozenset(
    ["\\text", "\\mbox", "\\textrm", "\\textit", "\\textbf", "\\intertext", "\\textnormal"]
)
_WITH_GROUP = frozenset(
    [
        "\\label", "\\tag", "\\tag*", "\\hspace", "\\hspace*", "\\vspace", "\\phantom",
        "\\hphantom", "\\vphantom", "\\eqref", "\\ref", "\\cite", "\\color",
    ]
)  # fmt: skip
_DIVIDING = frozenset(
    [
        ",", ";", "\\Rightarrow", "\\implies", "\\Longrightarrow", "\\iff", "\\Leftrightarrow",
        "\\Longleftrightarrow", "\\therefore", "⇒", "⇔", "⟹", "⟺", "∴", "\\land", "\\wedge",
    ]
)  # fmt: skip
_SILENT = frozenset(
    [
        "\\nonumber", "\\notag", "\\displaystyle", "\\textstyle", "\\hfill", "\\hfil",
        "\\allowdisplaybreaks", "\\hline", "\\centering", "\\limits", "\\nolimits",
    ]
)  # fmt: skip
_OPERATOR = re.compile(
    r"\\(?:text|mbox|textrm|textnormal)[ \t]*\{[ ]*[A-Za-z]+[ ]*\}[ \t]*(?:\\left)?[(\[|]"
)


def _kind(written: str) -> TokenKind:
    """What a token is for the outer form of a formula."""
    match written:
        case "&":
            return "align"
        case "∵" | "\\because":
            return "remark"
        case "\\quad" | "\\qquad":
            return "space"
        case _ if written in RELATIONS:
            return "relation"
        case _ if written in _DIVIDING:
            return "separator"
        case _:
            return "blank" if written in _SILENT else "inner"


class Token(NamedTuple):
    """A token, and how many brackets stand open around it."""

    kind: TokenKind
    text: str
    span: Span
    depth: int


def scan(text: str, start: int, stop: int) -> list[Token]:
    """The tokens of a formula.

    Where brackets do not match, braces alone count, and commas divide nothing.
    """
    tokens, balanced = _scan(text, start, stop, round_too=True)
    if balanced:
        return tokens
    tokens, _ = _scan(text, start, stop, round_too=False)
    return [token for token in tokens if token.text != ","]


def _scan(text: str, start: int, stop: int, round_too: bool) -> tuple[list[Token], bool]:
    tokens: list[Token] = []
    depth, position, balanced = 0, start, True
    while (found := _TOKEN.search(text, position, stop)) is not None:
        step = _bracket(found, round_too)
        token = Token("inner", found[0], Span(*found.span()), depth)
        if step == 0:
            token = _classified(text, found, depth, stop)
        position = max(token.span.stop, found.end())
        depth += step
        if depth < 0:
            depth, balanced = 0, False
        tokens.append(token)
    return tokens, balanced and depth == 0


def _bracket(found: re.Match[str], round_too: bool) -> int:
    """1 for a bracket that opens, −1 for one that closes."""
    written = found[0]
    if found["environment"]:
        aligns = found["name"] in ENVIRONMENTS
        return 0 if aligns else 1 if written.startswith("\\begin") else -1
    if found["sided"]:
        return 1 if found["side"] == "left" else -1
    if not round_too and written not in _FIRM:
        return 0
    return (written in _OPEN) - (written in _CLOSE)


def _classified(text: str, found: re.Match[str], depth: int, stop: int) -> Token:
    """What a token is that is no bracket."""
    written, span = found[0], Span(*found.span())
    if found["environment"]:
        return Token("blank", written, Span(span.start, _past_arguments(text, found, stop)), depth)
    if found["row"]:
        return Token("row", written, span, depth)
    if found["defines"]:
        return Token("relation", ":=", span, depth)
    if found["over"]:
        return _relation_under(text, span, depth, stop)
    if written in _TEXTS and _is_part(text, span, stop):
        return Token("inner", written, span, depth)
    if found["words"] or written in _TEXTS:
        inside = Span(span.start, group_end(text, span.stop, stop)) if found["command"] else span
        return Token("text", text[inside.start : inside.stop], inside, depth)
    if written in _WITH_GROUP:
        return Token("blank", written, Span(span.start, group_end(text, span.stop, stop)), depth)
    return Token(_kind(written), written, span, depth)


def _is_part(text: str, span: Span, stop: int) -> bool:
    r"""Whether a text is no remark but a name: \text{Det}(X), W_\text{in}."""
    before = text[max(span.start - 1, 0) : span.start]
    return before in ("_", "^") or _OPERATOR.match(text, span.start, stop) is not None


def _relation_under(text: str, span: Span, depth: int, stop: int) -> Token:
    """An = with a word above it; the word `def` makes it a definition."""
    found = _OVER.match(text, span.start, stop)
    if found is None:
        return Token("inner", text[span.start : span.stop], span, depth)
    sign = ":=" if "def" in found["above"] else "="
    return Token("relation", sign, Span(*found.span()), depth)


def _past_arguments(text: str, found: re.Match[str], stop: int) -> int:
    """Past \\begin{alignat}{2} or \\begin{aligned}[t]."""
    end = found.end()
    if not found[0].startswith("\\begin"):
        return end
    if found["name"].startswith("alig") and found["name"].endswith("at"):
        end = group_end(text, end, stop)
    if text[end : end + 1] == "[" and text[end + 2 : end + 3] == "]":
        end += 3
    return end


def group_end(text: str, start: int, stop: int) -> int:
    """Where the {group} ends that begins at `start`; `start` where none begins."""
    while start < stop and text[start] in " \t":
        start += 1
    if text[start : start + 1] != "{":
        return start
    depth = 0
    for position in range(start, stop):
        if text[position] in "{}" and text[position - 1] != "\\":
            depth += 1 if text[position] == "{" else -1
        if depth == 0:
            return position + 1
    return stop
