"""No plan fills in an array larger than what it is given or gives back."""

from __future__ import annotations

from dataclasses import replace

import pytest

import gradproof as gp
from tests.program.planned import entries, largest_end, largest_temporary, operations

NETWORK = {
    "X": "matrix(N,d)", "A": "matrix(d,h)", "a": "vector(h)",
    "B": "matrix(h,o)", "b": "vector(o)", "Y": "matrix(N,o)",
}  # fmt: skip
WORDS = {"E": "matrix(V,d)", "O": "matrix(V,d)", "c": "index(C,V)", "t": "index(V)"}
BATCH = {"E": "matrix(V,d)", "O": "matrix(V,d)", "c": "index(B,C,V)", "t": "index(B,V)"}
CLASSES = {"X": "matrix(N,d)", "W": "matrix(d,K)", "c": "index(N,K)"}
SPD = {"L": "spd(n)", "S": "symmetric(n)"}
ROWS = {"N": 1000, "d": 30}

# A loss, its variables, declarations, sizes, and what is larger on purpose: arrays have to keep
# a hidden layer and the weights of attention, which loops over rows need not.
PROBLEMS = {
    "linear regression": ("norm2(X*w - y)^2/N", ("w",), {"X": "matrix(N,d)"}, ROWS, 0),
    "logistic regression": ("sum(softplus(-y.*(X*w)))", ("w",), {"X": "matrix(N,d)"}, ROWS, 0),
    "softmax regression": (
        "sum(i, logsumexp(W'*X[i]) - (X*W)[i,c[i]])/N", ("W",), CLASSES, {**ROWS, "K": 7}, 0,
    ),
    "squared cosine": ("(t - x'*y/(norm2(x)*norm2(y)))^2", ("x", "y"), {}, {"n": 50}, 0),
    "factorisation": (
        "norm2(T - U*V')^2", ("U", "V"), {"T": "matrix(m,n)"}, {"m": 50, "n": 40, "k": 3}, 0,
    ),
    "Gaussian process": ("1/2*y'*inv(K)*y + 1/2*logdet(K)", ("K",), {"K": "spd(n)"}, {"n": 50}, 0),
    "precision": ("1/2*tr(S*L) - 1/2*logdet(L)", ("L",), SPD, {"n": 50}, 0),
    "negative sampling": (
        "-log(sigmoid(v'*W*u)) - sum(log(sigmoid(-V*W*u)))", ("u", "W", "v", "V"), {},
        {"m": 20, "n": 30, "k": 5}, 0,
    ),
    "CBOW": (
        "logsumexp(O*(E[c]'*vector(1)/C)) - O[t]'*(E[c]'*vector(1))/C", ("E", "O"), WORDS,
        {"V": 5000, "d": 100, "C": 8}, 0,
    ),
    "CBOW by batches": (
        "sum(b, logsumexp(O*(E[c[b]]'*vector(1)/C)) - O[t[b]]'*(E[c[b]]'*vector(1))/C)/B",
        ("E", "O"), BATCH, {"V": 5000, "d": 100, "C": 8, "B": 32}, 0,
    ),
    "network": (
        "norm2(tanh(X*A + vector(1)*a')*B + vector(1)*b' - Y)^2/(N*o)", ("A", "a", "B", "b"),
        NETWORK, {"N": 400, "d": 50, "h": 100, "o": 10}, 400 * 100,
    ),
    "attention": (
        "1/2*norm2(rowsoftmax(Q*K'/sqrt(d))*V - T)^2", ("Q", "K", "V"),
        dict.fromkeys("QKVT", "matrix(n,d)"), {"n": 100, "d": 20}, 100 * 100,
    ),
}  # fmt: skip

SECOND = {
    "linear regression": ROWS,
    "logistic regression": ROWS,
    "softmax regression": {"N": 1000, "d": 100, "K": 10},
    "squared cosine": {"n": 50},
    "factorisation": {"m": 30, "n": 20, "k": 3},
    "precision": {"n": 12},
}


def plan_of(name, wrt, outputs, sizes):
    loss, _, declarations, _, _ = PROBLEMS[name]
    program = gp.compile(loss, wrt=wrt, outputs=outputs, declare=declarations)
    return replace(program.task, sizes=sizes).plan()


@pytest.mark.parametrize("name", PROBLEMS)
def test_value_and_gradient(name):
    _, wrt, _, sizes, hidden = PROBLEMS[name]
    found = plan_of(name, wrt, ("value", "gradient"), sizes)
    assert largest_temporary(found, sizes) <= max(largest_end(found, sizes), hidden)
    assert not {"einsum", "one_hot", "eye", "ones", "diagonal_matrix"} & set(operations(found))


@pytest.mark.parametrize("name", SECOND)
def test_hessian(name):
    sizes = SECOND[name]
    found = plan_of(name, PROBLEMS[name][1][0], ("hessian",), sizes)
    assert largest_temporary(found, sizes) <= largest_end(found, sizes)
    assert not {"einsum", "one_hot", "eye", "ones"} & set(operations(found))


def test_the_hessian_of_a_factorisation_is_written_in_blocks():
    sizes = SECOND["factorisation"]
    found = plan_of("factorisation", "U", ("hessian",), sizes)
    assert found.steps[-1].operation == "block_diagonal"
    assert largest_temporary(found, sizes) == sizes["k"] ** 2


def test_a_scatter_has_the_rows_that_it_adds():
    """The scale of CBOW's gradient is put on the rows of the batch, not on the vocabulary's."""
    _, wrt, _, sizes, _ = PROBLEMS["CBOW by batches"]
    found = plan_of("CBOW by batches", wrt, ("gradient",), sizes)
    outputs = dict(found.outputs)
    (scattered,) = (k for k, step in enumerate(found.steps) if step.operation == "scatter_add")
    assert scattered == outputs["gradient_E"]
    values = found.steps[found.steps[scattered].operands[0]]
    assert entries(values, sizes) == sizes["B"] * sizes["d"]
