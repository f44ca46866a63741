"""Documents in which each wrong = is written ≟: these are refuted, and everything else holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradproof.documents.check import check

NOTES = sorted((Path(__file__).parent / "marked").iterdir())
FORMATS = {".md": "markdown", ".tex": "latex"}


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.name)
def test_the_marked_signs_are_refuted_and_no_others(note):
    marked = note.read_text("utf-8")
    report = check(marked.replace("≟", "="), FORMATS[note.suffix])
    wrong = [
        (number, column)
        for number, line in enumerate(marked.splitlines(), 1)
        for column, letter in enumerate(line, 1)
        if letter == "≟"
    ]
    assert wrong
    assert [(found.line, found.column) for found in report.refuted] == wrong
    assert [str(found) for found in report.undecided] == []
    assert len(report.findings) > len(wrong)


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.name)
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_places_do_not_depend_on_how_lines_end(note, end):
    text = note.read_text("utf-8").replace("≟", "=")
    places = [(f.line, f.column) for f in check(text, FORMATS[note.suffix]).findings]
    other = check(text.replace("\n", end), FORMATS[note.suffix])
    assert [(f.line, f.column) for f in other.findings] == places
