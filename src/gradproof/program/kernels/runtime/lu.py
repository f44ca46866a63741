"""Elimination with pivots and what it gives.

LAPACK factors what the rows are to it, A' = P L U.  The factor F has a row more than A, in
which the pivots lie, as whole numbers.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.blas import calling, fortran
from gradproof.program.kernels.runtime.cholesky import TRSM, log_of_diagonal
from gradproof.program.kernels.runtime.lane import Lane, where
from gradproof.program.kernels.runtime.stand_ins import cgutils, errors, ir

GETRF = fortran("lapack", "getrf")
GETRS = fortran("lapack", "getrs")
SWAP = fortran("blas", "swap")
SINGULAR = "Singular matrix"


def pivots(calls, F):
    """Where the pivots lie."""
    if calls.whole.width > 32 and calls.letter == "s":
        raise errors.TypingError("BLAS with numbers of 64 bits counts no matrices of 32 bits")
    n = F.shape[1]
    return calls.builder.bitcast(calls.place(F, n, n.type(0)), calls.whole.as_pointer())


def pivot(calls, F, i):
    """The row, counted from 0, with which row i was exchanged."""
    whole = calls.builder.load(calls.builder.gep(pivots(calls, F), [i]))
    return calls.builder.sub(calls.builder.sext(whole, i.type), i.type(1))


def exchange(calls, F, X, backwards):
    """The rows of X exchanged as the pivots say."""
    builder = calls.builder
    n, m = X.shape
    with cgutils.for_range(builder, n) as loop:
        i = builder.sub(builder.sub(n, n.type(1)), loop.index) if backwards else loop.index
        rows = [calls.place(X, row, m.type(0)) for row in (i, pivot(calls, F, i))]
        calls(SWAP, m, rows[0], 1, rows[1], 1)


def eliminated(calls, A, F):
    """Whether A is regular; F, if so."""
    calls.copy(A, F, *A.shape)
    n = A.shape[0]
    calls(GETRF, n, n, F, pivots(calls, F), calls.info)
    return calls.succeeded()


@calling("boolean")
def lu_factor(calls, A, F):
    """The factor of A; whether A is regular."""
    return eliminated(calls, A, F)


@calling()
def regular_factor(calls, A, F):
    """The factor of A, or an error."""
    calls.insist(eliminated(calls, A, F), SINGULAR)


def solved(calls, turned, F, b):
    """b by both of the factors, in place."""
    n = F.shape[1]
    calls(GETRS, turned, n, 1, F, pivots(calls, F), b.data, calls.positive(n), calls.info)


def divided(calls, half, turned, diagonal, F, X):
    """X' by one of the factors, from the right."""
    calls(TRSM, "R", half, turned, diagonal, X.shape[1], X.shape[0], 1.0, F, X)


def solution(calls, F, B, X):
    """A X = B, or X' P L U = B' to BLAS."""
    calls.copy(B, X, *X.shape)
    if len(B.shape) == 1:
        solved(calls, "T", F, X)
        return
    divided(calls, "U", "N", "N", F, X)
    divided(calls, "L", "N", "U", F, X)
    exchange(calls, F, X, backwards=True)


@calling()
def factor_solve(calls, F, B, X):
    """A X = B."""
    solution(calls, F, B, X)


@calling()
def factor_solve_transposed(calls, F, B, X):
    """A' X = B, or X' U' L' P' = B' to BLAS."""
    calls.copy(B, X, *X.shape)
    if len(B.shape) == 1:
        solved(calls, "N", F, X)
        return
    exchange(calls, F, X, backwards=False)
    divided(calls, "L", "T", "U", F, X)
    divided(calls, "U", "T", "N", F, X)


def inverted(calls, F, out):
    """out = A⁻¹, by numba's own call of getri, which brings the work space."""
    calls.copy(F, out, *out.shape)
    n = F.shape[1]
    byte = ir.IntType(8)
    kinds = [byte, n.type, byte.as_pointer(), n.type, byte.as_pointer()]
    signature = ir.FunctionType(ir.IntType(32), kinds)
    builder = calls.builder
    getri = cgutils.get_or_insert_function(builder.module, signature, "numba_ez_xxgetri")
    values = [byte(ord(calls.letter)), n, out.data, calls.positive(n), pivots(calls, F)]
    builder.call(getri, [builder.bitcast(v, k) for v, k in zip(values, kinds, strict=True)])


@calling()
def factor_inverse(calls, F, out):
    """out = A⁻¹."""
    inverted(calls, F, out)


@calling("number")
def factor_logdet(calls, F):
    """log |det A|."""
    return log_of_diagonal(calls, F)


def determinant(calls, F):
    """det A: each exchange of rows turns the sign."""
    builder = calls.builder

    def step(total, i):
        factor = calls.entry(F, i, i)
        kept = builder.icmp_signed("==", pivot(calls, F, i), i)
        return (Lane(builder, total) * where(kept, factor, -factor)).value

    return calls.folded(F.shape[1], calls.number(1.0), step)


@calling("number")
def factor_det(calls, F):
    """det A."""
    return determinant(calls, F)
