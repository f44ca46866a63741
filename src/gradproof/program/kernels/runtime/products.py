"""Products of matrices that lie in one piece, row by row."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.blas import call_fortran, fortran, leading
from gradproof.program.kernels.runtime.rows import LOOPS
from gradproof.program.kernels.runtime.stand_ins import cgutils, intrinsic, make_array, njit, types

GEMM = fortran("blas", "gemm")


def product_of(left_transposed, right_transposed):
    """C = alpha op(A) op(B) + beta C, by BLAS, to which rows are columns: C' = op(B)' op(A)'."""

    def typed(context, A, B, C, alpha, beta):
        def code(context, builder, signature, arguments):
            a, b, c = (
                make_array(kind)(context, builder, value)
                for kind, value in zip((A, B, C), arguments, strict=False)
            )
            rows, columns = cgutils.unpack_tuple(builder, c.shape)
            a_rows, a_columns = cgutils.unpack_tuple(builder, a.shape)
            _, b_columns = cgutils.unpack_tuple(builder, b.shape)
            call_fortran(
                context,
                builder,
                GEMM,
                C.dtype,
                (
                    "T" if right_transposed else "N",
                    "T" if left_transposed else "N",
                    columns,
                    rows,
                    a_rows if left_transposed else a_columns,
                    arguments[3],
                    b.data,
                    leading(builder, b_columns),
                    a.data,
                    leading(builder, a_columns),
                    arguments[4],
                    c.data,
                    leading(builder, columns),
                ),
            )
            return context.get_dummy_value()

        return types.void(A, B, C, C.dtype, C.dtype), code

    return intrinsic(typed)


matmul = product_of(False, False)
matmul_tn = product_of(True, False)
matmul_nt = product_of(False, True)
matmul_tt = product_of(True, True)


@njit(**LOOPS)
def matvec(A, x, y, beta):
    """y = A x + beta y."""
    for i in range(A.shape[0]):
        s = x.dtype.type(0)
        for j in range(A.shape[1]):
            s += A[i, j] * x[j]
        y[i] = s if beta == 0 else s + beta * y[i]


@njit(**LOOPS)
def matvec_transposed(A, r, y, beta):
    """y = A'r + beta y."""
    for j in range(A.shape[1]):
        y[j] = 0 if beta == 0 else beta * y[j]
    for i in range(A.shape[0]):
        a = r[i]
        for j in range(A.shape[1]):
            y[j] += a * A[i, j]


@njit(**LOOPS)
def outer(u, v, C, alpha, beta):
    """C = alpha u v' + beta C."""
    for i in range(C.shape[0]):
        a = C.dtype.type(alpha) * u[i]
        for j in range(C.shape[1]):
            C[i, j] = a * v[j] if beta == 0 else a * v[j] + C.dtype.type(beta) * C[i, j]


@njit(**LOOPS)
def gram(X, C, alpha, beta):
    """C = alpha X'X + beta C."""
    matmul_tn(X, X, C, alpha, beta)


@njit(**LOOPS)
def weighted_gram(X, d, C, work, alpha, beta):
    """C = alpha X' diag(d) X + beta C; work is as large as X."""
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            work[i, j] = d[i] * X[i, j]
    matmul_tn(X, work, C, alpha, beta)
