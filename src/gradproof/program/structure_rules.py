"""Unstable forms that are more than functions of numbers: of determinants, of rows, of powers.

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


def log_of_sum(builder: Builder, place: int) -> int | None:
    """log Σ exp z = logsumexp(z), over all entries of a vector or along the last axis."""
    argument = _exponentials_summed(builder, builder.steps[place].operands[0])
    if argument is None:
        return None
    return builder.add("logsumexp", (argument,), (), builder.steps[place].axes)


def _exponentials_summed(builder: Builder, place: int) -> int | None:
    """z where the step is Σ exp z along the last axis."""
    step = builder.steps[place]
    if step.operation != "sum":
        return None
    inner = builder.steps[step.operands[0]]
    if inner.operation != "exp" or step.parameters != (len(inner.axes) - 1,):
        return None
    return inner.operands[0]


def share_of_exponentials(builder: Builder, place: int) -> int | None:
    """exp z / Σ exp z = softmax(z), along the last axis."""
    if builder.steps[place].operation != "divide":
        return None
    above, below = builder.steps[place].operands
    exponential, total = builder.steps[above], builder.steps[below]
    rank = len(exponential.axes)
    if total.operation == "rearrange" and total.parameters == (*range(rank - 1), None):
        total, below = builder.steps[total.operands[0]], total.operands[0]
    if exponential.operation != "exp" or len(total.axes) != rank - 1:
        return None
    if _exponentials_summed(builder, below) != exponential.operands[0]:
        return None
    return builder.add("softmax", exponential.operands, (), exponential.axes)
