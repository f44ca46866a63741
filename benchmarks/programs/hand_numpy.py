"""NumPy by hand: the closed forms as an expert writes them for speed.

Everything that does not depend on the variables is prepared once, buffers are reused, and
operations are done in place.  What is prepared is a function of the variables.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.linalg import blas, lapack

from benchmarks.programs import hand_numpy_second
from benchmarks.programs.peer import Builders, Call
from benchmarks.programs.problem import Array, Cell, Data

Solve = Callable[..., Any]


def linear(w, X, y):
    """The residual stays in one buffer."""
    N, r, g, XT = y.size, np.empty_like(y), np.empty_like(w), X.T
    scale = y.dtype.type(2 / N)

    def solve(w):
        np.dot(X, w, out=r)
        np.subtract(r, y, out=r)
        value = np.dot(r, r) / N
        np.multiply(r, scale, out=r)
        np.dot(XT, r, out=g)
        return value, (g,)

    return solve


def logistic(w, X, y):
    """One exponential serves the value and the sigmoid."""
    margin, e, q, g, XT = (
        np.empty_like(y),
        np.empty_like(y),
        np.empty_like(y),
        np.empty_like(w),
        X.T,
    )

    def solve(w):
        np.dot(X, w, out=margin)
        np.multiply(margin, y, out=margin)
        np.abs(margin, out=e)
        np.negative(e, out=e)
        np.exp(e, out=e)
        np.log1p(e, out=q)
        value = q.sum() - np.minimum(margin, 0, out=q).sum()
        np.add(e, 1, out=q)
        np.copyto(e, 1.0, where=margin < 0)
        np.divide(e, q, out=e)
        np.multiply(e, y, out=e)
        np.negative(e, out=e)
        np.dot(XT, e, out=g)
        return value, (g,)

    return solve


def _cross_entropy(Z, labels, rows, largest, sums):
    """The mean of logsumexp(z) − z_label over the rows; Z becomes its gradient."""
    np.max(Z, axis=1, out=largest)
    np.subtract(Z, largest[:, None], out=Z)
    chosen = Z[rows, labels].sum()
    np.exp(Z, out=Z)
    np.sum(Z, axis=1, out=sums)
    value = (np.log(sums).sum() - chosen) / len(Z)
    np.multiply(sums, len(Z), out=sums)
    np.divide(Z, sums[:, None], out=Z)
    Z[rows, labels] -= 1.0 / len(Z)
    return value


def classes(W, X, c):
    """The probabilities lie where the scores lay."""
    N, K = X.shape[0], W.shape[1]
    Z, g, XT, rows = np.empty((N, K), X.dtype), np.empty_like(W), X.T, np.arange(N)
    largest, sums = np.empty(N, X.dtype), np.empty(N, X.dtype)

    def solve(W):
        np.dot(X, W, out=Z)
        value = _cross_entropy(Z, c, rows, largest, sums)
        np.dot(XT, Z, out=g)
        return value, (g,)

    return solve


def cosine(x, y, t):
    """Both gradients are combinations of x and y."""
    by_x, by_y, other, number = np.empty_like(x), np.empty_like(x), np.empty_like(x), x.dtype.type
    target = float(t)

    def solve(x, y):
        a, b = float(np.dot(x, x)), float(np.dot(y, y))
        r = 1 / math.sqrt(a * b)
        c = float(np.dot(x, y)) * r
        e = target - c
        cross = number(-2 * e * r)
        np.multiply(y, cross, out=by_x)
        np.multiply(x, number(2 * e * c / a), out=other)
        np.add(by_x, other, out=by_x)
        np.multiply(x, cross, out=by_y)
        np.multiply(y, number(2 * e * c / b), out=other)
        np.add(by_y, other, out=by_y)
        return e * e, (by_x, by_y)

    return solve


def factorisation(U, V, T):
    """The residual stays in one buffer."""
    R, by_U, by_V = np.empty_like(T), np.empty_like(U), np.empty_like(V)
    flat = R.reshape(-1)

    def solve(U, V):
        np.dot(U, V.T, out=R)
        np.subtract(R, T, out=R)
        value = np.dot(flat, flat)
        np.dot(R, V, out=by_U)
        np.multiply(by_U, 2, out=by_U)
        np.dot(R.T, U, out=by_V)
        np.multiply(by_V, 2, out=by_V)
        return value, (by_U, by_V)

    return solve


def factorisation_expanded(U, V, T):
    """‖T‖² − 2 tr(TᵀUVᵀ) + tr(UᵀU VᵀV): never forms the residual, at a cost in digits."""
    by_U, by_V, TT = np.empty_like(U), np.empty_like(V), T.T
    square = float(np.vdot(T, T))

    def solve(U, V):
        UU, VV = U.T @ U, V.T @ V
        np.dot(T, V, out=by_U)
        np.dot(TT, U, out=by_V)
        value = square - 2 * np.vdot(by_U, U) + np.vdot(UU, VV)
        np.subtract(U @ VV, by_U, out=by_U)
        np.multiply(by_U, 2, out=by_U)
        np.subtract(V @ UU, by_V, out=by_V)
        np.multiply(by_V, 2, out=by_V)
        return value, (by_U, by_V)

    return solve


def process(K, y):
    """Cholesky once; K⁻¹y by substitution, K⁻¹ from the factor, by LAPACK's own routines."""
    potrf, potri, potrs = lapack.get_lapack_funcs(("potrf", "potri", "potrs"), (K,))

    def solve(K):
        L, _ = potrf(K.T, lower=1, clean=0)  # the transpose of a symmetric matrix is in its order
        a, _ = potrs(L, y, lower=1)
        value = 0.5 * np.dot(y, a) + np.log(L.diagonal()).sum()
        inverse, _ = potri(L, lower=1, overwrite_c=1)
        G = _both_halves(inverse)
        np.subtract(G, np.outer(a, a), out=G)
        np.multiply(G, 0.5, out=G)
        return value, (G,)

    return solve


