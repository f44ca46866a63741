"""Eigenvalues, singular values and what is made of them, real or with a small imaginary part.

Eigen-functions see the symmetric part of their argument.  They are continued to X + iE to first
order in E, which the complex step needs and no more (Magnus, Econometric Theory 1 (1985));
where eigenvalues coincide there is no derivative, and `NotAnalytic` is raised.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradproof.notation.conditioning import CONDITION_LIMIT, NotAnalytic, Singular
from gradproof.notation.linear_algebra import Array, first_order, inverse

GAP = 1e-6


def _symmetric(matrix: Array) -> Array:
    return np.asarray((matrix + matrix.T) / 2)


def _rotations(values: Array, coupling: Array, columns: slice) -> Array:
    """How eigenvectors turn: entry (k, j) is v_k' E v_j / (λ_j − λ_k), zero for k = j."""
    gaps = values[columns] - values[:, None]
    chosen = np.arange(len(values))[columns]
    gaps[chosen, np.arange(len(chosen))] = np.inf
    if coupling.any() and np.abs(gaps).min() < GAP * np.abs(values).max():
        raise NotAnalytic("equal eigenvalues: the function has no derivative here")
    return np.asarray(coupling[:, columns] / gaps)


def _decomposed(matrix: Array, columns: slice) -> tuple[Array, Array]:
    """The chosen eigenvalues and eigenvectors of (X + X')/2, ascending."""
    symmetric = _symmetric(matrix)
    if not np.iscomplexobj(matrix):
        values, vectors = np.linalg.eigh(symmetric)
        return values[columns], vectors[:, columns]
    real, imaginary = first_order(symmetric)
    values, vectors = np.linalg.eigh(real)
    coupling = vectors.T @ imaginary @ vectors
    turned = vectors @ _rotations(values, coupling, columns)
    moved = values[columns] + 1j * np.diag(coupling)[columns]
    return moved, vectors[:, columns] + 1j * turned


def eigvals(matrix: Array) -> Array:
    """The eigenvalues, ascending, as a column."""
    return _decomposed(matrix, slice(None))[0][:, None]


def eigvecs(matrix: Array) -> Array:
    """Unit eigenvectors as columns, in the order of the eigenvalues."""
    return _decomposed(matrix, slice(None))[1]


def eigmax(matrix: Array) -> Any:
    """The largest eigenvalue."""
    return _decomposed(matrix, slice(-1, None))[0][0]


def eigvecmax(matrix: Array) -> Array:
    """The unit eigenvector of the largest eigenvalue, as a column; its sign is LAPACK's."""
    return _decomposed(matrix, slice(-1, None))[1]


def sqrtm(matrix: Array) -> Array:
    """The square root of a positive definite matrix."""
    symmetric = _symmetric(matrix)
    if not np.iscomplexobj(matrix):
        return _roots(symmetric)[2]
    real, imaginary = first_order(symmetric)
    vectors, roots, result = _roots(real)
    return result + 1j * _sylvester(vectors, roots, imaginary)


def frechet_sqrtm(matrix: Array, direction: Array) -> Array:
    """The derivative of the square root at X along E: the L with RL + LR = E, R² = X."""
    if np.iscomplexobj(matrix) or np.iscomplexobj(direction):
        raise NotAnalytic("the derivative of a matrix square root is not continued")
    vectors, roots, _ = _roots(_symmetric(matrix))
    return _sylvester(vectors, roots, direction)


def _roots(symmetric: Array) -> tuple[Array, Array, Array]:
    """V, √λ and V √Λ V'."""
    values, vectors = np.linalg.eigh(symmetric)
    roots = np.sqrt(values)
    return vectors, roots, np.asarray((vectors * roots) @ vectors.T)


def _sylvester(vectors: Array, roots: Array, direction: Array) -> Array:
    coupling = vectors.T @ direction @ vectors
    return np.asarray(vectors @ (coupling / (roots + roots[:, None])) @ vectors.T)


def _gram(matrix: Array) -> Array:
    """The smaller one of X'X and XX'."""
    rows, columns = matrix.shape
    return np.asarray(matrix.T @ matrix if columns <= rows else matrix @ matrix.T)


def specnorm(matrix: Array) -> Any:
    """The largest singular value."""
    if np.iscomplexobj(matrix):
        return np.sqrt(eigmax(_gram(matrix)))
    return np.linalg.svd(matrix, compute_uv=False)[0]


def nucnorm(matrix: Array) -> Any:
    """The sum of the singular values."""
    if np.iscomplexobj(matrix):
        return np.trace(sqrtm(_gram(matrix)))
    return np.linalg.svd(matrix, compute_uv=False).sum()


def polar(matrix: Array) -> Array:
    """The orthogonal factor UV' of X = UΣV', of full rank."""
    if np.iscomplexobj(matrix):
        rows, columns = matrix.shape
        root = inverse(sqrtm(_gram(matrix)))
        return np.asarray(matrix @ root if columns <= rows else root @ matrix)
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    if values[-1] * CONDITION_LIMIT < values[0]:
        raise Singular("a matrix of deficient rank has no polar factor")
    return np.asarray(left @ right)
