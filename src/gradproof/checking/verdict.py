"""The outcome of a comparison, never stronger than what was found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

VerdictKind = Literal["proved", "agrees", "refuted", "not understood"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of an equality.

    proved          the normal forms are equal
    agrees          equal at `points` random admissible points, to `max_relative_error`
    refuted         different at `counterexample`: the values of the variables and of both sides
    not understood  undecided; `message` says why
    """

    kind: VerdictKind
    points: int = 0
    max_relative_error: float = 0.0
    counterexample: Mapping[str, Any] | None = field(default=None, repr=False)
    message: str = ""

    def __bool__(self) -> bool:
        """Whether the equality holds as far as is known."""
        return self.kind in ("proved", "agrees")

    def __str__(self) -> str:
        match self.kind:
            case "proved":
                return "proved: the normal forms are equal"
            case "agrees":
                error = f"{self.max_relative_error:.0e}"
                return f"agrees at {self.points} random points, largest relative error {error}"
            case "refuted":
                return f"refuted: {self.message}"
            case _:
                return f"not understood: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON data."""
        data: dict[str, Any] = {
            "kind": self.kind,
            "points": self.points,
            "max_relative_error": self.max_relative_error,
        }
        if self.message:
            data["message"] = self.message
        if self.counterexample is not None:
            data["counterexample"] = {
                name: value.tolist() if hasattr(value, "tolist") else value
                for name, value in self.counterexample.items()
            }
        return data
