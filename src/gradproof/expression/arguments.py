"""Arrays given for variables: of the declared kinds, and of sizes that fit together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from keyword import iskeyword
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension, shape_text
from gradproof.core.errors import DataError

NUMERIC = "fiub"  # floating, signed and unsigned whole numbers, and Booleans as 0 and 1
HELD = MappingProxyType(
    {
        "c": "complex numbers",
        "U": "text",
        "S": "bytes",
        "T": "text",
        "M": "dates",
        "m": "durations",
        "V": "records",
    }
)


def checked(
    declarations: Mapping[str, Declaration], arrays: Mapping[str, ArrayLike]
) -> list[NDArray[Any]]:
    """The arrays in the order of the declarations, of the declared kinds and matching sizes.

    Raises DataError, naming the argument, what was expected and what was found.
    """
    arrays = named(declarations, arrays)
    values = [numbers(declared, arrays[name]) for name, declared in declarations.items()]
    values = [
        value if declared.kind == "index" else value.astype(float, copy=False)
        for declared, value in zip(declarations.values(), values, strict=True)
    ]
    sizes = fitted(declarations.values(), [value.shape for value in values])
    for declared, value in zip(declarations.values(), values, strict=True):
        check_range(declared, value, places(declared, sizes))
    return values


def named(
    declarations: Iterable[str], arrays: Mapping[str, Any], *, partly: bool = False
) -> dict[str, Any]:
    """The arrays by the names of the variables: lambda for lambda_, a keyword of Python's.

    partly: whether some may be missing.

    Raises DataError unless there is one for each declaration and no other.
    """
    expected = list(declarations)
    found = {
        name if name in expected else _declared_name(name): array for name, array in arrays.items()
    }
    hint = f"The arguments are {', '.join(expected)}." if expected else "There are no arguments."
    unknown = [name for name in found if name not in expected]
    missing = [name for name in expected if name not in found]
    if unknown:
        raise DataError(f"there is no argument {unknown[0]}", hint=hint)
    if missing and not partly:
        verb = "is" if len(missing) == 1 else "are"
        raise DataError(f"{', '.join(missing)} {verb} missing", hint=hint)
    return found


def _declared_name(name: str) -> str:
    return name[:-1] if name.endswith("_") and iskeyword(name[:-1]) else name


def numbers(declared: Declaration, given: Any) -> NDArray[Any]:
    """What was given as a NumPy array of numbers, with the declared number of axes.

    Raises DataError for what holds no real numbers, or has other axes.
    """
    if isinstance(given, np.ma.MaskedArray):
        raise DataError(
            f"{declared.name} is a masked array, whose missing entries have no value",
            hint=f"Fill them first: {declared.name}.filled(…).",
        )
    try:
        value = np.asarray(given)
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(
            f"{declared.name} is not an array of numbers{_refusal(given, error)}"
        ) from None
    if value.dtype.kind == "O":
        value = _of_objects(declared, given, value)
    if value.dtype.kind not in NUMERIC:
        held = HELD.get(value.dtype.kind, f"{value.dtype} values")
        raise DataError(
            f"{declared.name} is not an array of numbers: it holds {held}",
            hint="The formulas are for real numbers." if value.dtype.kind == "c" else "",
        )
    if declared.kind == "index" and value.size and value.dtype.kind not in "iu":
        raise DataError(
            f"{declared.name} is an index, but holds {value.dtype} values",
            hint="An index is a whole number from 0, or an array of them.",
        )
    check_axes(declared, value.shape)
    return value


def _refusal(given: Any, error: Exception) -> str:
    """Why an object is no array, as far as it can be told."""
    if isinstance(given, list | tuple) and "inhomogeneous" in str(error):
        return ": its rows have different lengths"
    return f" ({str(error).splitlines()[0]})" if not isinstance(given, list | tuple) else ""


def _of_objects(declared: Declaration, given: Any, value: NDArray[Any]) -> NDArray[Any]:
    """An array of Python's own numbers (whole numbers, fractions, decimals) as floats."""
    if value.ndim and all(isinstance(entry, int | np.integer) for entry in value.flat):
        raise DataError(f"{declared.name} holds whole numbers of more than 64 bits")
    foreign = [entry for entry in value.flat if not hasattr(entry, "__float__")]
    if not foreign:
        return value.astype(float)
    verb, kind = "is" if value.ndim == 0 else "holds", type(foreign[0]).__name__
    raise DataError(
        f"{declared.name} is not an array of numbers: it {verb} {kind}",
        hint=f"Pass {declared.name}.toarray()." if hasattr(given, "toarray") else "",
    )