def precision(L, S):
    """The same for the other parametrisation."""
    potrf, potri = lapack.get_lapack_funcs(("potrf", "potri"), (L,))
    (dot,) = blas.get_blas_funcs(("dot",), (L,))
    flat = S.reshape(-1)

    def solve(L):
        factor, _ = potrf(L.T, lower=1, clean=0)
        value = 0.5 * dot(flat, L.reshape(-1)) - np.log(factor.diagonal()).sum()
        inverse, _ = potri(factor, lower=1, overwrite_c=1)
        G = _both_halves(inverse)
        np.subtract(S, G, out=G)
        np.multiply(G, 0.5, out=G)
        return value, (G,)

    return solve


def _both_halves(lower):
    """The symmetric matrix whose lower half LAPACK wrote."""
    whole = np.tril(lower, -1)
    whole += whole.T
    whole.reshape(-1, order="A")[:: len(whole) + 1] = lower.diagonal()
    return whole


def samples(u, W, v, V):
    """Numbers for the one positive sample, short vectors for the others."""
    by_u, by_W, by_v, by_V = (np.empty_like(array) for array in (u, W, v, V))
    h, q, other = np.empty_like(u), np.empty_like(u), np.empty_like(u)
    scores, e, number = np.empty(len(V), u.dtype), np.empty(len(V), u.dtype), u.dtype.type

    def solve(u, W, v, V):
        np.dot(W, u, out=h)
        p = float(np.dot(v, h))
        np.dot(V, h, out=scores)
        small = math.exp(-abs(p))
        value = math.log1p(small) + max(-p, 0.0) + float(np.logaddexp(0, scores).sum())
        weight = number(-(small if p >= 0 else 1.0) / (1 + small))
        np.negative(scores, out=e)
        np.exp(e, out=e)
        np.add(e, 1, out=e)
        np.divide(1, e, out=e)
        np.dot(e, V, out=q)
        np.multiply(v, weight, out=other)
        np.add(q, other, out=q)
        np.dot(q, W, out=by_u)
        np.multiply(q[:, None], u, out=by_W)
        np.multiply(h, weight, out=by_v)
        np.multiply(e[:, None], h, out=by_V)
        return value, (by_u, by_W, by_v, by_V)

    return solve


def samples_in_batches(U, W, Q, R):
    """The batch as rows; the negative samples by stacked products."""
    by_U, by_W, by_Q, by_R = (np.empty_like(array) for array in (U, W, Q, R))
    H, G = np.empty_like(U), np.empty_like(U)

    def solve(U, W, Q, R):
        np.dot(U, W.T, out=H)
        p = np.einsum("bd,bd->b", Q, H)
        n = np.matmul(R, H[:, :, None])[:, :, 0]
        value = np.logaddexp(0, -p).sum() + np.logaddexp(0, n).sum()
        weight, weights = -1 / (1 + np.exp(p)), 1 / (1 + np.exp(-n))
        np.matmul(weights[:, None, :], R, out=G[:, None, :])
        rows = G + weight[:, None] * Q
        np.dot(rows, W, out=by_U)
        np.dot(rows.T, U, out=by_W)
        np.multiply(H, weight[:, None], out=by_Q)
        np.multiply(weights[:, :, None], H[:, None, :], out=by_R)
        return value, (by_U, by_W, by_Q, by_R)

    return solve


def words(E, O, c, t):
    """The rows of E are gathered, and their gradients added up where they came from."""
    (B, C), V = c.shape, len(O)
    by_E, by_O, Z, rows = (
        np.zeros_like(E),
        np.empty_like(O),
        np.empty((B, V), O.dtype),
        np.arange(B),
    )
    largest, sums, flat = np.empty(B, O.dtype), np.empty(B, O.dtype), c.reshape(-1)

    def solve(E, O):
        h = E[c].mean(1)
        np.dot(h, O.T, out=Z)
        value = _cross_entropy(Z, t, rows, largest, sums)
        by_h = np.dot(Z, O)
        np.multiply(by_h, 1 / C, out=by_h)
        if B == 1:
            np.multiply(Z.T, h, out=by_O)
        else:
            np.dot(Z.T, h, out=by_O)
        by_E.fill(0)
        np.add.at(by_E, flat, np.repeat(by_h, C, 0))
        return value, (by_E, by_O)

    return solve


