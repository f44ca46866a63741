"""A report as workflow commands of GitHub Actions, which show it beside the lines of a change."""

from __future__ import annotations

from types import MappingProxyType

from gradproof.documents.reports.report import Report
from gradproof.documents.reports.text import message

LEVELS = MappingProxyType({"refuted": "error", "not understood": "notice"})


def report_github(report: Report, file: str) -> str:
    """`::error file=…,line=…,col=…::…` for what is false, `::notice` for what is not understood.

    >>> report_github(Report(()), "notes.md")
    ''
    """
    lines = []
    for finding in report.findings:
        level = LEVELS.get(finding.verdict.kind)
        if level is not None:
            place = f"file={_property(file)},line={finding.line},col={finding.column}"
            lines.append(f"::{level} {place},title=gradproof::{_data(message(finding))}")
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
