"""NumPy by hand: Hessians, and their products with a direction."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Solve = Callable[..., Any]
ROWS = 2048  # rows of a block that stays in the cache
OUTER = 50_000  # entries up to which all outer products of the rows are kept


def linear(w, X, y):
    """2/N XᵀX; BLAS sees that it is symmetric and does half the work."""
    H, XT, scale = np.empty((w.size, w.size), X.dtype), X.T, X.dtype.type(2 / y.size)

    def solve(w):
        np.matmul(XT, X, out=H)
        return np.multiply(H, scale, out=H)

    return solve


def linear_product(dw, w, X, y):
    """2/N Xᵀ(X dw)."""
    r, g, XT, scale = np.empty_like(y), np.empty_like(w), X.T, X.dtype.type(2 / y.size)

    def solve(dw, w):
        np.dot(X, dw, out=r)
        np.multiply(r, scale, out=r)
        return np.dot(XT, r, out=g)

    return solve


def logistic(w, X, y):
    """The rows by the roots of their weights, so that each block's product is symmetric."""
    N, d = X.shape
    H, block = np.empty((d, d), X.dtype), np.empty((min(N, ROWS), d), X.dtype)

    def solve(w):
        H.fill(0)
        for start in range(0, N, ROWS):
            rows = X[start : start + ROWS]
            e = np.exp(-np.abs(rows @ w))
            roots = np.sqrt(e)
            np.divide(roots, 1 + e, out=roots)
            weighted = np.multiply(rows, roots[:, None], out=block[: len(rows)])
            np.add(H, weighted.T @ weighted, out=H)
        return H

    return solve


def logistic_product(dw, w, X, y):
    """Xᵀ(s ⊙ X dw)."""
    XT, g = X.T, np.empty_like(w)

    def solve(dw, w):
        e = np.exp(-np.abs(X @ w))
        np.divide(e, (1 + e) ** 2, out=e)
        np.multiply(e, X @ dw, out=e)
        return np.dot(XT, e, out=g)

    return solve


def classes(W, X, c):
    """Xᵀ diag(weights) X for each pair of classes; few rows by one product of outer products."""
    N, d = X.shape
    return _classes_at_once(X) if N * d * d < OUTER else _classes_in_pairs(X)


def _classes_at_once(X):
    N, d = X.shape
    outer = (X[:, :, None] * X[:, None, :]).reshape(N, d * d).T

    def solve(W):
        K = W.shape[1]
        P = _probabilities(X @ W)
        weights = P[:, :, None] * P[:, None, :]
        np.negative(weights, out=weights)
        weights.reshape(N, -1)[:, :: K + 1] += P
        H = (outer @ weights.reshape(N, -1)).reshape(d, d, K, K)
        return H.transpose(0, 2, 1, 3).reshape(d * K, d * K) / N

    return solve


def _classes_in_pairs(X):
    N, d = X.shape

    def solve(W):
        K = W.shape[1]
        P = _probabilities(X @ W)
        H = np.empty((d, K, d, K), X.dtype)
        for i in range(K):
            for j in range(i + 1):
                weights = P[:, i] * ((i == j) - P[:, j])
                block = X.T @ (X * (weights / N)[:, None])
                H[:, i, :, j] = block
                if i != j:
                    H[:, j, :, i] = block
        return H.reshape(d * K, d * K)

    return solve


def classes_product(dW, W, X, c):
    """Xᵀ of the softmax's differential."""
    N, XT = len(X), X.T

    def solve(dW, W):
        P = _probabilities(X @ W)
        D = X @ dW
        D -= np.einsum("ij,ij->i", P, D)[:, None]
        D *= P
        D *= 1 / N
        return XT @ D

    return solve


def _probabilities(Z):
    Z -= Z.max(1, keepdims=True)
    np.exp(Z, out=Z)
    Z /= Z.sum(1, keepdims=True)
    return Z