def word(E, O, c, t):
    """A batch of one."""
    return words(E, O, c[None], t[None])


def network(A, a, B, b, X, Y):
    """One pass forward, one back, in four buffers."""
    n, number, XT = Y.size, X.dtype.type, X.T
    H, D = np.empty((len(X), a.size), X.dtype), np.empty_like(Y)
    F, flat = np.empty_like(H), D.reshape(-1)
    by_A, by_a, by_B, by_b = (np.empty_like(array) for array in (A, a, B, b))

    def solve(A, a, B, b):
        np.dot(X, A, out=H)
        np.add(H, a, out=H)
        np.tanh(H, out=H)
        np.dot(H, B, out=D)
        np.add(D, b, out=D)
        np.subtract(D, Y, out=D)
        value = np.dot(flat, flat) / n
        np.multiply(D, number(2 / n), out=D)
        np.dot(H.T, D, out=by_B)
        np.sum(D, axis=0, out=by_b)
        np.dot(D, B.T, out=F)
        np.multiply(H, H, out=H)
        np.subtract(1, H, out=H)
        np.multiply(F, H, out=F)
        np.dot(XT, F, out=by_A)
        np.sum(F, axis=0, out=by_a)
        return value, (by_A, by_a, by_B, by_b)

    return solve


def attention(Q, K, V, T):
    """The scores become probabilities in place; one more matrix of their size for the way back."""
    n, d = Q.shape
    P, G, F, D, scaled = np.empty((n, n), Q.dtype), np.empty((n, n), Q.dtype), *_like(Q, 3)
    by_Q, by_K, by_V = _like(Q, 3)
    scale, largest, sums = Q.dtype.type(d**-0.5), np.empty(n, Q.dtype), np.empty(n, Q.dtype)
    flat = D.reshape(-1)

    def solve(Q, K, V):
        np.multiply(Q, scale, out=scaled)
        np.dot(scaled, K.T, out=P)
        np.max(P, axis=1, out=largest)
        np.subtract(P, largest[:, None], out=P)
        np.exp(P, out=P)
        np.sum(P, axis=1, out=sums)
        np.divide(P, sums[:, None], out=P)
        np.dot(P, V, out=F)
        np.subtract(F, T, out=D)
        value = 0.5 * np.dot(flat, flat)
        np.dot(P.T, D, out=by_V)
        np.dot(D, V.T, out=G)
        np.subtract(G, np.einsum("ij,ij->i", D, F)[:, None], out=G)
        np.multiply(G, P, out=G)
        np.dot(G, K, out=by_Q)
        np.multiply(by_Q, scale, out=by_Q)
        np.dot(G.T, scaled, out=by_K)
        return value, (by_Q, by_K, by_V)

    return solve


def _like(array, count):
    return tuple(np.empty_like(array) for _ in range(count))


GRADIENTS: dict[str, tuple[Solve, ...]] = {
    "P1": (linear,),
    "P2": (logistic,),
    "P3": (classes,),
    "P4": (cosine,),
    "P5": (factorisation, factorisation_expanded),
    "P6": (process,),
    "P6b": (precision,),
    "P7": (samples,),
    "P7 in batches": (samples_in_batches,),
    "P8": (word,),
    "P8 in batches": (words,),
    "P9": (network,),
    "P10": (attention,),
}
KINDS = {
    "gradient": GRADIENTS,
    "hessian": hand_numpy_second.HESSIANS,
    "hvp": hand_numpy_second.PRODUCTS,
}


def builders(cell: Cell, data: Data, option: str) -> Builders:
    """A call for every way in which the cell is written."""
    return prepared(KINDS[cell.kind], cell, data)


def prepared(table: dict[str, tuple[Solve, ...]], cell: Cell, data: Data) -> Builders:
    """The calls of a table: what prepares takes all arrays, what solves the variables."""
    key = f"{cell.problem.key} in batches" if "B" in cell.extents else cell.problem.key
    found = table.get(key, ())
    labels = [
        prepare.__name__.replace("_", " ") if place else "" for place, prepare in enumerate(found)
    ]
    return {
        label: (lambda prepare=prepare: _call(prepare, cell, data))
        for label, prepare in zip(labels, found, strict=True)
    }


def _call(prepare: Solve, cell: Cell, data: Data) -> Call:
    variables = tuple(data.variables.values())
    if cell.kind == "gradient":
        solve = prepare(*data.arguments)
        return Call(lambda: solve(*variables), lambda result: [result[0], *result[1]])
    if cell.kind == "hessian":
        solve = prepare(*data.arguments)
        return Call(lambda: solve(*variables), _one)
    solve = prepare(data.direction, *data.arguments)
    return Call(lambda: solve(data.direction, *variables), _one)


def _one(result: Array) -> list[Array]:
    return [result]
