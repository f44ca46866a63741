"""Sums, means, traces and norms: mostly products of lettered arrays, summed."""

from __future__ import annotations

from dataclasses import replace

from gradproof.notation.tree import Shape
from gradproof.program.contract import opaque
from gradproof.program.elementwise import Meaning, Parts, applied
from gradproof.program.plan import Builder
from gradproof.program.powers import divided
from gradproof.program.product import (
    SCALAR,
    Product,
    axis_letters,
    free_letters,
    hadamard,
    is_scalar,
    total,
    trace,
    transpose,
)
from gradproof.program.whole import shape_letters, whole


def entry_sum(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """The sum of all entries."""
    return total(builder, parts[0])


def mean(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """The sum of all entries by their number."""
    part = opaque(builder, parts[0])  # with distinct letters: all entries of a diagonal count
    entries = total(builder, Product(part.axes))
    return divided(builder, total(builder, parts[0]), entries)


def trace_of(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """tr A."""
    return trace(builder, parts[0])


def sum_of_squares(builder: Builder, part: Product) -> Product:
    """Σ x²."""
    part = opaque(builder, part)
    squared = replace(
        part, factors=part.factors * 2, coefficient=part.coefficient * part.coefficient
    )
    return total(builder, squared)


def norm2(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """‖x‖, of a matrix the Frobenius norm."""
    part = opaque(builder, parts[0])
    if is_scalar(part):
        return applied(builder, "abs", part)
    if free_letters(part) or len(axis_letters(part)) > 2:
        return applied(builder, "sqrt", sum_of_squares(builder, part))
    part = replace(part, coefficient=abs(part.coefficient))
    return whole(builder, "norm", (part,), SCALAR)


def norm1(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """Σ |x|."""
    return total(builder, applied(builder, "abs", parts[0]))


def pinv(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """X⁺, of a vector x′/x′x."""
    (part,) = parts
    if is_scalar(part):
        return divided(builder, Product(SCALAR), part)
    if len(axis_letters(part)) == 1:
        part = opaque(builder, part)
        return divided(builder, transpose(part), sum_of_squares(builder, part))
    return whole(builder, "pinv", parts, shape_letters(builder, shape))


def singular_values(operation: str) -> Meaning:
    """A norm of the singular values; a vector has one, its length."""

    def meaning(builder: Builder, parts: Parts, shape: Shape) -> Product:
        if len(axis_letters(parts[0])) < 2:
            return norm2(builder, parts, shape)
        return whole(builder, operation, parts, SCALAR)

    return meaning


def inner(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """⟨A, B⟩ = Σ A ∘ B."""
    return total(builder, hadamard(*parts))
