"""Theorems about linear functions and Fréchet derivatives."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType

from gradproof.algebra.multiples import is_identity, multiple, scalar_part
from gradproof.core.apply import apply
from gradproof.core.contract import contract, scale
from gradproof.core.node import Apply, Node, Operation
from gradproof.ops.inverse import inv
from gradproof.ops.matrix_functions import (
    cosm,
    expm,
    frechet_cosm,
    frechet_expm,
    frechet_sinm,
    frechet_sqrtm,
    sinm,
    sqrtm,
)


def linear_multiple(node: Apply) -> Node | None:
    """L(c u) = c L(u)."""
    weight, kernel = multiple(node.arguments[0])
    if weight == 1:
        return None
    return scale(weight, apply(node.op, (kernel,), node.parameters))


SERIES: MappingProxyType[Operation, Callable[[Node], Node]] = MappingProxyType(
    {
        frechet_expm: lambda X: apply(expm, (X,)),
        frechet_sinm: lambda X: apply(cosm, (X,)),
        frechet_cosm: lambda X: scale(-1, apply(sinm, (X,))),
        frechet_sqrtm: lambda X: scale(Fraction(1, 2), apply(inv, (apply(sqrtm, (X,)),))),
    }
)


def frechet_of_commuting(node: Apply) -> Node | None:
    """L(X, E) = f′(X) E where E commutes with X: E = c I, or X = s E."""
    X, E = node.arguments
    derivative = SERIES[node.op]
    scalars, kernel = scalar_part(E)
    if is_identity(kernel):
        value: Node = derivative(X)
    elif scalar_part(X)[1] is kernel:
        value = contract(1, [(derivative(X), (0, 1), 1), (kernel, (1, 2), 1)], (0, 2))
    elif scalars is not None:
        value = apply(node.op, (X, kernel))
    else:
        return None
    if scalars is None:
        return value
    return contract(1, [(scalars, (), 1), (value, (0, 1), 1)], (0, 1))
