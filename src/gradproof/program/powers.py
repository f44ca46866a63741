"""Powers and quotients: squares as products, whole powers of a matrix as factors."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradproof.program.contract import opaque
from gradproof.program.plan import Builder
from gradproof.program.product import (
    SCALAR,
    Factor,
    Product,
    axis_letters,
    is_scalar,
    joined,
    matrix_product,
    over,
    renamed,
)
from gradproof.program.total import entrywise
from gradproof.program.whole import whole

WRITTEN_OUT = 4


def power(builder: Builder, base: Product, exponent: Fraction | None, value: Product) -> Product:
    """base^value: of a scalar, or the whole power of a square matrix.

    exponent: the number that `value` is, if it is one.
    """
    if is_scalar(base):
        return elementwise_power(builder, base, exponent, value)
    assert exponent is not None, "the power of a matrix is a whole number"
    return _matrix_power(builder, base, int(exponent))


def _matrix_power(builder: Builder, base: Product, exponent: int) -> Product:
    """A^p as |p| factors A or A⁻¹ when they are few, so that a chain can be ordered."""
    if exponent == 0:
        return Product((base.axes[0], base.axes[0]))
    base = opaque(builder, base)
    if abs(exponent) > WRITTEN_OUT:
        return whole(builder, "matrix_power", (base,), base.axes, (exponent,))
    factor = base if exponent > 0 else whole(builder, "inverse", (base,), base.axes)
    result = factor
    for _ in range(abs(exponent) - 1):
        copies = {
            letter: builder.letter(builder.extents[letter]) for letter in axis_letters(factor)
        }
        result = matrix_product(builder, result, renamed(factor, copies))
    return result


def elementwise_power(
    builder: Builder, base: Product, exponent: Fraction | None, value: Product
) -> Product:
    """base .^ value, entry by entry; `exponent` is the number that `value` is, if it is one."""
    base = opaque(builder, base)
    if exponent is None or not base.coefficient:
        return entrywise(builder, "power", base, value)
    if exponent.denominator != 1 and base.coefficient != 1:
        return entrywise(builder, "power", base, value)
    coefficient = base.coefficient ** int(exponent) if base.coefficient != 1 else Fraction(1)
    if exponent == 0 or not base.factors:
        return replace(base, factors=(), coefficient=coefficient)
    (factor,) = base.factors
    if exponent == 2 and factor.letters:
        return replace(base, factors=(factor, factor), coefficient=coefficient)
    raised = _powered(builder, factor, abs(exponent))
    if exponent < 0:
        raised = _reciprocal(builder, raised)
    return replace(base, factors=(raised,), coefficient=coefficient)


def _reciprocal(builder: Builder, factor: Factor) -> Factor:
    if not factor.letters:
        return factor._replace(divides=True)
    operands = (builder.number(1), factor.step)
    return factor._replace(step=builder.add("divide", operands, (), builder.axes(factor.letters)))


def _powered(builder: Builder, factor: Factor, exponent: Fraction) -> Factor:
    axes = builder.axes(factor.letters)
    if exponent == 1:
        return factor
    if exponent == Fraction(1, 2):
        return factor._replace(step=builder.add("sqrt", (factor.step,), (), axes))
    operands = (factor.step, builder.number(exponent))
    return factor._replace(step=builder.add("power", operands, (), axes))


def divided(builder: Builder, left: Product, right: Product) -> Product:
    """left / right: by a scalar, or entry by entry."""
    if is_scalar(right) and all(not factor.letters for factor in right.factors):
        return _by_scalars(builder, left, right)
    right = opaque(builder, right)
    sign, right = right.coefficient, replace(right, coefficient=Fraction(1))
    if is_scalar(right) and not right.factors[0].letters:
        return over(replace(left, coefficient=left.coefficient * sign), right.factors[0].step)
    if not right.factors:
        return replace(left, coefficient=left.coefficient / sign)
    scale = left.coefficient if left.factors else Fraction(1)
    quotient = entrywise(
        builder, "divide", replace(left, coefficient=left.coefficient / scale), right
    )
    return replace(quotient, coefficient=scale * sign)


def _by_scalars(builder: Builder, left: Product, right: Product) -> Product:
    """left / (c·a·b / d) with every scalar in its place."""
    if not right.coefficient:
        return over(left, builder.number(0))
    turned = tuple(factor._replace(divides=not factor.divides) for factor in right.factors)
    return joined(left, Product(SCALAR, turned, 1 / right.coefficient), left.axes)
