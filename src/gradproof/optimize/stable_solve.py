"""Symmetric linear equations, solved stably; programs bring these functions along as text.

By Cholesky's factorisation where the matrix is positive definite and well conditioned, by least
squares on the residuals where the loss has residuals, and by eigenvalues otherwise; where the rank
is short, the solution of least norm, with a warning.  Each function needs NumPy and others of this
file only (Golub & Van Loan, Matrix Computations (2013), sections 4.2, 5.3 and 5.5).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


def solved(
    matrix: Array,
    right: Array,
    residuals: Callable[[], tuple[Array, Array]] | None = None,
    kind: str = "minimiser",
) -> Array:
    """W with matrix · W = right, for a symmetric matrix.

    residuals: a function that gives A and c, where W is to minimise ‖A W − c‖.
    kind: what it is where the matrix is positive semidefinite; it warns where that is not so.
    """
    sign = -1 if np.trace(matrix) < 0 else 1
    found = by_cholesky(sign * matrix if sign < 0 else matrix, sign * right)
    if found is not None:
        if sign < 0:
            warn_of_kind(kind, False)
        return found
    if residuals is not None:
        with np.errstate(invalid="ignore"):
            A, c = residuals()
        if np.isfinite(A).all():  # the root of a negative weight is no number
            return by_least_squares(A, c)
    return by_spectrum(matrix, right, kind)


def by_cholesky(matrix: Array, right: Array) -> Array:
    """matrix⁻¹ · right by L L′, or None where the matrix is not safely positive definite.

    Its condition number, as estimated with rows and columns scaled to a unit diagonal (van der
    Sluis, Numer. Math. 14 (1969)), must leave four digits.
    """
    diagonal = matrix.diagonal()
    if not len(matrix) or not (diagonal > 0).all():
        return None
    try:
        L = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    blocks = inverses_of_blocks(L)
    size = np.sqrt(diagonal)[:, None]
    largest = growth(lambda v: L @ (L.T @ (v / size)) / size, L)
    smallest = growth(lambda v: cholesky_solved(L, blocks, v * size) * size, L)
    if not largest * smallest * np.finfo(L.dtype).eps < 0.0002:
        return None
    return cholesky_solved(L, blocks, right.reshape(len(right), -1)).reshape(right.shape)


def growth(apply: Callable[[Array], Array], L: Array) -> float:
    """About the largest eigenvalue of a linear map, by power iteration from random vectors."""
    vectors = np.random.default_rng(0).standard_normal((len(L), 2)).astype(L.dtype)
    for _ in range(3):
        vectors = apply(vectors / np.sqrt((vectors * vectors).sum(0)))
    return float(np.sqrt((vectors * vectors).sum(0)).max())


def inverses_of_blocks(L: Array) -> list[tuple[int, int, Array]]:
    """The blocks on the diagonal of a triangle, from row to row, with their inverses."""
    starts = range(0, len(L), 64)
    ends = [min(start + 64, len(L)) for start in starts]
    return [(i, j, np.linalg.inv(L[i:j, i:j])) for i, j in zip(starts, ends, strict=True)]


def cholesky_solved(L: Array, blocks: list[tuple[int, int, Array]], B: Array) -> Array:
    """(L L′)⁻¹ B, block by block down and up."""
    X = np.array(B)
    for i, j, inverse in blocks:
        X[i:j] = inverse @ (X[i:j] - L[i:j, :i] @ X[:i])
    for i, j, inverse in reversed(blocks):
        X[i:j] = inverse.T @ (X[i:j] - L[j:, i:j].T @ X[j:])
    return X


def by_least_squares(A: Array, c: Array) -> Array:
    """The W of least norm among those that minimise ‖A W − c‖, by singular values."""
    found, _, rank, _ = np.linalg.lstsq(A, c, rcond=None)
    if rank < A.shape[1]:
        warn_of_rank(int(rank), A.shape[1])
    return found


def stacked(blocks: Array) -> tuple[Array, Array]:
    """A and c of the blocks A₁, c₁, A₂, c₂, …, one below the other."""
    if len(blocks) == 2:
        return blocks[0], blocks[1]
    return np.concatenate(blocks[::2]), np.concatenate(blocks[1::2])


def by_spectrum(matrix: Array, right: Array, kind: str = "minimiser") -> Array:
    """The W of least norm with matrix · W = right, by eigenvalues and eigenvectors.

    Raises ValueError where there is none.
    """
    if not len(matrix):
        return right
    values, vectors = np.linalg.eigh(matrix)
    eps = np.finfo(values.dtype).eps
    small = len(values) * eps * np.abs(values).max()
    kept = np.abs(values) > small
    if (values < -small).any():
        warn_of_kind(kind, bool((values > small).any()))
    inside = vectors[:, kept]
    found = inside @ ((inside.T @ right).T / values[kept]).T
    error = np.abs(matrix @ found - right).max()
    if error > np.sqrt(eps) * np.abs(right).max():
        raise ValueError("the equations have no solution: the loss has no minimum for these data")
    if not kept.all():
        warn_of_rank(int(kept.sum()), len(values))
    return found


def by_two_spectra(P: Array, Q: Array, right: Array, kind: str = "minimiser") -> Array:
    """The W of least norm with P W + W Q = right, for symmetric P and Q, by their eigenvectors.

    Raises ValueError where there is none.
    """
    a, U = np.linalg.eigh(P)
    b, V = np.linalg.eigh(Q)
    sums = a[:, None] + b
    eps = np.finfo(sums.dtype).eps
    small = (len(a) + len(b)) * eps * max(np.abs(a).max(), np.abs(b).max())
    inside = U.T @ right @ V
    inside[(np.abs(sums) <= small) & (np.abs(inside) <= np.sqrt(eps) * np.abs(inside).max())] = 0
    return U @ by_entries(np.where(np.abs(sums) <= small, 0, sums), inside, kind) @ V.T


def by_rows(matrices: Array, right: Array, kind: str = "minimiser") -> Array:
    """The W with matrices[i] · W[i] = right[i]."""
    return np.stack(
        [solved(own, row, None, kind) for own, row in zip(matrices, right, strict=True)]
    )


def by_general(matrix: Array, right: Array, kind: str = "") -> Array:
    """The W of least norm with matrix · W = right, for a matrix that need not be symmetric."""
    if np.array_equal(matrix, matrix.T):
        return solved(matrix, right, None, kind)
    return by_least_squares(matrix, right)


def by_entries(divisors: Array, right: Array, kind: str = "minimiser") -> Array:
    """right / divisors, entry by entry.

    Raises ValueError where a divisor alone is zero.
    """
    divisors, right = np.broadcast_arrays(divisors, right)
    if (divisors < 0).any():
        warn_of_kind(kind, bool((divisors > 0).any()))
    free = divisors == 0
    if (free & (right != 0)).any():
        raise ValueError("the equations have no solution: the loss has no minimum for these data")
    if free.any():
        warn_of_rank(int((~free).sum()), free.size)
    return np.where(free, 0, right) / np.where(free, 1, divisors)


def warn_of_kind(kind: str, mixed: bool) -> None:
    """The matrix has negative eigenvalues; `mixed` where it has positive ones too."""
    wanted = "minimiser" if kind == "stationary point" else kind
    other = {"minimiser": "maximiser", "maximiser": "minimiser"}.get(wanted)
    if other is not None:
        what = "a saddle point" if mixed else f"a {other}"
        warnings.warn(f"for these data it is {what}, not a {wanted}", stacklevel=5)


def warn_of_rank(rank: int, count: int) -> None:
    """There are many solutions where the rank is short."""
    warnings.warn(
        f"the rank is {rank} of {count}: there are many solutions; this is the one of least norm",
        np.exceptions.RankWarning,
        stacklevel=5,
    )
