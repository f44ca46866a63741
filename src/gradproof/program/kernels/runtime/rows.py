"""Functions of a row: one-dimensional arrays that lie in one piece."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

import numpy as np

from gradproof.program.kernels.runtime.exponential import exp
from gradproof.program.kernels.runtime.extremes import larger
from gradproof.program.kernels.runtime.logarithm import log
from gradproof.program.kernels.runtime.stand_ins import njit

# Sums may be reordered, so that they are vectorised; infinities and nans keep their meaning.
# Only programs call these, never Python: without its wrappers they compile in half the time.
LOOPS = {
    "fastmath": {"contract", "reassoc", "nsz", "arcp"},
    "error_model": "numpy",
    "nogil": True,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


@njit(**LOOPS)
def row_max(z):
    """The largest entry, -inf where there is none."""
    top = z.dtype.type(-np.inf)
    for k in range(z.size):
        top = larger(top, z[k])
    return top


@njit(**LOOPS)
def row_sum(x):
    """The sum of the entries."""
    s = x.dtype.type(0)
    for k in range(x.size):
        s += x[k]
    return s


@njit(**LOOPS)
def dot(x, y):
    """x'y."""
    s = x.dtype.type(0)
    for k in range(x.size):
        s += x[k] * y[k]
    return s


@njit(**LOOPS)
def axpy(a, x, y):
    """y += a x."""
    a = x.dtype.type(a)
    for k in range(x.size):
        y[k] += a * x[k]


@njit(**LOOPS)
def logsumexp_row(z):
    """log(sum(exp(z))), without overflow."""
    top = row_max(z)
    s = z.dtype.type(0)
    for k in range(z.size):
        s += exp(z[k] - top)
    return top + log(s)


@njit(**LOOPS)
def softmax_row(z, out):
    """out = exp(z) / sum(exp(z)); returns log(sum(exp(z)))."""
    top = row_max(z)
    s = z.dtype.type(0)
    for k in range(z.size):
        e = exp(z[k] - top)
        out[k] = e
        s += e
    scale = 1 / s
    for k in range(z.size):
        out[k] *= scale
    return top + log(s)


@njit(**LOOPS)
def log_softmax_row(z, out):
    """out = log(softmax(z))."""
    total = logsumexp_row(z)
    for k in range(z.size):
        out[k] = z[k] - total
