"""What each function of the text language is in the tensor language.

Most are contractions; the rest apply an operation of the vocabulary.  One table,
FUNCTIONS, from the function's name to its meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType

from gradproof.core.apply import apply, like
from gradproof.core.canonical import ones
from gradproof.core.contract import contract, size, transpose
from gradproof.core.dimension import ONE, Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Node, Operation
from gradproof.core.sum import add
from gradproof.core.symmetry import is_symmetric
from gradproof.notation.operand import Operand
from gradproof.notation.tree import Shape
from gradproof.ops import OPERATIONS
from gradproof.ops.elementwise import ELEMENTWISE, abs_, power
from gradproof.ops.inverse import det, inv
from gradproof.ops.spectral import eigmax
from gradproof.ops.structure import merge

Meaning = Callable[[tuple[Operand, ...], Shape], Operand]
HALF = Fraction(1, 2)


def _axes(shape: Shape) -> tuple[int, ...]:
    return tuple([place for place, axis in enumerate(shape) if axis != ONE])


def _elementwise(op: Operation) -> Meaning:
    def meaning(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
        return Operand(apply(op, (arguments[0].node,)), arguments[0].indices, shape)

    return meaning


def _whole(op: Operation) -> Meaning:
    """A function of whole matrices: not under a sum over an index."""

    def meaning(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
        nodes = _unindexed(op.name, arguments)
        return Operand(apply(op, nodes), (), shape)

    return meaning


def _spectral(op: Operation) -> Meaning:
    """Eigen-functions see the symmetric part of their argument."""

    def meaning(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
        (node,) = _unindexed(op.name, arguments)
        return Operand(apply(op, (_symmetric_part(node),)), (), shape)

    return meaning


def _symmetric_part(node: Node) -> Node:
    if is_symmetric(node):
        return node
    return add([(HALF, node), (HALF, transpose(node))], node.axes)


def _unindexed(name: str, arguments: tuple[Operand, ...]) -> tuple[Node, ...]:
    if any(argument.indices for argument in arguments):
        raise UnsupportedError(
            f"{name} of something that depends on a summation index is not supported",
            hint=f"Take {name} of a matrix that does not change with the index.",
        )
    return tuple([argument.node for argument in arguments])


def _last_axis(op: Operation) -> Meaning:
    def meaning(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
        return Operand(apply(op, (arguments[0].node,)), arguments[0].indices, shape)

    return meaning


def _power_sum(exponent: int, root: Fraction | int = 1) -> Meaning:
    """(Σ entriesᵉ)^root."""

    def meaning(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
        part = arguments[0]
        leading, own = part.index_letters(), part.own_letters()
        node = contract(1, [(part.node, leading + own, exponent)], leading)
        return Operand(contract(1, [(node, leading, root)], leading), part.indices, shape)

    return meaning


def _sqrt(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    part = arguments[0]
    letters = part.index_letters() + part.own_letters()
    return Operand(contract(1, [(part.node, letters, HALF)], letters), part.indices, shape)


def _mean(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    part = arguments[0]
    leading, own = part.index_letters(), part.own_letters()
    axes = part.node.axes[len(leading) :]
    counts = [(size(axis), (), -1) for axis in axes]
    node = contract(1, [(part.node, leading + own, 1), *counts], leading)
    return Operand(node, part.indices, shape)


def _norm1(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    part = arguments[0]
    absolute = Operand(apply(abs_, (part.node,)), part.indices, part.shape)
    return _power_sum(1)((absolute,), shape)


def _tr(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    part = arguments[0]
    leading = part.index_letters()
    return Operand(contract(1, [(part.node, (*leading, 1, 1), 1)], leading), part.indices, shape)


def _diag(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    part = arguments[0]
    leading = part.index_letters()
    own = (1,) if len(part.own_letters()) == 1 else (1, 1)
    output = (1, 1) if len(own) == 1 else (1,)
    node = contract(1, [(part.node, leading + own, 1)], leading + output)
    return Operand(node, part.indices, shape)


def _vec(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    (node,) = _unindexed("vec", arguments)
    if len(node.axes) < 2:
        return Operand(node, (), shape)
    return Operand(merge(transpose(node), (2,)), (), shape)


def _kron(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    one, other = _unindexed("kron", arguments)
    left, right = _axes(arguments[0].shape), _axes(arguments[1].shape)
    factors = [
        (one, tuple([10 + place for place in left]), 1),
        (other, tuple([20 + place for place in right]), 1),
    ]
    rows = [base + 0 for base, places in ((10, left), (20, right)) if 0 in places]
    columns = [base + 1 for base, places in ((10, left), (20, right)) if 1 in places]
    node = contract(1, factors, tuple(rows + columns))
    counts = tuple([len(group) for group in (rows, columns) if group])
    return Operand(merge(node, counts), (), shape)


def _blocks(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    raise UnsupportedError(
        "a matrix that is put together of blocks has values by numbers only",
        hint="Name the matrix, and declare its size.",
    )


def _inner(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    return _paired(arguments, shape, (1, 2), (1, 2), ())


def _outer(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    return _paired(arguments, shape, (1, 1), (2, 2), (1, 2))


def _paired(
    arguments: tuple[Operand, ...],
    shape: Shape,
    first: tuple[int, int],
    second: tuple[int, int],
    output: tuple[int, ...],
) -> Operand:
    one, other = arguments
    indices = tuple(dict.fromkeys(one.indices + other.indices))
    named = {index: -1 - k for k, index in enumerate(indices)}
    factors = [
        (one.node, one.letters(named, first), 1),
        (other.node, other.letters(named, second), 1),
    ]
    return Operand(contract(1, factors, tuple(named.values()) + output), indices, shape)


def _adj(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    """The adjugate, det X · X⁻¹."""
    (node,) = _unindexed("adj", arguments)
    factors = [(apply(det, (node,)), (), 1), (apply(inv, (node,)), (0, 1), 1)]
    return Operand(contract(1, factors, (0, 1)), (), shape)


def _pinv(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    """X⁺; of a vector x′/(x′x)."""
    (node,) = _unindexed("pinv", arguments)
    if len(node.axes) == 2:
        return Operand(apply(OPERATIONS["pinv"], (node,)), (), shape)
    square = contract(1, [(node, (0,), 2)], ())
    return Operand(contract(1, [(node, (0,), 1), (square, (), -1)], (0,)), (), shape)


def _specnorm(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    """The square root of the largest eigenvalue of X'X."""
    (node,) = _unindexed("specnorm", arguments)
    letters = (0, 1) if len(node.axes) == 2 else (0,)
    if len(letters) == 1:
        return _power_sum(2, HALF)(arguments, shape)
    gram = contract(1, [(node, (0, 1), 1), (node, (0, 2), 1)], (1, 2))
    return Operand(contract(1, [(apply(eigmax, (gram,)), (), HALF)], ()), (), shape)


