"""Wrong claims as one writes them in LaTeX: the slip is named."""

from pathlib import Path

import pytest

import gradproof as gp

CLAIMS = [
    tuple(part.strip() for part in line.split(" ;; "))
    for line in (Path(__file__).parent / "wrong_latex.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("declarations", "claim", "said"), CLAIMS, ids=lambda part: part[:40])
def test_the_slip_is_named(declarations, claim, said):
    (found,) = gp.check(f"<!-- gradproof: {declarations} -->\n\n$${claim}$$\n").findings
    assert (found.verdict.kind, found.diagnosis) == ("refuted", said)
