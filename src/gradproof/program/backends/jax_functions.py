"""The functions that emitted JAX programs bring along, when they use them.

Each needs JAX and others of this file only, and runs under jit and vmap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax.scipy.linalg import expm

Array = Any
Function = Callable[[Array], Array]


def logcosh(u: Array) -> Array:
    """log(cosh(u)), without overflow, and to all digits near 0."""
    size = jnp.abs(u)
    near = jnp.log1p(2 * jnp.sinh(jnp.minimum(size, 1) / 2) ** 2)
    far = size + jnp.log1p(jnp.exp(-2 * size)) - 0.6931471805599453
    return jnp.where(size < 1, near, far)


def log1mexp(u: Array) -> Array:
    """log(1 - exp(u)) for negative u, to all digits near 0 and far from it."""
    half = -0.6931471805599453
    near = jnp.log(-jnp.expm1(jnp.maximum(u, half)))
    return jnp.where(u > half, near, jnp.log1p(-jnp.exp(jnp.minimum(u, half))))


def sech_squared(u: Array) -> Array:
    """1 - tanh(u)**2, to all digits far from 0."""
    e = jnp.exp(-2 * jnp.abs(u))
    return 4 * e / (1 + e) ** 2


def norm(x: Array) -> Array:
    """The root of the sum of squares, whatever their size."""
    return norms(x, 0)


def norms(x: Array, kept: int) -> Array:
    """The roots of the sums of squares over all axes but the first, of any size."""
    axes = tuple(range(kept, x.ndim))
    top = jnp.max(jnp.abs(x), axis=axes, keepdims=True, initial=0)
    scale = jnp.where((top > 0) & (top < jnp.inf), top, 1)
    return jnp.squeeze(scale, axes) * jnp.sqrt(jnp.sum((x / scale) ** 2, axis=axes))


def sinm(a: Array) -> Array:
    """The matrix sine of a real matrix."""
    return expm(1j * a).imag


def cosm(a: Array) -> Array:
    """The matrix cosine of a real matrix."""
    return expm(1j * a).real


def sqrtm(a: Array) -> Array:
    """The square root of a symmetric positive definite matrix."""
    values, vectors = jnp.linalg.eigh((a + a.T) / 2)
    return (vectors * jnp.sqrt(values)) @ vectors.T


def frechet(f: Function, a: Array, direction: Array) -> Array:
    """The derivative of f at a, a block of f([[a, direction], [0, a]])."""
    n = len(a)
    largest = jnp.abs(direction).max()
    scale = jnp.where(largest > 0, largest, 1) / (1 + jnp.abs(a).max())
    doubled = jnp.block([[a, direction / scale], [jnp.zeros_like(a), a]])
    return scale * f(doubled)[:n, n:]


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
    values, vectors = jnp.linalg.eigh((a + a.T) / 2)
    roots = jnp.sqrt(values)
    inner = (vectors.T @ direction @ vectors) / (roots[:, None] + roots)
    return vectors @ inner @ vectors.T


def polar(a: Array) -> Array:
    """The orthogonal factor U V' of a = U S V'."""
    u, _, vt = jnp.linalg.svd(a, full_matrices=False)
    return u @ vt


def symmetric_part(a: Array) -> Array:
    """(A + A') / 2."""
    return (a + jnp.swapaxes(a, -1, -2)) / 2


def eigvals(a: Array) -> Array:
    """The eigenvalues of the symmetric part, ascending."""
    return jnp.linalg.eigvalsh(symmetric_part(a))


def eigmax(a: Array) -> Array:
    """The largest eigenvalue of the symmetric part."""
    return jnp.linalg.eigvalsh(symmetric_part(a))[..., -1]


def eigvecs(a: Array) -> Array:
    """Unit eigenvectors of the symmetric part as columns, by ascending eigenvalue."""
    return jnp.linalg.eigh(symmetric_part(a))[1]


def eigvecmax(a: Array) -> Array:
    """A unit eigenvector of the largest eigenvalue of the symmetric part."""
    return jnp.linalg.eigh(symmetric_part(a))[1][..., -1]


def toeplitz(t: Array) -> Array:
    """The symmetric Toeplitz matrix with this first column."""
    places = jnp.arange(len(t))
    return t[jnp.abs(places[:, None] - places)]


def diagsums(a: Array) -> Array:
    """For each distance k from the diagonal, the sum of the entries there."""
    sums = [jnp.trace(a, k) + jnp.trace(a, -k) for k in range(1, len(a))]
    return jnp.stack([jnp.trace(a), *sums])


def comm(m: int, n: int, dtype: Any) -> Array:
    """The commutation matrix: comm(m, n) @ vec(A) = vec(A.T) for an m×n matrix A."""
    places = jnp.arange(m * n).reshape((m, n), order="F").ravel()
    return jnp.eye(m * n, dtype=dtype)[places]


def take_along(base: Array, index: Array, together: int) -> Array:
    """base[n, index[n]], where n stands for the first axes, which go together."""
    return base[(*jnp.indices(index.shape, sparse=True)[:together], index)]


def add_at(base: Array, index: Array, values: Array) -> Array:
    """The array base with every values[n] added at [n, index[n]]."""
    places = (*jnp.indices(jnp.shape(index), sparse=True), index)
    return base.at[places].add(values)


def add_diagonal(base: Array, values: Array, places: str) -> Array:
    """The values added to base at the places that an einsum such as "aa->a" names."""
    axes, _, order = places.partition("->")
    sizes = [base.shape[axes.index(letter)] for letter in order]
    grid = dict(zip(order, jnp.indices(sizes, sparse=True), strict=True))
    return base.at[tuple(grid[letter] for letter in axes)].add(values)


def lu_det(factors: Array) -> Array:
    """The determinant of the matrix with these factors."""
    swaps = jnp.sum(factors[1] != jnp.arange(len(factors[1])))
    return jnp.where(swaps % 2, -1, 1) * jnp.prod(jnp.diag(factors[0]))
