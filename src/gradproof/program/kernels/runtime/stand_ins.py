"""Stand-ins for what the header of a program imports: decorators that do nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

ir: Any = None
types: Any = None
config: Any = SimpleNamespace(NUMBA_NUM_THREADS=1)
cgutils: Any = None
add_symbol: Any = None
make_array: Any = None
get_cython_function_address: Any = None
F_INT_nbtype: Any = None


def njit(**options: Any) -> Any:
    """What decorates a function that numba compiles."""
    return lambda function: function


def intrinsic(function: Any) -> Any:
    """What decorates a function that writes LLVM code."""
    return function
