"""Reports in SARIF 2.1.0, the format in which analyses are handed to code hosts and editors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from gradproof.documents.finding import Finding
from gradproof.documents.reports.report import Report
from gradproof.documents.reports.text import message

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = MappingProxyType(
    {
        "refuted": ("false-equality", "error", "The two sides of an equality differ."),
        "not understood": ("not-understood", "note", "A statement was not understood."),
    }
)


def report_sarif(reports: Mapping[str, Report], version: str) -> dict[str, Any]:
    """The reports of several files as one SARIF log, made by `version` of gradproof.

    >>> report_sarif({"notes.md": Report(())}, "1.0")["runs"][0]["results"]
    []
    """
    results = [
        _result(finding, file)
        for file, report in reports.items()
        for finding in report.findings
        if finding.verdict.kind in _RULES
    ]
    run = {
        "tool": {"driver": {"name": "gradproof", "version": version, "rules": _rules()}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules() -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": level},
        }
        for name, level, text in _RULES.values()
    ]


def _result(finding: Finding, file: str) -> dict[str, Any]:
    name, level, _ = _RULES[finding.verdict.kind]
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "snippet": {"text": finding.source},
    }
    location = {"artifactLocation": {"uri": quote(file.replace("\\", "/"))}, "region": region}
    return {
        "ruleId": name,
        "ruleIndex": list(_RULES).index(finding.verdict.kind),
        "level": level,
        "message": {"text": message(finding)},
        "locations": [{"physicalLocation": location}],
    }
