"""Statements that are not understood, as findings with their place and reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradproof.checking.verdict import Verdict
from gradproof.core.errors import GradproofError
from gradproof.documents.finding import Finding
from gradproof.documents.reading.layout import Places

LONGEST_LINE = 2000


@dataclass(slots=True)
class Pages:
    """The document by lines; a line that several findings share is kept once."""

    places: Places
    lines: dict[int, str] = field(default_factory=dict)

    def finding(
        self, offset: int, lhs: str, rhs: str, verdict: Verdict, diagnosis: str = ""
    ) -> Finding:
        """What was found out about the place `offset`."""
        line, column = self.places.of(offset)
        if line not in self.lines:
            self.lines[line] = self.places.line(line)[:LONGEST_LINE]
        return Finding(line, column, lhs, rhs, verdict, diagnosis, self.lines[line])

    def unread(self, offset: int, message: str, *, lhs: str = "", rhs: str = "") -> Finding:
        """A statement that was not understood."""
        verdict = Verdict("not understood", message=" ".join(message.split()))
        return self.finding(offset, lhs, rhs, verdict)

    def failed(
        self, offset: int, error: GradproofError, *, lhs: str = "", rhs: str = ""
    ) -> Finding:
        """What could not be read, at the place of the error inside the formula at `offset`."""
        inside = 0 if error.span is None else error.span.start
        message = f"{error.message}. {error.hint}" if error.hint else error.message
        return self.unread(offset + inside, message, lhs=lhs, rhs=rhs)
