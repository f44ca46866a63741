"""What a matrix is a multiple of: its content, its scalar factor, the identity."""

from __future__ import annotations

from gradproof.core.canonical import unit_and_coefficient
from gradproof.core.contract import contract
from gradproof.core.node import Contraction, Node, Sum
from gradproof.core.rational import Rational
from gradproof.core.sum import primitive


def multiple(node: Node) -> tuple[Rational, Node]:
    """The pair (c, kernel) with node = c·kernel and kernel without a common factor."""
    if isinstance(node, Sum):
        return primitive(node)
    return unit_and_coefficient(node)


def is_identity(node: Node) -> bool:
    """Whether the node is an identity matrix."""
    return (
        isinstance(node, Contraction)
        and not node.factors
        and node.output == (0, 0)
        and node.coefficient == 1
    )


def scalar_part(node: Node) -> tuple[Node | None, Node]:
    """The scalar factor s ≠ 1 of a matrix, and the matrix without it."""
    weight, kernel = multiple(node)
    factors = kernel.factors if isinstance(kernel, Contraction) else ()
    scalars = [factor for factor in factors if not factor.letters]
    if weight == 1 and not scalars:
        return None, node
    if isinstance(kernel, Contraction) and scalars:
        matrices = [factor for factor in factors if factor.letters]
        kernel = contract(1, matrices, kernel.output, dict(enumerate(kernel.dimensions)))
    return contract(weight, scalars, ()), kernel
