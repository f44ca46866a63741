"""Where the mathematics of a document stands, to the character, whatever surrounds it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.documents.reading.layout import Entry, Formula, Macros, Place, Places, Trouble
from gradproof.documents.reading.markdown import read_markdown
from gradproof.documents.reading.tex import read_tex

READERS = {"markdown": read_markdown, "latex": read_tex}
each_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())


def formulas(read, text: str) -> list[tuple[str, str]]:
    layout = read(text)
    return [
        (part.kind, layout.text[part.inside.start : part.inside.stop].strip())
        for part in layout.parts
        if isinstance(part, Formula)
    ]


def parts_of(read, text: str, kind: type) -> list:
    return [part for part in read(text).parts if isinstance(part, kind)]


@each_reader
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Let $x$ be.", [("inline", "x")]),
        ("a $$b = c$$ d", [("display", "b = c")]),
        ("a \\[b = c\\] d", [("display", "b = c")]),
        ("a \\(b\\) and \\(c\\)", [("inline", "b"), ("inline", "c")]),
        ("\\[a \\\\[2pt] b\\]", [("display", "a \\\\[2pt] b")]),
        ("\\begin{align*}a&=b\\end{align*}", [("display", "\\begin{align*}a&=b\\end{align*}")]),
        ("\\begin{itemize}\\item a = b\\end{itemize}", []),
        ("it costs \\$5 and \\$6", []),
        ("ひとつ$x$と\\[y=x\\]である", [("inline", "x"), ("display", "y=x")]),
        ("$$a\r\n=b$$", [("display", "a\r\n=b")]),
    ],
)
def test_formulas_are_found(read, text, expected):
    assert formulas(read, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it costs $5 and $6", []),
        ("`$a = b$` and ``$c` = d$``", []),
        ("```\n$$a = b$$\n```\n$c$", [("inline", "c")]),
        ("~~~ python\n$a$\n~~~~\n$c$", [("inline", "c")]),
        ("```math\na = b\n```", [("display", "a = b")]),
        ("text\n\n    $$a = b$$\n\ntext $c$", [("inline", "c")]),
        ("- item\n\n    $$a = b$$\n", [("display", "a = b")]),
        ("<!-- $$a = b$$ --> $c$", [("inline", "c")]),
        ("<pre>$a$</pre> $c$", [("inline", "c")]),
        ("> $$a\n> = b$$", [("display", "a\n  = b")]),
        ("---\ntitle: $a$\n---\n$c$", [("inline", "c")]),
        ("a <!-- gradproof: off --> $b$ <!-- gradproof: on --> $c$", [("inline", "c")]),
    ],
)
def test_markdown_passes_over_code_and_comments(text, expected):
    assert formulas(read_markdown, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("% $a$\n$b$ 5\\% $c$", [("inline", "b"), ("inline", "c")]),
        ("\\verb|$a$| $b$", [("inline", "b")]),
        ("\\begin{verbatim}$a$\\end{verbatim} $b$", [("inline", "b")]),
        ("\\begin{lstlisting}[language=C]\n$a$\n\\end{lstlisting} $b$", [("inline", "b")]),
        ("% gradproof: off\n$a$\n% gradproof: on\n$b$", [("inline", "b")]),
        ("\\[a % remark = 2\n= b\\]", [("display", "a             \n= b")]),
    ],
)
def test_latex_passes_over_comments_and_verbatim_text(text, expected):
    assert formulas(read_tex, text) == expected


def test_macros_of_a_latex_file_are_collected():
    text = (
        "\\newcommand{\\R}{\\mathbb{R}}\n\\DeclareMathOperator{\\tr}{tr} \\newcommand\\T[1]{#1^T}"
    )
    found = [text[part.span.start : part.span.stop] for part in parts_of(read_tex, text, Macros)]
    assert found == [
        "\\newcommand{\\R}{\\mathbb{R}}",
        "\\DeclareMathOperator{\\tr}{tr}",
        "\\newcommand\\T[1]{#1^T}",
    ]


@each_reader
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a\n $$b = c\n\nd", Place(2, 2)),
        ("a \\[ b \\[ c \\]", Place(1, 3)),
        ("\\begin{align} a", Place(1, 1)),
        ("\\(a", Place(1, 1)),
    ],
)
def test_what_is_not_closed_is_reported_with_its_place(read, text, place):
    first = parts_of(read, text, Trouble)[0]
    assert Places(text).of(first.span.start) == place
    assert "closed" in first.message


@pytest.mark.parametrize(
    "text",
    [
        "<!-- gradproof: A: symmetric(n); \\Sigma: posdef(n) -->",
        "<!-- gradproof:\n  A: symmetric(n)\n  \\Sigma: posdef(n)\n-->",
        "---\ntitle: x\ngradproof:\n  A: symmetric(n)  \n  '\\Sigma': posdef(n)\nother: 1\n---\n",
        '---\ngradproof:\n  - A: symmetric(n)\n  # no\n  - "\\\\Sigma": posdef(n)\n---\n',
        "---\ngradproof: {A: symmetric(n), \\Sigma: posdef(n)}\n---\n",
    ],
)
def test_declarations_of_a_markdown_file(text):
    found = [(entry.name, entry.kind) for entry in parts_of(read_markdown, text, Entry)]
    assert found == [("A", "symmetric(n)"), ("\\Sigma", "posdef(n)")]


def test_declarations_of_a_latex_file():
    text = "% gradproof: A: symmetric(n); x: rows(X)\n"
    found = [(entry.name, entry.kind) for entry in parts_of(read_tex, text, Entry)]
    assert found == [("A", "symmetric(n)"), ("x", "rows(X)")]


def test_a_directive_that_is_no_declaration_is_reported_with_its_place():
    text = "a\n<!-- gradproof: A symmetric -->"
    (trouble,) = parts_of(read_markdown, text, Trouble)
    assert Places(text).of(trouble.span.start) == Place(2, 17)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_and_columns_count_from_one(end):
    text = f"\ufeffab{end}c\td{end}{end}яe"
    places = Places(text)
    assert [places.of(text.index(letter)) for letter in "abcdя"] == [
        (1, 1), (1, 2), (2, 1), (2, 3), (4, 1),
    ]  # fmt: skip
    assert [places.line(number) for number in (1, 2, 3, 4)] == ["ab", "c\td", "", "яe"]


PIECES = st.sampled_from(
    [
        "$",
        "$$",
        "\\[",
        "\\]",
        "\\(",
        "\\)",
        "\\begin{align}",
        "\\end{align}",
        "`",
        "```",
        "~~~",
        "\n",
        "\n\n",
        "    ",
        "<!--",
        "-->",
        "gradproof: ",
        "A: b;",
        "---\n",
        "%",
        "\\",
        "\\verb|",
        "|",
        ">",
        "\\newcommand{\\R}",
        "{",
        "}",
        "x = y",
        "é",
        "数",
        "\r\n",
        "- ",
        "<pre>",
        "off",
        "on",
    ]
)


@each_reader
@given(text=st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60)))
def test_any_text_has_a_layout_with_its_parts_in_order(read, text):
    layout = read(text)
    assert len(layout.text) == len(text)
    spans = [p.outside if isinstance(p, Formula) else p.span for p in layout.parts]
    assert all(0 <= span.start <= span.stop <= len(text) for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)


@each_reader
@pytest.mark.parametrize(
    "piece", ["$$", "\\[", "\\]\\[", "`a``b", "<!--", "\\begin{align}", "%x\n"]
)
def test_a_long_text_without_ends_is_read_in_one_pass(read, piece):
    """No time is measured: a reader that looked for each end anew would not come back."""
    assert read(piece * 20_000).text
