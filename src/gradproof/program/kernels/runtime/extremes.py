"""The larger of two numbers, so that a maximum over a row is vectorised."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.lane import Lane, elementary


@elementary
def larger(x, y):
    # Where a number is nan, so is what its row is used for: the order of the others is free.
    builder = x.builder
    above = builder.fcmp_ordered(">", x.value, y.value, ("nnan", "nsz"))
    return Lane(builder, builder.select(above, x.value, y.value, flags=("nnan", "nsz")))
