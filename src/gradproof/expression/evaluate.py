"""The value of an expression at given arrays, by the plain meaning of its signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.core.declaration import FACTS, Declaration
from gradproof.core.errors import DataError
from gradproof.expression.arguments import checked
from gradproof.expression.expression import Expression
from gradproof.notation.evaluate import evaluate as value_of
from gradproof.notation.tree import Tree
from gradproof.numeric.facts import FACTS_HOLD


def evaluate(expression: Expression, **arrays: ArrayLike) -> NDArray[Any]:
    """The value of `expression`: 0-d, 1-d, 2-d, or of higher rank for a tensor.

    arrays  the variables that occur, scalars, vectors (1-d) and matrices (2-d), whole numbers
            from 0 for indices; variables whose sizes alone are needed may be given too

    Raises DataError for an array that is missing or of the wrong shape.

    >>> import gradproof as gp
    >>> gp.evaluate(gp.parse("x'*A*x"), x=[1.0, 2.0], A=[[1.0, 0.0], [0.0, 3.0]]).item()
    13.0
    """
    tree = expression.inferred.tree
    known = dict(expression.variables) | dict(expression.declarations)
    given = {name: declaration for name, declaration in known.items() if name in arrays}
    unknown = [name for name in arrays if name not in known]
    if unknown:
        names = ", ".join(known)
        raise DataError(f"there is no variable {unknown[0]}", hint=f"The variables are {names}.")
    values = dict(zip(given, checked(given, dict(arrays)), strict=True))
    if expression.relies_on_facts:
        _check_facts(given, values)
    sizes = sizes_of(given, values)
    direction = expression.direction
    if direction is None or direction.name in arrays:
        return value_of(tree, values, sizes)
    return _tensor(tree, direction, values, sizes)


def _check_facts(
    declarations: Mapping[str, Declaration], values: Mapping[str, NDArray[Any]]
) -> None:
    """A formula that used a declared fact is wrong for data without it."""
    for name, declaration in declarations.items():
        for fact in sorted(declaration.facts):
            if not FACTS_HOLD[fact](values[name]):
                raise DataError(
                    f"{name} is declared {fact}, and the array given is not",
                    hint=f"The formula relies on it: {FACTS[fact]}. Declare {name} without it.",
                )


def _tensor(
    tree: Tree,
    direction: Declaration,
    values: Mapping[str, NDArray[Any]],
    sizes: Mapping[str, int],
) -> NDArray[Any]:
    """The tensor of a linear map: its values on all directions with a single entry 1."""
    shape = tuple(axis.size(sizes) for axis in direction.axes)
    basis = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    if "symmetric" in direction.facts:
        basis = (basis + basis.swapaxes(1, 2)) / 2
    columns = [value_of(tree, {**values, direction.name: unit}, sizes) for unit in basis]
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape((*stacked.shape[:-1], *shape))


def sizes_of(declarations: Mapping[str, Any], values: Mapping[str, NDArray[Any]]) -> dict[str, int]:
    """The number that each dimension name stands for."""
    sizes: dict[str, int] = {}
    for name, declaration in declarations.items():
        for axis, length in zip(declaration.axes, values[name].shape, strict=True):
            if axis.is_name():
                sizes[str(axis)] = length
    return sizes
