"""Unstable forms that are more than functions of numbers: logarithms of powers and of whole arrays.

Each rule takes a step and gives a stable equivalent, or None where the step is not of the form.
"""

from __future__ import annotations

from fractions import Fraction

from gradproof.program.forms import composed
from gradproof.program.plan import Builder, Step


def log_of_power(builder: Builder, place: int) -> int | None:
    """log uⁿ = n log u, or n log|u| for an even n."""
    power = _operand(builder, place)
    if power.operation != "power":
        return None
    base, exponent = power.operands
    value = builder.steps[exponent].parameters[:1]
    if builder.steps[exponent].operation == "number" and _is_even(value[0]):
        base = composed(builder, "abs", [base])
    return composed(builder, "multiply", [exponent, composed(builder, "log", [base])])


def _is_even(value: object) -> bool:
    return isinstance(value, Fraction) and value % 2 == 0


def log_of_determinant(builder: Builder, place: int) -> int | None:
    """log det A = log|det A|, from a factorisation that does not overflow."""
    return _renamed(builder, _operand(builder, place), "det", "logdet")


def log_of_size_of_determinant(builder: Builder, place: int) -> int | None:
    """log |det A|, from a factorisation that does not overflow."""
    size = _operand(builder, place)
    if size.operation != "abs":
        return None
    return _renamed(builder, builder.steps[size.operands[0]], "det", "logdet")


def log_of_softmax(builder: Builder, place: int) -> int | None:
    """log softmax(z) = z − logsumexp(z)."""
    return _renamed(builder, _operand(builder, place), "softmax", "log_softmax")


def _operand(builder: Builder, place: int) -> Step:
    return builder.steps[builder.steps[place].operands[0]]


def _renamed(builder: Builder, step: Step, name: str, other: str) -> int | None:
    if step.operation != name:
        return None
    return builder.add(other, step.operands, step.parameters, step.axes)
