"""The functions that generated programs of loops bring along, as text.

The files of this package are read, never run: `texts.py` cuts the functions that a program
needs out of them, and the program, compiled by numba, runs them.  The stand-ins of
`stand_ins.py` let the files be imported where numba is not installed.
"""

from __future__ import annotations

from gradproof.program.kernels.runtime.texts import (
    HEADER,
    HEADER_NAMES,
    RUNTIME,
    RuntimeFunction,
    runtime_text,
)

__all__ = ["HEADER", "HEADER_NAMES", "RUNTIME", "RuntimeFunction", "runtime_text"]
