"""The functions that emitted PyTorch programs bring along, when they use them.

Each needs PyTorch and others of this file only, and changes no tensor in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Array = Any
Function = Callable[[Array], Array]


def softplus(u: Array) -> Array:
    """log(1 + exp(u)), without overflow."""
    return torch.nn.functional.softplus(u, threshold=40)  # 1 + exp(-40) is 1


def logcosh(u: Array) -> Array:
    """log(cosh(u)), without overflow, and to all digits near 0."""
    size = torch.abs(u)
    near = torch.log1p(2 * torch.sinh(torch.clamp(size, max=1) / 2) ** 2)
    far = size + torch.log1p(torch.exp(-2 * size)) - 0.6931471805599453
    return torch.where(size < 1, near, far)


def log1mexp(u: Array) -> Array:
    """log(1 - exp(u)) for negative u, to all digits near 0 and far from it."""
    half = -0.6931471805599453
    near = torch.log(-torch.expm1(torch.clamp(u, min=half)))
    far = torch.log1p(-torch.exp(torch.clamp(u, max=half)))
    return torch.where(u > half, near, far)


def sech_squared(u: Array) -> Array:
    """1 - tanh(u)**2, to all digits far from 0."""
    e = torch.exp(-2 * torch.abs(u))
    return 4 * e / (1 + e) ** 2


def norm(x: Array) -> Array:
    """The root of the sum of squares, whatever their size."""
    return norms(x, 0)


def norms(x: Array, kept: int) -> Array:
    """The roots of the sums of squares over all axes but the first, of any size."""
    rows = x.flatten(kept) if x.numel() else x.new_zeros((*x.shape[:kept], 1))
    top = torch.amax(torch.abs(rows), dim=-1, keepdim=True)
    scale = torch.where((top > 0) & (top < torch.inf), top, 1)
    return scale[..., 0] * torch.sqrt(torch.sum((rows / scale) ** 2, dim=-1))


def sinm(a: Array) -> Array:
    """The matrix sine of a real matrix."""
    return torch.linalg.matrix_exp(1j * a).imag


def cosm(a: Array) -> Array:
    """The matrix cosine of a real matrix."""
    return torch.linalg.matrix_exp(1j * a).real


def sqrtm(a: Array) -> Array:
    """The square root of a symmetric positive definite matrix."""
    values, vectors = torch.linalg.eigh((a + a.T) / 2)
    return (vectors * torch.sqrt(values)) @ vectors.T


def frechet(f: Function, a: Array, direction: Array) -> Array:
    """The derivative of f at a, a block of f([[a, direction], [0, a]])."""
    n = len(a)
    largest = torch.abs(direction).max()
    scale = torch.where(largest > 0, largest, 1) / (1 + torch.abs(a).max())
    upper = torch.cat((a, direction / scale), dim=1)
    lower = torch.cat((torch.zeros_like(a), a), dim=1)
    return scale * f(torch.cat((upper, lower)))[:n, n:]


def frechet_expm(a: Array, direction: Array) -> Array:
    """The derivative of expm at a in a direction."""
    return frechet(torch.linalg.matrix_exp, a, direction)


def frechet_sinm(a: Array, direction: Array) -> Array:
    """The derivative of sinm at a in a direction."""
    return frechet(sinm, a, direction)


def frechet_cosm(a: Array, direction: Array) -> Array:
    """The derivative of cosm at a in a direction."""
    return frechet(cosm, a, direction)


def frechet_sqrtm(a: Array, direction: Array) -> Array:
    """The derivative L of sqrtm at a: sqrtm(a) L + L sqrtm(a) = direction."""
    values, vectors = torch.linalg.eigh((a + a.T) / 2)
    roots = torch.sqrt(values)
    inner = (vectors.T @ direction @ vectors) / (roots[:, None] + roots)
    return vectors @ inner @ vectors.T


def polar(a: Array) -> Array:
    """The orthogonal factor U V' of a = U S V'."""
    u, _, vt = torch.linalg.svd(a, full_matrices=False)
    return u @ vt


def symmetric_part(a: Array) -> Array:
    """(A + A') / 2."""
    return (a + a.mT) / 2


def eigvals(a: Array) -> Array:
    """The eigenvalues of the symmetric part, ascending."""
    return torch.linalg.eigvalsh(symmetric_part(a))


def eigmax(a: Array) -> Array:
    """The largest eigenvalue of the symmetric part."""
    return torch.linalg.eigvalsh(symmetric_part(a))[..., -1]


def eigvecs(a: Array) -> Array:
    """Unit eigenvectors of the symmetric part as columns, by ascending eigenvalue."""
    return torch.linalg.eigh(symmetric_part(a))[1]


def eigvecmax(a: Array) -> Array:
    """A unit eigenvector of the largest eigenvalue of the symmetric part."""
    return torch.linalg.eigh(symmetric_part(a))[1][..., -1]


def toeplitz(t: Array) -> Array:
    """The symmetric Toeplitz matrix with this first column."""
    places = torch.arange(len(t), device=t.device)
    return t[torch.abs(places[:, None] - places)]


def diagsums(a: Array) -> Array:
    """For each distance k from the diagonal, the sum of the entries there."""
    sums = [a.diagonal(k).sum() + a.diagonal(-k).sum() for k in range(1, len(a))]
    return torch.stack([a.diagonal().sum(), *sums])


def comm(m: int, n: int, dtype: Any, device: Any = None) -> Array:
    """The commutation matrix: comm(m, n) @ vec(A) = vec(A.T) for an m×n matrix A."""
    places = torch.arange(m * n, device=device).reshape(n, m).T.reshape(-1)
    return torch.eye(m * n, dtype=dtype, device=device)[places]


def grids(sizes: Any, device: Any) -> list[Array]:
    """For each axis of an array of these sizes, the place along it of every entry."""
    counts = [torch.arange(size, device=device) for size in sizes]
    return list(torch.meshgrid(*counts, indexing="ij")) if counts else []


def take_along(base: Array, index: Array, together: int) -> Array:
    """base[n, index[n]], where n stands for the first axes, which go together."""
    return base[(*grids(index.shape, index.device)[:together], index)]


def scatter_add(total: Array, index: Array, values: Array) -> Array:
    """The array total with every values[n] added to its row index[n]."""
    values = torch.as_tensor(values, dtype=total.dtype, device=total.device)
    return total.index_put((index,), values, accumulate=True)


def add_at(base: Array, index: Array, values: Array) -> Array:
    """The array base with every values[n] added at [n, index[n]]."""
    values = torch.as_tensor(values, dtype=base.dtype, device=base.device)
    index = torch.as_tensor(index, device=base.device)
    places = (*grids(index.shape, index.device), index)
    return base.index_put(places, values, accumulate=True)


def add_diagonal(base: Array, values: Array, places: str) -> Array:
    """The values added to base at the places that an einsum such as "aa->a" names."""
    values = torch.as_tensor(values, dtype=base.dtype, device=base.device)
    axes, _, order = places.partition("->")
    sizes = [base.shape[axes.index(own)] for own in order]
    along = dict(zip(order, grids(sizes, base.device), strict=True))
    found = tuple(along[own] for own in axes)
    return base.index_put(found, values, accumulate=True)


def lu_det(factors: Array) -> Array:
    """The determinant of the matrix with these factors."""
    places = torch.arange(1, len(factors[1]) + 1, device=factors[1].device)
    swaps = torch.sum(factors[1] != places)
    return torch.where(swaps % 2 == 1, -1, 1) * torch.prod(torch.diag(factors[0]))
