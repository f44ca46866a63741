"""Which theorems apply to products of tensors: the table of procedures.

A procedure takes a contraction and returns an equal node with fewer factors, or None; its
docstring is its identity.  They hold for letters, hence for every matrix product, trace and
Hadamard product at once.  To add one, write it in the chapter it belongs to (`facts`,
`cancellations`, `powers`, `spectra`) and name it here, with the marks by which it is found.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from gradproof.algebra.cancellations import cancelled_inverse, pseudoinverse_identities
from gradproof.algebra.facts import DISTRIBUTIONS, idempotent, orthogonal, sums_to_one, unit_length
from gradproof.algebra.powers import (
    exponent_of_exp,
    power_of_same_base,
    root_of_product,
    softmax_quotient,
)
from gradproof.algebra.spectra import spectral_sum, trace_of_eigenvalues
from gradproof.core.node import Apply, Contraction, Node, Symbol
from gradproof.ops.elementwise import exp, power
from gradproof.ops.inverse import inv, pinv
from gradproof.ops.spectral import eigvals, eigvecs
from gradproof.ops.statistics import softmax
from gradproof.ops.structure import selector

Procedure = Callable[[Contraction], Node | None]


def marks(node: Contraction) -> frozenset[str]:
    """The functions and facts that occur among the factors: what procedures look for first."""
    found: set[str] = set()
    for factor in node.factors:
        if isinstance(factor.node, Apply):
            found.add(factor.node.op.name)
        elif isinstance(factor.node, Symbol):
            found |= factor.node.facts
        elif isinstance(factor.node, Contraction):
            found.add(PRODUCT)
    return frozenset(found)


PRODUCT = "product"

# Each procedure with the marks of which at least one must be there for it to apply.
PROCEDURES: MappingProxyType[Procedure, frozenset[str]] = MappingProxyType(
    {
        sums_to_one: DISTRIBUTIONS | {softmax.name, selector.name},
        idempotent: frozenset({"binary", "pm1", selector.name}),
        unit_length: frozenset({"unit"}),
        orthogonal: frozenset({"orthogonal", eigvecs.name}),
        cancelled_inverse: frozenset({inv.name}),
        pseudoinverse_identities: frozenset({pinv.name}),
        power_of_same_base: frozenset({power.name}),
        exponent_of_exp: frozenset({exp.name}),
        root_of_product: frozenset({PRODUCT}),
        softmax_quotient: frozenset({exp.name}),
        spectral_sum: frozenset({eigvecs.name}),
        trace_of_eigenvalues: frozenset({eigvals.name}),
    }
)
