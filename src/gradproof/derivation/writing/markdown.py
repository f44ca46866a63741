"""A derivation in Markdown: one displayed formula that every viewer with mathematics shows."""

from __future__ import annotations

from collections.abc import Iterable

from gradproof.derivation.writing.latex import aligned
from gradproof.derivation.writing.lines import Line


def markdown(lines: Iterable[Line]) -> str:
    """The derivation between $$ and $$."""
    return f"$$\n{aligned(lines)}\n$$"
