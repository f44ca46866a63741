"""What each function of the text language computes: the tables ELEMENTWISE and MATRIX.

All work on real arrays and, as the analytic continuation of the real function, on complex ones.
A scalar is 0-d; everything else has rows and columns.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np

from gradproof.notation import linear_algebra, spectral
from gradproof.notation.linear_algebra import Array


def absolute(x: Array) -> Any:
    """|x|, continued as ±x by the sign of the real part."""
    return x * np.sign(x.real)


def sign(x: Array) -> Any:
    """The sign of the real part."""
    return np.sign(x.real)


def relu(x: Array) -> Any:
    """max(x, 0)."""
    return np.where(x.real > 0, x, 0)


def sigmoid(x: Array) -> Any:
    """1/(1 + e⁻ˣ), from whichever of e⁻ˣ and eˣ does not overflow."""
    right = x.real >= 0
    small = np.exp(np.where(right, -x, x))
    return np.where(right, 1, small) / (1 + small)


def softplus(x: Array) -> Any:
    """log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)."""
    right = x.real >= 0
    return np.where(right, x, 0) + np.log1p(np.exp(np.where(right, -x, x)))


ELEMENTWISE: MappingProxyType[str, Callable[[Array], Any]] = MappingProxyType(
    {
        "exp": np.exp,
        "log": np.log,
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "arcsin": np.arcsin,
        "arccos": np.arccos,
        "arctan": np.arctan,
        "sinh": np.sinh,
        "cosh": np.cosh,
        "tanh": np.tanh,
        "sqrt": np.sqrt,
        "abs": absolute,
        "sign": sign,
        "relu": relu,
        "sigmoid": sigmoid,
        "softplus": softplus,
    }
)


def norm2(x: Array) -> Any:
    """√Σ x², of all entries."""
    return np.sqrt(inner(x, x))


def inner(x: Array, y: Array) -> Any:
    """Σ x ⊙ y."""
    return np.add.reduce(x * y, axis=None)


def rowsoftmax(x: Array) -> Array:
    """eˣ / Σ eˣ in each row."""
    powers = np.exp(x - x.real.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def rowlogsumexp(x: Array) -> Array:
    """log Σ eˣ of each row, as a column."""
    largest = x.real.max(axis=1, keepdims=True)
    return np.asarray(largest + np.log(np.exp(x - largest).sum(axis=1, keepdims=True)))


def diag(x: Array) -> Array:
    """The diagonal matrix of a vector, or the diagonal of a matrix as a column."""
    return np.diag(x.ravel()) if 1 in x.shape else x.diagonal()[:, None]


def kron(x: Array, y: Array) -> Array:
    """The Kronecker product: the blocks xᵢⱼ y."""
    blocks = x[:, None, :, None] * y[None, :, None, :]
    return np.asarray(blocks.reshape(len(x) * len(y), -1))


def comm(rows: int, columns: int) -> Array:
    """The commutation matrix: K vec A = vec A′ for A of that many rows and columns."""
    places = np.arange(rows * columns).reshape(columns, rows).T.ravel()
    return np.eye(rows * columns)[places]


def toeplitz(x: Array) -> Array:
    """The symmetric matrix with the entries x_|i−j|."""
    places = np.arange(x.size)
    return np.asarray(x.ravel()[abs(places[:, None] - places)])


def diagsums(x: Array) -> Array:
    """The sums of the entries with |i − j| = 0, 1, 2, …, as a column."""
    later = [x.trace(k) + x.trace(-k) for k in range(1, len(x))]
    return np.array([x.trace(), *later])[:, None]


MATRIX: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {
        "sum": lambda x: np.add.reduce(x, axis=None),
        "mean": lambda x: np.add.reduce(x, axis=None) / x.size,
        "prod": lambda x: np.multiply.reduce(x, axis=None),
        "norm1": lambda x: np.add.reduce(absolute(x), axis=None),
        "norm2": norm2,
        "inner": inner,
        "outer": lambda x, y: x.reshape(-1, 1) * y.reshape(1, -1),
        "hcat": lambda *blocks: np.concatenate(blocks, axis=1),
        "vcat": lambda *blocks: np.concatenate(blocks, axis=0),
        "tr": lambda x: x.trace(),
        "det": np.linalg.det,
        "logdet": linear_algebra.logdet,
        "inv": linear_algebra.inverse,
        "pinv": linear_algebra.pseudoinverse,
        "adj": linear_algebra.adjugate,
        "expm": linear_algebra.expm,
        "cosm": linear_algebra.cosm,
        "sinm": linear_algebra.sinm,
        "sqrtm": spectral.sqrtm,
        "frechet_expm": linear_algebra.frechet_expm,
        "frechet_cosm": linear_algebra.frechet_cosm,
        "frechet_sinm": linear_algebra.frechet_sinm,
        "frechet_sqrtm": spectral.frechet_sqrtm,
        "polar": spectral.polar,
        "specnorm": spectral.specnorm,
        "nucnorm": spectral.nucnorm,
        "eigvals": spectral.eigvals,
        "eigvecs": spectral.eigvecs,
        "eigmax": spectral.eigmax,
        "eigvecmax": spectral.eigvecmax,
        "softmax": lambda x: rowsoftmax(x.reshape(1, -1)).reshape(x.shape),
        "logsumexp": lambda x: rowlogsumexp(x.reshape(1, -1)),
        "rowsoftmax": rowsoftmax,
        "rowlogsumexp": rowlogsumexp,
        "diag": diag,
        "vec": lambda x: x.reshape(-1, 1, order="F"),
        "kron": kron,
        "toeplitz": toeplitz,
        "diagsums": diagsums,
    }
)
