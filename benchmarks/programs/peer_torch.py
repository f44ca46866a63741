"""PyTorch: the losses, and their derivatives eager and through `torch.compile`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.func
from torch import Tensor
from torch.nn import functional

from benchmarks.programs import closed_forms
from benchmarks.programs.peer import Builders, Call, Outputs
from benchmarks.programs.problem import Array, Cell, Data
from benchmarks.programs.threads import THREADS

torch.set_num_threads(THREADS)

Loss = Callable[..., Tensor]


def linear(w, X, y):
    """‖Xw − y‖²/N."""
    r = X @ w - y
    return r.dot(r) / y.shape[0]


def logistic(w, X, y):
    """Σ log(1 + exp(−y ⊙ Xw))."""
    return -functional.logsigmoid(y * (X @ w)).sum()


def classes(W, X, c):
    """The mean of logsumexp(Wᵀx) − (Wᵀx)_c."""
    return functional.cross_entropy(X @ W, c)


def cosine(x, y, t):
    """(t − cos(x, y))²."""
    return (t - x.dot(y) / (x.dot(x).sqrt() * y.dot(y).sqrt())) ** 2


def factorisation(U, V, T):
    """‖T − UVᵀ‖²."""
    R = T - U @ V.T
    return (R * R).sum()


def process(K, y):
    """½ yᵀK⁻¹y + ½ log|K|, by Cholesky."""
    L = torch.linalg.cholesky(K)
    a = torch.cholesky_solve(y[:, None], L)[:, 0]
    return 0.5 * y.dot(a) + L.diagonal().log().sum()


def process_by_lu(K, y):
    """½ yᵀK⁻¹y + ½ log|K|, by general elimination."""
    return 0.5 * y.dot(torch.linalg.solve(K, y)) + 0.5 * torch.linalg.slogdet(K)[1]


def precision(L, S):
    """½ tr(SL) − ½ log|L|, by general elimination."""
    return 0.5 * (S * L).sum() - 0.5 * torch.linalg.slogdet(L)[1]


def precision_by_cholesky(L, S):
    """½ tr(SL) − ½ log|L|, by Cholesky."""
    return 0.5 * (S * L).sum() - torch.linalg.cholesky(L).diagonal().log().sum()


def samples(u, W, v, V):
    """−log σ(vᵀWu) − Σ log σ(−VWu)."""
    h = W @ u
    return -functional.logsigmoid(v.dot(h)) - functional.logsigmoid(-(V @ h)).sum()


def samples_in_batches(U, W, Q, R):
    """The same for many pairs."""
    H = U @ W.T
    positive = functional.logsigmoid((Q * H).sum(1)).sum()
    return -positive - functional.logsigmoid(-torch.bmm(R, H[:, :, None])).sum()


def word(E, O, c, t):
    """logsumexp(Oh) − (Oh)_t for the mean h of the rows c of E."""
    return functional.cross_entropy(O @ functional.embedding(c, E).mean(0), t)


def words(E, O, c, t):
    """The mean over many words."""
    return functional.cross_entropy(functional.embedding(c, E).mean(1) @ O.T, t)


def network(A, a, B, b, X, Y):
    """The mean square of tanh(XA + a)B + b − Y."""
    D = torch.tanh(X @ A + a) @ B + b - Y
    return (D * D).mean()


def attention(Q, K, V, T):
    """½‖softmax(QKᵀ/√d)V − T‖²."""
    D = torch.softmax(Q @ K.T / Q.shape[1] ** 0.5, -1) @ V - T
    return 0.5 * (D * D).sum()


def fused_attention(Q, K, V, T):
    """The same through PyTorch's own fused attention."""
    D = (
        functional.scaled_dot_product_attention(Q[None, None], K[None, None], V[None, None])[0, 0]
        - T
    )
    return 0.5 * (D * D).sum()


