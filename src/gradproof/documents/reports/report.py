"""What a check of a document found: a finding for each =, in the order of the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gradproof.documents.finding import Finding

SCHEMA = 1
EXIT_FINE, EXIT_REFUTED, EXIT_UNDECIDED = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a document, and what its names were taken to stand for.

    `findings` has one entry for each = that was judged, and one for each statement that was not
    understood; `definitions` gives, by name, the LaTeX that defines it.
    """

    findings: tuple[Finding, ...]
    definitions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def ok(self) -> bool:
        """Whether nothing was refuted."""
        return not self.refuted

    @property
    def refuted(self) -> tuple[Finding, ...]:
        """The equalities that are false."""
        return tuple(found for found in self.findings if found.verdict.kind == "refuted")

    @property
    def undecided(self) -> tuple[Finding, ...]:
        """The statements that were not understood."""
        return tuple(found for found in self.findings if found.verdict.kind == "not understood")

    def exit_code(self, *, strict: bool = False) -> int:
        """0 fine, 1 something is false, 3 undecided.

        Undecided is a document of which nothing could be judged though there was something to
        judge; with `strict`, one of which anything was not understood.  (2 is for files that
        cannot be read at all.)
        """
        if self.refuted:
            return EXIT_REFUTED
        undecided = len(self.undecided)
        if undecided and (strict or undecided == len(self.findings)):
            return EXIT_UNDECIDED
        return EXIT_FINE

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON data."""
        return {"findings": [found.to_dict() for found in self.findings]}

    def __str__(self) -> str:
        from gradproof.documents.reports.text import report_text

        return report_text(self)


def files_data(reports: Mapping[str, Report]) -> dict[str, Any]:
    """The reports of several files as one JSON object."""
    files = [{"file": name, **report.to_dict()} for name, report in reports.items()]
    return {"schema": SCHEMA, "files": files}


def summary(findings: tuple[Finding, ...]) -> str:
    """How many equalities were judged, and how: a line for the end of a report.

    >>> summary(())
    'no equality was found'
    """
    kinds = Counter(found.verdict.kind for found in findings)
    if not kinds:
        return "no equality was found"
    told = [f"{kinds[kind]} {kind}" for kind in ("proved", "agrees", "refuted") if kinds[kind]]
    judged = sum(kinds.values()) - kinds["not understood"]
    parts = [f"{judged} {'equality' if judged == 1 else 'equalities'}"]
    parts[0] += f": {', '.join(told)}" if told else ""
    if kinds["not understood"]:
        parts.append(f"{kinds['not understood']} not understood")
    return "; ".join(parts)
