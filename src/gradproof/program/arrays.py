"""How each target holds arrays: which are its own, how others become so, what they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

HALVES = ("float16", "bfloat16")
FULL = ("float32", "float64")
Number = Callable[[Any], Any]


def _python_number(name: str) -> Number:
    """A float, which takes the type of the arrays it meets."""
    return float


def _numpy_number(name: str) -> Number:
    """NumPy's own: a float of Python's has no infinity to divide by zero to."""
    return np.float32 if name == "float32" else np.float64


def _tensor_number(name: str) -> Number:
    """A tensor without axes: PyTorch's functions take no numbers of Python's."""
    torch = import_module("torch")
    kind = getattr(torch, name)
    return lambda value: torch.tensor(value, dtype=kind)


@dataclass(frozen=True, slots=True)
class Arrays:
    """The arrays of a library.

    is_own: whether the target works on an object as it is, its type of numbers apart.
    made: a NumPy array as an array of the target.
    cast: an own array with numbers of a type, such as "float64".
    entries: the entries as a NumPy array without a copy; None where they are not to be had,
    as while a function is traced or on another device.
    floats, wholes: the types of numbers that the target works in, and those of its indices.
    scalar: what makes a number a scalar beside arrays of a type.
    layout: whether the target depends on how entries lie in memory.
    """

    is_own: Callable[[Any], bool]
    made: Callable[[NDArray[Any]], Any]
    cast: Callable[[Any, str], Any]
    entries: Callable[[Any], NDArray[Any] | None]
    floats: tuple[str, ...] = FULL
    wholes: tuple[str, ...] = ("int32", "int64")
    scalar: Callable[[str], Number] = _python_number
    layout: bool = False


def number_type(array: Any) -> str:
    """The type of the numbers of an array, of whatever library, by its name in NumPy."""
    return _type_name(array.dtype)


@cache
def _type_name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def _numpy_cast(array: Any, name: str) -> Any:
    return np.asarray(array, dtype=name)


def _is_numpy(value: Any) -> bool:
    return type(value) is np.ndarray and value.dtype.isnative


def _is_plain(value: Any) -> bool:
    """Whether entries lie in rows, aligned, in the machine's byte order, and may be written."""
    return _is_numpy(value) and bool(value.flags.carray)


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    """The same entries in rows that may be written, though nobody will."""
    return np.array(array, dtype=array.dtype.newbyteorder("="), order="C")


def _native(array: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(array, dtype=array.dtype.newbyteorder("="))


def _is_jax(value: Any) -> bool:
    return isinstance(value, import_module("jax").Array)


def _jax_made(array: NDArray[Any]) -> Any:
    return import_module("jax.numpy").asarray(array)


def _jax_cast(array: Any, name: str) -> Any:
    """JAX computes in float32 unless it was told otherwise."""
    wide = import_module("jax").config.jax_enable_x64
    return array.astype(name if wide else name.replace("64", "32"))


def _jax_entries(array: Any) -> NDArray[Any] | None:
    """The entries, unless the array is a tracer, or away from the processor."""
    if isinstance(array, import_module("jax").core.Tracer) or not array.is_fully_addressable:
        return None
    on_processor = all(device.platform == "cpu" for device in array.devices())
    return np.asarray(array) if on_processor else None


def _is_tensor(value: Any) -> bool:
    return isinstance(value, import_module("torch").Tensor)


def _tensor(array: NDArray[Any]) -> Any:
    """A tensor on the same memory, or a copy of memory that a tensor cannot stand on."""
    usable = array.flags.writeable and array.dtype.isnative and min(array.strides, default=0) >= 0
    return import_module("torch").as_tensor(array if usable else _plain(array))


def _tensor_cast(tensor: Any, name: str) -> Any:
    return tensor.to(getattr(import_module("torch"), name))


def _tensor_entries(tensor: Any) -> NDArray[Any] | None:
    plain = type(tensor).__name__ in ("Tensor", "Parameter") and tensor.device.type == "cpu"
    known = number_type(tensor) != "bfloat16"  # which NumPy does not know
    try:
        entries: NDArray[Any] | None = tensor.detach().numpy() if plain and known else None
    except RuntimeError:  # a tensor that torch.func or torch.vmap transforms has none
        return None
    return entries


NUMPY_ARRAYS = Arrays(_is_numpy, _native, _numpy_cast, np.asarray, scalar=_numpy_number)
PLAIN_ARRAYS = Arrays(_is_plain, _plain, _numpy_cast, np.asarray, scalar=_numpy_number, layout=True)
JAX_ARRAYS = Arrays(_is_jax, _jax_made, _jax_cast, _jax_entries, (*HALVES, *FULL))
TORCH_ARRAYS = Arrays(
    _is_tensor,
    _tensor,
    _tensor_cast,
    _tensor_entries,
    (*HALVES, *FULL),
    ("int64",),
    _tensor_number,
)
