"""Losses as a person writes them, at points where the written form overflows or cancels.

The bounds are relative to the largest entry.  EXACT is a few roundings; where the value moves
by more than that when the data move in their last digit, the bound says by how much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

EXACT = 1e-13
RNG = np.random.default_rng(4)


@dataclass(frozen=True)
class Case:
    """A loss at a point, and how far the program may be from the truth.

    bound: of the error relative to the largest entry, or to `scale` where that is larger.
    hessian: whether the Hessian is worked out too.
    """

    name: str
    text: str
    wrt: str
    arrays: dict[str, Any]
    bound: float = EXACT
    hessian: bool = True
    scale: float = 0.0

    @property
    def outputs(self):
        """What the program of the case works out."""
        return ("value", "gradient", "hessian")[: 3 if self.hessian else 2]

    @property
    def declarations(self):
        """Numbers are scalars, p holds weights; the kinds of the rest follow from the text."""
        known = {name: "scalar" for name, value in self.arrays.items() if isinstance(value, float)}
        return known | ({"p": "vector(K) positive"} if "p" in self.arrays else {})


# Their derivatives cross 0, or are sums that cancel: accurate relative to 1.
CANCELLING = {"tanh written out", "share of two exponentials"}

LOGITS = np.array([-1e3, -37.0, 0.0, 1e-9, 700.0, 1e3])
ROWS = np.array([[1e3, -1e3], [-1e3, -999.0], [700.0, 699.5]])
TINY = np.array([3e-200, -4e-200, 1e-210])
HUGE = np.array([3e200, -4e200, 1e190])
DENORMAL = np.array([3e-310, 0.0, -4e-310])
X = RNG.standard_normal((5, 3))
W = RNG.standard_normal(3)
Y = np.array([1.0, 0.0, 1.0, 0.0, 1.0])
SIGNS = 2 * Y - 1


def hilbert(n):
    """A positive definite matrix of condition 5e5 (n = 5) to 1.5e10 (n = 8)."""
    return 1 / (np.arange(n)[:, None] + np.arange(n) + 1)


def near_parallel(angle):
    """Two vectors with this angle between them."""
    x = np.array([0.6, -1.1, 0.35])
    across = np.cross(x, [0.0, 0.0, 1.0])
    return x, 2 * (x + angle * np.linalg.norm(x) * across / np.linalg.norm(across))


def _cosine_cases():
    text = "1 - x'*y/(norm2(x)*norm2(y))"
    for angle, bound in ((1e-9, 1e-6), (1e-5, 1e-10), (1.0, EXACT)):
        x, y = near_parallel(angle)
        yield Case(f"cosine at angle {angle}", text, "x", {"x": x, "y": y}, bound)
    x, y = near_parallel(1e-4)
    yield Case(
        "cosine of tiny and huge", text, "x", {"x": 1e-100 * x, "y": 1e150 * y}, 1e-10, False
    )
    other = "1 - (x/norm2(x))'*(y/norm2(y))"
    yield Case("cosine of unit vectors", other, "x", {"x": x, "y": y}, 1e-10)
    rows = {"A": np.stack([x, W, x]), "B": np.stack([y, 2 * W, 1e3 * y])}
    text = "sum(i, 1 - A[i]'*B[i]/(norm2(A[i])*norm2(B[i])))"
    yield Case("cosine by rows", text, "A", rows, 1e-10, False)


def _scalar_cases():
    table = [
        ("softplus", "log(1 + exp(t))", (-1e3, -40.0, 0.0, 40.0, 1e3)),
        ("log1p", "log(1 + t)", (1e-17, -1e-9, 3.0, 1e150)),
        ("log of one minus", "log(1 - t)", (1e-17, -1e-9, 0.5)),
        ("expm1", "exp(t) - 1", (1e-17, -1e-9, 3.0, -1e3)),
        ("one minus exp", "1 - exp(-t)", (1e-17, 1e-9, 3.0, 1e3)),
        ("log1mexp", "log(1 - exp(-t))", (1e-17, 1e-3, 1.0, 40.0, 600.0)),
        ("log expm1", "log(exp(t) - 1)", (1e-17, 1e-3, 1.0, 40.0, 700.0)),
        ("sigmoid", "sigmoid(t)", (-700.0, -40.0, 1e-9, 40.0, 1e3)),
        ("sigmoid written out", "1/(1 + exp(-t))", (-700.0, -40.0, 1e-9, 40.0, 1e3)),
        ("sigmoid written out above", "exp(t)/(1 + exp(t))", (-700.0, -40.0, 40.0, 1e3)),
        ("one minus sigmoid", "1 - sigmoid(t)", (-700.0, 1e-9, 40.0, 700.0)),
        ("sigmoid's slope", "sigmoid(t)*(1 - sigmoid(t))", (-700.0, 40.0, 700.0)),
        ("log sigmoid", "log(sigmoid(t))", (-1e3, -40.0, 1e-9, 40.0, 700.0)),
        ("log one minus sigmoid", "log(1 - sigmoid(t))", (-700.0, 40.0, 250.0)),
        ("logit of sigmoid", "log(sigmoid(t)/(1 - sigmoid(t)))", (-250.0, 0.5, 250.0)),
        ("tanh", "tanh(t)", (-1e3, -20.0, 1e-9, 300.0)),
        ("tanh written out", "(exp(t) - exp(-t))/(exp(t) + exp(-t))", (-300.0, 1e-3, 1.0)),
        ("one minus tanh squared", "1 - tanh(t)^2", (-300.0, 1e-9, 20.0)),
        ("log cosh", "log(cosh(t))", (-1e3, 1e-3, 1.0, 1e3)),
        ("cosh minus one", "cosh(t) - 1", (1e-9, 1.0, -30.0)),
        ("one minus cos", "1 - cos(t)", (1e-9, 1.0, 3.0)),
        ("pseudo Huber", "sqrt(1 + t^2) - 1", (1e-9, 1.0, 1e9)),
        ("root of square", "sqrt(t^2)", (1e-200, -1e200, -3.0)),
        ("share", "1 - t/(t + 1)", (1e17, 1.0, 1e-17)),
        ("log of root", "log(sqrt(t))", (1e-150, 1e150)),
        ("log of power", "log(t^40)", (1e-150, 2.0, 1e150)),
        ("log of exp", "log(exp(t))", (-1e3, 1e3)),
        ("gaussian density", "log(exp(-t^2/2)/sqrt(2*pi))", (1e3, -50.0)),
    ]
    for name, text, points in table:
        for point in points:
            scale = float(name in CANCELLING)
            yield Case(f"{name} at {point}", text, "t", {"t": point}, scale=scale)


def _pair_cases():
    points = [(1e3, 1e3 + 1), (-1e3, -1e3 - 3), (1e3, -1e3), (-30.0, 2.0)]
    for a, b in points:
        arrays = {"a": a, "b": b}
        yield Case(f"log of two exponentials at {a}, {b}", "log(exp(a) + exp(b))", "a", arrays)
        if abs(a - b) < 700:
            text = "exp(a)/(exp(a) + exp(b))"
            yield Case(f"share of two exponentials at {a}, {b}", text, "a", arrays, scale=1.0)


def _vector_cases():
    z = {"z": LOGITS}
    weights = {"a": np.array([0.5, 2.0, 1.0, 3.0, 0.25, 1.5]), "z": LOGITS}
    small = {"a": weights["a"], "z": LOGITS - 2e3}
    table = [
        ("log-sum-exp written out", "log(sum(exp(z)))", z),
        ("log-sum-exp by a product", "log(ones(n)'*exp(z))", z),
        ("log-sum-exp by an index", "log(sum(i, exp(z[i])))", z),
        ("log-mean-exp", "log(mean(exp(z)))", z),
        ("log of one plus exponentials", "log(1 + sum(exp(z)))", z),
        ("weighted softmax written out", "a'*exp(z)/sum(exp(z))", weights),
        ("weighted softmax of small", "a'*exp(z)/sum(exp(z))", small),
        ("log of a mixture", "log(a'*softmax(z))", weights),
        ("cross entropy", "-log(exp(z[c])/sum(exp(z)))", {"z": LOGITS, "c": 1}),
        ("log softmax", "log(softmax(z)[c])", {"z": LOGITS, "c": 0}),
    ]
    softened = {"t": weights["a"], "z": LOGITS - 2e3}
    table += [("log of mixed small exponentials", "log(softmax(t)'*exp(z))", softened)]
    for name, text, arrays in table:  # shares of nearly 1 are accurate relative to 1
        yield Case(name, text, "z", arrays, scale=1.0)
    text = "-softmax(z)'*log(softmax(z))"
    yield Case("softmax entropy", text, "z", z, 1e-12, hessian=False, scale=1.0)


def _row_cases():
    logits = {"Z": ROWS}
    data = {"X": 300 * X, "W": RNG.standard_normal((4, 3))}
    targets = {"y": Y, "X": 150 * X, "w": W}
    clusters = {"p": np.array([0.25, 0.75]), "X": 60 * X[:3, :2], "M": 50 * X[3:, 1:]}
    return [
        Case("rows of logits", "sum(i, log(sum(exp(Z[i]))))", "Z", logits),
        Case("rows of logits by entries", "sum(i, log(sum(j, exp(Z[i,j]))))", "Z", logits, EXACT,
             False),
        Case("rows of logits by a product", "sum(log(exp(Z)*ones(k)))", "Z", logits, EXACT, False),
        Case("multinomial regression", "sum(i, log(sum(exp(W*X[i]))))", "W", data, 1e-12, False),
        Case("mixture of clusters",
             "sum(i, log(sum(k, p[k]*exp(-norm2(X[i] - M[k])^2/2))))", "M", clusters, 1e-12, False),
        Case("logistic regression", "sum(log(ones(N) + exp(-y.*(X*w))))", "w",
             {"y": SIGNS, "X": 150 * X, "w": W}, 1e-12),
        Case("logistic regression by sigmoid",
             "-y'*log(sigmoid(X*w)) - (ones(N) - y)'*log(ones(N) - sigmoid(X*w))", "w", targets,
             1e-12),
    ]  # fmt: skip


def _norm_cases():
    for name, point in (("tiny", TINY), ("huge", HUGE), ("denormal", DENORMAL)):
        yield Case(f"norm of {name}", "norm2(x)", "x", {"x": point}, hessian=name == "huge")
        yield Case(f"root of x'x, {name}", "sqrt(x'*x)", "x", {"x": point}, hessian=name == "huge")
    yield Case("half power of a sum of squares", "sum(x.^2)^(1/2)", "x", {"x": TINY}, hessian=False)
    yield Case(
        "norm of a residual", "norm2(X*w - y)", "w", {"X": X, "w": 1e-200 * W, "y": 1e-200 * Y}
    )
    yield Case("norm of a huge residual", "norm2(X*w - y)", "w", {"X": X, "w": 1e200 * W, "y": Y})
    yield Case(
        "norms of rows", "sum(i, norm2(Z[i]))", "Z", {"Z": np.stack([TINY, HUGE, W])}, hessian=False
    )
    yield Case(
        "frobenius norm", "norm2(Z)", "Z", {"Z": np.stack([TINY, TINY[::-1]])}, hessian=False
    )
    yield Case(
        "unit vector's distance", "norm2(x/norm2(x) - y)^2", "x", {"x": TINY, "y": W}, 1e-12, False
    )
    yield Case("log of a norm", "log(norm2(x))", "x", {"x": HUGE}, hessian=False)
    yield Case(
        "variance", "sum((x - mean(x)*ones(n)).^2)/n", "x", {"x": 1e8 + np.arange(6.0)}, 1e-7
    )


def _matrix_cases():
    square = RNG.standard_normal((5, 5))
    singular = square @ np.diag([1, 1e-3, 1e-6, 1e-9, 1e-12]) @ np.linalg.qr(square)[0]
    huge = {"A": 1e100 * (square @ square.T)}
    posed = {"x": np.ones(6), "A": hilbert(6)}
    table = [
        ("log det", "log(det(A*A' + eye(n)))", {"A": 30 * X}, 1e-11),
        ("log det of huge", "log(det(A))", huge, 1e-10),
        ("log abs det", "log(abs(det(A)))", {"A": 1e-100 * square}, 1e-11),
        ("log root det", "log(sqrt(det(A)))", huge, 1e-10),
        ("log det near singular", "logdet(A)", {"A": singular}, 1e-3),
        ("log det of Hilbert's matrix", "logdet(A)", {"A": hilbert(8)}, 1e-5),
        ("quadratic form by matrix", "x'*inv(A)*x", posed, 1e-8),
        ("gaussian likelihood", "x'*inv(A)*x + logdet(A)", posed, 1e-8),
    ]
    for name, text, arrays, bound in table:
        yield Case(name, text, "A", arrays, bound, hessian=False)
    yield Case("quadratic form", "x'*inv(A)*x", "x", posed, 1e-8)


CASES = [
    *_scalar_cases(),
    *_pair_cases(),
    *_vector_cases(),
    *_row_cases(),
    *_norm_cases(),
    *_cosine_cases(),
    *_matrix_cases(),
]

# At these points every target is tested: one for each way in which a formula fails.
EVERYWHERE = (
    "softplus at 1000.0",
    "log1p at 1e-17",
    "expm1 at -1e-09",
    "log1mexp at 600.0",
    "log1mexp at 0.001",
    "log one minus sigmoid at 40.0",
    "one minus tanh squared at 20.0",
    "log cosh at 1000.0",
    "cross entropy",
    "rows of logits",
    "logistic regression",
    "norm of tiny",
    "norms of rows",
    "cosine at angle 1e-05",
    "log det of huge",
)