LOSSES: dict[str, tuple[Loss, ...]] = {
    "P1": (linear,),
    "P2": (logistic,),
    "P3": (classes,),
    "P4": (cosine,),
    "P5": (factorisation,),
    "P6": (process, process_by_lu),
    "P6b": (precision, precision_by_cholesky),
    "P7": (samples,),
    "P7 in batches": (samples_in_batches,),
    "P8": (word,),
    "P8 in batches": (words,),
    "P9": (network,),
    "P10": (attention, fused_attention),
}


def builders(cell: Cell, data: Data, option: str) -> Builders:
    """One call for every way to write the loss, or the closed form."""
    if option == "closed":
        formula = closed_forms.formula(cell)
        return {"": lambda: _closed(formula, cell, data)} if formula else {}
    key = f"{cell.problem.key} in batches" if "B" in cell.extents else cell.problem.key
    if option == "compiled" and cell.kind == "hessian":
        # It is no quicker than without compilation, and ends the process on some losses.
        return {}
    found = LOSSES[key]
    if option == "compiled" or (cell.problem.symmetric and cell.kind == "hessian"):
        found = found[:1]  # Cholesky's Hessian is on the symmetric matrices only
    labels = ["", *(loss.__name__.replace("_", " ") for loss in found[1:])]
    derivative = _compiled if option == "compiled" else _eager
    return {
        label: (lambda loss=loss: derivative(loss, cell, data))
        for label, loss in zip(labels, found, strict=True)
    }


def _eager(loss: Loss, cell: Cell, data: Data) -> Call:
    arrays = _tensors(data)
    count = len(data.variables)
    first, *others = arrays
    if cell.kind == "hessian":
        hessian = torch.func.hessian(lambda x: loss(x, *others))
        return Call(lambda: hessian(first), _one)
    variables = [array.requires_grad_() for array in arrays[:count]]
    if cell.kind == "gradient":

        def value_and_gradients() -> Any:
            value = loss(*arrays)
            return value, torch.autograd.grad(value, variables)

        return Call(value_and_gradients, _value_and_gradients)
    direction = torch.from_numpy(data.direction)
    constants = [array.detach() for array in others]

    def product() -> Tensor:
        gradient = torch.autograd.grad(loss(first, *constants), first, create_graph=True)
        return torch.autograd.grad(gradient, first, direction)[0]

    return Call(product, _one)


def _compiled(loss: Loss, cell: Cell, data: Data) -> Call:
    arrays = _tensors(data)
    first, *others = arrays
    if cell.kind == "gradient":
        places = tuple(range(len(data.variables)))
        compiled = torch.compile(torch.func.grad_and_value(loss, argnums=places), fullgraph=True)

        def value_and_gradients() -> Any:
            gradients, value = compiled(*arrays)
            return value, gradients

        return Call(value_and_gradients, _value_and_gradients)
    if cell.kind == "hessian":
        compiled = torch.compile(torch.func.hessian(loss))
        return Call(lambda: compiled(*arrays), _one)
    direction = torch.from_numpy(data.direction)
    compiled = torch.compile(_product(loss))
    return Call(lambda: compiled(direction, first, *others), _one)


def _product(loss: Loss) -> Loss:
    """The Hessian by the first argument times a direction: forward over reverse."""

    def product(direction: Tensor, first: Tensor, *others: Tensor) -> Tensor:
        gradient = torch.func.grad(lambda x: loss(x, *others))
        return torch.func.jvp(gradient, (first,), (direction,))[1]

    return product


def _closed(formula: Callable[..., Any], cell: Cell, data: Data) -> Call:
    arrays = _tensors(data)

    def run() -> Any:
        with torch.no_grad():
            return formula(torch, *arrays)

    return Call(run, _value_and_gradients if cell.kind == "gradient" else _one)


def _tensors(data: Data) -> list[Tensor]:
    return [torch.from_numpy(np.array(array)) for array in data.arguments]


def _value_and_gradients(result: Any) -> Outputs:
    value, gradients = result
    return [_array(value), *map(_array, gradients)]


def _one(result: Tensor) -> Outputs:
    return [_array(result)]


def _array(tensor: Tensor) -> Array:
    return tensor.detach().numpy()
