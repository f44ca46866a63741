"""Stand-ins for what the header of a program imports: decorators that do nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

ir: Any = None
types: Any = None
config: Any = SimpleNamespace(NUMBA_NUM_THREADS=1)
cgutils: Any = None
errors: Any = None
make_array: Any = None
F_INT_nbtype: Any = None


def ensure_lapack() -> None:
    """What makes sure of SciPy."""


def add_symbol(name: str, address: int) -> None:
    """What makes a routine known by name."""


def get_cython_function_address(module: str, name: str) -> int:
    """What finds a routine."""
    return 0


def njit(**options: Any) -> Any:
    """What decorates a function that numba compiles."""
    return lambda function: function


def intrinsic(function: Any) -> Any:
    """What decorates a function that writes LLVM code."""
    return function
