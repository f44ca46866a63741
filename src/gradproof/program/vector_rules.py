"""Lengths and angles of vectors, and of the rows of matrices, that keep their digits.

Each rule takes a step and gives a stable equivalent, or None where the step is not of the form.
"""

from __future__ import annotations

from fractions import Fraction

from gradproof.core.dimension import ONE
from gradproof.program.forms import composed
from gradproof.program.parts import Ratio, factors, quotient, signed_terms, sum_of
from gradproof.program.plan import Builder, Step

TWO = Step("number", (), (Fraction(2),))


def root_of_squares(builder: Builder, place: int) -> int | None:
    """√Σ x² = ‖x‖, of all entries or along the last axes."""
    inner = builder.steps[place].operands[0]
    vector = squares_summed(builder, inner)
    return None if vector is None else length(builder, vector, inner)


def log_of_squares(builder: Builder, place: int) -> int | None:
    """log Σ x² = 2 log ‖x‖."""
    inner = builder.steps[place].operands[0]
    vector = squares_summed(builder, inner)
    if vector is None:
        return None
    log = composed(builder, "log", [length(builder, vector, inner)])
    return composed(builder, "multiply", [builder.number(2), log])


def by_squares(builder: Builder, place: int) -> int | None:
    """x / Σ x² = (x / ‖x‖) / ‖x‖, whatever arrays are factors too.

    A scalar c stays with the scalar c / Σ x², which spares working on x twice.
    """
    ratio = factors(builder, place, Ratio())
    known = (builder.steps[step] for step in ratio.above)
    if any(not step.axes and step.operation != "number" for step in known):
        return None
    for k, below in enumerate(ratio.below):
        vector = squares_summed(builder, below)
        if vector is None or vector not in ratio.above or builder.steps[below].axes:
            continue
        size = length(builder, vector, below)
        others = list(ratio.above)
        others.remove(vector)
        unit = composed(builder, "divide", [vector, size])
        rest = (*ratio.below[:k], size, *ratio.below[k + 1 :])
        return quotient(builder, Ratio(ratio.sign, (unit, *others), rest))
    return None


def versine(builder: Builder, place: int) -> int | None:
    """1 ∓ x·y/(‖x‖‖y‖) = ‖x/‖x‖ ∓ y/‖y‖‖² / 2, also row by row; the other terms stay."""
    terms = signed_terms(builder.steps[place])
    one = builder.number(1)
    ones = [term for term in terms if term[1] == one]
    if not ones:
        return None
    for term in terms:
        half = _half_square(builder, ones[0][0] * term[0], term[1])
        if half is not None:
            rest = list(terms)
            rest.remove(ones[0])
            rest.remove(term)
            return sum_of(builder, [(ones[0][0], half), *rest])
    return None


def _half_square(builder: Builder, sign: int, place: int) -> int | None:
    """‖x/‖x‖ ± y/‖y‖‖² / 2 where the step is a cosine."""
    ratio = factors(builder, place, Ratio())
    vectors = multiplied_and_summed(builder, ratio.above[0]) if len(ratio.above) == 1 else None
    if vectors is None or vectors[0] == vectors[1]:
        return None
    inner = ratio.above[0]
    lengths = [length(builder, vector, inner) for vector in vectors]
    if sorted(lengths) == sorted(ratio.below):
        units = [unit(builder, vector, inner) for vector in vectors]
    elif not ratio.below and all(_is_unit(builder, vector, inner) for vector in vectors):
        units = list(vectors)
    else:
        return None
    gap = composed(builder, "add", units, (1, sign * ratio.sign))
    square = _like(builder, inner, vectors, [gap, gap])
    return composed(builder, "divide", [square, builder.number(2)])


def squares_summed(builder: Builder, place: int) -> int | None:
    """x where the step is Σ x² over the last axes of x."""
    step = builder.steps[place]
    operand = builder.steps[step.operands[0]] if step.operands else step
    if step.operation == "sum" and operand.operation == "power":
        kept = len(step.axes)
        if builder.steps[operand.operands[1]] != TWO:
            return None
        return operand.operands[0] if step.parameters == _after(kept, operand) else None
    vectors = multiplied_and_summed(builder, place)
    return vectors[0] if vectors is not None and vectors[0] == vectors[1] else None


def multiplied_and_summed(builder: Builder, place: int) -> tuple[int, int] | None:
    """x and y where the step is Σ x∘y over the last axes of both, which have the same axes."""
    step = builder.steps[place]
    if step.operation == "matmul" and not step.axes:
        return step.operands[0], step.operands[1]
    if step.operation == "einsum" and len(step.operands) == 2:
        inputs, _, output = str(step.parameters[0]).partition("->")
        one, other = inputs.split(",")
        if one == other and one.startswith(output) and len(set(one)) == len(one):
            return step.operands[0], step.operands[1]
    if step.operation == "sum":
        product = builder.steps[step.operands[0]]
        same = {builder.steps[operand].axes for operand in product.operands} == {product.axes}
        last = step.parameters == _after(len(step.axes), product)
        if product.operation == "multiply" and same and last:
            return product.operands[0], product.operands[1]
    return None


def _after(kept: int, step: Step) -> tuple[int, ...]:
    return tuple(range(kept, len(step.axes)))


def _like(builder: Builder, place: int, vectors: tuple[int, int], others: list[int]) -> int:
    """The sum of products of other vectors, taken as the step takes that of its own."""
    step = builder.steps[place]
    if step.operation != "sum":
        return builder.add(step.operation, tuple(others), step.parameters, step.axes)
    return builder.add("sum", (composed(builder, "multiply", others),), step.parameters, step.axes)


def length(builder: Builder, vector: int, summed: int) -> int:
    """‖x‖, with the axes of the sum of its squares."""
    axes = builder.steps[summed].axes
    return builder.add("norms" if axes else "norm", (vector,), (), axes)


def unit(builder: Builder, vector: int, summed: int) -> int:
    """x / ‖x‖."""
    return composed(builder, "divide", [vector, _aligned_length(builder, vector, summed)])


def _is_unit(builder: Builder, place: int, summed: int) -> bool:
    step = builder.steps[place]
    return (
        step.operation == "divide"
        and step == builder.steps[unit(builder, step.operands[0], summed)]
    )


def _aligned_length(builder: Builder, vector: int, summed: int) -> int:
    """The lengths with an axis of length one for each that was summed."""
    size = length(builder, vector, summed)
    kept, rank = len(builder.steps[summed].axes), len(builder.steps[vector].axes)
    if not kept:
        return size
    places = (*range(kept), *[None] * (rank - kept))
    axes = (*builder.steps[summed].axes, *[ONE] * (rank - kept))
    return builder.add("rearrange", (size,), places, axes)