def _constant(value: int) -> Meaning:
    def meaning(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
        return Operand(ones(tuple([axis for axis in shape if axis != ONE]), value), (), shape)

    return meaning


def _eye(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    if shape[0] == ONE:
        return Operand(ones(()), (), shape)
    return Operand(contract(1, [], (0, 0), {0: shape[0]}), (), shape)


def _fill(arguments: tuple[Operand, ...], shape: Shape) -> Operand:
    part = arguments[0]
    axes = tuple([axis for axis in shape if axis != ONE])
    if part.indices:
        raise UnsupportedError("vector(…) and matrix(…) of an indexed value are not supported")
    return Operand(like(axes, part.node), (), shape)


def commutation(rows: Dimension, columns: Dimension, shape: Shape) -> Operand:
    """comm(m, n): entry ((i, j), (j′, i′)) is δᵢᵢ′ δⱼⱼ′, so that comm(m,n) vec A = vec A′."""
    node = contract(1, [], (0, 1, 1, 0), {0: rows, 1: columns})
    return Operand(merge(node, (2, 2)), (), shape)


FUNCTIONS: MappingProxyType[str, Meaning] = MappingProxyType(
    {
        **{op.name: _elementwise(op) for op in ELEMENTWISE if op is not power},
        **{
            name: _whole(OPERATIONS[name])
            for name in (
                "inv",
                "det",
                "logdet",
                "expm",
                "sinm",
                "cosm",
                "sqrtm",
                "prod",
                "polar",
                "nucnorm",
                "toeplitz",
                "diagsums",
                "frechet_expm",
                "frechet_sinm",
                "frechet_cosm",
                "frechet_sqrtm",
            )
        },
        **{
            name: _spectral(OPERATIONS[name])
            for name in ("eigvals", "eigvecs", "eigmax", "eigvecmax")
        },
        "hcat": _blocks,
        "vcat": _blocks,
        "softmax": _last_axis(OPERATIONS["softmax"]),
        "rowsoftmax": _last_axis(OPERATIONS["softmax"]),
        "logsumexp": _last_axis(OPERATIONS["logsumexp"]),
        "rowlogsumexp": _last_axis(OPERATIONS["logsumexp"]),
        "sum": _power_sum(1),
        "norm2": _power_sum(2, HALF),
        "norm1": _norm1,
        "sqrt": _sqrt,
        "mean": _mean,
        "tr": _tr,
        "diag": _diag,
        "vec": _vec,
        "kron": _kron,
        "inner": _inner,
        "outer": _outer,
        "adj": _adj,
        "pinv": _pinv,
        "specnorm": _specnorm,
        "ones": _constant(1),
        "zeros": _constant(0),
        "eye": _eye,
        "vector": _fill,
        "matrix": _fill,
    }
)
