"""autograd: the losses in its NumPy, and their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as np
from autograd.scipy.special import logsumexp

from benchmarks.programs.peer import Builders, Call
from benchmarks.programs.problem import Cell, Data

Loss = Callable[..., Any]
LARGEST_HESSIAN = 1000  # variables; it differentiates the gradient entry by entry


def linear(w, X, y):
    """‖Xw − y‖²/N."""
    r = np.dot(X, w) - y
    return np.dot(r, r) / y.shape[0]


def logistic(w, X, y):
    """Σ log(1 + exp(−y ⊙ Xw))."""
    return np.sum(np.logaddexp(0.0, -y * np.dot(X, w)))


def classes(W, X, c):
    """The mean of logsumexp(Wᵀx) − (Wᵀx)_c."""
    Z = np.dot(X, W)
    return np.mean(logsumexp(Z, axis=1) - Z[np.arange(Z.shape[0]), c])


def cosine(x, y, t):
    """(t − cos(x, y))²."""
    return (t - np.dot(x, y) / (np.sqrt(np.dot(x, x)) * np.sqrt(np.dot(y, y)))) ** 2


def factorisation(U, V, T):
    """‖T − UVᵀ‖²."""
    R = T - np.dot(U, V.T)
    return np.sum(R * R)


def process(K, y):
    """½ yᵀK⁻¹y + ½ log|K|."""
    return 0.5 * np.dot(y, np.linalg.solve(K, y)) + 0.5 * np.linalg.slogdet(K)[1]


def precision(L, S):
    """½ tr(SL) − ½ log|L|."""
    return 0.5 * np.sum(S * L) - 0.5 * np.linalg.slogdet(L)[1]


def samples(u, W, v, V):
    """−log σ(vᵀWu) − Σ log σ(−VWu)."""
    h = np.dot(W, u)
    return np.logaddexp(0.0, -np.dot(v, h)) + np.sum(np.logaddexp(0.0, np.dot(V, h)))


def samples_in_batches(U, W, Q, R):
    """The same for many pairs."""
    H = np.dot(U, W.T)
    positive = np.sum(np.logaddexp(0.0, -np.sum(Q * H, 1)))
    return positive + np.sum(np.logaddexp(0.0, np.einsum("bkd,bd->bk", R, H)))


def word(E, O, c, t):
    """logsumexp(Oh) − (Oh)_t for the mean h of the rows c of E."""
    z = np.dot(O, np.mean(E[c], axis=0))
    return logsumexp(z) - z[t]


def words(E, O, c, t):
    """The mean over many words."""
    Z = np.dot(np.mean(E[c], axis=1), O.T)
    return np.mean(logsumexp(Z, axis=1) - Z[np.arange(Z.shape[0]), t])


def network(A, a, B, b, X, Y):
    """The mean square of tanh(XA + a)B + b − Y."""
    return np.mean((np.dot(np.tanh(np.dot(X, A) + a), B) + b - Y) ** 2)


def attention(Q, K, V, T):
    """½‖softmax(QKᵀ/√d)V − T‖²."""
    S = np.dot(Q, K.T) / Q.shape[1] ** 0.5
    P = np.exp(S - np.max(S, axis=1, keepdims=True))
    D = np.dot(P / np.sum(P, axis=1, keepdims=True), V) - T
    return 0.5 * np.sum(D * D)


LOSSES: dict[str, Loss] = {
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


def builders(cell: Cell, data: Data, option: str) -> Builders:
    """The derivative that the cell asks for, unless it would take minutes."""
    if cell.kind == "hessian" and data.direction.size > LARGEST_HESSIAN:
        return {}
    key = f"{cell.problem.key} in batches" if "B" in cell.extents else cell.problem.key
    return {"": lambda: _derivative(LOSSES[key], cell, data)}


def _derivative(loss: Loss, cell: Cell, data: Data) -> Call:
    variables = tuple(data.variables.values())
    constants = tuple(data.constants.values())
    if cell.kind == "gradient":
        both = autograd.value_and_grad(lambda found: loss(*found, *constants))
        return Call(lambda: both(variables), lambda result: [result[0], *result[1]])
    first, *others = data.arguments

    def by_first(x: Any) -> Any:
        return loss(x, *others)

    if cell.kind == "hessian":
        hessian = autograd.hessian(by_first)
        return Call(lambda: hessian(first), lambda H: [H])
    product = autograd.hessian_vector_product(by_first)
    return Call(lambda: product(first, data.direction), lambda v: [v])
