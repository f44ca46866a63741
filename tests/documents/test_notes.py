"""The example notes: what is right is not accused, and each slip is found where it stands.

A note and its page of slips carry the same formulas; on the page of slips some are wrong.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import pytest

import gradproof as gp

NOTES = Path(__file__).parents[2] / "examples" / "notes"
Format = Literal["markdown", "latex"]
FORMATS: MappingProxyType[str, Format] = MappingProxyType({".md": "markdown", ".tex": "latex"})

# How many equalities of each note are judged at least, and how many are not understood at most:
# dots in matrices, a matrix whose size is an index, and remainders o(h).
JUDGED = MappingProxyType(
    {
        "squared-cosine.md": (14, 0),
        "descent-and-one-layer.md": (8, 0),
        "cbow-matmul.tex": (16, 0),
        "negative-sampling.md": (39, 4),
        "differentials-and-regression.md": (40, 5),
    }
)

# On the pages of slips: the line, the verdict, and words that name the slip.  Where no words are
# given, the slip is found at its place, and what it is goes unsaid.
REFUTED, UNREAD = "refuted", "not understood"
SLIPS = MappingProxyType(
    {
        "squared-cosine.md": (
            (35, UNREAD, "this ( is never closed"),
            (36, UNREAD, "this ( is never closed"),
            (42, REFUTED, ""),
        ),
        "descent-and-one-layer.md": ((41, REFUTED, "it should be"),),
        "cbow-matmul.tex": ((39, REFUTED, ""), (49, REFUTED, ""), (85, REFUTED, "")),
        "negative-sampling.md": (
            (17, REFUTED, "the shapes do not fit"),
            (23, REFUTED, ""),
            (24, REFUTED, "the shapes do not fit"),
            (24, UNREAD, "a and b were not spoken of before"),
            (25, REFUTED, "the shapes do not fit"),
            (34, REFUTED, "the shapes do not fit"),
            (39, REFUTED, ""),
            (40, REFUTED, "the shapes do not fit"),
            (42, REFUTED, "the shapes do not fit"),
            (57, REFUTED, ""),
            (58, REFUTED, "is too much"),
            (64, REFUTED, "it should be"),
            (72, REFUTED, "index j is bound on the left, free on the right"),
            (76, UNREAD, "dots stand for what is not written"),
            (80, REFUTED, "transpose missing: Wᵀv_c should be (Wᵀv_c)ᵀ"),
            (84, UNREAD, "an entry of this matrix is missing"),
            (86, REFUTED, "transpose missing: Wu_w should be (Wu_w)ᵀ"),
            (90, UNREAD, "an entry of this matrix is missing"),
            (90, UNREAD, "this is not a size"),
            (96, UNREAD, "a derivative has ∂ above and below"),
            (98, REFUTED, "transpose missing: Wu_w should be (Wu_w)ᵀ"),
            (100, REFUTED, "index j is bound on the left, free on the right"),
            (102, REFUTED, "transpose missing: u_w should be u_wᵀ"),
        ),
        "differentials-and-regression.md": (
            (10, REFUTED, "is the differential only of a linear function"),
            (12, REFUTED, "is the differential only of a linear function"),
            (12, UNREAD, "a remainder o(…) is not read"),
            (12, UNREAD, "a remainder o(…) is not read"),
            (18, UNREAD, "T_F is not defined as a function"),
            (22, UNREAD, "a remainder o(…) is not read"),
            (22, UNREAD, "a remainder o(…) is not read"),
            (32, REFUTED, "the left side is a scalar, y is a vector"),
            (36, UNREAD, "a and b were not spoken of before"),
        ),
    }
)


@cache
def checked(name: str) -> gp.Report:
    """What is found in a note."""
    path = NOTES / name
    return gp.check(path.read_text(encoding="utf-8"), format=FORMATS[path.suffix])


def said(finding: gp.Finding) -> str:
    """All the words of a finding."""
    return f"{finding.diagnosis} {finding.verdict.message}"


@pytest.mark.parametrize("name", JUDGED)
def test_what_is_right_is_not_accused(name: str) -> None:
    """No finding on a right note is refuted, and nearly all equalities are judged."""
    findings = checked(name).findings
    judged, unread = JUDGED[name]
    assert [str(found) for found in findings if found.verdict.kind == "refuted"] == []
    assert sum(bool(found.verdict) for found in findings) >= judged
    assert sum(found.verdict.kind == "not understood" for found in findings) <= unread


@pytest.mark.parametrize("name", SLIPS)
def test_each_slip_is_found_where_it_stands(name: str) -> None:
    """What does not hold on a page of slips are the slips, each with words that name it."""
    found = [found for found in checked(f"slips/{name}").findings if not found.verdict]
    assert [(one.line, one.verdict.kind) for one in found] == [slip[:2] for slip in SLIPS[name]]
    for one, (_, _, words) in zip(found, SLIPS[name], strict=True):
        assert words in said(one)


def test_nine_of_ten_equalities_are_judged() -> None:
    """Over all notes, at most one equality in ten is not understood."""
    findings = [found for name in JUDGED for found in checked(name).findings]
    assert sum(bool(found.verdict) for found in findings) >= 0.9 * len(findings)


def test_no_note_goes_unchecked() -> None:
    """The tables name every note."""
    assert {path.name for path in NOTES.iterdir() if path.is_file()} == set(JUDGED)
    assert {path.name for path in (NOTES / "slips").iterdir()} == set(SLIPS)
