"""BLAS inside a loop: a thread multiplies the block that it has in its cache."""

from __future__ import annotations

import numpy as np
from numba import njit, types
from numba.extending import overload
from numba.np.linalg import ensure_blas

from benchmarks.programs.hand_numba.flags import FAST

ensure_blas()
PLAIN, TRANSPOSED = ord("n"), ord("t")


def _external(dtype):
    """numba's own door to gemm, which may be cached on disk."""
    pointer, whole = types.CPointer(dtype), types.intp
    left_right = (pointer, whole, pointer, whole)
    return types.ExternalFunction(
        "numba_xxgemm",
        types.intc(
            *(types.char, types.char, types.char),
            *(whole, whole, whole),
            *(pointer, *left_right),
            *(pointer, pointer, whole),
        ),
    )


_DOUBLE, _SINGLE = _external(types.float64), _external(types.float32)
_D, _S = ord("d"), ord("s")


def _gemm(A, left, right, m, n, k, alpha, B, ldb, C, ldc, beta, D, ldd):
    raise NotImplementedError


@overload(_gemm)
def _gemm_by_type(A, left, right, m, n, k, alpha, B, ldb, C, ldc, beta, D, ldd):
    if A.dtype == types.float32:

        def single(A, left, right, m, n, k, alpha, B, ldb, C, ldc, beta, D, ldd):
            return _SINGLE(_S, left, right, m, n, k, alpha, B, ldb, C, ldc, beta, D, ldd)

        return single

    def double(A, left, right, m, n, k, alpha, B, ldb, C, ldc, beta, D, ldd):
        return _DOUBLE(_D, left, right, m, n, k, alpha, B, ldb, C, ldc, beta, D, ldd)

    return double


@njit(**FAST)
def product(C, beta, alpha, A, turn_left, B, turn_right):
    """C ← βC + α op(A) op(B) for matrices whose rows are contiguous.

    BLAS stores columns, hence it is given the transposed product.
    """
    m, n = C.shape
    k = A.shape[0] if turn_left else A.shape[1]
    width = A.itemsize
    factors = np.empty(2, A.dtype)
    factors[0], factors[1] = alpha, beta
    left = TRANSPOSED if turn_right else PLAIN
    right = TRANSPOSED if turn_left else PLAIN
    return _gemm(
        A,
        left,
        right,
        n,
        m,
        k,
        factors.ctypes,
        B.ctypes,
        max(1, B.strides[0] // width),
        A.ctypes,
        max(1, A.strides[0] // width),
        factors[1:].ctypes,
        C.ctypes,
        max(1, C.strides[0] // width),
    )
