"""Gradients as rows, in documents that say so."""

import pytest

import gradproof as gp

LEFT = r"\begin{{pmatrix}} \exp(1) \\ \exp(2) \end{{pmatrix}}"
COLUMN = LEFT + r" = \begin{{pmatrix}} 2.718 \\ {} \end{{pmatrix}}"
KNOWN = "a: vector(n); x: vector(n); A: matrix(m,n); X: matrix(n,d); y: vector(n); w: vector(d)"


def verdict(claim, layout=""):
    said = f"; layout: {layout}" if layout else ""
    (found,) = gp.check(f"<!-- gradproof: {KNOWN}{said} -->\n\n$${claim}$$\n").findings
    return found.verdict.kind, found.diagnosis


@pytest.mark.parametrize(
    "claim",
    [
        r"\frac{\partial (a^\top x)}{\partial x} = a^\top",
        r"\frac{\partial \|Xw - y\|^2}{\partial w} = 2(Xw - y)^\top X",
        r"\frac{\partial\, y^\top X w}{\partial X} = w y^\top",
    ],
)
def test_rows_are_gradients_in_the_numerator_layout(claim):
    assert verdict(claim, "numerator")[0] in ("proved", "agrees")
    assert verdict(claim)[0] == "refuted"


@pytest.mark.parametrize("layout", ["", "mixed", "numerator"])
def test_jacobians_have_a_row_for_each_component_in_both(layout):
    assert verdict(r"\frac{\partial (Ax)}{\partial x} = A", layout)[0] == "proved"
    assert verdict(r"\frac{\partial (Ax)}{\partial x} = A^\top", layout)[0] == "refuted"


def test_the_layout_is_named_where_it_is_the_slip():
    assert "numerator layout" in verdict(r"\frac{\partial (a^\top x)}{\partial x} = a^\top")[1]
    assert "denominator layout" in verdict(r"\frac{\partial (Ax)}{\partial x} = A^\top")[1]


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        (r"\exp(1) = 2.718", "agrees"),
        (r"\exp(1) = 2.72", "agrees"),
        (r"\exp(1) = 2.71", "agrees"),
        (r"\exp(1) = 2.74", "refuted"),
        (r"\exp(1) = 2.7", "refuted"),
        (COLUMN.format("7.3891"), "agrees"),
        (COLUMN.format("7.3901"), "refuted"),
    ],
)
def test_decimals_are_rounded_each_to_its_last_place(claim, kind):
    (found,) = gp.check(f"$${claim}$$\n").findings
    assert found.verdict.kind == kind
