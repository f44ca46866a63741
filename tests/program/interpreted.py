"""Programs of loops run by the interpreter: the same statements, the library's functions by NumPy.

It is slow and needs no compiler, so every case of the suite can be run through it.
"""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
from scipy.special import expit

from gradproof.program.kernels.source import write
from gradproof.program.naming import identifier


def run(task, arguments):
    """The outputs of a task's loops, worked out one entry at a time."""
    text = write(task)
    own = text[text.index(next(line for line in text.splitlines() if _is_own(line))) :]
    names = dict(NAMES)
    if "objmode(" in own:
        names |= _functions_before(text)
    exec(own, names)  # our own text only
    with np.errstate(all="ignore"):
        found = names[identifier(task.name)](*arguments)
    return found if isinstance(found, tuple) else (found,)


def _is_own(line):
    return line.startswith("@njit(cache=True")


def _functions_before(text):
    """The functions of NumPy that a program brings along."""
    from gradproof.program.backends.numpy import NUMPY

    names = {"np": np}
    for known, function in NUMPY.functions.items():
        if f"def {known}(" in text:
            exec(function.text, names)
    return names


def _into(function):
    def call(*arguments):
        arguments[-1][:] = function(*arguments[:-1])

    return call


def _product(function):
    def call(A, B, C, alpha, beta):
        C[:] = alpha * function(A, B) + (beta * C if beta else 0.0)

    return call


def _matvec(function):
    def call(A, x, y, beta):
        y[:] = function(A, x) + (beta * y if beta else 0.0)

    return call


def _gram(X, C, alpha, beta):
    _product(lambda A, B: A.T @ B)(X, X, C, alpha, beta)


def _factor(A, F):
    F[: len(A)] = A


def _in_threads(function, total):
    return [function(0, 0, total // 3), function(1, total // 3, total)]


def _summed(parts):
    return sum(parts[1:], parts[0])


def _largest(parts):
    return np.max(parts, axis=0)


def _norm(squares, x):
    return np.linalg.norm(x)


NAMES = {
    "np": np,
    "njit": lambda **options: lambda function: function,
    "FREE_SUMS": (),
    "THREADS": 2,
    "blas_threads": lambda count: nullcontext(),
    "in_threads": _in_threads,
    "summed": _summed,
    "largest": _largest,
    "objmode": lambda **kinds: nullcontext(),
    **{
        name: getattr(np, name)
        for name in (
            "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
            "sinh", "cosh", "tanh", "sqrt", "sign", "absolute", "power",
        )
    },
    "sigmoid": expit,
    "softplus": lambda x: np.logaddexp(0, x),
    "log_sigmoid": lambda x: -np.logaddexp(0, -x),
    "logcosh": lambda x: np.logaddexp(x, -x) - np.log(2),
    "log1mexp": lambda x: np.log1p(-np.exp(x)),
    "sech_squared": lambda x: 1 / np.cosh(x) ** 2,
    "relu": lambda x: max(x, 0.0),
    "larger": max,
    "scale_of": lambda x: x if 0 < x < np.inf else 1.0,
    "guarded_norm": _norm,
    "matvec": _matvec(lambda A, x: A @ x),
    "matvec_transposed": _matvec(lambda A, x: A.T @ x),
    "matmul": _product(lambda A, B: A @ B),
    "matmul_tn": _product(lambda A, B: A.T @ B),
    "matmul_nt": _product(lambda A, B: A @ B.T),
    "matmul_tt": _product(lambda A, B: A.T @ B.T),
    "gram": _gram,
    "inverse": _into(np.linalg.inv),
    "solve": _into(np.linalg.solve),
    "det": np.linalg.det,
    "logdet": lambda A: np.linalg.slogdet(A)[1],
    "cholesky_factor": _into(np.linalg.cholesky),
    "cholesky_solve": _into(lambda L, b: np.linalg.solve(L @ L.T, b)),
    "cholesky_solve_many": _into(lambda L, b: np.linalg.solve(L @ L.T, b)),
    "cholesky_inverse": _into(lambda L: np.linalg.inv(L @ L.T)),
    "cholesky_logdet": lambda L: 2 * np.log(np.diag(L)).sum(),
    "regular_factor": _factor,
    "factor_solve": _into(lambda F, b: np.linalg.solve(F[:-1], b)),
    "factor_solve_transposed": _into(lambda F, b: np.linalg.solve(F[:-1].T, b)),
    "factor_inverse": _into(lambda F: np.linalg.inv(F[:-1])),
    "factor_det": lambda F: np.linalg.det(F[:-1]),
    "factor_logdet": lambda F: np.linalg.slogdet(F[:-1])[1],
}  # fmt: skip
