"""A report for the terminal: `file:line:column: message`, the line, a caret and the values."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradproof.core.errors import Span, excerpt
from gradproof.documents.finding import Finding
from gradproof.documents.reports.report import Report, summary

LONGEST_VALUE = 100
MOST_VALUES = 8


def report_text(report: Report, file: str = "", *, verbose: bool = False) -> str:
    """What is false or not understood, with its place, and how much was judged.

    With `verbose`, what holds is listed too.
    """
    lines = []
    for finding in report.findings:
        if verbose or not finding.verdict:
            lines += finding_lines(finding, file)
    prefix = f"{file}: " if file else ""
    return "\n".join([*lines, f"{prefix}{summary(report.findings)}"])


def finding_lines(finding: Finding, file: str = "") -> list[str]:
    """One finding: the place and the message, the line with a caret, the counterexample."""
    place = ":".join([*([file] if file else []), str(finding.line), str(finding.column)])
    lines = [f"{place}: {message(finding)}"]
    if not finding.verdict:
        lines += excerpt(finding.source, _span(finding)).splitlines()
    if finding.verdict.kind == "refuted":
        lines += _values(finding)
    return lines


def message(finding: Finding) -> str:
    """The verdict and the diagnosis in one line."""
    kind, verdict = finding.verdict.kind, finding.verdict
    said = finding.diagnosis or verdict.message
    if kind in ("proved", "agrees"):
        said = f"{_one_line(finding.lhs)} = {_one_line(finding.rhs)}"
    return f"{kind}: {' '.join(said.split())}" if said else kind


def _one_line(latex: str) -> str:
    text = " ".join(latex.split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _span(finding: Finding) -> Span:
    """The = and no more: what is to be looked at stands on both sides of it."""
    return Span(finding.column - 1, finding.column)


def _values(finding: Finding) -> list[str]:
    """The point at which the sides differ, in short."""
    given = dict(finding.verdict.counterexample or {})
    sides = [name for name in ("left", "right") if name in given]
    names = [name for name in given if name not in sides][: MOST_VALUES - len(sides)]
    return [f"    {name} = {_shown(given[name])}" for name in (*names, *sides)]


def _shown(value: Any) -> str:
    array = np.asarray(value)
    text = np.array2string(array, precision=4, separator=", ", threshold=12, edgeitems=2)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
