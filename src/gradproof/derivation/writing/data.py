"""A derivation as JSON data: each step with its rule and both sides, in text and LaTeX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradproof.derivation.step import Step
from gradproof.notation.tree import Tree
from gradproof.notation.write_latex import latex
from gradproof.notation.write_text import text
from gradproof.notation.write_unicode import unicode


def steps_data(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Each step: its rule, the equality in text and LaTeX, and its two sides."""
    return [
        {
            "rule": step.rule,
            "text": f"{text(step.before)} = {text(step.after)}",
            "latex": f"{latex(step.before)} = {latex(step.after)}",
            "before": _side(step.before),
            "after": _side(step.after),
        }
        for step in steps
    ]


def _side(tree: Tree) -> dict[str, str]:
    return {"text": text(tree), "latex": latex(tree), "unicode": unicode(tree)}
