"""What the engine derives and writes is read and judged as a document: all of it holds."""

import pytest

import gradproof as gp
from gradproof.core.errors import GradproofError
from tests.documents.judged import cases, declarations_of

PUBLISHED = cases("public.jsonl")


def derivation_of(case, style="differential"):
    expression = gp.parse(case["text"], declare=declarations_of(case))
    return gp.derive(expression, case["wrt"], order=case["order"], style=style)


def findings_of(case, derivation, form, *, verbose=False):
    known = "; ".join(f"{name}: {kind}" for name, kind in declarations_of(case).items())
    said = f"% gradproof: {known}\n" if form == "latex" else f"<!-- gradproof: {known} -->\n\n"
    return gp.check(said + derivation.written(form, verbose=verbose), form).findings


def all_hold(findings):
    wrong = [found for found in findings if not found.verdict]
    assert not wrong, [(found.line, found.verdict.message, found.diagnosis) for found in wrong]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_every_line_in_markdown_holds(case):
    findings = findings_of(case, derivation_of(case), "markdown")
    assert findings
    all_hold(findings)


@pytest.mark.parametrize("case", PUBLISHED[::3], ids=lambda case: case["id"])
def test_every_single_step_in_latex_holds(case):
    all_hold(findings_of(case, derivation_of(case), "latex", verbose=True))


@pytest.mark.parametrize("case", PUBLISHED[::2], ids=lambda case: case["id"])
def test_every_line_of_a_backpropagation_holds(case):
    try:
        findings = findings_of(case, derivation_of(case, "backprop"), "markdown")
    except GradproofError:  # no adjoint is a matrix, which is said with another style to ask for
        return
    all_hold(findings)


@pytest.mark.parametrize("case", PUBLISHED[::3], ids=lambda case: case["id"])
def test_no_line_in_components_is_refuted(case):
    try:
        findings = findings_of(case, derivation_of(case, "components"), "markdown")
    except GradproofError:
        return
    for found in findings:
        assert found.verdict.kind != "refuted", (found.line, found.diagnosis)
