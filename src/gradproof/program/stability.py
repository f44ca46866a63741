"""Forms that do not overflow, chosen while the plan is made.

Each rule is an identity between a function of a function and a stable equivalent; the
table says where it applies, by the two operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from gradproof.program.contract import negative
from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Product, times
from gradproof.program.total import add_products

Rule = Callable[[Builder, int], int | None]


def log_of_sigmoid(builder: Builder, sigmoid: int) -> int:
    """log σ(u) = −softplus(−u)."""
    (argument,) = builder.steps[sigmoid].operands
    inner = builder.steps[argument]
    opposite = inner.operands[0] if inner.operation == "negative" else negative(builder, argument)
    softplus = builder.add("softplus", (opposite,), (), inner.axes)
    return negative(builder, softplus)


def log_of_softmax(builder: Builder, softmax: int) -> int:
    """log softmax(z) = z − logsumexp(z)."""
    step = builder.steps[softmax]
    return builder.add("log_softmax", step.operands, step.parameters, step.axes)


def log_of_determinant(builder: Builder, determinant: int) -> int:
    """log det A = log|det A|, from a factorisation that does not overflow."""
    step = builder.steps[determinant]
    return builder.add("logdet", step.operands, step.parameters, step.axes)


def log_of_exponential(builder: Builder, exponential: int) -> int:
    """log exp u = u."""
    return builder.steps[exponential].operands[0]


def log_of_cosh(builder: Builder, cosh: int) -> int:
    """log cosh u = logaddexp(u, −u) − log 2."""
    step = builder.steps[cosh]
    return builder.add("logcosh", step.operands, (), step.axes)


def log_of_sum(builder: Builder, total: int) -> int | None:
    """log Σ exp u = logsumexp(u), over all entries of a vector or along the last axis."""
    step = builder.steps[total]
    inner = builder.steps[step.operands[0]]
    last = len(inner.axes) - 1
    if inner.operation != "exp" or step.parameters != (last,):
        return None
    return builder.add("logsumexp", inner.operands, (), step.axes)


def log_of_one_plus(builder: Builder, total: int) -> int | None:
    """log(1 + exp u) = softplus(u)."""
    step = builder.steps[total]
    if step.parameters != (1, 1):
        return None
    one = builder.number(1)
    for left, right in (step.operands, step.operands[::-1]):
        if left == one and builder.steps[right].operation == "exp":
            return builder.add("softplus", builder.steps[right].operands, (), step.axes)
    return None


STABLE: Mapping[tuple[str, str], Rule] = MappingProxyType(
    {
        ("log", "sigmoid"): log_of_sigmoid,
        ("log", "softmax"): log_of_softmax,
        ("log", "det"): log_of_determinant,
        ("log", "exp"): log_of_exponential,
        ("log", "cosh"): log_of_cosh,
        ("log", "sum"): log_of_sum,
        ("log", "add"): log_of_one_plus,
    }
)

ALWAYS_POSITIVE = frozenset({"exp", "sqrt", "sigmoid", "softmax", "cosh"})


def stable(builder: Builder, function: str, argument: int) -> int | None:
    """The stable form of function(argument), where the table has one."""
    rule = STABLE.get((function, builder.steps[argument].operation))
    return rule(builder, argument) if rule else None


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
