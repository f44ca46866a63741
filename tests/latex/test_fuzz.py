"""Whatever is typed in LaTeX is read or explained; no other exception gets out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.core.errors import GradproofError
from gradproof.notation.latex.commands import ACCENTS, FONTS, RELATIONS, SIGNS, UPRIGHT, WORDS
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.latex.relations import declared_in, head_of, read_relations
from gradproof.notation.latex.resolve import understand
from gradproof.notation.tree import walk

TOKENS = [
    *"xXyYwAdIKeTijn2{}[]()^_'+-*/|,;=<>&%#$~.:\"",
    *("x_i", "X_{ij}", "0.5", "12", "^{-1}", "^T", "^{", "λ", "é", "公式", " ", "\n", "\\\\"),
    *(
        f"\\{name}"
        for group in (SIGNS, RELATIONS, ACCENTS, FONTS, UPRIGHT, WORDS)
        for name in group
    ),
    *(r"\frac", r"\sqrt", r"\left", r"\right", r"\left(", r"\right)", r"\left.", r"\right|"),
    *(r"\sum_{i=1}^{n}", r"\nabla_w", r"\frac{d}{dx}", r"\frac{\partial f}{\partial x}"),
    *(r"\begin{pmatrix}", r"\end{pmatrix}", r"\begin{cases}", r"\begin{aligned}"),
    *(r"\newcommand{\a}{b\a}", r"\a", r"\def\b#1{#1#1}", r"\b", r"\foo", r"\label{a}"),
    *(r"\underbrace{x}_{y}", r"\overset{a}{=}", r"\mathbf{1}_n", r"\mathbb{R}", r"\text{if}"),
    *("dX", "I_n", "K_{mn}", r"\delta_{ij}", r"\lambda_{\max}(X)", r"\sigma(", r"\dots"),
]


def failure(attempt: Callable[[], object]) -> GradproofError | None:
    try:
        attempt()
    except GradproofError as error:
        return error
    return None


def understood(source):
    tree = parse_latex(source)
    assert all(part.span is not None for part in walk(tree))
    return understand(tree, {}, source)


def reads_or_explains(source):
    error = failure(lambda: understood(source))
    if error is not None:
        assert str(error).startswith(error.message)
    if error is not None and error.span is not None:
        assert 0 <= error.span.start <= error.span.stop <= len(source)
    for chain in read_relations(source):
        assert len(chain.members) == len(chain.signs) + 1
        assert all((member.tree is None) != (member.error is None) for member in chain.members)
        head_of(chain.members[0])
        failure(lambda chain=chain: declared_in(chain))


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text(source):
    reads_or_explains(source)


@given(st.lists(st.sampled_from(TOKENS), max_size=14), st.sampled_from(["", " "]))
@settings(max_examples=600, deadline=None)
def test_any_row_of_tokens(tokens, blank):
    reads_or_explains(blank.join(tokens))


LONG = {
    "parentheses": "(" * 9_000 + "x" + ")" * 9_000,
    "braces": "{" * 9_000 + "x" + "}" * 9_000,
    "fractions": r"\frac{1}{" * 1_500 + "x" + "}" * 1_500,
    "superscripts": "x" + "^{x" * 4_000 + "}" * 4_000,
    "subscripts": "x" + "_{x" * 4_000 + "}" * 4_000,
    "signs": "-" * 19_000 + "x",
    "differentials": "d" * 19_000 + "x",
    "separate differentials": "d x " * 4_900,
    "sum": "+".join("x" * 9_000),
    "product": "x" * 19_000,
    "functions": r"\log " * 3_900 + "x",
    "sums": r"\sum_{i=1}^n " * 1_500 + "x_i",
    "bars": "-" * 9_000 + "x" + "|y|" * 3_000,
    "norms": r"\|" * 9_000,
    "derivatives": r"\frac{\partial }{\partial x} " * 700 + "x",
    "sigmoids": r"\sigma(x)" * 2_000,
    "fonts": r"\mathbf{" * 2_200 + "x" + "}" * 2_200,
    "words": r"\mathrm{" * 2_200 + "x" + "}" * 2_200,
    "roots": r"\sqrt[" * 3_300,
    "primes": "x" + "'" * 19_000,
    "environments": r"\begin{pmatrix}" * 1_300,
    "macros": r"\newcommand{\a}{\a\a}\a",
    "arguments": r"\def\b#1{#1#1}" + r"\b{" * 3_000 + "x" + "}" * 3_000,
    "long": "x+" * 50_000,
}


@pytest.mark.parametrize("name", LONG)
def test_long_and_deep_input_is_answered(name):
    reads_or_explains(LONG[name])


def test_flat_chains_are_read():
    assert parse_latex(" + ".join(["x"] * 4_000)) is not None
    assert parse_latex("x" * 4_900) is not None
