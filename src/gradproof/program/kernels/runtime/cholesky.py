"""The Cholesky factor and what it gives.

A matrix A = L L' with L below its diagonal is, to LAPACK, U'U with U above it.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.blas import calling, fortran
from gradproof.program.kernels.runtime.lane import Lane, of_libm, size_of
from gradproof.program.kernels.runtime.products import mirrored
from gradproof.program.kernels.runtime.small import (
    is_small,
    small_factor,
    small_inverse,
    small_solve,
)
from gradproof.program.kernels.runtime.stand_ins import cgutils, ir

POTRF = fortran("lapack", "potrf")
POTRS = fortran("lapack", "potrs")
POTRI = fortran("lapack", "potri")
TRSM = fortran("blas", "trsm")


def factored(calls, A, L):
    """Whether A is positive definite; L, if so."""
    builder = calls.builder
    found = cgutils.alloca_once(builder, ir.IntType(1))
    with builder.if_else(is_small(calls, A)) as (small, large):
        with small:
            builder.store(small_factor(calls, A, L), found)
        with large:
            calls.copy(A, L, *L.shape)
            calls(POTRF, "U", L.shape[0], L, calls.info)
            builder.store(calls.succeeded(), found)
    return builder.load(found)


@calling("boolean")
def cholesky(calls, A, L):
    """A = L L', from A's lower half; whether A is positive definite."""
    return factored(calls, A, L)


@calling()
def cholesky_factor(calls, A, L):
    """A = L L', or an error."""
    calls.insist(factored(calls, A, L), "Matrix is not positive definite")


@calling()
def cholesky_solve(calls, L, B, X):
    """A X = B, or X' U'U = B' to BLAS."""
    calls.copy(B, X, *X.shape)
    n = L.shape[0]
    if len(B.shape) == 1:
        with calls.builder.if_else(is_small(calls, L)) as (small, large):
            with small:
                small_solve(calls, L, X)
            with large:
                calls(POTRS, "U", n, 1, L, X.data, calls.positive(n), calls.info)
        return
    for turned in "NT":
        calls(TRSM, "R", "U", turned, "N", X.shape[1], n, 1.0, L, X)


cholesky_solve_many = cholesky_solve


@calling()
def cholesky_inverse(calls, L, out):
    """out = A⁻¹."""
    with calls.builder.if_else(is_small(calls, L)) as (small, large):
        with small:
            small_inverse(calls, L, out)
        with large:
            calls.copy(L, out, *out.shape)
            calls(POTRI, "U", L.shape[0], out, calls.info)
            mirrored(calls, out)


def log_of_diagonal(calls, F):
    """The sum of log|F[i, i]|, one by one, since there are few."""

    def step(total, i):
        return (Lane(calls.builder, total) + of_libm("log", size_of(calls.entry(F, i, i)))).value

    return calls.folded(F.shape[1], calls.number(0.0), step)


@calling("number")
def cholesky_logdet(calls, L):
    """log det A."""
    return (2 * Lane(calls.builder, log_of_diagonal(calls, L))).value
