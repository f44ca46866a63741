"""The forms in which a derivation is written: one table, WRITERS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType

from gradproof.derivation.step import Step
from gradproof.derivation.writing.latex import align
from gradproof.derivation.writing.lines import Line, lines
from gradproof.derivation.writing.markdown import markdown
from gradproof.derivation.writing.mathml import mathml
from gradproof.derivation.writing.plain import plain
from gradproof.expression.expression import Expression

WRITERS: MappingProxyType[str, Callable[[Iterable[Line]], str]] = MappingProxyType(
    {"text": plain, "latex": align, "markdown": markdown, "mathml": mathml}
)


def written(steps: Iterable[Step], expression: Expression, form: str) -> str:
    """The steps of a derivation of `expression` in one of the forms."""
    return WRITERS[form](lines(steps, expression.inferred.tree))
