"""What an expression is worth: its value by the plain meaning of every sign, with NumPy.

This is the reference that proofs by numbers appeal to, so it takes no short cuts and knows none of
the algebra.  All of it continues analytically to complex values, for the complex step
Im f(x + ih)/h.  Inside, a scalar is 0-d and everything else has rows and columns; the result has
its natural rank.  Trees are walked by a loop, so that a sum of thousands of terms is no trouble.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, assert_never

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from gradproof.core.errors import UnsupportedError
from gradproof.notation import conditioning
from gradproof.notation.binders import components, natural, summed
from gradproof.notation.extents import extent
from gradproof.notation.functions import ELEMENTWISE, MATRIX, comm
from gradproof.notation.linear_algebra import Array, matrix_power
from gradproof.notation.over_indices import raised
from gradproof.notation.point import Point, indexed_axes, named, places
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    children,
)
from gradproof.notation.varied import VARIED
from gradproof.notation.write_text import short

Singular = conditioning.Singular
NonFinite = conditioning.NonFinite
NotAnalytic = conditioning.NotAnalytic


def evaluate(
    tree: Tree,
    values: Mapping[str, ArrayLike],
    sizes: Mapping[str, int],
    dtype: DTypeLike = float,
) -> Array:
    """The value of an inferred tree: 0-d, 1-d for rows and columns, else of the rank it has.

    `values` are scalars, vectors (1-d) and matrices, and whole numbers from 0 for indices;
    `sizes` gives a number to each dimension name.  Real and complex `dtype` are meant.

    Raises DataError for a missing or misshapen value, Singular where a matrix that must be
    inverted cannot be, NonFinite for a value that does not exist, NotAnalytic for complex values
    of a function that has no continuation.

    >>> float(evaluate(Binary("^", Name("x", shape=SCALAR), Name("n"), shape=SCALAR),
    ...                {"x": 3.0}, {"n": 2}))
    9.0
    """
    point = Point(values, sizes, np.dtype(dtype), {}, {}, {})
    with np.errstate(all="ignore"):
        try:
            value = np.asarray(_value(tree, point), dtype=point.dtype)
        except (np.linalg.LinAlgError, OverflowError):
            raise _not_finite(tree) from None
    if not np.isfinite(value).all():
        raise _not_finite(tree)
    return natural(tree, value)


def _not_finite(tree: Tree) -> NonFinite:
    return NonFinite(
        f"{short(tree)} is infinite or undefined here",
        hint="Look for division by zero, overflow, and logarithms or roots of negative numbers.",
    )


def _value(tree: Tree, point: Point) -> Any:
    """Operands before operators, by a stack; see `tree.fold` for why the left one is on top."""
    order, pending = [], [tree]
    while pending:
        node = pending.pop()
        order.append(node)
        operands = _operands(node)
        if operands:
            pending.extend(operands[::-1])
    results: list[Any] = []
    for node in reversed(order):
        value = _apply(node, results, point)
        if value.ndim and node.shape == SCALAR:
            value = value.reshape(())[()]
        results.append(value)
    return results.pop()


def _operands(tree: Tree) -> tuple[Tree, ...]:
    """The subtrees that have a value of their own: not sizes, indices and bodies."""
    match tree:
        case Name() | Literal() | Binder() | Call("eye" | "ones" | "zeros" | "comm"):
            return ()
        case Call("differential" | "derivative"):
            return ()
        case Binary():
            return (tree.left, tree.right)
        case Selection():
            return (tree.base,)
        case _:
            return children(tree)


def _apply(tree: Tree, results: list[Any], point: Point) -> Any:
    """The value of one node, whose operands' values are taken off the end of `results`."""
    match tree:
        case Name():
            known = point.arrays.get(tree.name)
            return named(tree, point) if known is None else known
        case Binary():
            left = results.pop()
            return BINARY[tree.operator](left, results.pop())
        case Literal():
            return point.dtype.type(tree.value.numerator / tree.value.denominator)
        case Transpose():
            return results.pop().T
        case Call():
            return _called(tree, results, point)
        case Negation():
            return -results.pop()
        case Selection():
            return _selected(tree, results.pop(), point)
        case Binder("sum"):
            return summed(tree, point, _value)
        case Binder():
            return components(tree, point, _value)
        case _:
            assert_never(tree)


def _times(left: Any, right: Any) -> Any:
    return left @ right if left.ndim and right.ndim else left * right


def _power(base: Any, exponent: Any) -> Any:
    if not base.ndim:
        return raised(base, exponent)
    if exponent != int(exponent.real):
        raise UnsupportedError(
            "a matrix power needs a whole number as its exponent",
            hint="Write .^ for the elementwise power.",
        )
    return matrix_power(base, int(exponent.real))


BINARY: MappingProxyType[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": _times,
        "/": operator.truediv,
        ".*": operator.mul,
        "./": operator.truediv,
        "^": _power,
        ".^": raised,
    }
)


def _called(tree: Call, results: list[Any], point: Point) -> Any:
    function = tree.function
    if function in VARIED:
        return VARIED[function](tree, point, _value)
    if function in ELEMENTWISE:
        return ELEMENTWISE[function](results.pop())
    if function in MATRIX:
        parts = [results.pop() for _ in tree.arguments]
        return MATRIX[function](*[part if part.ndim else part.reshape(1, 1) for part in parts])
    if function == "comm":
        return comm(*point.lengths(tuple([extent(size) for size in tree.arguments])))
    return _filled(tree, results, point)


def _filled(tree: Call, results: list[Any], point: Point) -> Any:
    """Arrays that are known by their shape: eye, ones, zeros, vector(c), matrix(c)."""
    assert tree.shape is not None, "only inferred trees are evaluated"
    lengths = point.lengths(tree.shape)
    match tree.function:
        case "eye":
            return np.eye(lengths[0], dtype=point.dtype)
        case "ones":
            return np.ones(lengths, dtype=point.dtype)
        case "zeros":
            return np.zeros(lengths, dtype=point.dtype)
        case "vector" | "matrix":
            return np.full(lengths, results.pop(), dtype=point.dtype)
        case _:
            raise UnsupportedError(f"the function {tree.function} cannot be evaluated")


def _selected(tree: Selection, base: Any, point: Point) -> Any:
    """An entry, a row as a column, or the rows or entries that an index vector names."""
    axes = indexed_axes(tree.base)
    chosen = [places(part, axis, point) for part, axis in zip(tree.indices, axes, strict=False)]
    entries = base.reshape(-1)[chosen[0]] if len(axes) == 1 else base[tuple(chosen)]
    return entries[:, None] if entries.ndim == 1 else entries
