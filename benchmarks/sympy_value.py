"""The value of a SymPy matrix expression in NumPy, node by node.

SymPy's own ways to NumPy know only some of what its derivatives are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

from benchmarks.peer import Arrays, NoValue

Array = NDArray[Any]
Visit = Callable[[Any], Array]
ARRAYS = (ArrayTensorProduct, ArrayAdd, ArrayContraction, ArrayDiagonal, PermuteDims)


def value(expression: Any, arrays: Arrays, sizes: Mapping[str, int]) -> Array:
    """The value, with axes of length one dropped.  Raises NoValue for an unevaluated derivative."""
    if expression.has(sp.Derivative):
        raise NoValue("a derivative is left unevaluated")
    scalars = {name: float(array) for name, array in arrays.items() if np.ndim(array) == 0}
    return np.squeeze(_value(expression, arrays, {**scalars, **sizes}))


def _value(expression: Any, arrays: Arrays, numbers: Mapping[str, float]) -> Array:
    def visit(part: Any) -> Array:
        return _value(part, arrays, numbers)

    def shape() -> list[int]:
        return [int(visit(length)) for length in expression.shape]

    match expression:
        case sp.MatrixSymbol():
            array = np.asarray(arrays[expression.name])
            return array[:, None] if array.ndim == 1 else array
        case sp.Identity():
            return np.eye(shape()[0])
        case sp.ZeroMatrix():
            return np.zeros(shape())
        case sp.OneMatrix():
            return np.ones(shape())
        case MatrixElement():
            row, column = int(visit(expression.i)), int(visit(expression.j))
            return np.asarray(visit(expression.parent)[row, column])
        case sp.Symbol():
            return np.asarray(numbers[expression.name])
        case sp.Number() | sp.NumberSymbol():
            return np.asarray(float(expression))
        case sp.Sum():
            return _sum(expression.function, list(expression.limits), arrays, numbers)
        case _:
            return (_array if isinstance(expression, ARRAYS) else _matrix)(expression, visit)


def _sum(body: Any, limits: list[Any], arrays: Arrays, numbers: Mapping[str, float]) -> Array:
    """Σ over one index after the other; the last one is outermost."""
    if not limits:
        return _value(body, arrays, numbers)
    *inner, (letter, first, last) = limits
    bounds = [int(_value(bound, arrays, numbers)) for bound in (first, last)]
    places = range(bounds[0], bounds[1] + 1)
    terms = [_sum(body, inner, arrays, {**numbers, letter.name: place}) for place in places]
    return np.asarray(sum(terms))


def _matrix(expression: Any, visit: Visit) -> Array:
    match expression:
        case sp.MatMul():
            return reduce(_times, map(visit, expression.args))
        case sp.MatAdd() | sp.Add():
            return reduce(np.add, map(visit, expression.args))
        case sp.HadamardProduct() | sp.Mul():
            return reduce(np.multiply, map(visit, expression.args))
        case sp.KroneckerProduct():
            return reduce(np.kron, map(visit, expression.args))
        case sp.Transpose():
            return visit(expression.arg).T
        case sp.Inverse():
            return np.asarray(np.linalg.inv(visit(expression.arg)))
        case sp.MatPow():
            return _power(visit(expression.base), float(visit(expression.exp)))
        case sp.HadamardPower() | sp.Pow():
            return np.asarray(visit(expression.base) ** visit(expression.exp))
        case _:
            return _function(expression, visit)


def _power(base: Array, exponent: float) -> Array:
    """Aᵏ for whole k; a 1×1 matrix, SymPy's way to write a scalar, has every power."""
    if base.shape == (1, 1):
        return base**exponent
    if not exponent.is_integer():
        raise NotImplementedError("the value of a fractional power of a matrix")
    return np.asarray(np.linalg.matrix_power(base, int(exponent)))


def _function(expression: Any, visit: Visit) -> Array:
    match expression:
        case sp.Trace():
            return np.asarray(np.trace(visit(expression.arg)))
        case sp.Determinant():
            return np.asarray(np.linalg.det(visit(expression.arg)))
        case sp.DiagMatrix():
            return np.diagflat(visit(expression.args[0]))
        case ElementwiseApplyFunction():
            argument, z = visit(expression.expr), sp.Dummy("z")
            found = sp.lambdify(z, expression.function(z), "numpy")(argument)
            return np.broadcast_to(found, argument.shape)
        case sp.exp() | sp.log() | sp.sign():
            return np.asarray(getattr(np, type(expression).__name__)(visit(expression.args[0])))
        case _:
            raise NotImplementedError(f"the value of {type(expression).__name__}")


def _times(left: Array, right: Array) -> Array:
    return left @ right if left.ndim and right.ndim else left * right


def _array(expression: Any, visit: Visit) -> Array:
    match expression:
        case ArrayTensorProduct():
            return reduce(np.multiply.outer, map(visit, expression.args))
        case ArrayAdd():
            return reduce(np.add, map(visit, expression.args))
        case PermuteDims():
            return visit(expression.expr).transpose(expression.permutation.array_form)
        case ArrayContraction():
            return _joined(visit(expression.expr), expression.contraction_indices, keep=False)
        case _:
            return _joined(visit(expression.expr), expression.diagonal_indices, keep=True)


def _joined(array: Array, groups: Any, keep: bool) -> Array:
    """Axes set equal, group by group; then summed over, or kept behind the others."""
    letters = list(ascii_letters[: array.ndim])
    joint = [ascii_letters[int(group[0])] for group in groups]
    for group, letter in zip(groups, joint, strict=True):
        for place in group:
            letters[int(place)] = letter
    free = [letter for letter in letters if letter not in joint]
    return np.asarray(np.einsum(f"{''.join(letters)}->{''.join(free + joint * keep)}", array))
