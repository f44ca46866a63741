"""How a formula falls into statements, and these into members, each at its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.core.errors import Span
from gradproof.documents.reading.statements import Statement, joined, statements


def read(source: str) -> list[Statement]:
    return statements(source, Span(0, len(source)))


def members(source: str) -> list[list[str]]:
    return [[member.latex for member in statement.members] for statement in read(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b", [["a", "b"]]),
        ("a = b = c.", [["a", "b", "c"]]),
        ("a = b, c = d", [["a", "b"], ["c", "d"]]),
        ("a = b; \\qquad c = d", [["a", "b"], ["c", "d"]]),
        ("a \\quad = \\quad b", [["a", "b"]]),
        ("a = b \\Rightarrow c = d", [["a", "b"], ["c", "d"]]),
        ("a = b \\text{ and } c = d", [["a", "b"], ["c", "d"]]),
        ("f(x, y) = \\langle a, b_{i,j} \\rangle", [["f(x, y)", "\\langle a, b_{i,j} \\rangle"]]),
        ("a &= b \\\\ &= c", [["a", "b", "c"]]),
        ("a = \\\\ b", [["a", "b"]]),
        ("a = \\\\ = b", [["a", "b"]]),
        ("a =\n = b", [["a", "b"]]),
        ("a = b \\\\ + c", [["a", "b    + c"]]),
        ("a = b \\label{e} \\tag{3-2} \\nonumber", [["a", "b"]]),
        ("a = b \\qquad ∵ c = d", [["a", "b"]]),
        ("\\begin{aligned}[t] a &= b \\end{aligned}", [["a", "b"]]),
        ("\\begin{alignat}{2} a &= b \\end{alignat}", [["a", "b"]]),
        ("W = \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}, x = y",
         [["W", "\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}"], ["x", "y"]]),
        ("a \\overset{\\text{def}}{=} b", [["a", "b"]]),
        ("d(\\text{Det}(X)) = \\text{Det}(X)", [["d(\\text{Det}(X))", "\\text{Det}(X)"]]),
        ("X, Y \\in \\mathbb{R}^n", [["X, Y", "\\mathbb{R}^n"]]),
        ("ここで a = bとし、c = dとする。", [["a", "b"], ["c", "d"]]),
        ("x = 2(t - f(X, Y)) (3", [["x", "2(t - f(X, Y)) (3"]]),
        ("x = a – b", [["x", "a - b"]]),
        ("", []),
    ],
)  # fmt: skip
def test_members(source, expected):
    assert members(source) == expected


@pytest.mark.parametrize(
    ("source", "signs"),
    [
        ("a := b", [":="]),
        ("a \\coloneqq b", [":="]),
        ("a \\stackrel{\\mathrm{def}}{=} b", [":="]),
        ("a \\stackrel{(1)}{=} b", ["="]),
        ("a = b \\approx c", ["=", "other"]),
        ("a \\le b", ["other"]),
        ("x \\in A", ["in"]),
    ],
)
def test_signs(source, signs):
    (statement,) = read(source)
    assert [relation.sign for relation in statement.relations] == signs


@pytest.mark.parametrize(
    ("source", "roles"),
    [
        ("a = b, \\quad \\text{where } c = d", ["claim", "where"]),
        ("a = b \\quad where \\quad c = d", ["claim", "where"]),
        ("a = b \\quad (\\text{если } A = A^T)", ["claim", "condition"]),
        ("a = b \\text{ if } A = A^\\top", ["claim", "condition"]),
        ("i = 1, \\dots, n", ["range", "claim", "claim"]),
        ("a = b, \\text{ where } c = d \\\\ = e", ["claim", "where"]),
    ],
)
def test_roles(source, roles):
    assert [statement.role for statement in read(source)] == roles


def test_halves_are_joined_into_one_chain():
    (whole,) = read("a = b = c")
    for first, second in (("a", "= b = c"), ("a =", "b = c"), ("a =", "= b = c"), ("a = b =", "c")):
        both = joined(read(first)[0], read(second)[0])
        assert [m.latex for m in both.members] == [m.latex for m in whole.members]
        assert [r.sign for r in both.relations] == [r.sign for r in whole.relations]


PIECES = st.sampled_from(
    [
        "=",
        "\\\\",
        "&",
        "(",
        ")",
        "{",
        "}",
        "\\left(",
        "\\right)",
        "\\begin{pmatrix}",
        ":=",
        "\\in",
        "\\quad",
        "\\end{pmatrix}",
        ",",
        ";",
        "\\text{if }",
        "where",
        "数",
        "x",
        "+",
        "\\tag{1}",
        "∵",
        "\\dots",
        "\\",
        "\\Rightarrow",
        "\\overset{a}{=}",
        "\\begin{align}",
        "\\end{align}",
        " ",
        "\n",
        "|",
        "\\|",
        "\\langle",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=40)))
def test_every_member_is_what_stands_at_its_place(source):
    for statement in read(source):
        assert len(statement.members) == len(statement.relations) + 1
        for member in statement.members:
            assert len(member.latex) == member.span.stop - member.span.start
            written = source[member.span.start : member.span.stop]
            kept = [(a, b) for a, b in zip(member.latex, written, strict=True) if a != " "]
            assert all(a == b or b in "–−＝" for a, b in kept)
