"""What the command line says of a derivation: for people, and as JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from gradproof.checking.verdict import Verdict
from gradproof.core.declaration import Declaration
from gradproof.core.dimension import shape_text
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.derive import Derivation
from gradproof.derivation.kronecker import kronecker_form

if TYPE_CHECKING:
    from gradproof.program.compiled import Program

SCHEMA = 1
_ORDER = {1: "", 2: "²", 3: "³", 4: "⁴"}


def derivation_text(derivation: Derivation, kronecker: bool, coloured: bool) -> str:
    """Formula, shapes, conditions, notes and verdict, a line each."""
    lines = [f"f = {derivation.expression}"]
    lines += [f"    {declared}" for declared in derivation.expression.variables.values()]
    lines += ["", f"{_left_side(derivation)} = {_emphasised(str(derivation), coloured)}"]
    lines.append(f"    {_shape_line(derivation)}")
    lines.append(f"    text: {derivation.text}")
    if kronecker and derivation.form == "linear map":
        lines.append(f"    ∂vec f/∂vec {derivation.wrt[-1]}′ = {kronecker_form(derivation)}")
    lines += [f"    where {condition}" for condition in derivation.conditions]
    lines += [f"    note: {note}" for note in derivation.notes]
    lines += ["", verdict_text(derivation.verification)]
    return "\n".join(lines)


def _left_side(derivation: Derivation) -> str:
    """∇f, ∂f/∂x, ∇²f, ∂²f/∂x∂y; for a linear map df, or d(∂²f/∂x²) of a higher order."""
    names = derivation.wrt
    if derivation.form == "linear map":
        return f"d({_quotient(names[:-1])})" if len(names) > 1 else "df"
    if len(set(names)) == 1 and derivation.expression.shape == () and len(names) <= 2:
        return "∇f" if len(names) == 1 else "∇²f"
    return _quotient(names)


def _quotient(names: tuple[str, ...]) -> str:
    """∂f/∂x, ∂²f/∂x², ∂²f/∂x∂y, ∂³f/∂x²∂y."""
    below = "".join(f"∂{name}{_ORDER[len(list(same))]}" for name, same in groupby(names))
    return f"∂{_ORDER[len(names)]}f/{below}"


def _shape_line(derivation: Derivation) -> str:
    shape = shape_text(derivation.result.shape)
    direction = derivation.result.direction
    if direction is not None:
        return f"a linear map of {direction.name}; as a tensor it has the shape {shape}"
    return "a scalar" if shape == "scalar" else f"shape {shape}"


def _emphasised(formula: str, coloured: bool) -> str:
    return f"\033[1m{formula}\033[0m" if coloured else formula


def verdict_text(verdict: Verdict) -> str:
    """The verdict, with the counterexample of a refutation."""
    lines = [str(verdict)]
    for name, value in (verdict.counterexample or {}).items():
        rounded = str(value.round(4).tolist() if hasattr(value, "round") else value)
        lines.append(f"    {name} = {rounded if len(rounded) < 160 else rounded[:159] + '…'}")
    return "\n".join(lines)


def derivation_data(derivation: Derivation) -> dict[str, Any]:
    """The derivation as JSON data."""
    expression, result = derivation.expression, derivation.result
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "expression": {"text": expression.text, "latex": expression.latex},
        "wrt": ",".join(dict.fromkeys(derivation.wrt)),
        "order": derivation.order,
        "variables": {name: _variable_data(known) for name, known in expression.variables.items()},
        "result": {
            "text": result.text,
            "latex": result.latex,
            "unicode": str(result),
            "shape": [str(axis) for axis in result.shape],
            "form": derivation.form,
        },
        "conditions": list(derivation.conditions),
        "notes": list(derivation.notes),
        "steps": [],
        "verification": derivation.verification.to_dict(),
        "code": _code(derivation),
    }
    if result.direction is not None:
        data["result"]["direction"] = result.direction.name
    return data


def _variable_data(known: Declaration) -> dict[str, Any]:
    data: dict[str, Any] = {
        "kind": known.kind,
        "shape": [str(axis) for axis in known.axes],
        "facts": sorted(known.facts),
    }
    if known.bound is not None:
        data["bound"] = str(known.bound)
    return data


def _code(derivation: Derivation) -> dict[str, str]:
    try:
        return {"numpy": program_of(derivation).source}
    except UnsupportedError:
        return {}


def program_of(derivation: Derivation) -> Program:
    """A program for the value and the derivative.

    Raises UnsupportedError for mixed and higher derivatives, which programs do not have yet.
    """
    from gradproof.program.compiling import compile_loss

    if len(set(derivation.wrt)) > 1 or derivation.order > 2:
        raise UnsupportedError("programs have first and second derivatives by one variable")
    outputs = ("value", "gradient") if derivation.order == 1 else ("value", "gradient", "hessian")
    return compile_loss(derivation.expression, derivation.wrt[0], outputs=outputs)
