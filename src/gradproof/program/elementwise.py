"""Functions applied to every entry, in forms that do not overflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from gradproof.notation.tree import Shape
from gradproof.program.contract import negative, opaque
from gradproof.program.logarithms import log_of_product
from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Product
from gradproof.program.stability import stable

Parts = tuple[Product, ...]
Meaning = Callable[[Builder, Parts, Shape], Product]


def elementwise(function: str) -> Meaning:
    """The meaning of a function of one number on arrays."""

    def meaning(builder: Builder, parts: Parts, shape: Shape) -> Product:
        return applied(builder, function, parts[0])

    return meaning


def applied(builder: Builder, function: str, product: Product) -> Product:
    """function of every entry, in a form that does not overflow."""
    product = opaque(builder, product)
    if function == "log":
        parted = log_of_product(builder, product, _log)
        if parted is not None:
            return parted
    letters = product.factors[0].letters if product.factors else ()
    step = builder.number(abs(product.coefficient))
    if product.factors:
        step = product.factors[0].step
    if product.coefficient < 0:
        step = negative(builder, step)
    result = stable(builder, builder.add(function, (step,), (), builder.steps[step].axes))
    return _with_sign_apart(builder, Product(product.axes, (Factor(result, letters),)))


def _log(builder: Builder, product: Product) -> Product:
    return applied(builder, "log", product)


def _with_sign_apart(builder: Builder, product: Product) -> Product:
    factor = product.factors[0]
    step = builder.steps[factor.step]
    if step.operation != "negative":
        return product
    return replace(
        product, factors=(factor._replace(step=step.operands[0]),), coefficient=Fraction(-1)
    )


def logarithm(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """log u, with products of positive factors taken apart before they are worked out."""
    parted = log_of_product(builder, parts[0], _log)
    return parted if parted is not None else applied(builder, "log", parts[0])
