"""The functions that emitted NumPy programs bring along, when they use them.

Each needs NumPy and others of this file only.
Functions of vectors work along the last axis.  The types stay behind when the text of a
function is copied into a program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any
Function = Callable[[Array], Array]


def sigmoid(u: Array) -> Array:
    """1 / (1 + exp(-u)), without overflow."""
    e = np.exp(-np.abs(u))
    return np.where(u >= 0, 1, e) / (1 + e)


def relu(u: Array) -> Array:
    """max(u, 0)."""
    return np.maximum(u, 0)


def softmax(z: Array) -> Array:
    """exp(z) / sum(exp(z)) along the last axis, without overflow."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def logsumexp(z: Array) -> Array:
    """log(sum(exp(z))) along the last axis, without overflow."""
    top = np.max(z, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(z - top), axis=-1)) + top[..., 0]


def log_softmax(z: Array) -> Array:
    """log(softmax(z)) along the last axis, without overflow."""
    shifted = z - np.max(z, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


def logcosh(u: Array) -> Array:
    """log(cosh(u)), without overflow, and to all digits near 0."""
    size = np.abs(u)
    near = np.log1p(2 * np.sinh(np.minimum(size, 1) / 2) ** 2)
    far = size + np.log1p(np.exp(-2 * size)) - 0.6931471805599453
    return np.where(size < 1, near, far)[()]


def log1mexp(u: Array) -> Array:
    """log(1 - exp(u)) for negative u, to all digits near 0 and far from it."""
    half = -0.6931471805599453
    near = np.log(-np.expm1(np.maximum(u, half)))
    return np.where(u > half, near, np.log1p(-np.exp(np.minimum(u, half))))[()]


def sech_squared(u: Array) -> Array:
    """1 - tanh(u)**2, to all digits far from 0."""
    e = np.exp(-2 * np.abs(u))
    return 4 * e / (1 + e) ** 2


def norm(x: Array) -> Array:
    """The root of the sum of squares of all entries, whatever their size."""
    squares = np.vdot(x, x)
    limits = np.finfo(np.result_type(squares))
    if limits.tiny / limits.eps < squares < limits.max:
        return np.sqrt(squares)
    top = np.max(np.abs(x), initial=0)
    if not 0 < top <= limits.max:
        return top
    return top * np.sqrt(np.vdot(x / top, x / top))


def norms(x: Array, kept: int) -> Array:
    """The roots of the sums of squares over all axes but the first, of any size."""
    rows = np.reshape(x, (*np.shape(x)[:kept], -1))
    squares = np.einsum("...i,...i", rows, rows)
    limits = np.finfo(squares.dtype)
    if ((squares > limits.tiny / limits.eps) & (squares < limits.max)).all():
        return np.sqrt(squares)
    top = np.max(np.abs(rows), axis=-1, keepdims=True, initial=0)
    scaled = rows / np.where((top > 0) & (top <= limits.max), top, 1)
    return top[..., 0] * np.sqrt(np.einsum("...i,...i", scaled, scaled))


def expm(a: Array) -> Array:
    """The matrix exponential: scaling, the [13/13] Padé approximant, squaring."""
    size = float(np.linalg.norm(a, 1))
    squarings = int(np.ceil(np.log2(size / 5.37))) if size > 5.37 else 0
    a = a / 2.0**squarings
    term = even = np.eye(len(a), dtype=a.dtype)
    odd = np.zeros_like(a)
    for k in range(1, 14):
        term = (14 - k) / (k * (27 - k)) * (term @ a)
        if k % 2:
            odd = odd + term
        else:
            even = even + term
    result = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        result = result @ result
    return result


def sinm(a: Array) -> Array:
    """The matrix sine of a real matrix."""
    return expm(1j * a).imag


def cosm(a: Array) -> Array:
    """The matrix cosine of a real matrix."""
    return expm(1j * a).real


def sqrtm(a: Array) -> Array:
    """The square root of a symmetric positive definite matrix."""
    values, vectors = np.linalg.eigh((a + a.T) / 2)
    return (vectors * np.sqrt(values)) @ vectors.T


def frechet(f: Function, a: Array, direction: Array) -> Array:
    """The derivative of f at a, a block of f([[a, direction], [0, a]])."""
    n = len(a)
    scale = np.abs(direction).max() / (1 + np.abs(a).max()) or 1.0
    return scale * f(np.block([[a, direction / scale], [np.zeros_like(a), a]]))[:n, n:]


def frechet_expm(a: Array, direction: Array) -> Array:
    """The derivative of expm at a in a direction."""
    return frechet(expm, a, direction)


def frechet_sinm(a: Array, direction: Array) -> Array:
    """The derivative of sinm at a in a direction."""
    return frechet(sinm, a, direction)


def frechet_cosm(a: Array, direction: Array) -> Array:
    """The derivative of cosm at a in a direction."""
    return frechet(cosm, a, direction)


def frechet_sqrtm(a: Array, direction: Array) -> Array:
    """The derivative L of sqrtm at a: sqrtm(a) L + L sqrtm(a) = direction."""
    values, vectors = np.linalg.eigh((a + a.T) / 2)
    roots = np.sqrt(values)
    inner = (vectors.T @ direction @ vectors) / (roots[:, None] + roots)
    return vectors @ inner @ vectors.T


def polar(a: Array) -> Array:
    """The orthogonal factor U V' of a = U S V'."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return u @ vt


def symmetric_part(a: Array) -> Array:
    """(A + A') / 2."""
    return (a + np.swapaxes(a, -1, -2)) / 2


def eigvals(a: Array) -> Array:
    """The eigenvalues of the symmetric part, ascending."""
    return np.linalg.eigvalsh(symmetric_part(a))


def eigmax(a: Array) -> Array:
    """The largest eigenvalue of the symmetric part."""
    return np.linalg.eigvalsh(symmetric_part(a))[..., -1]


def eigvecs(a: Array) -> Array:
    """Unit eigenvectors of the symmetric part as columns, by ascending eigenvalue."""
    return np.linalg.eigh(symmetric_part(a))[1]


def eigvecmax(a: Array) -> Array:
    """A unit eigenvector of the largest eigenvalue of the symmetric part."""
    return np.linalg.eigh(symmetric_part(a))[1][..., -1]


def toeplitz(t: Array) -> Array:
    """The symmetric Toeplitz matrix with this first column."""
    places = np.arange(len(t))
    return t[np.abs(places[:, None] - places)]


def diagsums(a: Array) -> Array:
    """For each distance k from the diagonal, the sum of the entries there."""
    sums = [np.trace(a, k) + np.trace(a, -k) for k in range(1, len(a))]
    return np.array([np.trace(a), *sums])


def comm(m: int, n: int, dtype: Any) -> Array:
    """The commutation matrix: comm(m, n) @ vec(A) = vec(A.T) for an m×n matrix A."""
    places = np.arange(m * n).reshape((m, n), order="F").ravel()
    return np.eye(m * n, dtype=dtype)[places]


def take_along(base: Array, index: Array, together: int) -> Array:
    """base[n, index[n]], where n stands for the first axes, which go together."""
    return base[(*np.indices(index.shape, sparse=True)[:together], index)]


def scatter_add(total: Array, index: Array, values: Array) -> Array:
    """Every values[n] added to the row index[n] of total, in place."""
    np.add.at(total, index, values)
    return total


def weighted_grams(x: Array, weights: Array) -> Array:
    """x.T @ diag(w) @ x for every w along the first axis of the weights."""
    columns = weights.reshape(len(weights), -1).T
    found = [(column[:, None] * x).T @ x for column in columns]
    return np.array(found).reshape(*weights.shape[1:], x.shape[1], x.shape[1])


def add_at(base: Array, index: Array, values: Array) -> Array:
    """Every values[n] added to base[n, index[n]], in place."""
    base[(*np.indices(np.shape(index), sparse=True), index)] += values
    return base


def add_to_diagonal(matrix: Array, values: Array) -> Array:
    """The values added to the diagonal of a matrix, in place."""
    matrix[np.diag_indices(len(matrix))] += values
    return matrix


def add_diagonal(base: Array, values: Array, places: str) -> Array:
    """The values added to base at the places that an einsum names, in place."""
    np.einsum(places, base)[...] += values
    return base
