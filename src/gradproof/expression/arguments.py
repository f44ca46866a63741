"""Arrays given for variables: of the declared kinds, and of sizes that fit together."""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension, shape_text
from gradproof.core.errors import DataError

Sizes = dict[str, tuple[int, str]]


def checked(
    declarations: Mapping[str, Declaration], arrays: Mapping[str, ArrayLike]
) -> list[NDArray[Any]]:
    """The arrays in the order of the declarations, of the declared kinds and matching sizes.

    Raises DataError, naming the argument, what was expected and what was found.
    """
    arrays = {_declared_name(name): array for name, array in arrays.items()}
    unknown = [name for name in arrays if name not in declarations]
    missing = [name for name in declarations if name not in arrays]
    expected = ", ".join(declarations)
    if unknown:
        raise DataError(f"there is no argument {unknown[0]}", hint=f"The arguments are {expected}.")
    if missing:
        raise DataError(f"{', '.join(missing)} missing", hint=f"The arguments are {expected}.")
    sizes: Sizes = {}
    values = [_converted(declared, arrays[name]) for name, declared in declarations.items()]
    pending = []
    for declared, value in zip(declarations.values(), values, strict=True):
        pending += [
            (declared.name, axis, size)
            for axis, size in zip(declared.axes, value.shape, strict=True)
        ]
    for name, axis, size in sorted(pending, key=lambda entry: not entry[1].is_name()):
        _check_size(name, axis, size, sizes)
    for declared, value in zip(declarations.values(), values, strict=True):
        _check_range(declared, value, sizes)
    return values


def _declared_name(name: str) -> str:
    """lambda for lambda_: a Python keyword cannot be the name of an argument."""
    return name[:-1] if name.endswith("_") and iskeyword(name[:-1]) else name


def _converted(declared: Declaration, array: ArrayLike) -> NDArray[Any]:
    """The array as numbers of the declared kind, with the declared number of axes."""
    try:
        value = np.asarray(array)
        if declared.kind == "index":
            value = _whole_numbers(declared, value)
        else:
            value = value.astype(float, copy=False)
    except (TypeError, ValueError):
        raise DataError(f"{declared.name} is not an array of numbers") from None
    if value.ndim != len(declared.axes):
        raise DataError(
            f"{declared.name} must be {_kind_text(declared)}, but has shape {value.shape}",
            hint=_shape_hint(declared, value.ndim),
        )
    return value


def _whole_numbers(declared: Declaration, value: NDArray[Any]) -> NDArray[Any]:
    if not np.issubdtype(value.dtype, np.integer):
        raise DataError(
            f"{declared.name} is an index, but holds {value.dtype} values",
            hint="An index is a whole number from 0, or an array of them.",
        )
    return value


def _kind_text(declared: Declaration) -> str:
    if not declared.axes:
        return "an index" if declared.kind == "index" else "a scalar"
    return f"a {declared.kind} {shape_text(declared.axes)}"


def _shape_hint(declared: Declaration, found: int) -> str:
    if declared.kind == "vector" and found == 2:
        return f"A vector has one axis: pass {declared.name}.ravel()."
    return f"Pass an array with {len(declared.axes)} axes."


def _check_size(name: str, axis: Dimension, size: int, sizes: Sizes) -> None:
    """Note or compare the size of one axis."""
    if axis.is_name():
        known, where = sizes.setdefault(str(axis), (size, name))
        if known != size:
            raise DataError(
                f"{axis} is {known} in {where} and {size} in {name}",
                hint="The two sizes must be equal.",
            )
    elif all(part in sizes for part in axis.names()):
        expected = axis.size({part: sizes[part][0] for part in axis.names()})
        if expected != size:
            raise DataError(f"{name} has an axis of size {size}, expected {axis} = {expected}")


def _check_range(declared: Declaration, value: NDArray[Any], sizes: Sizes) -> None:
    """Whether the entries of an index are places of the axis in which it counts."""
    bound = declared.bound
    if declared.kind != "index" or bound is None or not value.size:
        return
    if not all(part in sizes for part in bound.names()):
        return
    count = bound.size({part: sizes[part][0] for part in bound.names()})
    lowest, highest = int(value.min()), int(value.max())
    if lowest < 0 or highest >= count:
        wrong = lowest if lowest < 0 else highest
        raise DataError(
            f"{declared.name} holds the index {wrong}, but counts from 0 to {count - 1}"
        )
