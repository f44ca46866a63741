"""PyTensor: gradients as graphs, rewritten by its own rules; its answer is no printed formula."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as pt
from numpy.typing import NDArray
from pytensor.compile.mode import Mode
from pytensor.gradient import hessian, jacobian
from pytensor.graph.rewriting.utils import rewrite_graph
from pytensor.tensor import linalg

from benchmarks.expressions import Question
from benchmarks.peer import Arrays, Attempt, Peer

REFUSALS = (ValueError, TypeError, NotImplementedError, AttributeError)
REWRITES = ("canonicalize", "stabilize", "specialize")
KINDS = {0: pt.dscalar, 1: pt.dvector, 2: pt.dmatrix}


def _squares(v: Any) -> Any:
    return pt.sum(v**2)


def _logistic(s: Any) -> Any:
    return pt.sum(pt.log(1 + pt.exp(-s.y * (s.X @ s.w))))


def _cross_entropy(t: Any, z: Any) -> Any:
    return -pt.dot(t, pt.log(pt.special.softmax(z)))


def _quadratic(s: Any) -> Any:
    return s.x @ s.A @ s.x


def _logdet(A: Any) -> Any:
    return pt.log(pt.abs(linalg.det(A)))


def _cosine(s: Any) -> Any:
    return (s.t - pt.dot(s.u, s.x) / (pt.sqrt(_squares(s.u)) * pt.sqrt(_squares(s.x)))) ** 2


def _samples(s: Any) -> Any:
    positive = pt.log(pt.sigmoid(s.v @ s.W @ s.u))
    return -positive - pt.sum(pt.log(pt.sigmoid(-(s.V @ s.W @ s.u))))


EXPRESSIONS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda s: pt.dot(s.a, s.x),
    "quadratic": _quadratic,
    "squares": lambda s: _squares(s.X @ s.w - s.y),
    "ridge": lambda s: _squares(s.X @ s.w - s.y) / s.X.shape[0] + s.l * _squares(s.w),
    "logdet": lambda s: _logdet(s.X),
    "trace": lambda s: pt.trace(s.A @ s.X @ s.B),
    "inverse": lambda s: pt.trace(linalg.inv(s.X) @ s.A),
    "det": lambda s: linalg.det(s.X),
    "logistic": _logistic,
    "cross entropy": lambda s: _cross_entropy(s.t, s.W @ s.x),
    "cosine": _cosine,
    "negative sampling": _samples,
    "factorisation": lambda s: _squares(s.X - s.U @ s.V.T),
    "symmetrised": lambda s: s.x @ (s.A + s.A.T) @ s.x,
    "norm": lambda s: pt.sqrt(_squares(s.A @ s.x)),
    "two sides": lambda s: pt.trace(s.X.T @ s.A @ s.X @ s.B),
    "logdet of sum": lambda s: _logdet(s.A + s.X @ s.X.T),
    "gaussian": lambda s: pt.exp(-_squares(s.x - s.y)),
    "absolute": lambda s: pt.sum(pt.abs(s.A @ s.x - s.b)),
    "quadratic, Hessian": _quadratic,
    "logistic, Hessian": _logistic,
    "inverse of vectors": lambda s: s.a @ linalg.inv(s.X) @ s.b,
    "exp, Jacobian": lambda s: pt.exp(s.A @ s.x),
    "softmax, Jacobian": lambda s: pt.special.softmax(s.x),
    "cross entropy, Hessian": lambda s: _cross_entropy(s.t, s.z),
    "quadratic, symmetric": _quadratic,
    "cube": lambda s: pt.trace(s.X @ s.X @ s.X),
    "Hadamard": lambda s: pt.trace(s.A * s.X),
    "trace plus 1": lambda s: pt.trace(s.X.T @ s.X) + 1,
    "two traces": lambda s: pt.trace(s.X) + pt.trace(s.A),
    "two scalars": lambda s: (s.a @ s.X @ s.a) * pt.trace(s.X),
}


def peer() -> Peer:
    """PyTensor, asked for `grad`, `jacobian` or `hessian` and the rewrites of its own."""
    return Peer(f"PyTensor {pytensor.__version__}", _attempts, REFUSALS, lambda: None)


def _attempts(question: Question) -> list[Attempt]:
    known = question.expression.variables
    inputs = {name: KINDS[len(one.axes)](name) for name, one in known.items()}
    by = inputs[question.wrt]

    posed = EXPRESSIONS[question.key](SimpleNamespace(**inputs))

    def derive() -> Any:
        graph = _derivative(posed, by, question.order)
        return rewrite_graph(graph, include=REWRITES, clone=True)

    def value(graph: Any, arrays: Arrays) -> NDArray[Any]:
        program = pytensor.function(
            list(inputs.values()),
            graph,
            mode=Mode(linker="py", optimizer="fast_run"),
            on_unused_input="ignore",
        )
        return np.asarray(program(*(arrays[name] for name in inputs)))

    return [Attempt(posed, derive, value)]


def _derivative(loss: Any, by: Any, order: int) -> Any:
    if order == 2:
        return hessian(loss, by)
    return jacobian(loss, by) if loss.ndim else pytensor.grad(loss, by)
