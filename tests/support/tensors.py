"""The value of a node of the tensor language, by NumPy's einsum and the reference functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.dimension import Dimension
from gradproof.core.node import Apply, Contraction, Node, Number, Sum, Symbol
from gradproof.core.traverse import ordered
from gradproof.notation.functions import ELEMENTWISE, MATRIX, rowlogsumexp, rowsoftmax

Array = NDArray[Any]
Sizes = Mapping[str, int]


def worth(root: Node, values: Mapping[str, Any], sizes: Sizes) -> Array:
    """The value of a node: `values` by the names of symbols, `sizes` by those of dimensions."""
    known: dict[Node, Array] = {}
    with np.errstate(all="ignore"):
        for node in ordered(root):
            known[node] = np.asarray(_worth(node, known, values, sizes))
    return known[root]


def lengths(axes: tuple[Dimension, ...], sizes: Sizes) -> tuple[int, ...]:
    """The shape that a tensor with these axes has."""
    return tuple(axis.size(sizes) for axis in axes)


def _worth(node: Node, known: Mapping[Node, Array], values: Mapping[str, Any], sizes: Sizes) -> Any:
    match node:
        case Number():
            return float(node.value)
        case Symbol():
            return _symbol(node, values, sizes)
        case Sum():
            return sum(float(weight) * known[term] for weight, term in node.terms)
        case Contraction():
            return _contraction(node, known, sizes)
        case Apply():
            arguments = [known[argument] for argument in node.arguments]
            return _function(node, arguments, sizes)
    raise AssertionError(node)


def _symbol(node: Symbol, values: Mapping[str, Any], sizes: Sizes) -> Any:
    if "dimension" in node.facts:
        return float(sizes[node.name])
    return np.pi if node.name == "pi" and node.name not in values else values[node.name]


def _contraction(node: Contraction, known: Mapping[Node, Array], sizes: Sizes) -> Any:
    """One einsum; ones carry the axes that no factor has, identities those that occur twice."""
    operands: list[Any] = [np.array(float(node.coefficient)), []]
    for factor in node.factors:
        operands += [_raised(known[factor.node], factor.exponent), list(factor.letters)]
    output: list[int] = []
    for letter in node.output:
        size = node.dimensions[letter].size(sizes)
        if letter in output:
            fresh = len(node.dimensions) + len(output)
            operands += [np.eye(size), [letter, fresh]]
            output.append(fresh)
        else:
            operands += [np.ones(size), [letter]]
            output.append(letter)
    return np.einsum(*operands, output)


def _raised(base: Array, exponent: Any) -> Array:
    return np.asarray(base ** (exponent if isinstance(exponent, int) else float(exponent)))


def _function(node: Apply, arguments: list[Array], sizes: Sizes) -> Any:
    name = node.op.name
    if name in ELEMENTWISE:
        return ELEMENTWISE[name](arguments[0])
    if name in STRUCTURAL:
        return STRUCTURAL[name](node, arguments[0], sizes)
    if name == "power":
        return arguments[0] ** arguments[1]
    whole = [part if part.ndim == 2 else part.reshape(-1, 1) for part in arguments]
    result = np.asarray(MATRIX[name](*whole))
    # The reference functions answer vectors as columns.
    return result[:, 0] if len(node.axes) == 1 and result.ndim == 2 else result


def _by_rows(function: Callable[[Array], Array]) -> Callable[[Apply, Array, Sizes], Array]:
    def of(node: Apply, x: Array, sizes: Sizes) -> Array:
        rows = function(x.reshape(-1, x.shape[-1]))
        return rows.reshape(x.shape if rows.shape[1] == x.shape[-1] > 1 else x.shape[:-1])

    return of


def _toeplitz(node: Apply, x: Array, sizes: Sizes) -> Array:
    places = np.arange(x.shape[-1])
    return np.asarray(x[..., abs(places[:, None] - places)])


def _diagsums(node: Apply, x: Array, sizes: Sizes) -> Array:
    """Adjoint to toeplitz, so by its definition."""
    places = np.arange(x.shape[-1])
    distance = abs(places[:, None] - places)
    return np.stack([(x * (distance == k)).sum(axis=(-2, -1)) for k in places], axis=-1)


def _reshaped(node: Apply, x: Array, sizes: Sizes) -> Array:
    return x.reshape(lengths(node.axes, sizes))


def _selector(node: Apply, x: Array, sizes: Sizes) -> Array:
    bound = node.parameters[0]
    assert isinstance(bound, Dimension)
    return np.asarray(np.eye(bound.size(sizes))[np.asarray(x, dtype=int)])


STRUCTURAL: Mapping[str, Callable[[Apply, Array, Sizes], Array]] = {
    "softmax": _by_rows(rowsoftmax),
    "logsumexp": _by_rows(rowlogsumexp),
    "toeplitz": _toeplitz,
    "diagsums": _diagsums,
    "merge": _reshaped,
    "split": _reshaped,
    "selector": _selector,
}
