"""How CPython and NumPy lay out the objects that are read without asking them.

Both keep these layouts: extension modules that were compiled long ago rely on them.  They are
looked at once nevertheless; where they are otherwise, programs are entered the long way.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

HEAD = object.__basicsize__  # what every object begins with: its references, its type
TYPE = HEAD - 8
DATA, AXES, LENGTHS, NUMBERS, FLAGS = (HEAD + offset for offset in (0, 8, 16, 40, 48))
IN_ROWS = 0x0001 | 0x0100  # NPY_ARRAY_C_CONTIGUOUS, NPY_ARRAY_ALIGNED
ZEROS, EMPTY = 183, 184  # the places of PyArray_Zeros and PyArray_Empty in NumPy's table


def function(name: str) -> int:
    """The address of a function of Python's C interface."""
    return _address(getattr(ctypes.pythonapi, name))


@cache
def new_array(place: int) -> int:
    """The address of PyArray_Empty(axes, lengths, numbers, in columns), or of PyArray_Zeros."""
    core = "numpy._core" if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else "numpy.core"
    table = import_module(f"{core}._multiarray_umath")._ARRAY_API
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return _word(pointer(table, None) + 8 * place)


@cache
def are_known() -> bool:
    """Whether objects are laid out as it says here."""
    if sys.implementation.name != "cpython" or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    if HEAD != 16:  # builds without a global lock, or for debugging
        return False
    array, number = np.zeros((2, 3)), 1.5
    where = id(array)
    lengths = _word(where + LENGTHS)
    return (
        _word(where + TYPE) == id(np.ndarray)
        and _word(where + DATA) == array.ctypes.data
        and ctypes.c_int.from_address(where + AXES).value == 2
        and [_word(lengths), _word(lengths + 8)] == [2, 3]
        and _word(where + NUMBERS) == id(array.dtype)
        and ctypes.c_int.from_address(where + FLAGS).value == array.flags.num
        and ctypes.c_double.from_address(id(number) + HEAD).value == number
    )


def _word(address: int) -> int:
    return ctypes.c_int64.from_address(address).value


def _address(pointer: object) -> int:
    found = ctypes.cast(pointer, ctypes.c_void_p).value  # type: ignore[arg-type]
    assert found is not None
    return found


class Method(ctypes.Structure):
    """PyMethodDef: what makes a machine function one of Python's."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("told", ctypes.c_char_p),
    )


FASTCALL = 0x0080
METHODS: dict[int, Method] = {}  # which Python's functions refer to as long as they live


def python_function(address: int, own: object) -> Callable[..., Any]:
    """A function of Python's from machine code; `own` lives as long as it, and is its self."""
    method = METHODS.setdefault(address, Method(b"entry", address, FASTCALL, None))
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype = ctypes.py_object
    make.argtypes = [ctypes.POINTER(Method), ctypes.py_object, ctypes.c_void_p]
    function: Callable[..., Any] = make(ctypes.byref(method), own, None)
    return function
