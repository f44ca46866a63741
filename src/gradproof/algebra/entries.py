"""Theorems about functions that act entry by entry: signs, constants, values at 0."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

from gradproof.algebra.multiples import multiple
from gradproof.algebra.positivity import is_nonnegative, is_positive
from gradproof.algebra.rule import constant_value
from gradproof.algebra.rules import EVEN, ODD
from gradproof.core.apply import apply, hadamard, like
from gradproof.core.canonical import ones, unit_and_coefficient
from gradproof.core.contract import contract, scale
from gradproof.core.node import Apply, Contraction, Node, Number
from gradproof.core.rational import Rational, magnitude
from gradproof.ops import elementwise as e


def parity(node: Apply) -> Node | None:
    """f(−u) = ∓f(u) for odd and even f."""
    weight, kernel = multiple(node.arguments[0])
    if weight >= 0 or node.op.name not in ODD | EVEN:
        return None
    turned = apply(node.op, (scale(-weight, kernel),))
    return scale(-1, turned) if node.op.name in ODD else turned


def modulus_of_positive(node: Apply) -> Node | None:
    """|u| = u and sign u = 1 for u > 0; |c u| = |c| |u|; |det X| stays."""
    inner = node.arguments[0]
    if node.op is e.abs_ and is_nonnegative(inner):
        return inner
    if node.op is e.sign and is_positive(inner):
        return ones(node.axes)
    weight, kernel = unit_and_coefficient(inner)
    if node.op is e.abs_ and weight != 1:
        return scale(magnitude(weight), apply(e.abs_, (kernel,)))
    if node.op is e.sign and weight not in (1, -1) and weight != 0:
        return scale(1 if weight > 0 else -1, apply(e.sign, (kernel,)))
    return None


VALUE_AT_ZERO: MappingProxyType[str, Rational] = MappingProxyType(
    {"exp": 1, "sin": 0, "cos": 1, "tan": 0, "arcsin": 0, "arctan": 0, "sinh": 0, "cosh": 1,
     "tanh": 0, "abs": 0, "relu": 0, "sigmoid": Fraction(1, 2)}
)  # fmt: skip


def value_at_constant(node: Apply) -> Node | None:
    """The values at 0, and log 1 = 0."""
    value = constant_value(node.arguments[0])
    if value == 0 and node.op.name in VALUE_AT_ZERO:
        return ones(node.axes, VALUE_AT_ZERO[node.op.name])
    if value == 1 and node.op is e.log:
        return ones(node.axes, 0)
    return None


def of_broadcast(node: Apply) -> Node | None:
    """f(s 1) = f(s) 1: a function of a constant tensor is a constant tensor."""
    inner = node.arguments[0]
    if not node.axes or not isinstance(inner, Contraction) or len(node.arguments) > 1:
        return None
    if any(factor.letters for factor in inner.factors) or len(set(inner.output)) < len(node.axes):
        return None
    scalar = contract(inner.coefficient, inner.factors, ())
    return like(node.axes, apply(node.op, (scalar,)))


def constant_power(node: Apply) -> Node | None:
    """u^p for a number p is a factor with an exponent; exp stays exp."""
    base, exponent = node.arguments
    if isinstance(exponent, Number):
        return hadamard(1, (base, exponent.value))
    return None
