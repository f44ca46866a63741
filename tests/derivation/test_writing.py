"""One derivation, many forms: text, terminal, LaTeX, Markdown, MathML and JSON say the same."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

import gradproof as gp
from gradproof.derivation.writing.latex import words
from gradproof.derivation.writing.lines import lines
from gradproof.derivation.writing.plain import plain, width
from gradproof.derivation.writing.terminal import terminal
from gradproof.notation.parser import parse_text
from tests.conformance.cases import Case, load

LOSS = "norm2(X*w - y)^2/N"
REGRESSION = gp.derive(LOSS, "w", declare={"X": "matrix(N,d)"})
CASES = load()
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def test_linear_regression_takes_six_lines():
    assert REGRESSION.written() == (
        "f     = ‖Xw − y‖²/N\n"
        "df    = 2/N ⟨Xw − y, d(Xw − y)⟩   differential of a squared norm\n"
        "      = 2/N ⟨Xw − y, X dw⟩        differential of a linear expression\n"
        "      = ⟨2/N Xᵀ(Xw − y), dw⟩      move X across the inner product\n"
        "∂f/∂w = 2/N Xᵀ(Xw − y)            read off the gradient"
    )


def test_verbose_shows_more_steps():
    assert len(REGRESSION.single_steps) > len(REGRESSION.steps)
    assert REGRESSION.written(verbose=True) != REGRESSION.written()


@each_case
def test_latex_is_balanced_and_presupposes_amsmath_alone(case: Case):
    written = case.derive().written("latex")
    assert written.startswith("\\begin{align*}\n")
    assert written.endswith("\n\\end{align*}")
    assert written.count("{") == written.count("}")
    assert len(re.findall(r"\\left\b", written)) == len(re.findall(r"\\right\b", written))
    rows = written.replace(r"\&", "").split("\\\\\n")
    assert all(row.count("&") in (1, 3) for row in rows)
    assert written.isascii()


@each_case
def test_every_form_has_every_line(case: Case):
    derivation = case.derive()
    count = len(lines(derivation.steps, derivation.expression.inferred.tree))
    assert derivation.written("latex").count("\\\\\n") == count - 1
    table = ElementTree.fromstring(derivation.written("mathml"))
    assert len(table.findall(".//{*}mtr")) == count
    data = derivation.to_dict()["steps"]
    assert [step["rule"] for step in data] == [step.rule for step in derivation.steps]
    assert derivation.written("markdown").startswith("$$\n\\begin{aligned}\n")


@each_case
def test_the_text_of_each_side_reads_back(case: Case):
    for step in json.loads(json.dumps(case.derive().to_dict()))["steps"]:
        before, _, after = step["text"].partition(" = ")
        assert (before, after) == (step["before"]["text"], step["after"]["text"])
        assert {parse_text(before), parse_text(after)}


def test_a_terminal_has_dim_rules_and_the_same_words():
    rows = lines(REGRESSION.steps, REGRESSION.expression.inferred.tree)
    shown = terminal(rows, 100)
    assert "\x1b[2m" in shown
    assert COLOUR.sub("", shown).split() == plain(rows).split()


def test_a_narrow_terminal_wraps_and_loses_nothing():
    rows = lines(REGRESSION.steps, REGRESSION.expression.inferred.tree)
    shown = COLOUR.sub("", terminal(rows, 40))
    assert max(width(line) for line in shown.splitlines()) <= 40


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ("100 % of A & B_1", r"100 \% of $A$ \& $B$\_1"),
        ("⟨A, dX⟩", r"$\langle A$, $dX\rangle $"),
        ("BᵀACᵀ", r"$B^\top AC^\top $"),
        ("d(X⁻¹)", "$d$($X^{-1}$)"),
    ],
)
def test_the_words_of_rules_are_escaped(rule, written):
    assert words(rule) == written


def test_a_sign_without_latex_is_refused_and_not_dropped():
    with pytest.raises(KeyError, match="no LaTeX"):
        words("☃")
