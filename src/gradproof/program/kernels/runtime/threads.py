"""The number of threads that SciPy's BLAS, which programs call, uses."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from ctypes import CDLL
from functools import cache
from importlib import import_module
from threading import Lock

HELD: list[int] = []  # what each block that runs found: the first one, the number to come back to
HOLDING = Lock()


@cache
def thread_functions():
    """What says and what sets the number; None where BLAS has no such functions.

    The symbols of a library are searched in the libraries that it needs, too: so in OpenBLAS or
    MKL, whichever SciPy was built with.
    """
    library = CDLL(import_module("scipy.linalg.cython_blas").__file__)
    for getter, setter in (
        ("scipy_openblas_get_num_threads", "scipy_openblas_set_num_threads"),
        ("openblas_get_num_threads", "openblas_set_num_threads"),
        ("MKL_Get_Max_Threads", "MKL_Set_Num_Threads"),
    ):
        if hasattr(library, getter):
            return getattr(library, getter), getattr(library, setter)
    return None


class blas_threads:  # noqa: N801  (a context, used like a function)
    """A block in which BLAS has so many threads; of blocks that overlap, the first one's."""

    def __init__(self, number):
        self.number = number

    def __enter__(self):
        functions = thread_functions()
        if functions:
            with HOLDING:
                HELD.append(functions[0]())
                if len(HELD) == 1:
                    functions[1](self.number)

    def __exit__(self, *error):
        functions = thread_functions()
        if functions:
            with HOLDING:
                before = HELD.pop()
                if not HELD:
                    functions[1](before)
