"""The arguments of a call as the arrays that a target computes with.

All floating arrays get one type of numbers: float32 if all that have a type of their own are
float32, else float64; lists, whole numbers and Python's numbers adapt to the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from warnings import warn

import numpy as np
from numpy.typing import NDArray

from gradproof.core.declaration import FACTS, Declaration
from gradproof.core.errors import DataError
from gradproof.expression.arguments import check_axes, check_range, fitted, numbers, places
from gradproof.numeric.facts import FACTS_HOLD
from gradproof.program.arrays import HALVES, Arrays, Number, number_type

LARGEST_CHECKED = 10_000  # entries of an array whose declared facts are looked at
SINGLE = (*HALVES, "float32")


@dataclass(frozen=True, slots=True)
class Taken:
    """Arguments that fit together.

    values: what the function is called with, by argument.
    sizes: of the dimensions.
    counts: by index, how many places there are.
    real: how a number becomes a scalar of the type that is computed in.
    common: that type.
    """

    values: Mapping[str, Any]
    sizes: Mapping[str, int]
    counts: Mapping[str, int]
    real: Number
    common: str


def take(
    arrays: Arrays, declarations: Mapping[str, Declaration], given: Mapping[str, Any]
) -> Taken:
    """The arguments as arrays of a target.

    Raises DataError for one that is not of its kind, shape or range, or without a declared fact.
    """
    held = {name: _held(arrays, declared, given[name]) for name, declared in declarations.items()}
    sizes = fitted(declarations.values(), [tuple(held[name].shape) for name in declarations])
    counts = {name: places(declared, sizes) for name, declared in declarations.items()}
    for name, declared in declarations.items():
        entries = held[name] if isinstance(held[name], np.ndarray) else arrays.entries(held[name])
        if entries is not None:
            check_range(declared, entries, counts[name])
            _check_facts(declared, entries)
    common = _common(arrays, declarations, given)
    real = arrays.scalar(common)
    values = {
        name: _scalar(declared, held[name], real)
        if not declared.axes
        else converted(arrays, declared, held[name], common)
        for name, declared in declarations.items()
    }
    if common == "float64":
        _warn_of_rounding(given, {name: values[name] for name in values if declarations[name].axes})
    known = {name: count for name, count in counts.items() if count is not None}
    return Taken(values, sizes, known, real, common)


def _held(arrays: Arrays, declared: Declaration, given: Any) -> Any:
    """An own array of the target as it is, anything else as a NumPy array of numbers."""
    if isinstance(given, np.ndarray) or not arrays.is_own(given):
        return numbers(declared, given)
    check_axes(declared, given.shape)
    kind = number_type(given)
    if kind.startswith("complex"):
        raise DataError(
            f"{declared.name} is not an array of numbers: it holds complex numbers",
            hint="The formulas are for real numbers.",
        )
    if declared.kind == "index" and not kind.startswith(("int", "uint")):
        raise DataError(
            f"{declared.name} is an index, but holds {kind} values",
            hint="An index is a whole number from 0, or an array of them.",
        )
    return given


def _common(
    arrays: Arrays, declarations: Mapping[str, Declaration], given: Mapping[str, Any]
) -> str:
    """The type of numbers that a call is computed in."""
    types = {
        number_type(given[name])
        for name, declared in declarations.items()
        if declared.axes and declared.kind != "index" and hasattr(given[name], "dtype")
    }
    floating = {name for name in types if "float" in name}
    if len(floating) == 1 and floating <= set(arrays.floats):
        return floating.pop()
    return "float32" if floating and floating <= set(SINGLE) else "float64"


def _scalar(declared: Declaration, held: Any, real: Number) -> Any:
    """A number; what a target traces or differentiates stays what it is."""
    if not isinstance(held, np.ndarray):
        return held
    return int(held) if declared.kind == "index" else real(held.item())


def converted(arrays: Arrays, declared: Declaration, held: Any, common: str) -> Any:
    """An array of numbers as an own array of the target, of the type that is computed in."""
    kind = number_type(held)
    if declared.kind == "index":
        wanted = kind if kind in arrays.wholes else "int64"
    else:
        wanted = common
    if isinstance(held, np.ndarray):
        known = wanted if wanted not in HALVES else "float32"
        entries = np.asarray(held, dtype=known)
        own = entries if arrays.is_own(entries) else arrays.made(entries)
        held = own
    return held if number_type(held) == wanted else arrays.cast(held, wanted)


def _warn_of_rounding(given: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """JAX computes in float32 unless it is told otherwise, and says nothing."""
    for name, value in values.items():
        if type(given[name]) is not np.ndarray or given[name].dtype != np.float64:
            continue
        if number_type(value) == "float32":
            warn(
                f"JAX rounds {name} from float64 to float32; for float64, call "
                'jax.config.update("jax_enable_x64", True) first',
                stacklevel=5,
            )


def _check_facts(declared: Declaration, entries: NDArray[Any]) -> None:
    """A formula that used a declared fact is wrong for data without it."""
    if not declared.facts or entries.size > LARGEST_CHECKED or entries.dtype != np.float64:
        return
    for fact in sorted(declared.facts):
        if entries.size and not FACTS_HOLD[fact](entries):
            raise DataError(
                f"{declared.name} is declared {fact}, and the array given is not",
                hint=f"The formula may rely on it: {FACTS[fact]}. "
                f"Declare {declared.name} without it, or pass one that has it.",
            )
