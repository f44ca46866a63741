"""The larger of two numbers, so that a maximum over a row is vectorised."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.lane import elementary, of_llvm


@elementary
def larger(x, y):
    """The larger of two numbers, nan where one of them is."""
    return of_llvm("llvm.maximum", x, y)
