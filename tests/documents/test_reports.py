"""A report as text, JSON, workflow commands and SARIF, and the exit code it means."""

from __future__ import annotations

import json

import pytest

from gradproof.checking.verdict import Verdict
from gradproof.documents.check import check
from gradproof.documents.finding import Finding
from gradproof.documents.reports.github import report_github
from gradproof.documents.reports.report import Report, files_data
from gradproof.documents.reports.sarif import report_sarif
from gradproof.documents.reports.text import report_text

NOTE = (
    "# Note\n\n$$\\frac{\\partial}{\\partial w} \\|Xw - y\\|^2 = X^\\top (Xw - y)$$\n$x = \\dots$\n"
)
REPORT = check(NOTE)


def finding(kind: str, message: str = "", diagnosis: str = "", source: str = "a = b") -> Finding:
    return Finding(2, 3, "a", "b", Verdict(kind, message=message), diagnosis, source)


def test_the_text_has_place_message_line_caret_and_values():
    lines = report_text(REPORT, "note.md").splitlines()
    column = NOTE.splitlines()[2].index("=") + 1
    assert lines[0].startswith(f"note.md:3:{column}: refuted: the factor 2 is missing")
    assert lines[1].endswith("X^\\top (Xw - y)$$")
    assert lines[1][lines[2].index("^")] == "="
    assert any(line.startswith("    left = ") for line in lines)
    assert lines[-1] == "note.md: 1 equality: 1 refuted; 1 not understood"
    assert str(REPORT) == report_text(REPORT)


def test_what_holds_is_listed_when_asked():
    report = check("$$\\|x\\|^2 = x^\\top x$$")
    assert report_text(report) == "1 equality: 1 proved"
    assert "1:11: proved: \\|x\\|^2 = x^\\top x" in report_text(report, verbose=True)


def test_json_has_all_that_others_rely_on():
    data = json.loads(json.dumps(files_data({"note.md": REPORT})))
    assert data["schema"] == 1
    (file,) = data["files"]
    assert file["file"] == "note.md"
    first, second = file["findings"]
    assert first["verdict"] == "refuted"
    assert (first["line"], first["lhs"]) == (3, "\\frac{\\partial}{\\partial w} \\|Xw - y\\|^2")
    assert {"column", "rhs", "diagnosis", "counterexample"} <= first.keys()
    assert set("Xwy") <= first["counterexample"].keys()
    assert second["verdict"] == "not understood"


def test_workflow_commands_are_escaped():
    report = Report((finding("refuted", diagnosis="50% off\nthe line"), finding("proved")))
    assert report_github(report, "a,b:c.md") == (
        "::error file=a%2Cb%3Ac.md,line=2,col=3,title=gradproof::refuted: 50%25 off the line"
    )
    report = Report((finding("not understood", "why"),))
    assert report_github(report, "a.md").startswith("::notice file=a.md,line=2,col=3,")


def test_sarif_has_the_structure_that_its_schema_demands():
    log = json.loads(json.dumps(report_sarif({"my notes/a.md": REPORT}, "1.0")))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("gradproof", "1.0")
    assert len(run["results"]) == len(REPORT.findings)
    for result in run["results"]:
        rule = driver["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note", "none"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "my%20notes/a.md"
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1


@pytest.mark.parametrize(
    ("kinds", "strict", "code"),
    [
        ([], False, 0),
        (["proved", "agrees"], True, 0),
        (["proved", "refuted", "not understood"], False, 1),
        (["proved", "not understood"], False, 0),
        (["proved", "not understood"], True, 3),
        (["not understood"], False, 3),
    ],
)
def test_exit_codes(kinds, strict, code):
    report = Report(tuple(finding(kind) for kind in kinds))
    assert report.exit_code(strict=strict) == code
    assert report.ok == ("refuted" not in kinds)
