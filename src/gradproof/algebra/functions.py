"""Which theorems apply to which function: the table of procedures by operation.

A procedure takes an application and returns an equal node in which the function is gone or
acts on something smaller, or None.  To add one, write it in the chapter it belongs to
(`inverses`, `logarithms`, `entries`, `linear`) and name it here.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from gradproof.algebra.entries import (
    constant_power,
    modulus_of_positive,
    of_broadcast,
    parity,
    value_at_constant,
)
from gradproof.algebra.inverses import (
    inverse_of_identity,
    inverse_of_inverse,
    inverse_of_multiple,
    inverse_of_orthogonal,
    inverse_of_product,
    log_determinant,
    pseudoinverse_of_multiple,
    reciprocal_determinant,
)
from gradproof.algebra.linear import SERIES, frechet_of_commuting, linear_multiple
from gradproof.algebra.logarithms import (
    exp_of_log_softmax,
    log_of_determinant,
    log_of_product,
    log_of_selected_softmax,
    log_softmax,
    log_sum_exp,
)
from gradproof.core.node import Apply, Node, Operation
from gradproof.ops import elementwise as e
from gradproof.ops.inverse import det, inv, logdet, pinv
from gradproof.ops.structure import diagsums, toeplitz

Procedure = Callable[[Apply], Node | None]

_MATRIX: dict[Operation, tuple[Procedure, ...]] = {
    inv: (
        inverse_of_identity,
        inverse_of_multiple,
        inverse_of_inverse,
        inverse_of_orthogonal,
        inverse_of_product,
    ),
    pinv: (pseudoinverse_of_multiple,),
    det: (reciprocal_determinant,),
    logdet: (log_determinant,),
    e.power: (constant_power,),
    toeplitz: (linear_multiple,),
    diagsums: (linear_multiple,),
    **dict.fromkeys(SERIES, (frechet_of_commuting,)),
}

_ENTRYWISE: dict[Operation, tuple[Procedure, ...]] = {
    e.log: (
        log_of_determinant,
        log_softmax,
        log_of_selected_softmax,
        log_sum_exp,
        log_of_product,
    ),
    e.exp: (exp_of_log_softmax,),
    e.abs_: (modulus_of_positive, parity),
    e.sign: (modulus_of_positive, parity),
}

PROCEDURES: MappingProxyType[Operation, tuple[Procedure, ...]] = MappingProxyType(
    {
        **{
            op: (value_at_constant, of_broadcast, *_ENTRYWISE.get(op, (parity,)))
            for op in e.ELEMENTWISE
            if op is not e.power
        },
        **_MATRIX,
    }
)
