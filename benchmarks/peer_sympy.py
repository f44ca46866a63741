"""SymPy's matrix expressions, each question in its natural formulations.

SymPy has no scalar x′Ax but a 1×1 matrix, so several questions can be put in more than one way:
with 1×1 matrices, with their entry [0, 0], or with traces.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import sympy as sp
from sympy.core.cache import clear_cache

from benchmarks.expressions import Question
from benchmarks.peer import Attempt, Peer
from benchmarks.sympy_value import value

Formulation = Callable[[Any], Any]
REFUSALS = (ValueError, TypeError, NotImplementedError, AttributeError, IndexError)


def _square(v: Any) -> Any:
    return v.T * v


def _frobenius(V: Any) -> Any:
    return sp.Trace(V.T * V)


def _each(f: Callable[[Any], Any], v: Any) -> Any:
    z = sp.Dummy("z")
    return v.applyfunc(sp.Lambda(z, f(z)))


def _total(v: Any) -> Any:
    return sp.OneMatrix(1, v.shape[0]) * v


def _softplus(z: Any) -> Any:
    return sp.log(1 + sp.exp(z))


def _margins(s: Any) -> Any:
    return _total(_each(_softplus, sp.HadamardProduct(-s.y, s.X * s.w)))


def _softmax(v: Any) -> Any:
    e = _each(sp.exp, v)
    return e / _total(e)[0, 0]


def _log_likelihood(t: Any, v: Any) -> Any:
    return -t.T * _each(sp.log, _softmax(v))


def _log_likelihood_expanded(t: Any, v: Any) -> Any:
    return -sp.Trace(t.T * v) + _total(t)[0, 0] * sp.log(_total(_each(sp.exp, v))[0, 0])


def _cosine(s: Any, scalar: Callable[[Any], Any]) -> Any:
    lengths = sp.sqrt(scalar(_square(s.u))) * sp.sqrt(scalar(_square(s.x)))
    return (s.t - scalar(s.u.T * s.x) / lengths) ** 2


def _samples(s: Any, scalar: Callable[[Any], Any]) -> Any:
    negative = _total(_each(_softplus, s.V * s.W * s.u))
    return _softplus(-scalar(s.v.T * s.W * s.u)) + scalar(negative)


def _entry(v: Any) -> Any:
    return v[0, 0]


QUADRATIC: tuple[Formulation, ...] = (
    lambda s: s.x.T * s.A * s.x,
    lambda s: (s.x.T * s.A * s.x)[0, 0],
)
LOGISTIC: tuple[Formulation, ...] = (_margins, lambda s: _margins(s)[0, 0])

FORMULATIONS: dict[str, tuple[Formulation, ...]] = {
    "linear": (lambda s: s.a.T * s.x, lambda s: (s.a.T * s.x)[0, 0]),
    "quadratic": QUADRATIC,
    "squares": (lambda s: _square(s.X * s.w - s.y), lambda s: _frobenius(s.X * s.w - s.y)),
    "ridge": (
        lambda s: _square(s.X * s.w - s.y) / s.N + s.l * _square(s.w),
        lambda s: _frobenius(s.X * s.w - s.y) / s.N + s.l * _frobenius(s.w),
    ),
    "logdet": (lambda s: sp.log(sp.Determinant(s.X)),),
    "trace": (lambda s: sp.Trace(s.A * s.X * s.B),),
    "inverse": (lambda s: sp.Trace(s.X.I * s.A),),
    "det": (lambda s: sp.Determinant(s.X),),
    "logistic": LOGISTIC,
    "cross entropy": (
        lambda s: _log_likelihood(s.t, s.W * s.x),
        lambda s: _log_likelihood_expanded(s.t, s.W * s.x),
    ),
    "cosine": (lambda s: _cosine(s, sp.Trace), lambda s: _cosine(s, _entry)),
    "negative sampling": (lambda s: _samples(s, sp.Trace), lambda s: _samples(s, _entry)),
    "factorisation": (lambda s: _frobenius(s.X - s.U * s.V.T),),
    "symmetrised": (lambda s: s.x.T * (s.A + s.A.T) * s.x,),
    "norm": (
        lambda s: sp.sqrt(_frobenius(s.A * s.x)),
        lambda s: _each(sp.sqrt, s.x.T * s.A.T * s.A * s.x),
    ),
    "two sides": (lambda s: sp.Trace(s.X.T * s.A * s.X * s.B),),
    "logdet of sum": (lambda s: sp.log(sp.Determinant(s.A + s.X * s.X.T)),),
    "gaussian": (
        lambda s: sp.exp(-_frobenius(s.x - s.y)),
        lambda s: _each(lambda z: sp.exp(-z), _square(s.x - s.y)),
    ),
    "absolute": (lambda s: _total(_each(sp.Abs, s.A * s.x - s.b)),),
    "quadratic, Hessian": QUADRATIC,
    "logistic, Hessian": LOGISTIC,
    "inverse of vectors": (lambda s: s.a.T * s.X.I * s.b, lambda s: sp.Trace(s.a.T * s.X.I * s.b)),
    "exp, Jacobian": (lambda s: _each(sp.exp, s.A * s.x),),
    "softmax, Jacobian": (lambda s: _softmax(s.x),),
    "cross entropy, Hessian": (
        lambda s: _log_likelihood(s.t, s.z),
        lambda s: _log_likelihood_expanded(s.t, s.z),
    ),
    "quadratic, symmetric": QUADRATIC,
    "cube": (lambda s: sp.Trace(s.X**3), lambda s: sp.Trace(s.X * s.X * s.X)),
    "Hadamard": (lambda s: sp.Trace(sp.HadamardProduct(s.A, s.X)),),
    "trace plus 1": (lambda s: _frobenius(s.X) + 1,),
    "two traces": (lambda s: sp.Trace(s.X) + sp.Trace(s.A),),
    "two scalars": (
        lambda s: s.a.T * s.X * s.a * sp.Trace(s.X),
        lambda s: sp.Trace(s.a.T * s.X * s.a) * sp.Trace(s.X),
    ),
}


def peer() -> Peer:
    """SymPy, asked for `expression.diff(X)`, for a Hessian twice."""
    return Peer(f"SymPy {sp.__version__}", _attempts, REFUSALS, clear_cache)


def _attempts(question: Question) -> list[Attempt]:
    symbols, read = _symbols(question), partial(value, sizes=question.sizes)
    by, order = getattr(symbols, question.wrt), question.order
    posed = [formulation(symbols) for formulation in FORMULATIONS[question.key]]
    return [Attempt(one, partial(_derivative, one, by, order), read) for one in posed]


def _derivative(result: Any, by: Any, order: int) -> Any:
    for _ in range(order):
        result = result.diff(by)
    return result


def _symbols(question: Question) -> SimpleNamespace:
    """The declared variables, and their dimensions."""
    known = question.expression.variables
    sizes = {name: sp.Symbol(name, integer=True, positive=True) for name in question.sizes}
    made = {}
    for name, one in known.items():
        shape = [sizes[str(axis)] for axis in one.axes]
        made[name] = sp.MatrixSymbol(name, *[*shape, 1][:2]) if shape else sp.Symbol(name)
    return SimpleNamespace(**sizes, **made)