def check_axes(declared: Declaration, shape: Sequence[int]) -> None:
    """Raises DataError unless a shape has as many axes as its variable."""
    if len(shape) != len(declared.axes):
        raise DataError(
            f"{declared.name} must be {_kind_text(declared)}, but has shape {tuple(shape)}",
            hint=_shape_hint(declared, shape),
        )


def _kind_text(declared: Declaration) -> str:
    if not declared.axes:
        return "an index" if declared.kind == "index" else "a scalar"
    return f"a{'n' * (declared.kind == 'index')} {declared.kind} {shape_text(declared.axes)}"


def _shape_hint(declared: Declaration, shape: Sequence[int]) -> str:
    wanted, name = len(declared.axes), declared.name
    if wanted == 0 and all(size == 1 for size in shape):
        return f"A scalar has no axes: pass {name}.item()."
    if wanted == 1 and len(shape) == 2 and 1 in shape:
        return f"A vector has one axis: pass {name}.ravel()."
    if wanted == 2 and len(shape) == 1:
        return f"For one row pass {name}[None, :], for one column {name}[:, None]."
    if wanted == 0:
        return "A scalar is a number, such as 0.5."
    return f"Pass an array with {wanted} {'axis' if wanted == 1 else 'axes'}."


Found = Mapping[str, tuple[int, str, Sequence[int]]]  # by dimension: its size, and where it is so


def fitted(declarations: Iterable[Declaration], shapes: Iterable[Sequence[int]]) -> dict[str, int]:
    """The sizes that the dimensions have in arrays of these shapes.

    Raises DataError, naming both arrays, where two sizes that must be equal are not.
    """
    found: dict[str, tuple[int, str, Sequence[int]]] = {}
    pending = [
        (declared.name, tuple(shape), axis, size)
        for declared, shape in zip(declarations, shapes, strict=True)
        for axis, size in zip(declared.axes, shape, strict=True)
    ]
    for name, shape, axis, size in sorted(pending, key=lambda entry: not entry[2].is_name()):
        if axis.is_name():
            known, where, other = found.setdefault(str(axis), (size, name, shape))
            if known != size:
                raise DataError(
                    f"{axis} is {known} in {where} and {size} in {name}",
                    hint=_both_shapes(where, other, name, shape),
                )
        else:
            _check_composite(found, name, shape, axis, size)
    return {name: size for name, (size, _, _) in found.items()}


def _both_shapes(one: str, shape: Sequence[int], other: str, another: Sequence[int]) -> str:
    if one == other:
        return f"{one} has shape {tuple(shape)}; the two sizes must be equal."
    return (
        f"{one} has shape {tuple(shape)}, {other} has shape {tuple(another)}; "
        "the two sizes must be equal."
    )


def _check_composite(
    found: Found, name: str, shape: Sequence[int], axis: Dimension, size: int
) -> None:
    """m*n, n + 1 or 3, once the sizes of its names are known."""
    if all(part in found for part in axis.names()):
        expected = axis.size({part: found[part][0] for part in axis.names()})
        if expected != size:
            meaning = f"{axis} = {expected}" if axis.names() else str(expected)
            raise DataError(
                f"{name} has an axis of size {size}, expected {meaning}",
                hint=f"{name} has shape {tuple(shape)}.",
            )


def places(declared: Declaration, sizes: Mapping[str, int]) -> int | None:
    """How many places an index counts; None for other variables, and where it is not known."""
    bound = declared.bound
    if declared.kind != "index" or bound is None or not bound.names() <= sizes.keys():
        return None
    return bound.size(sizes)


def check_range(declared: Declaration, value: NDArray[Any], count: int | None) -> None:
    """Raises DataError unless the entries of an index are places of the axis it counts in."""
    if count is None or not value.size:
        return
    lowest, highest = int(value.min()), int(value.max())
    if lowest < 0 or highest >= count:
        wrong = lowest if lowest < 0 else highest
        span = f"counts from 0 to {count - 1}" if count else f"{declared.bound} is 0"
        raise DataError(f"{declared.name} holds the index {wrong}, but {span}")
