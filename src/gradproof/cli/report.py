"""What the command line says of a derivation: for people, and as JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from gradproof.checking.verdict import Verdict
from gradproof.core.dimension import shape_text
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.derive import Derivation
from gradproof.derivation.kronecker import kronecker_form
from gradproof.derivation.step import Step

if TYPE_CHECKING:
    from gradproof.program.compiled import Program

_ORDER = {1: "", 2: "²", 3: "³", 4: "⁴"}


def derivation_text(
    derivation: Derivation, *, verbose: bool, kronecker: bool, width: int | None
) -> str:
    """The derivation, then formula, shape, conditions, notes and verdict, a line each.

    verbose    with every rule as a step
    kronecker  with the Kronecker form of a linear map
    width      of a terminal that has colours; None for plain text
    """
    lines = [f"f = {derivation.expression}"]
    lines += [f"    {declared}" for declared in derivation.expression.variables.values()]
    lines += ["", f"{_left_side(derivation)} = {_emphasised(str(derivation), width is not None)}"]
    lines.append(f"    {_shape_line(derivation)}")
    lines.append(f"    text: {derivation.text}")
    if kronecker and derivation.form == "linear map":
        differentiated = "f" if derivation.order == 1 else "∇f"
        left = f"∂vec {differentiated}/∂vec {derivation.wrt[-1]}′"
        lines.append(f"    {left} = {kronecker_form(derivation)}")
    lines += [f"    where {condition}" for condition in derivation.conditions]
    lines += [f"    note: {note}" for note in derivation.notes]
    written, fared = _steps_text(derivation, verbose, width)
    lines += ["", written, "", verdict_text(derivation.verification), fared]
    return "\n".join(lines)


def _steps_text(derivation: Derivation, verbose: bool, width: int | None) -> tuple[str, str]:
    """The steps and how they fared; a derivation with a refuted step is not shown."""
    steps = derivation.single_steps if verbose else derivation.steps
    kinds = [verdict.kind for verdict in derivation.prove_steps(single=verbose)]
    if "refuted" in kinds:
        rule = steps[kinds.index("refuted")].rule
        return "no derivation is shown", f"its step “{rule}” was refuted; please report it"
    judged = sum(kind in ("proved", "agrees") for kind in kinds)
    return _written(derivation, steps, width), _counted(judged, len(steps))


def _counted(judged: int, count: int) -> str:
    if judged < count:
        return f"{judged} of {count} steps hold at random points; the others could not be judged"
    return "the step holds at random points" if count == 1 else "every step holds at random points"


def _written(derivation: Derivation, steps: tuple[Step, ...], width: int | None) -> str:
    from gradproof.derivation.writing.lines import lines
    from gradproof.derivation.writing.plain import plain

    rows = lines(steps, derivation.expression.inferred.tree)[1:]
    if width is None:
        return plain(rows)
    from gradproof.derivation.writing.terminal import terminal

    return terminal(rows, width)


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
    """The derivation as JSON data, with its code."""
    return {**derivation.to_dict(), "code": _code(derivation)}


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
