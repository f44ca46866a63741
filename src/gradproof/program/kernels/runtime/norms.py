"""Norms that neither overflow nor vanish."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

import math

import numpy as np

from gradproof.program.kernels.runtime.lane import elementary, size_of, where
from gradproof.program.kernels.runtime.rows import LOOPS
from gradproof.program.kernels.runtime.stand_ins import njit


@njit(**LOOPS)
def guarded_norm(squares, x):
    """The root of the sum of squares; where that has left its range, from scaled entries."""
    low, high = (1e-280, 1e300) if x.itemsize == 8 else (1e-30, 1e36)
    if low < squares < high:
        return x.dtype.type(math.sqrt(squares))
    top = x.dtype.type(0)
    for entry in x.flat:
        top = max(top, abs(entry))
    if not 0 < top < np.inf:
        return top
    total = x.dtype.type(0)
    for entry in x.flat:
        scaled = entry / top
        total += scaled * scaled
    return x.dtype.type(top * math.sqrt(total))


@elementary
def scale_of(x):
    """What entries of size x are divided by: x, or 1 where that would be 0, nan or inf."""
    size = size_of(x)
    return where(size > 0, where(size < x.like(float("inf")), size, 1.0), 1.0)
