"""Arrays of NumPy, JAX and PyTorch: taken as NumPy's, and given back as what they were.

Which library an array is of is read from the name of its type's module, so that none is imported
unless one of its arrays is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.errors import DataError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Point:
    """A point as an array of NumPy's, and the way back to arrays of its own library.

    The way back may share memory: what is given to functions of a user's must be a copy.
    """

    array: Array
    back: Callable[[Array], Any]


def library_of(value: object) -> str:
    """`torch` for a tensor of PyTorch's, `jax` for an array of JAX's, `numpy` for all else."""
    root = type(value).__module__.partition(".")[0]
    match root:
        case "torch":
            return "torch"
        case "jax" | "jaxlib":
            return "jax"
        case _:
            return "numpy"


def as_array(value: Any) -> Array:
    """The entries of an array of any of the libraries, as an array of NumPy's."""
    if library_of(value) == "torch":
        return np.asarray(value.detach().cpu().resolve_conj().numpy())
    return np.asarray(value)


def point_of(x: Any, name: str = "x") -> Point:
    """x as an array of floating numbers, of the same precision.

    Raises DataError where x holds no numbers, or complex ones.
    """
    try:
        array = as_array(x)
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"{name} is no array of numbers: {error}") from error
    if array.dtype.kind not in "biuf":
        raise DataError(
            f"{name} holds {array.dtype} entries, not real numbers",
            hint="A function of complex numbers is one of their real and imaginary parts.",
        )
    if array.dtype.kind != "f" or array.dtype.itemsize < np.dtype(np.float32).itemsize:
        array = array.astype(np.float64)
    return Point(np.asarray(array, order="C"), _way_back(x))


def _way_back(x: Any) -> Callable[[Array], Any]:
    match library_of(x):
        case "torch":
            torch = import_module("torch")
            kind = x.dtype if x.dtype.is_floating_point else None

            def tensor(array: Array) -> Any:
                made = torch.from_numpy(np.asarray(array)).to(x.device)
                return made if made.is_complex() or kind is None else made.to(kind)

            return tensor
        case "jax":
            return import_module("jax.numpy").asarray  # type: ignore[no-any-return]
        case _:
            return np.asarray
