"""Our closed forms spelled once, for JAX and PyTorch alike: what a person would write there.

A formula takes the library as its first argument, then the variables and the constants.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.programs.problem import Cell

Formula = Callable[..., Any]


def linear(xp, w, X, y):
    """r = Xw − y; the row times the matrix, which XLA multiplies faster than the transpose."""
    r = X @ w - y
    return r @ r / y.shape[0], ((r * (2 / y.shape[0])) @ X,)


def linear_hessian(xp, w, X, y):
    """2/N XᵀX."""
    return (2 / y.shape[0]) * (X.T @ X)


def logistic(xp, w, X, y):
    """m = y ⊙ Xw; the sum of softplus(−m) and its sigmoid from one exponential."""
    m = y * (X @ w)
    e = xp.exp(-abs(m))
    s = xp.where(m >= 0, e, 1.0) / (1 + e)
    return (0.5 * (abs(m) - m) + xp.log1p(e)).sum(), (-(y * s) @ X,)


def logistic_hessian(xp, w, X, y):
    """XᵀDX."""
    e = xp.exp(-abs(X @ w))
    return X.T @ ((e / (1 + e) ** 2)[:, None] * X)


def classes(xp, W, X, c):
    """Xᵀ(P − one-hot(c))/N."""
    N, rows = X.shape[0], xp.arange(X.shape[0])
    Z = X @ W
    Z = Z - xp.amax(Z, 1)[:, None]
    P = xp.exp(Z)
    s = P.sum(1)
    value = (xp.log(s) - Z[rows, c]).mean()
    return value, (X.T @ _added(P / (s * N)[:, None], (rows, c), -1 / N),)


def cosine(xp, x, y, t):
    """Both gradients are combinations of x and y."""
    a, b = x @ x, y @ y
    r = 1 / (a * b) ** 0.5
    c = (x @ y) * r
    e = t - c
    by_x = (-2 * e * r) * y + (2 * e * c / a) * x
    return e * e, (by_x, (-2 * e * r) * x + (2 * e * c / b) * y)


def cosine_hessian(xp, x, y, t):
    """A multiple of the identity, and outer products."""
    a = x @ x
    r = 1 / (a * (y @ y)) ** 0.5
    c = (x @ y) * r
    k = 2 * (t - c) / a
    u = y * r - x * (c / a)
    outer = (2 * u + k * x)[:, None] * u[None, :] + (k * u - (k * c / a) * x)[:, None] * x[None, :]
    return outer + (k * c) * xp.eye(x.shape[0], dtype=x.dtype)


def factorisation(xp, U, V, T):
    """R = UVᵀ − T."""
    R = U @ V.T - T
    return (R * R).sum(), (2 * (R @ V), 2 * (R.T @ U))


def factorisation_hessian(xp, U, V, T):
    """2 I ⊗ VᵀV."""
    G = 2 * (V.T @ V)
    return xp.eye(U.shape[0], dtype=U.dtype)[:, None, :, None] * G[None, :, None, :]


def process(xp, K, y):
    """½(K⁻¹ − K⁻¹yyᵀK⁻¹)."""
    inverse = xp.linalg.inv(K)
    a = inverse @ y
    value = 0.5 * y @ a + 0.5 * xp.linalg.slogdet(K)[1]
    return value, (0.5 * (inverse - a[:, None] * a[None, :]),)


def precision(xp, L, S):
    """½(S − L⁻¹)."""
    value = 0.5 * (S * L).sum() - 0.5 * xp.linalg.slogdet(L)[1]
    return value, (0.5 * (S - xp.linalg.inv(L).T),)


def precision_hessian(xp, L, S):
    """½ (L⁻¹)ⱼₖ(L⁻¹)ₗᵢ."""
    inverse = xp.linalg.inv(L)
    return 0.5 * xp.einsum("jk,li->ijkl", inverse, inverse)


def samples(xp, u, W, v, V):
    """h = Wu; the weights of the positive and the negative samples are sigmoids."""
    h = W @ u
    p, n = v @ h, V @ h
    weight, weights = -_sigmoid(xp, -p), _sigmoid(xp, n)
    q = weight * v + weights @ V
    gradients = (q @ W, q[:, None] * u[None, :], weight * h, weights[:, None] * h[None, :])
    return _softplus(xp, -p) + _softplus(xp, n).sum(), gradients


def samples_hessian(xp, u, W, v, V):
    """AᵀDA for the rows A = [v, V]W."""
    h = W @ u
    one, many = xp.exp(-abs(v @ h)), xp.exp(-abs(V @ h))
    a, A = v @ W, V @ W
    first = (one / (1 + one) ** 2) * (a[:, None] * a[None, :])
    return first + (A * (many / (1 + many) ** 2)[:, None]).T @ A


def samples_in_batches(xp, U, W, Q, R):
    """The same for many pairs."""
    H = U @ W.T
    p, n = (Q * H).sum(1), (R @ H[:, :, None])[:, :, 0]
    weight, weights = -_sigmoid(xp, -p), _sigmoid(xp, n)
    G = weight[:, None] * Q + (weights[:, None, :] @ R)[:, 0]
    gradients = (G @ W, G.T @ U, weight[:, None] * H, weights[:, :, None] * H[:, None, :])
    return _softplus(xp, -p).sum() + _softplus(xp, n).sum(), gradients


def words(xp, E, O, c, t):
    """The gradient by E is added up at the rows c."""
    B, C = c.shape
    rows = xp.arange(B)
    h = E[c].mean(1)
    Z = h @ O.T
    Z = Z - xp.amax(Z, 1)[:, None]
    P = xp.exp(Z)
    s = P.sum(1)
    value = (xp.log(s) - Z[rows, t]).mean()
    P = _added(P / (s * B)[:, None], (rows, t), -1 / B)
    by_h = ((P @ O) / C)[:, None, :] + xp.zeros((B, C, 1), dtype=E.dtype)
    by_E = _accumulated(xp.zeros(E.shape, dtype=E.dtype), c.reshape(-1), by_h.reshape(B * C, -1))
    return value, (by_E, P.T @ h)


def word(xp, E, O, c, t):
    """A batch of one."""
    return words(xp, E, O, c[None], t[None])


def network(xp, A, a, B, b, X, Y):
    """One pass forward, one back."""
    H = xp.tanh(X @ A + a)
    D = H @ B + b - Y
    n = D.shape[0] * D.shape[1]
    G = D * (2 / n)
    F = (G @ B.T) * (1 - H * H)
    return (D * D).sum() / n, (X.T @ F, F.sum(0), H.T @ G, G.sum(0))


def attention(xp, Q, K, V, T):
    """The rows of the softmax's differential from one inner product each."""
    scale = Q.shape[1] ** -0.5
    S = (Q @ K.T) * scale
    P = xp.exp(S - xp.amax(S, 1)[:, None])
    P = P / P.sum(1)[:, None]
    F = P @ V
    D = F - T
    G = P * (D @ V.T - (D * F).sum(1)[:, None]) * scale
    return 0.5 * (D * D).sum(), (G @ K, G.T @ Q, P.T @ D)


