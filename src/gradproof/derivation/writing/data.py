"""A derivation as JSON data: each step with its rule and both sides, in text and LaTeX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gradproof.checking.verdict import Verdict
from gradproof.core.declaration import Declaration
from gradproof.derivation.step import Step
from gradproof.notation.tree import Tree
from gradproof.notation.write_latex import latex
from gradproof.notation.write_text import text
from gradproof.notation.write_unicode import unicode

if TYPE_CHECKING:
    from gradproof.derivation.derive import Derivation

SCHEMA = 1


def derivation_data(derivation: Derivation) -> dict[str, Any]:
    """The derivation with all that is known of it."""
    expression, result = derivation.expression, derivation.result
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "expression": {"text": expression.text, "latex": expression.latex},
        "wrt": ",".join(dict.fromkeys(derivation.wrt)),
        "order": derivation.order,
        "variables": {name: variable_data(known) for name, known in expression.variables.items()},
        "result": {
            "text": result.text,
            "latex": result.latex,
            "unicode": str(result),
            "shape": [str(axis) for axis in result.shape],
            "form": derivation.form,
        },
        "conditions": list(derivation.conditions),
        "notes": list(derivation.notes),
        "style": derivation.style,
        "steps": steps_data(derivation.steps, derivation.prove_steps()),
        "verification": derivation.verification.to_dict(),
    }
    if result.direction is not None:
        data["result"]["direction"] = result.direction.name
    return data


def variable_data(known: Declaration) -> dict[str, Any]:
    """A variable's kind, shape and facts."""
    data: dict[str, Any] = {
        "kind": known.kind,
        "shape": [str(axis) for axis in known.axes],
        "facts": sorted(known.facts),
    }
    if known.bound is not None:
        data["bound"] = str(known.bound)
    return data


def steps_data(steps: Iterable[Step], verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """Each step: its rule, the equality in text and LaTeX, its two sides and its verdict."""
    return [
        {
            "rule": step.rule,
            "text": f"{text(step.before)} = {text(step.after)}",
            "latex": f"{latex(step.before)} = {latex(step.after)}",
            "before": _side(step.before),
            "after": _side(step.after),
            "verification": verdict.kind,
        }
        for step, verdict in zip(steps, verdicts, strict=True)
    ]


def _side(tree: Tree) -> dict[str, str]:
    return {"text": text(tree), "latex": latex(tree), "unicode": unicode(tree)}
