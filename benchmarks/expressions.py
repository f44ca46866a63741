"""The expressions on which gradproof and its peers are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import gradproof as gp
from gradproof.derivation.derive import differentiated
from gradproof.expression.expression import Expression


@dataclass(frozen=True, slots=True)
class Question:
    """The derivative of `text` by `wrt`; `declarations` gives every variable, apart by `;`."""

    key: str
    text: str
    wrt: str
    declarations: str
    order: int = 1

    @property
    def declare(self) -> dict[str, str]:
        """The variables and their declarations."""
        pairs = [entry.split(":") for entry in self.declarations.split(";")]
        return {name.strip(): known.strip() for name, known in pairs}

    @property
    def expression(self) -> Expression:
        """The text, read."""
        return gp.parse(self.text, declare=self.declare)

    @property
    def names(self) -> tuple[str, ...]:
        """The variables to differentiate by, one for each order."""
        return differentiated(self.expression.inferred, self.wrt, self.order)

    @property
    def sizes(self) -> dict[str, int]:
        """Pairwise different sizes of its dimensions."""
        known = self.expression.variables
        names = sorted({str(axis) for one in known.values() for axis in one.axes})
        return {name: 2 + place for place, name in enumerate(names)}

    def arrays(self, rng: np.random.Generator) -> dict[str, Any]:
        """Random arrays of these sizes; square matrices near a multiple of the identity."""
        sizes, values = self.sizes, {}
        for name, one in self.expression.variables.items():
            shape = tuple(axis.size(sizes) for axis in one.axes)
            value = np.asarray(rng.standard_normal(shape))
            if len(shape) == 2 and shape[0] == shape[1]:
                value = value + 4 * np.eye(shape[0])
            values[name] = (value + value.T) / 2 if "symmetric" in one.facts else value
        return values


SQUARE = "A: matrix(n,n); x: vector(n)"
REGRESSION = "X: matrix(N,d); w: vector(d); y: vector(N)"
TWO = "A: matrix(n,n); X: matrix(n,n)"

QUESTIONS = (
    Question("linear", "a'*x", "x", "a: vector(n); x: vector(n)"),
    Question("quadratic", "x'*A*x", "x", SQUARE),
    Question("squares", "norm2(X*w - y)^2", "w", REGRESSION),
    Question("ridge", "norm2(X*w - y)^2/N + l*norm2(w)^2", "w", f"{REGRESSION}; l: scalar"),
    Question("logdet", "logdet(X)", "X", "X: matrix(n,n)"),
    Question("trace", "tr(A*X*B)", "X", "A: matrix(k,m); X: matrix(m,n); B: matrix(n,k)"),
    Question("inverse", "tr(inv(X)*A)", "X", TWO),
    Question("det", "det(X)", "X", "X: matrix(n,n)"),
    Question("logistic", "sum(log(ones(N) + exp(-y.*(X*w))))", "w", REGRESSION),
    Question(
        "cross entropy", "-t'*log(softmax(W*x))", "W", "t: vector(k); W: matrix(k,n); x: vector(n)"
    ),
    Question(
        "cosine",
        "(t - u'*x/(norm2(u)*norm2(x)))^2",
        "x",
        "t: scalar; u: vector(n); x: vector(n)",
    ),
    Question(
        "negative sampling",
        "-log(sigmoid(v'*W*u)) - sum(log(sigmoid(-V*W*u)))",
        "W",
        "v: vector(m); V: matrix(k,m); W: matrix(m,n); u: vector(n)",
    ),
    Question(
        "factorisation", "norm2(X - U*V')^2", "U", "X: matrix(m,n); U: matrix(m,k); V: matrix(n,k)"
    ),
    Question("symmetrised", "x'*(A + A')*x", "x", SQUARE),
    Question("norm", "norm2(A*x)", "x", "A: matrix(m,n); x: vector(n)"),
    Question("two sides", "tr(X'*A*X*B)", "X", "A: matrix(m,m); X: matrix(m,n); B: matrix(n,n)"),
    Question("logdet of sum", "logdet(A + X*X')", "X", "A: matrix(m,m); X: matrix(m,n)"),
    Question("gaussian", "exp(-norm2(x - y)^2)", "x", "x: vector(n); y: vector(n)"),
    Question("absolute", "norm1(A*x - b)", "x", "A: matrix(m,n); x: vector(n); b: vector(m)"),
    Question("quadratic, Hessian", "x'*A*x", "x", SQUARE, 2),
    Question("logistic, Hessian", "sum(log(ones(N) + exp(-y.*(X*w))))", "w", REGRESSION, 2),
    Question(
        "inverse of vectors", "a'*inv(X)*b", "X", "a: vector(n); X: matrix(n,n); b: vector(n)"
    ),
    Question("exp, Jacobian", "exp(A*x)", "x", "A: matrix(m,n); x: vector(n)"),
    Question("softmax, Jacobian", "softmax(x)", "x", "x: vector(n)"),
    Question("cross entropy, Hessian", "-t'*log(softmax(z))", "z", "t: vector(k); z: vector(k)", 2),
    Question("quadratic, symmetric", "x'*A*x", "x", "A: symmetric(n); x: vector(n)"),
    Question("cube", "tr(X^3)", "X", "X: matrix(n,n)"),
    Question("Hadamard", "tr(A.*X)", "X", TWO),
    Question("trace plus 1", "tr(X'*X) + 1", "X", "X: matrix(m,n)"),
    Question("two traces", "tr(X) + tr(A)", "X", TWO),
    Question("two scalars", "a'*X*a*tr(X)", "X", "a: vector(n); X: matrix(n,n)"),
)
