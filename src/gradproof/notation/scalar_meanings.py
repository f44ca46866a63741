"""What functions of matrices are at scalars, which are 1×1 matrices: tr s = s, inv s = 1/s.

One table, AT_SCALARS, for calls all of whose arguments are scalars.  They may depend on summation
indices, for they are taken for each value of an index on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType

from gradproof.core.apply import apply
from gradproof.core.contract import contract
from gradproof.core.node import Node, Operation
from gradproof.core.sum import add
from gradproof.notation.operand import Operand
from gradproof.ops.elementwise import abs_, cos, exp, log, sign, sin

Meaning = Callable[[tuple[Operand, ...]], Operand]
Function = Callable[[Node], Node]


def _of_one(function: Function) -> Meaning:
    def meaning(arguments: tuple[Operand, ...]) -> Operand:
        (part,) = arguments
        return Operand(function(part.node), part.indices, part.shape)

    return meaning


def _to_the(exponent: int | Fraction) -> Function:
    def function(node: Node) -> Node:
        letters = tuple(range(len(node.axes)))
        return contract(1, [(node, letters, exponent)], letters, dict(enumerate(node.axes)))

    return function


def _of(operation: Operation) -> Function:
    return lambda node: apply(operation, (node,))


def _itself(node: Node) -> Node:
    return node


def _minus_sin(node: Node) -> Node:
    return add([(-1, apply(sin, (node,)))], node.axes)


def _half_root(node: Node) -> Node:
    return add([(Fraction(1, 2), _to_the(Fraction(-1, 2))(node))], node.axes)


def _product(arguments: tuple[Operand, ...]) -> Operand:
    """The product of two scalars."""
    one, other = arguments
    indices = tuple(dict.fromkeys(one.indices + other.indices))
    named = {index: -1 - k for k, index in enumerate(indices)}
    factors = [(part.node, tuple([named[k] for k in part.indices]), 1) for part in arguments]
    return Operand(contract(1, factors, tuple(named.values())), indices, one.shape)


def _along(slope: Function) -> Meaning:
    """f′(s) e, the derivative of f at s in the direction e."""

    def meaning(arguments: tuple[Operand, ...]) -> Operand:
        at, direction = arguments
        return _product((Operand(slope(at.node), at.indices, at.shape), direction))

    return meaning


AT_SCALARS: MappingProxyType[str, Meaning] = MappingProxyType(
    {
        **dict.fromkeys(
            ("tr", "det", "diag", "vec", "toeplitz", "diagsums", "hcat", "vcat"), _of_one(_itself)
        ),
        **dict.fromkeys(("eigvals", "eigmax", "logsumexp", "rowlogsumexp"), _of_one(_itself)),
        **dict.fromkeys(
            ("adj", "softmax", "rowsoftmax", "eigvecs", "eigvecmax"), _of_one(_to_the(0))
        ),
        **dict.fromkeys(("inv", "pinv"), _of_one(_to_the(-1))),
        **dict.fromkeys(("specnorm", "nucnorm", "norm2", "norm1"), _of_one(_of(abs_))),
        **dict.fromkeys(("outer", "inner", "kron"), _product),
        "logdet": _of_one(lambda node: apply(log, (apply(abs_, (node,)),))),
        "polar": _of_one(_of(sign)),
        "expm": _of_one(_of(exp)),
        "sinm": _of_one(_of(sin)),
        "cosm": _of_one(_of(cos)),
        "sqrtm": _of_one(_to_the(Fraction(1, 2))),
        "frechet_expm": _along(_of(exp)),
        "frechet_sinm": _along(_of(cos)),
        "frechet_cosm": _along(_minus_sin),
        "frechet_sqrtm": _along(_half_root),
    }
)
