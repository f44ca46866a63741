"""Published claims, wrong and right, as notes: the wrong = is found, and no other is accused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradproof.documents.check import check
from tests.documents.notes import markdown_of, signs_of

FOLDER = Path(__file__).parents[1] / "conformance"
CASES = [
    json.loads(line)
    for name in ("wrong_public.jsonl", "ok_public.jsonl")
    for line in (FOLDER / name).read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_wrong_step_is_the_one_that_is_found(case):
    note = markdown_of(case)
    line, signs = note.count("\n") + 1, signs_of(case)
    report = check(note)
    assert [(found.line, found.column) for found in report.findings] == [
        (line, column) for column in signs
    ]
    refuted = [signs.index(found.column) + 1 for found in report.refuted]
    assert refuted == ([] if case["wrong_step"] is None else [case["wrong_step"]])
    assert not report.undecided
