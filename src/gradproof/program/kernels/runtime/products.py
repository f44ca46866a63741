"""Products of matrices that lie in one piece, row by row."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.blas import calling, fortran
from gradproof.program.kernels.runtime.lane import Lane, of_llvm
from gradproof.program.kernels.runtime.stand_ins import cgutils

GEMM = fortran("blas", "gemm")
GEMV = fortran("blas", "gemv")
COPY = fortran("blas", "copy")
SYRK = fortran("blas", "syrk")
# From so many columns on, half the products, and their copies, are faster than all.
HALF_FROM = 80


def product(calls, turned, A, B, C, alpha, beta):
    """C' = op(B)' op(A)' to BLAS; turned: for A and for B, "T" where op turns it."""
    inner = A.shape[0] if turned[0] == "T" else A.shape[1]
    rows, columns = C.shape
    calls(GEMM, turned[1], turned[0], columns, rows, inner, alpha, B, A, beta, C)


@calling()
def matmul(calls, A, B, C, alpha, beta):
    """C = alpha A B + beta C."""
    product(calls, "NN", A, B, C, alpha, beta)


@calling()
def matmul_tn(calls, A, B, C, alpha, beta):
    """C = alpha A'B + beta C."""
    product(calls, "TN", A, B, C, alpha, beta)


@calling()
def matmul_nt(calls, A, B, C, alpha, beta):
    """C = alpha A B' + beta C."""
    product(calls, "NT", A, B, C, alpha, beta)


@calling()
def matmul_tt(calls, A, B, C, alpha, beta):
    """C = alpha A'B' + beta C."""
    product(calls, "TT", A, B, C, alpha, beta)


def product_with_vector(calls, turned, A, x, y, inner, beta):
    """y = op(A) x + beta y; over no terms, 0 times one term, since BLAS would leave y alone."""
    builder = calls.builder
    none = builder.icmp_signed("==", inner, inner.type(0))
    alpha = builder.select(none, calls.number(0.0), calls.number(1.0))
    rows, columns = map(calls.positive, A.shape)
    calls(GEMV, turned, columns, rows, alpha, A, x.data, 1, beta, y.data, 1)


@calling()
def matvec(calls, A, x, y, beta):
    """y = A x + beta y."""
    product_with_vector(calls, "T", A, x, y, A.shape[1], beta)


@calling()
def matvec_transposed(calls, A, r, y, beta):
    """y = A'r + beta y."""
    product_with_vector(calls, "N", A, r, y, A.shape[0], beta)


def written(calls, out, entry):
    """out[i, j] = entry(i, j), row by row."""
    with cgutils.for_range(calls.builder, out.shape[0]) as row:
        of_row = entry(row.index)
        with cgutils.for_range(calls.builder, out.shape[1]) as column:
            value = of_row(column.index)
            calls.builder.store(value.value, calls.place(out, row.index, column.index))


@calling()
def outer(calls, u, v, C, alpha, beta):
    """C = alpha u v' + beta C."""
    alpha, beta = (Lane(calls.builder, number) for number in (alpha, beta))

    def fresh(i):
        scale = alpha * calls.entry(u, i)
        return lambda j: scale * calls.entry(v, j)

    def added(i):
        term = fresh(i)
        return lambda j: term(j) + beta * calls.entry(C, i, j)

    overwritten = calls.builder.fcmp_ordered("==", beta.value, beta.type(0.0))
    with calls.builder.if_else(overwritten) as (always, otherwise):
        with always:
            written(calls, C, fresh)
        with otherwise:
            written(calls, C, added)


def lower_gram(calls, X, C, alpha, beta):
    """The lower half of C = alpha X'X + beta C."""
    calls(SYRK, "U", "N", X.shape[1], X.shape[0], alpha, X, beta, C)


def mirrored(calls, C):
    """The lower half of a square matrix is copied to the upper, by few columns at a time.

    So the places that are written lie in few rows, which stay in the cache.
    """
    builder = calls.builder
    n = C.shape[0]
    few = n.type(16)

    def copy(i, left):
        rest = builder.sub(i, left)
        count = builder.select(builder.icmp_signed("<", rest, few), rest, few)
        calls(COPY, count, calls.place(C, i, left), 1, calls.place(C, left, i), n)

    with cgutils.for_range_slice(builder, n.type(0), n, few, inc=True) as (left, _):
        below = builder.sub(n, left)
        with cgutils.for_range(builder, below) as row:
            copy(builder.add(left, row.index), left)


def is_wide(calls, X):
    """Whether X has so many columns that half of X'X should be worked out."""
    columns = X.shape[1]
    return calls.builder.icmp_signed(">=", columns, columns.type(HALF_FROM))


@calling()
def gram(calls, X, C, alpha, beta):
    """C = alpha X'X + beta C."""
    with calls.builder.if_else(is_wide(calls, X)) as (wide, narrow):
        with wide:
            lower_gram(calls, X, C, alpha, beta)
            mirrored(calls, C)
        with narrow:
            product(calls, "TN", X, X, C, alpha, beta)


@calling()
def weighted_gram(calls, X, d, C, work, alpha, beta):
    """C = alpha X' diag(d) X + beta C; work is as large as X.

    With d ≥ 0 and many columns, half of it suffices: that of diag(√d) X.
    """
    builder = calls.builder

    def scaled(weight):
        def of_row(i):
            scale = weight(calls.entry(d, i))
            return lambda j: scale * calls.entry(X, i, j)

        written(calls, work, of_row)

    halved = calls.folded(
        d.shape[0],
        is_wide(calls, X),
        lambda so_far, i: builder.and_(so_far, builder.not_(calls.entry(d, i) < 0)),
    )
    with builder.if_else(halved) as (half, full):
        with half:
            scaled(lambda own: of_llvm("llvm.sqrt", own))
            lower_gram(calls, work, C, alpha, beta)
            mirrored(calls, C)
        with full:
            scaled(lambda own: own)
            product(calls, "TN", X, work, C, alpha, beta)
