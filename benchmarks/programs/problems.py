"""The ten problems, and the Gaussian by its precision: what is differentiated, on which data.

A loss is written as mathematics, without hints for speed.  The sizes S, M and L are the ones at
which overhead, cache and memory decide.
"""

from __future__ import annotations

import numpy as np

from benchmarks.programs.problem import Arrays, Problem, Size, Statement

Generator = np.random.Generator


def _regression(size: Size, rng: Generator) -> Arrays:
    X = rng.standard_normal((size["N"], size["d"]))
    w = rng.standard_normal(size["d"])
    noise = 0.1 * rng.standard_normal(size["N"])
    return {"w": w, "X": X, "y": X @ rng.standard_normal(size["d"]) + noise}


def _labels(size: Size, rng: Generator) -> Arrays:
    X = rng.standard_normal((size["N"], size["d"]))
    scores = X @ rng.standard_normal(size["d"]) + rng.standard_normal(size["N"])
    return {"w": 0.3 * rng.standard_normal(size["d"]), "X": X, "y": np.where(scores > 0, 1.0, -1.0)}


def _classes(size: Size, rng: Generator) -> Arrays:
    N, d, K = size["N"], size["d"], size["K"]
    return {
        "W": 0.1 * rng.standard_normal((d, K)),
        "X": rng.standard_normal((N, d)),
        "c": rng.integers(0, K, N),
    }


def _angle(size: Size, rng: Generator) -> Arrays:
    x = rng.standard_normal(size["n"])
    return {"x": x, "y": 0.5 * x + rng.standard_normal(size["n"]), "t": np.array(0.7)}


def _factors(size: Size, rng: Generator) -> Arrays:
    m, n, k = size["m"], size["n"], size["k"]
    return {
        "U": rng.standard_normal((m, k)),
        "V": rng.standard_normal((n, k)),
        "T": rng.standard_normal((m, n)),
    }


def _process(size: Size, rng: Generator) -> Arrays:
    n = size["n"]
    place = np.sort(rng.uniform(0, n / 10, n))
    K = np.exp(-0.5 * np.subtract.outer(place, place) ** 2) + 0.1 * np.eye(n)
    return {"K": K, "y": rng.standard_normal(n)}


def _precision(size: Size, rng: Generator) -> Arrays:
    n = size["n"]
    A, B = rng.standard_normal((n, n)), rng.standard_normal((n, 2 * n))
    return {"L": A @ A.T / n + np.eye(n), "S": B @ B.T / (2 * n)}


def _samples(size: Size, rng: Generator) -> Arrays:
    d, k = size["d"], size["k"]
    batch = (size["B"],) if "B" in size else ()
    names = ("U", "W", "Q", "R") if batch else ("u", "W", "v", "V")
    shapes = ((*batch, d), (d, d), (*batch, d), (*batch, k, d))
    scales = (1.0, 1 / d, 1.0, 1.0)
    return {
        name: scale * rng.standard_normal(shape)
        for name, shape, scale in zip(names, shapes, scales, strict=True)
    }


def _words(size: Size, rng: Generator) -> Arrays:
    V, d, C = size["V"], size["d"], size["C"]
    batch = (size["B"],) if "B" in size else ()
    return {
        "E": 0.1 * rng.standard_normal((V, d)),
        "O": 0.1 * rng.standard_normal((V, d)),
        "c": rng.integers(0, V, (*batch, C)),
        "t": rng.integers(0, V, batch),
    }


def _network(size: Size, rng: Generator) -> Arrays:
    N, d, h, o = size["N"], size["d"], size["h"], size["o"]
    return {
        "A": rng.standard_normal((d, h)) / d**0.5,
        "a": 0.1 * rng.standard_normal(h),
        "B": rng.standard_normal((h, o)) / h**0.5,
        "b": 0.1 * rng.standard_normal(o),
        "X": rng.standard_normal((N, d)),
        "Y": rng.standard_normal((N, o)),
    }


def _attention(size: Size, rng: Generator) -> Arrays:
    return {name: rng.standard_normal((size["n"], size["d"])) for name in ("Q", "K", "V", "T")}


ROWS = {"S": {"N": 20, "d": 10}, "M": {"N": 1000, "d": 100}, "L": {"N": 100_000, "d": 100}}
FEW_CLASSES = {"S": {"N": 16, "d": 8, "K": 4}, "M": {"N": 1000, "d": 100, "K": 10}}
SHORT = {"S": {"n": 100}, "M": {"n": 1000}, "L": {"n": 4000}}
FEW_FACTORS = {"S": {"m": 10, "n": 8, "k": 3}, "M": {"m": 100, "n": 80, "k": 10}}
MATRICES = {"S": {"n": 10}, "M": {"n": 200}, "L": {"n": 1500}}
ONE_PAIR = {"S": {"d": 16, "k": 5}, "M": {"d": 128, "k": 5}}

