"""JAX: the losses, and their derivatives under `jit`.

Dispatch is synchronous, which is JAX's best latency on a processor, and every call waits for its
result.  Where a loss can be written in two ways, both are measured and the better one counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn import log_sigmoid, logsumexp, softmax, softplus
from jax.scipy.linalg import cho_solve

from benchmarks.programs import closed_forms
from benchmarks.programs.peer import Builders, Call, Outputs
from benchmarks.programs.problem import Cell, Data

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_cpu_enable_async_dispatch", False)

Loss = Callable[..., Any]


def linear(w, X, y):
    """‖Xw − y‖²/N."""
    r = X @ w - y
    return r @ r / y.shape[0]


def logistic(w, X, y):
    """Σ log(1 + exp(−y ⊙ Xw))."""
    return softplus(-y * (X @ w)).sum()


def classes(W, X, c):
    """The mean of logsumexp(Wᵀx) − (Wᵀx)_c."""
    Z = X @ W
    return (logsumexp(Z, axis=1) - jnp.take_along_axis(Z, c[:, None], 1)[:, 0]).mean()


def cosine(x, y, t):
    """(t − cos(x, y))²."""
    return (t - (x @ y) / (jnp.sqrt(x @ x) * jnp.sqrt(y @ y))) ** 2


def factorisation(U, V, T):
    """‖T − UVᵀ‖²."""
    R = T - U @ V.T
    return (R * R).sum()


def process(K, y):
    """½ yᵀK⁻¹y + ½ log|K|, by Cholesky."""
    L = jnp.linalg.cholesky(K)
    return 0.5 * y @ cho_solve((L, True), y) + jnp.log(jnp.diag(L)).sum()


def process_by_lu(K, y):
    """½ yᵀK⁻¹y + ½ log|K|, by general elimination."""
    return 0.5 * y @ jnp.linalg.solve(K, y) + 0.5 * jnp.linalg.slogdet(K)[1]


def precision(L, S):
    """½ tr(SL) − ½ log|L|, by general elimination."""
    return 0.5 * (S * L).sum() - 0.5 * jnp.linalg.slogdet(L)[1]


def precision_by_cholesky(L, S):
    """½ tr(SL) − ½ log|L|, by Cholesky."""
    return 0.5 * (S * L).sum() - jnp.log(jnp.diag(jnp.linalg.cholesky(L))).sum()


def samples(u, W, v, V):
    """−log σ(vᵀWu) − Σ log σ(−VWu)."""
    h = W @ u
    return -log_sigmoid(v @ h) - log_sigmoid(-(V @ h)).sum()


def samples_in_batches(U, W, Q, R):
    """The same for many pairs."""
    H = U @ W.T
    positive = log_sigmoid((Q * H).sum(1)).sum()
    return -positive - log_sigmoid(-jnp.einsum("bkd,bd->bk", R, H)).sum()


def word(E, O, c, t):
    """logsumexp(Oh) − (Oh)_t for the mean h of the rows c of E."""
    z = O @ E[c].mean(0)
    return logsumexp(z) - z[t]


def word_as_row(E, O, c, t):
    """The same as a batch of one: XLA multiplies a row by a matrix in another way."""
    return words(E, O, c[None], t[None])


def words(E, O, c, t):
    """The mean over many words."""
    Z = E[c].mean(1) @ O.T
    return (logsumexp(Z, axis=1) - jnp.take_along_axis(Z, t[:, None], 1)[:, 0]).mean()


def network(A, a, B, b, X, Y):
    """The mean square of tanh(XA + a)B + b − Y."""
    D = jnp.tanh(X @ A + a) @ B + b - Y
    return (D * D).mean()


def attention(Q, K, V, T):
    """½‖softmax(QKᵀ/√d)V − T‖²."""
    D = softmax(Q @ K.T / np.sqrt(Q.shape[1]).astype(Q.dtype), axis=-1) @ V - T
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
    "P8": (word, word_as_row),
    "P8 in batches": (words,),
    "P9": (network,),
    "P10": (attention,),
}


def losses(cell: Cell) -> tuple[Loss, ...]:
    """The ways in which the loss of a cell is written."""
    return LOSSES[f"{cell.problem.key} in batches" if "B" in cell.extents else cell.problem.key]


def builders(cell: Cell, data: Data, option: str) -> Builders:
    """One call for every way to write the loss, or the closed form."""
    if option == "closed":
        formula = closed_forms.formula(cell)
        return {"": lambda: _closed(formula, cell, data)} if formula else {}
    names = [loss.__name__ for loss in losses(cell)]
    labels = ["", *(name.replace("_", " ") for name in names[1:])]
    return {
        label: (lambda loss=loss: derivative(loss, cell, data))
        for label, loss in zip(labels, _distinct(cell), strict=False)
    }


def _distinct(cell: Cell) -> tuple[Loss, ...]:
    """The Hessian is of the function on all matrices; Cholesky's takes symmetric ones only."""
    found = losses(cell)
    return found[:1] if cell.problem.symmetric and cell.kind == "hessian" else found


def derivative(loss: Loss, cell: Cell, data: Data) -> Call:
    """The derivative that the cell asks for, compiled, on arrays that JAX already holds."""
    arrays = tuple(jnp.asarray(array) for array in data.arguments)
    if cell.kind == "gradient":
        places = tuple(range(len(data.variables)))
        compiled = jax.jit(jax.value_and_grad(loss, argnums=places))
        return Call(lambda: jax.block_until_ready(compiled(*arrays)), _value_and_gradients)
    if cell.kind == "hessian":
        compiled = jax.jit(jax.hessian(loss))
        return Call(lambda: jax.block_until_ready(compiled(*arrays)), lambda H: [np.asarray(H)])
    direction = jnp.asarray(data.direction)
    compiled = jax.jit(_product(loss))
    return Call(
        lambda: jax.block_until_ready(compiled(direction, *arrays)), lambda v: [np.asarray(v)]
    )


def _product(loss: Loss) -> Loss:
    """The Hessian by the first argument times a direction: forward over reverse."""

    def product(direction, first, *others):
        gradient = jax.grad(lambda x: loss(x, *others))
        return jax.jvp(gradient, (first,), (direction,))[1]

    return product


def _closed(formula: Loss, cell: Cell, data: Data) -> Call:
    arrays = tuple(jnp.asarray(array) for array in data.arguments)
    compiled = jax.jit(lambda *arguments: formula(jnp, *arguments))
    outputs = _value_and_gradients if cell.kind == "gradient" else lambda H: [np.asarray(H)]
    return Call(lambda: jax.block_until_ready(compiled(*arrays)), outputs)


def _value_and_gradients(result: Any) -> Outputs:
    value, gradients = result
    return [np.asarray(value), *(np.asarray(gradient) for gradient in gradients)]


def reference(cell: Cell, data: Data) -> Outputs:
    """What every program must return: by JAX in float64, whatever the precision of the cell."""
    call = derivative(losses(cell)[0], cell, _exact(data))
    return call.outputs(call.run())


def _exact(data: Data) -> Data:
    def doubled(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return array if np.issubdtype(array.dtype, np.integer) else array.astype(np.float64)

    return Data(
        {name: doubled(array) for name, array in data.variables.items()},
        {name: doubled(array) for name, array in data.constants.items()},
        doubled(data.direction),
    )
