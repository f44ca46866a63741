"""What is said of a closed form: as text for the terminal, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradproof.core.dimension import shape_text
from gradproof.derivation.writing.data import variable_data
from gradproof.notation.write_latex import latex
from gradproof.notation.write_text import text

if TYPE_CHECKING:
    from gradproof.optimize.solution import Solution

SCHEMA = 1


def solution_text(solution: Solution) -> str:
    """The loss, the normal equations, their solution, the conditions and the verdict."""
    lines = [f"f = {solution.loss}"]
    lines += [f"    {declared}" for declared in solution.loss.variables.values()]
    lines += ["", f"∇f = 0 where {solution.normal_equations}"]
    lines += ["", str(solution), f"    {_shape(solution)}", f"    text: {solution.text}"]
    lines += [f"    where {condition}" for condition in solution.conditions]
    lines += ["", kind_sentence(solution), str(solution.verification)]
    return "\n".join(lines)


def kind_sentence(solution: Solution) -> str:
    """What it is, and why; that it is one of many where it is."""
    many = "" if solution.is_unique else "; of many, it is the one of least norm"
    article = "the" if solution.is_unique and solution.kind in ("minimiser", "maximiser") else "a"
    return f"{article} {solution.kind}: {solution.reason}{many}"


def _shape(solution: Solution) -> str:
    shape = shape_text(solution.shape)
    return "a scalar" if shape == "scalar" else f"shape {shape}"


def solution_data(solution: Solution) -> dict[str, Any]:
    """The solution as JSON data."""
    loss, equations = solution.loss, solution.normal_equations
    return {
        "schema": SCHEMA,
        "expression": {"text": loss.text, "latex": loss.latex},
        "wrt": solution.wrt,
        "variables": {name: variable_data(known) for name, known in loss.variables.items()},
        "result": {
            "of": text(solution.unknown),
            "text": solution.text,
            "latex": solution.latex,
            "unicode": str(solution.expression),
            "shape": [str(axis) for axis in solution.shape],
        },
        "normal_equations": {"text": equations.text, "latex": equations.latex},
        "kind": solution.kind,
        "reason": solution.reason,
        "unique": solution.is_unique,
        "conditions": list(solution.conditions),
        "steps": [
            {
                "rule": step.rule,
                "text": f"{text(step.before)} = {text(step.after)}",
                "latex": f"{latex(step.before)} = {latex(step.after)}",
            }
            for step in solution.steps
        ],
        "verification": solution.verification.to_dict(),
    }
