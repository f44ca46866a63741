"""Numbers in index notation, for all values of their indices at once: an array, an axis for each.

Σᵢⱼ aᵢ Mᵢⱼ bⱼ asks for a, M and b once, and not once for each i and j.  What is not understood
entry by entry is evaluated for each value of the indices that occur in it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np

from gradproof.core.dimension import Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.notation.functions import ELEMENTWISE
from gradproof.notation.linear_algebra import Array
from gradproof.notation.point import Point, indexed_axes, places
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Name,
    Negation,
    Selection,
    Tree,
    fold,
    is_scalar,
    walk,
)
from gradproof.notation.varied import along_entry, differential_value

Value = Callable[[Tree, Point], Any]

# Larger arrays of entries are not made.
MOST_ENTRIES = 1_000_000


def raised(base: Any, exponent: Any) -> Any:
    """Entrywise; a real exponent stays real, for NumPy then multiplies exactly."""
    if np.iscomplexobj(exponent) and not np.any(exponent.imag):
        exponent = exponent.real
    return base**exponent


OPERATORS: MappingProxyType[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        ".*": operator.mul,
        "/": operator.truediv,
        "./": operator.truediv,
        "^": raised,
        ".^": raised,
    }
)


def over_indices(tree: Tree, point: Point, value: Value, lengths: Mapping[str, int]) -> Array:
    """The value of a number for all values of its indices, an axis for each of `lengths`."""
    whole = _Indexed(value, dict(lengths), _indices_of(tree)).value(tree, point)
    return np.broadcast_to(np.asarray(whole), tuple(lengths.values()))


@dataclass(frozen=True, slots=True)
class _Indexed:
    """The indices in the order of the axes, and which names are free in each part of the tree."""

    plain: Value
    lengths: Mapping[str, int]
    free: Mapping[int, frozenset[str]]

    def value(self, tree: Tree, point: Point) -> Any:
        """Operands before operators, by a stack; axes of length 1 for what does not occur."""
        order, pending = [], [tree]
        while pending:
            node = pending.pop()
            order.append(node)
            pending.extend(self._operands(node)[::-1])
        results: list[Any] = []
        for node in reversed(order):
            operands = [results.pop() for _ in self._operands(node)]
            results.append(self._applied(node, operands, point))
        return results.pop()

    def _own(self, tree: Tree) -> list[str]:
        """The indices that occur in a tree."""
        free = self.free[id(tree)]
        return [name for name in self.lengths if name in free]

    def _operands(self, tree: Tree) -> tuple[Tree, ...]:
        """The numbers that a number is worked out from."""
        match tree:
            case Binary(_, left, right) if is_scalar(left) and is_scalar(right):
                return (left, right) if self._own(tree) else ()
            case Negation(operand):
                return (operand,) if self._own(tree) else ()
            case Call(function, (operand,)) if function in ELEMENTWISE:
                return (operand,) if self._own(tree) else ()
            case _:
                return ()

    def _applied(self, tree: Tree, operands: list[Any], point: Point) -> Any:
        if not self._own(tree):
            return self.plain(tree, point)
        match tree:
            case Binary() if operands:
                return OPERATORS[tree.operator](*operands)
            case Negation():
                return -operands[0]
            case Call(function) if operands:
                return ELEMENTWISE[function](operands[0])
            case Name(name):
                return self._counts(name).astype(point.dtype)
            case Selection(base, indices) if not self._own(base) and all(map(is_scalar, indices)):
                return self._entries(tree, point)
            case Binder("sum") if self._fits(tree, point):
                return self._summed(tree, point)
            case Call("derivative", (_, by)) if not self._own(by):
                return self._derivative(tree, point)
            case Call("differential"):
                return differential_value(tree, point, self.value)
            case _:
                return self._one_by_one(tree, point)

    def _counts(self, name: str) -> Array:
        """0, 1, …, along the axis of an index."""
        shape = [self.lengths[name] if other == name else 1 for other in self.lengths]
        return np.arange(self.lengths[name]).reshape(shape)

    def _entries(self, tree: Selection, point: Point) -> Any:
        base = self.plain(tree.base, point)
        axes = indexed_axes(tree.base)
        counts = {name: self._counts(name) for name in self._own(tree)}
        chosen = tuple(
            [
                places(index, axis, point, counts)
                for index, axis in zip(tree.indices, axes, strict=False)
            ]
        )
        return base.reshape(-1)[chosen] if len(axes) == 1 else base[chosen]

    def _fits(self, tree: Binder, point: Point) -> bool:
        if not is_scalar(tree.body) or self.lengths.keys() & set(tree.indices):
            return False
        more = [point.length(counted(name, tree.body)) for name in tree.indices]
        return prod(self.lengths.values()) * prod(more) <= MOST_ENTRIES

    def _summed(self, tree: Binder, point: Point) -> Any:
        """Σ within Σ: more axes, added up again."""
        more = {name: point.length(counted(name, tree.body)) for name in tree.indices}
        inside = replace(self, lengths={**self.lengths, **more})
        found = np.asarray(inside.value(tree.body, point))
        kept = found.shape[: len(self.lengths)] if found.ndim else (1,) * len(self.lengths)
        whole = np.broadcast_to(found, (*kept, *more.values()))
        return whole.sum(axis=tuple(range(len(self.lengths), whole.ndim)), dtype=point.dtype)

    def _derivative(self, tree: Call, point: Point) -> Any:
        """∂F/∂x by a number, for all values of the indices of F."""
        function, by = tree.arguments
        if is_scalar(function) and is_scalar(by):
            found = along_entry(function, by, point, self.value)
            if found is not None:
                return found
        return self._one_by_one(tree, point)

    def _one_by_one(self, tree: Tree, point: Point) -> Array:
        """For each value of the indices that occur in it."""
        own = self._own(tree)
        ranges = [range(self.lengths[name]) for name in own]
        found = [
            self.plain(tree, bound_at(point, dict(zip(own, at, strict=True))))
            for at in product(*ranges)
        ]
        shape = [length if name in own else 1 for name, length in self.lengths.items()]
        return np.array(found).reshape(shape)


def bound_at(point: Point, place: Mapping[str, int]) -> Point:
    """The point at which indices have these values."""
    arrays = {name: array for name, array in point.arrays.items() if name not in place}
    return replace(point, arrays=arrays, bound={**point.bound, **place})


def counted(index: str, body: Tree) -> Dimension:
    """The dimension in which a bound index counts: that of an axis that it selects in."""
    for part in walk(body):
        if isinstance(part, Selection):
            axes = indexed_axes(part.base)
            for name, axis in zip(part.indices, axes, strict=False):
                if isinstance(name, Name) and name.name == index:
                    return axis
    raise UnsupportedError(
        f"the index {index} selects nothing, so its range is unknown",
        hint=f"Use it as in x[{index}].",
    )


def _indices_of(tree: Tree) -> dict[int, frozenset[str]]:
    """The names that are free in each part of a tree, by the part's identity."""
    found: dict[int, frozenset[str]] = {}

    def combine(node: Tree, parts: tuple[frozenset[str], ...]) -> frozenset[str]:
        names = frozenset().union(*parts) if parts else frozenset[str]()
        match node:
            case Name(name):
                names = frozenset({name})
            case Binder(_, indices):
                names -= frozenset(indices)
        found[id(node)] = names
        return names

    fold(tree, combine)
    return found
