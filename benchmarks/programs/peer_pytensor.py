"""PyTensor: the losses as its graphs, compiled to numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytensor
import pytensor.tensor as pt
from pytensor.gradient import hessian
from pytensor.tensor.special import softmax

from benchmarks.programs.peer import Builders, Call
from benchmarks.programs.problem import Array, Cell, Data

Loss = Callable[..., Any]


def linear(w, X, y):
    """‖Xw − y‖²/N."""
    r = X @ w - y
    return (r * r).sum() / y.shape[0]


def logistic(w, X, y):
    """Σ log(1 + exp(−y ⊙ Xw))."""
    return pt.softplus(-y * (X @ w)).sum()


def classes(W, X, c):
    """The mean of logsumexp(Wᵀx) − (Wᵀx)_c."""
    Z = X @ W
    return (pt.logsumexp(Z, axis=1) - Z[pt.arange(Z.shape[0]), c]).mean()


def cosine(x, y, t):
    """(t − cos(x, y))²."""
    lengths = pt.sqrt((x * x).sum()) * pt.sqrt((y * y).sum())
    return (t - (x * y).sum() / lengths) ** 2


def factorisation(U, V, T):
    """‖T − UVᵀ‖²."""
    R = T - U @ V.T
    return (R * R).sum()


def process(K, y):
    """½ yᵀK⁻¹y + ½ log|K|."""
    return 0.5 * y @ pt.linalg.solve(K, y) + 0.5 * pt.linalg.slogdet(K)[1]


def precision(L, S):
    """½ tr(SL) − ½ log|L|."""
    return 0.5 * (S * L).sum() - 0.5 * pt.linalg.slogdet(L)[1]


def samples(u, W, v, V):
    """−log σ(vᵀWu) − Σ log σ(−VWu)."""
    h = W @ u
    return pt.softplus(-(v @ h)) + pt.softplus(V @ h).sum()


def samples_in_batches(U, W, Q, R):
    """The same for many pairs."""
    H = U @ W.T
    scores = (R * H[:, None, :]).sum(2)
    return pt.softplus(-(Q * H).sum(1)).sum() + pt.softplus(scores).sum()


def word(E, O, c, t):
    """logsumexp(Oh) − (Oh)_t for the mean h of the rows c of E."""
    z = O @ E[c].mean(0)
    return pt.logsumexp(z) - z[t]


def words(E, O, c, t):
    """The mean over many words."""
    Z = E[c].mean(1) @ O.T
    return (pt.logsumexp(Z, axis=1) - Z[pt.arange(Z.shape[0]), t]).mean()


def network(A, a, B, b, X, Y):
    """The mean square of tanh(XA + a)B + b − Y."""
    D = pt.tanh(X @ A + a) @ B + b - Y
    return (D * D).mean()


def attention(Q, K, V, T):
    """½‖softmax(QKᵀ/√d)V − T‖²."""
    root = pt.sqrt(Q.shape[1].astype(Q.dtype))
    D = softmax(Q @ K.T / root, axis=-1) @ V - T
    return 0.5 * (D * D).sum()


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
    """The derivative that the cell asks for; PyTensor has Hessians by vectors only."""
    if cell.kind == "hessian" and data.direction.ndim != 1:
        return {}
    key = f"{cell.problem.key} in batches" if "B" in cell.extents else cell.problem.key
    return {"": lambda: _derivative(LOSSES[key], cell, data)}


def _derivative(loss: Loss, cell: Cell, data: Data) -> Call:
    named = data.variables | data.constants
    symbols = [_symbol(name, array) for name, array in named.items()]
    graph = loss(*symbols)
    arguments = list(data.arguments)
    if cell.kind == "gradient":
        gradients = pytensor.grad(graph, symbols[: len(data.variables)])
        compiled = _compiled(symbols, [graph, *gradients])
        return Call(lambda: compiled(*arguments), lambda result: result)
    if cell.kind == "hessian":
        compiled = _compiled(symbols, hessian(graph, symbols[0]))
        return Call(lambda: compiled(*arguments), lambda H: [H])
    direction = _symbol("direction", data.direction)
    product = pytensor.grad((pytensor.grad(graph, symbols[0]) * direction).sum(), symbols[0])
    compiled = _compiled([*symbols, direction], product)
    return Call(lambda: compiled(*arguments, data.direction), lambda v: [v])


def _symbol(name: str, array: Array) -> Any:
    return pt.TensorType(str(array.dtype), shape=(None,) * array.ndim)(name)


def _compiled(inputs: list[Any], outputs: Any) -> Any:
    compiled = pytensor.function(inputs, outputs, mode="NUMBA", on_unused_input="ignore")
    compiled.trust_input = True
    return compiled