PROBLEMS = (
    Problem(
        "P1",
        "linear regression",
        Statement("norm2(X*w - y)^2/N", ("w",), {"X": "matrix(N,d)"}),
        _regression,
        {"gradient": ROWS, "hessian": ROWS, "hvp": ROWS},
    ),
    Problem(
        "P2",
        "logistic regression",
        Statement("sum(log(vector(1) + exp(-y.*(X*w))))", ("w",), {"X": "matrix(N,d)"}),
        _labels,
        {"gradient": ROWS, "hessian": ROWS, "hvp": ROWS},
    ),
    Problem(
        "P3",
        "softmax regression",
        Statement(
            "sum(i, logsumexp(W'*X[i]) - (X*W)[i,c[i]])/N",
            ("W",),
            {"X": "matrix(N,d)", "W": "matrix(d,K)", "c": "index(N,K)"},
        ),
        _classes,
        {
            "gradient": FEW_CLASSES | {"L": {"N": 20_000, "d": 500, "K": 100}},
            "hessian": FEW_CLASSES,
            "hvp": FEW_CLASSES,
        },
    ),
    Problem(
        "P4",
        "squared cosine loss",
        Statement("(t - x'*y/(norm2(x)*norm2(y)))^2", ("x", "y"), {}),
        _angle,
        {
            "gradient": {"S": {"n": 100}, "M": {"n": 10_000}, "L": {"n": 1_000_000}},
            "hessian": SHORT,
            "hvp": SHORT,
        },
    ),
    Problem(
        "P5",
        "matrix factorisation",
        Statement("norm2(T - U*V')^2", ("U", "V"), {"T": "matrix(m,n)"}),
        _factors,
        {
            "gradient": {
                "S": FEW_FACTORS["S"],
                "M": {"m": 500, "n": 400, "k": 10},
                "L": {"m": 2000, "n": 2000, "k": 50},
            },
            "hessian": FEW_FACTORS,
            "hvp": FEW_FACTORS,
        },
    ),
    Problem(
        "P6",
        "Gaussian process likelihood",
        Statement("1/2*y'*inv(K)*y + 1/2*logdet(K)", ("K",), {"K": "spd(n)"}),
        _process,
        {"gradient": MATRICES, "hvp": MATRICES},
        symmetric=True,
    ),
    Problem(
        "P6b",
        "Gaussian by its precision",
        Statement("1/2*tr(S*L) - 1/2*logdet(L)", ("L",), {"L": "spd(n)", "S": "symmetric(n)"}),
        _precision,
        {"gradient": MATRICES, "hessian": {"S": {"n": 8}, "M": {"n": 24}}, "hvp": MATRICES},
        # The others' Hessians are of the function on all matrices, not on the symmetric ones.
        otherwise={
            "hessian": Statement(
                "1/2*tr(S*L) - 1/2*logdet(L)", ("L",), {"L": "matrix(n,n)", "S": "symmetric(n)"}
            )
        },
        symmetric=True,
    ),
    Problem(
        "P7",
        "bilinear negative sampling",
        Statement("-log(sigmoid(v'*W*u)) - sum(log(sigmoid(-V*W*u)))", ("u", "W", "v", "V"), {}),
        _samples,
        {
            "gradient": ONE_PAIR | {"L": {"d": 128, "k": 5, "B": 256}},
            "hessian": ONE_PAIR,
            "hvp": ONE_PAIR,
        },
        otherwise={
            "L": Statement(
                "sum(b, -log(sigmoid(Q[b]'*W*U[b])) - sum(log(sigmoid(-R[b]*W*U[b]))))",
                ("U", "W", "Q", "R"),
                {"U": "matrix(B,d)", "W": "matrix(d,d)", "Q": "matrix(B,d)", "R": "tensor(B,k,d)"},
            )
        },
    ),
    Problem(
        "P8",
        "CBOW with full softmax",
        Statement(
            "logsumexp(O*(E[c]'*vector(1)/C)) - O[t]'*(E[c]'*vector(1))/C",
            ("E", "O"),
            {"E": "matrix(V,d)", "O": "matrix(V,d)", "c": "index(C,V)", "t": "index(V)"},
        ),
        _words,
        {
            "gradient": {
                "S": {"V": 50, "d": 8, "C": 4},
                "M": {"V": 5000, "d": 100, "C": 8},
                "L": {"V": 50_000, "d": 100, "C": 8, "B": 32},
            }
        },
        otherwise={
            "L": Statement(
                "sum(b, logsumexp(O*(E[c[b]]'*vector(1)/C)) - O[t[b]]'*(E[c[b]]'*vector(1))/C)/B",
                ("E", "O"),
                {"E": "matrix(V,d)", "O": "matrix(V,d)", "c": "index(B,C,V)", "t": "index(B,V)"},
            )
        },
    ),
    Problem(
        "P9",
        "two-layer tanh network",
        Statement(
            "norm2(tanh(X*A + vector(1)*a')*B + vector(1)*b' - Y)^2/(N*o)",
            ("A", "a", "B", "b"),
            {
                "X": "matrix(N,d)",
                "A": "matrix(d,h)",
                "a": "vector(h)",
                "B": "matrix(h,o)",
                "b": "vector(o)",
                "Y": "matrix(N,o)",
            },
        ),
        _network,
        {
            "gradient": {
                "S": {"N": 8, "d": 4, "h": 8, "o": 2},
                "M": {"N": 256, "d": 64, "h": 128, "o": 10},
                "L": {"N": 4096, "d": 512, "h": 1024, "o": 10},
            }
        },
    ),
    Problem(
        "P10",
        "attention",
        Statement(
            "1/2*norm2(rowsoftmax(Q*K'/sqrt(d))*V - T)^2",
            ("Q", "K", "V"),
            dict.fromkeys(("Q", "K", "V", "T"), "matrix(n,d)"),
        ),
        _attention,
        {"gradient": {"S": {"n": 8, "d": 4}, "M": {"n": 128, "d": 64}, "L": {"n": 1024, "d": 64}}},
    ),
)

BY_KEY = {problem.key: problem for problem in PROBLEMS}