def _softplus(xp, t):
    return xp.log1p(xp.exp(-abs(t))) + 0.5 * (t + abs(t))


def _sigmoid(xp, t):
    return 1 / (1 + xp.exp(-t))


def _added(array, place, number):
    """The array with a number added at some places."""
    if hasattr(array, "at"):  # JAX's arrays cannot be changed
        return array.at[place].add(number)
    array[place] += number
    return array


def _accumulated(array, rows, values):
    if hasattr(array, "at"):
        return array.at[rows].add(values)
    return array.index_add_(0, rows, values)


GRADIENTS: dict[str, Formula] = {
    "P1": linear,
    "P2": logistic,
    "P3": classes,
    "P4": cosine,
    "P5": factorisation,
    "P6": process,
    "P6b": precision,
    "P7": samples,
    "P7 in batches": samples_in_batches,
    "P8": word,
    "P8 in batches": words,
    "P9": network,
    "P10": attention,
}

HESSIANS: dict[str, Formula] = {
    "P1": linear_hessian,
    "P2": logistic_hessian,
    "P4": cosine_hessian,
    "P5": factorisation_hessian,
    "P6b": precision_hessian,
    "P7": samples_hessian,
}


def formula(cell: Cell) -> Formula | None:
    """The closed form of a cell, where one is written."""
    key = f"{cell.problem.key} in batches" if "B" in cell.extents else cell.problem.key
    return {"gradient": GRADIENTS, "hessian": HESSIANS}.get(cell.kind, {}).get(key)
