r"""Notations of matrices and sums by their entries, rewritten into what the reader of LaTeX reads.

`(2x_0, 2x_1)` is a column, `(1 0 0)` and `(l_1 l_2 l_3)` are rows, `w'_{11}` is a name;
`\sum_{k=1}^{3} x_k w'_{k1}` is written out, since its entries have names and no vector to be taken
from; `a_1 b_1 + \dots + a_n b_n` is the sum that it shows the ends of.
"""

from __future__ import annotations

import re

from gradproof.documents.reading.scan import group_end, scan

_PRIMED = re.compile(r"([A-Za-z])'_(?:\{([0-9]+)\}|([0-9]))")
_PRIMED_INDEX = re.compile(r"([A-Za-z])'_\{([0-9]*[a-z][0-9]*)\}")
_ENTRY = r"(?:-?\d+(?:\.\d+)?|[A-Za-z](?:_prime)?_(?:\d|\{[^{}]*\}))"
_GAP = r"(?:[\s~]|\\[ ,;:])+"
_ROW = re.compile(rf"(?:\\left)?[(\[]\s*({_ENTRY}(?:{_GAP}{_ENTRY})+)\s*(?:\\right)?[)\]]")
_SUM = re.compile(r"\\sum(?:\\limits)?_\{\s*([a-z])\s*=\s*1\s*\}\^(?:\{\s*(\d{1,2})\s*\}|(\d))")
_MIXED = re.compile(r"_\{(?:[0-9]+[a-z]|[a-z][0-9]+)\}")
_BODY_END = re.compile(r"&|\\\\|[+,;)\]]|-|\\(?:right|end|sum)(?![A-Za-z])|=")
_DOTTED = re.compile(
    r"(?P<first>[^+]+?)\s*\+\s*(?:[^+]*\+\s*)?\\(?:l|c)?dots\s*\+\s*(?P<last>[^+]+)", re.DOTALL
)
_DOTTED_COLUMN = re.compile(
    r"\\begin\{[pb]matrix\}(?P<first>[^&]+?)\\\\\s*\\[lcvd]?dots\s*\\\\(?P<last>[^&]+?)\\end\{[pb]matrix\}",
    re.DOTALL,
)
_LETTER = re.compile(r"_(?:([A-Za-z])|\{([A-Za-z])\})")
MOST_TERMS = 12


def spelled_out(latex: str) -> str:
    """The formula in the notation that is read.

    >>> spelled_out("(a, b)"), spelled_out("(1 0 0)")
    ('\\\\begin{pmatrix}a\\\\\\\\b\\\\end{pmatrix}', '\\\\begin{pmatrix}1&0&0\\\\end{pmatrix}')
    """
    latex = _PRIMED.sub(_named, _without_sums(_without_dots(latex)))
    row = _ROW.fullmatch(latex.strip())
    if row is not None:
        return _matrix([re.split(_GAP, row[1].strip())])
    entries = _list(latex.strip())
    return latex if entries is None else _matrix([[entry] for entry in entries])


def _named(found: re.Match[str]) -> str:
    return f"{found[1]}_{{\\text{{prime}}{found[2] or found[3]}}}"


def _without_dots(latex: str) -> str:
    r"""T(1) + \dots + T(n) as a sum, where the two terms differ in their subscripts alone.

    >>> _without_dots(r"a_1 b + \dots + a_n b")
    '\\sum_{i=1}^{n} a_{i} b'
    """
    parts = _DOTTED.fullmatch(latex.strip())
    common = None if parts is None else _common(parts["first"], parts["last"])
    return latex if common is None else f"\\sum_{{i=1}}^{{{common[1]}}} {common[0]}"


def dotted_column(latex: str) -> str | None:
    r"""The i-th entry of a column with dots between its first and its last.

    >>> dotted_column(r"\begin{pmatrix} 2x_1 \\ \vdots \\ 2x_n \end{pmatrix}")
    '2x_{i}'
    """
    parts = _DOTTED_COLUMN.fullmatch(latex.strip())
    common = None if parts is None else _common(parts["first"], parts["last"])
    return None if common is None else common[0]


def _common(first: str, last: str) -> tuple[str, str] | None:
    """The i-th of the terms from the 1st to the n-th, and n; None where they differ in more."""
    general = re.sub(r"_(?:1|\{1\})(?!\d)", "_{i}", first).strip()
    for letter in dict.fromkeys(found[1] or found[2] for found in _LETTER.finditer(last)):
        end = re.sub(rf"_(?:{letter}|\{{{letter}\}})(?![A-Za-z])", "_{i}", last).strip()
        if general == end and general != first.strip():
            return general, letter
    return None


def _matrix(rows: list[list[str]]) -> str:
    return "\\begin{pmatrix}" + "\\\\".join("&".join(row) for row in rows) + "\\end{pmatrix}"


def _list(latex: str) -> list[str] | None:
    r"""The entries of (a, b, c), of \left(a, b, c\right) and of (a, b, c)^T."""
    plain = re.sub(r"\^\{?\s*(?:T|\\top|\\intercal)\s*\}?\Z", "", latex).strip()
    if "," not in plain or plain[:1] not in ("(", "\\") or plain[-1:] != ")":
        return None
    tokens = scan(plain, 0, len(plain))
    if not tokens or tokens[0].text.replace(" ", "") not in ("(", "\\left("):
        return None
    if any(token.depth == 0 for token in tokens[1:-1]):
        return None
    last = tokens[-1]
    if last.depth != 1 or last.span.stop != len(plain):
        return None
    commas = [t.span for t in tokens if t.depth == 1 and t.kind == "separator" and t.text == ","]
    starts = [tokens[0].span.stop, *(comma.stop for comma in commas)]
    stops = [*(comma.start for comma in commas), last.span.start]
    entries = [plain[start:stop].strip() for start, stop in zip(starts, stops, strict=True)]
    return entries if len(entries) > 1 and all(entries) else None


def _without_sums(latex: str) -> str:
    """Sums over numbered entries such as w_{k1}, a term for each number."""
    position = 0
    while (found := _SUM.search(latex, position)) is not None:
        count = int(found[2] or found[3])
        stop = _body_end(latex, found.end())
        body = latex[found.end() : stop]
        position = found.end()
        if not _MIXED.search(body) or not 1 <= count <= MOST_TERMS:
            continue
        terms = [_numbered(body, found[1], number) for number in range(1, count + 1)]
        latex = f"{latex[: found.start()]}({'+'.join(terms)}){latex[stop:]}"
        position = found.start()
    return latex


def _numbered(body: str, index: str, number: int) -> str:
    """The term of a number: x_k w'_{k1} becomes x_2 w'_{21}."""

    def replaced(found: re.Match[str]) -> str:
        return f"_{{{found[1].replace(index, str(number))}}}"

    body = re.sub(r"_\{([0-9a-z]+)\}", replaced, body)
    return re.sub(rf"_{index}(?![A-Za-z])", f"_{number}", body).strip()


def _body_end(latex: str, start: int) -> int:
    """Where the summand ends: before the next +, − or end of what it stands in."""
    position = start
    while position < len(latex):
        if latex[position] == "{":
            position = group_end(latex, position, len(latex))
        elif _BODY_END.match(latex, position):
            return position
        else:
            position += 1
    return position
