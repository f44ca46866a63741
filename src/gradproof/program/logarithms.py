"""Logarithms of products of positive factors, taken apart before the products are worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Product, times
from gradproof.program.total import add_products

ALWAYS_POSITIVE = frozenset({"exp", "sqrt", "sigmoid", "softmax", "cosh"})


def log_of_product(
    builder: Builder, product: Product, log: Callable[[Builder, Product], Product]
) -> Product | None:
    """log(p f) = log p + log f for factors p that are positive wherever they are defined.

    None when there is nothing to take apart.  Sums have to be single values, so a product
    with summed letters stays whole.
    """
    positive = [factor for factor in product.factors if _is_positive(builder, factor)]
    rest = tuple(factor for factor in product.factors if factor not in positive)
    whole = bool(rest) or product.coefficient != 1
    if not positive or product.summed:
        return None
    if len(positive) == 1 and not whole and not positive[0].divides:
        return _log_of_root(builder, product.axes, positive[0], log)
    parts = []
    for factor in positive:
        alone = Product(product.axes, (factor._replace(divides=False),))
        parts.append(times(log(builder, alone), -1 if factor.divides else 1))
    if whole:
        parts.append(log(builder, replace(product, factors=rest)))
    return add_products(builder, parts)


def _log_of_root(
    builder: Builder,
    axes: tuple[int | None, ...],
    root: Factor,
    log: Callable[[Builder, Product], Product],
) -> Product | None:
    """log √u = ½ log u."""
    step = builder.steps[root.step]
    if step.operation != "sqrt":
        return None
    under = Product(axes, (root._replace(step=step.operands[0]),))
    return times(log(builder, under), Fraction(1, 2))


def _is_positive(builder: Builder, factor: Factor) -> bool:
    if len(set(factor.letters)) != len(factor.letters):
        return False
    return builder.steps[factor.step].operation in ALWAYS_POSITIVE
