"""One `=` of a document, with its place and what was found out about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradproof.checking.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """lhs = rhs, as written at `line` and `column` (both from 1) of `source`.

    `source` is the line of the document; `diagnosis` says what the slip is, where one is known.
    """

    line: int
    column: int
    lhs: str
    rhs: str
    verdict: Verdict
    diagnosis: str
    source: str

    def __str__(self) -> str:
        said = f": {self.diagnosis}" if self.diagnosis else ""
        return f"{self.line}:{self.column}: {self.verdict}{said}"

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON data."""
        verdict = self.verdict.to_dict()
        data: dict[str, Any] = {
            "line": self.line,
            "column": self.column,
            "lhs": self.lhs,
            "rhs": self.rhs,
            "verdict": self.verdict.kind,
            "diagnosis": self.diagnosis,
            "message": self.verdict.message,
        }
        if "counterexample" in verdict:
            data["counterexample"] = verdict["counterexample"]
        return data