def cosine(x, y, t):
    """A multiple of the identity and a product of two columns with two rows."""
    n, target = x.size, float(t)
    H = np.empty((n, n), x.dtype)

    def solve(x, y):
        a, r, c = _angle(x, y)
        k = 2 * (target - c) / a
        u = y * r - x * (c / a)
        left = np.stack((2 * u + k * x, k * u - (k * c / a) * x), 1)
        np.matmul(left, np.stack((u, x), 0), out=H)
        H.reshape(-1)[:: n + 1] += k * c
        return H

    return solve


def cosine_product(dx, x, y, t):
    """A combination of x, y and the direction."""
    target = float(t)

    def solve(dx, x, y):
        a, r, c = _angle(x, y)
        k = 2 * (target - c) / a
        u = y * r
        u -= x * (c / a)
        along_u, along_x = u @ dx, x @ dx
        u *= 2 * along_u + k * along_x
        u += x * (k * along_u - k * c / a * along_x)
        u += dx * (k * c)
        return u

    return solve


def _angle(x, y):
    """‖x‖², 1/(‖x‖‖y‖) and the cosine."""
    a = x @ x
    r = 1 / math.sqrt(a * (y @ y))
    return a, r, (x @ y) * r


def factorisation(U, V, T):
    """2 I ⊗ VᵀV; the zeros are written once."""
    (m, k), rows = U.shape, np.arange(len(U))
    H = np.zeros((m, k, m, k), U.dtype)

    def solve(U, V):
        G = V.T @ V
        G *= 2
        H[rows, :, rows, :] = G
        return H.reshape(m * k, m * k)

    return solve


def factorisation_product(dU, U, V, T):
    """2 dU VᵀV."""

    def solve(dU, U, V):
        G = V.T @ V
        G *= 2
        return dU @ G

    return solve


def process_product(dK, K, y):
    """K⁻¹ once."""

    def solve(dK, K):
        inverse = np.linalg.inv(K)
        a = inverse @ y
        G = np.outer(inverse @ (dK @ a), a)
        G += G.T
        G -= inverse @ dK @ inverse
        G *= 0.5
        return G

    return solve


def precision(L, S):
    """½ (L⁻¹)ⱼₖ(L⁻¹)ₗᵢ."""
    n = len(L)

    def solve(L):
        inverse = np.linalg.inv(L)
        half = 0.5 * inverse
        return (half[None, :, :, None] * inverse.T[:, None, None, :]).reshape(n * n, n * n)

    return solve


def precision_product(dL, L, S):
    """½ L⁻¹ dLᵀ L⁻¹."""

    def solve(dL, L):
        inverse = np.linalg.inv(L)
        G = inverse @ dL.T @ inverse
        G *= 0.5
        return G

    return solve


def samples(u, W, v, V):
    """AᵀA for the rows [v, V]W by the roots of their weights."""

    def solve(u, W, v, V):
        A = np.concatenate((v[None], V)) @ W
        e = np.exp(-np.abs(A @ u))
        roots = np.sqrt(e)
        roots /= 1 + e
        A *= roots[:, None]
        return A.T @ A

    return solve


def samples_product(du, u, W, v, V):
    """Aᵀ(s ⊙ A du)."""

    def solve(du, u, W, v, V):
        A = np.concatenate((v[None], V)) @ W
        e = np.exp(-np.abs(A @ u))
        e /= (1 + e) ** 2
        e *= A @ du
        return e @ A

    return solve


HESSIANS: dict[str, tuple[Solve, ...]] = {
    "P1": (linear,),
    "P2": (logistic,),
    "P3": (classes,),
    "P4": (cosine,),
    "P5": (factorisation,),
    "P6b": (precision,),
    "P7": (samples,),
}
PRODUCTS: dict[str, tuple[Solve, ...]] = {
    "P1": (linear_product,),
    "P2": (logistic_product,),
    "P3": (classes_product,),
    "P4": (cosine_product,),
    "P5": (factorisation_product,),
    "P6": (process_product,),
    "P6b": (precision_product,),
    "P7": (samples_product,),
}
