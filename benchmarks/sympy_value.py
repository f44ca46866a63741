"""The value of a SymPy matrix expression in NumPy, node by node."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from string import ascii_letters
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import (
    ArrayAdd,
    ArrayContraction,
    ArrayDiagonal,
    ArrayTensorProduct,
    PermuteDims,
)

from benchmarks.peer import Arrays

Array = NDArray[Any]
Visit = Callable[[Any], Array]


class NoValue(Exception):
    """A result that is no formula: an unevaluated derivative, or parts without a meaning here."""


def value(expression: Any, arrays: Arrays) -> Array:
    """The value with axes of length one dropped."""
    sizes = _sizes(expression, arrays)
    return np.squeeze(_value(expression, arrays, sizes))


def _sizes(expression: Any, arrays: Arrays) -> dict[Any, int]:
    sizes = {}
    for symbol in expression.atoms(sp.MatrixSymbol):
        for name, length in zip(symbol.shape, np.shape(arrays[symbol.name]), strict=False):
            sizes[name] = length
    return sizes


def _value(expression: Any, arrays: Arrays, sizes: dict[Any, int]) -> Array:
    def visit(part: Any) -> Array:
        return _value(part, arrays, sizes)

    def size(length: Any) -> int:
        return int(length.subs(sizes))

    match expression:
        case sp.MatrixSymbol():
            array = np.asarray(arrays[expression.name])
            return array[:, None] if array.ndim == 1 else array
        case sp.Identity():
            return np.eye(size(expression.shape[0]))
        case sp.ZeroMatrix():
            return np.zeros([size(length) for length in expression.shape])
        case sp.OneMatrix():
            return np.ones([size(length) for length in expression.shape])
        case MatrixElement():
            return visit(expression.parent)[int(expression.i), int(expression.j)]
        case sp.Symbol():
            return np.asarray(sizes.get(expression, arrays.get(expression.name)))
        case sp.Number() | sp.NumberSymbol():
            return np.asarray(float(expression))
        case ArrayTensorProduct() | ArrayAdd() | ArrayContraction() | ArrayDiagonal() | PermuteDims():
            return _array(expression, visit)
        case _:
            return _matrix(expression, visit)


def _matrix(expression: Any, visit: Visit) -> Array:
    match expression:
        case sp.MatAdd() | sp.Add():
            return reduce(np.add, map(visit, expression.args))
        case sp.HadamardProduct() | sp.Mul() if not isinstance(expression, sp.MatMul):
            return reduce(np.multiply, map(visit, expression.args))
        case sp.MatMul():
            return reduce(_times, map(visit, expression.args))
        case sp.Transpose():
            return visit(expression.arg).T
        case sp.Inverse():
            return np.asarray(np.linalg.inv(visit(expression.arg)))
        case sp.MatPow():
            return np.asarray(np.linalg.matrix_power(visit(expression.base), int(expression.exp)))
        case sp.HadamardPower() | sp.Pow():
            return np.asarray(visit(expression.base) ** visit(expression.exp))
        case sp.Trace():
            return np.asarray(np.trace(visit(expression.arg)))
        case sp.Determinant():
            return np.asarray(np.linalg.det(visit(expression.arg)))
        case sp.DiagMatrix():
            return np.diagflat(visit(expression.arg))
        case ElementwiseApplyFunction():
            z = sp.Dummy("z")
            return np.asarray(sp.lambdify(z, expression.function(z))(visit(expression.expr)))
        case sp.exp() | sp.log() | sp.sign():
            return np.asarray(getattr(np, type(expression).__name__)(visit(expression.args[0])))
        case _:
            raise NoValue(type(expression).__name__)


def _times(left: Array, right: Array) -> Array:
    return left @ right if left.ndim and right.ndim else left * right


def _array(expression: Any, visit: Visit) -> Array:
    match expression:
        case ArrayTensorProduct():
            return reduce(lambda one, two: np.multiply.outer(one, two), map(visit, expression.args))
        case ArrayAdd():
            return reduce(np.add, map(visit, expression.args))
        case PermuteDims():
            return visit(expression.expr).transpose(expression.permutation.array_form)
        case ArrayContraction():
            letters, _ = _joined(expression.contraction_indices, visit(expression.expr).ndim)
            kept = [letter for letter in letters if letters.count(letter) == 1]
            return _einsum(letters, kept, visit(expression.expr))
        case _:
            letters, joint = _joined(expression.diagonal_indices, visit(expression.expr).ndim)
            kept = [letter for letter in letters if letter not in joint]
            return _einsum(letters, [*kept, *joint], visit(expression.expr))


def _joined(groups: Any, rank: int) -> tuple[list[str], list[str]]:
    letters = list(ascii_letters[:rank])
    for group in groups:
        for place in group:
            letters[int(place)] = ascii_letters[int(group[0])]
    return letters, [ascii_letters[int(group[0])] for group in groups]


def _einsum(letters: list[str], kept: list[str], array: Array) -> Array:
    return np.asarray(np.einsum(f"{''.join(letters)}->{''.join(kept)}", array))
