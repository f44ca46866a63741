"""Selections gather, their adjoints scatter, and no array of zeros and ones is filled in."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import read
from tests.program.planned import operations, planned
from tests.program.points import SIZES, declared, drawn, program

ROWS = "X: matrix(N,d); W: matrix(d,k); Z: matrix(N,k); c: index(N,k); w: vector(N)"
WORDS = "E: matrix(V,d); O: matrix(V,d); c: index(m,V); t: index(V); g: vector(d); p: vector(V)"
MANY = "E: matrix(V,d); b: index(n,V); c: index(m,V); A: matrix(n,d); M: matrix(V,V); v: vector(m)"

SELECTIONS = [
    # text, declarations, what the plan is made of besides products
    ("sum(X.*(W'[c]))", ROWS, {"take"}),
    ("sum(i, (X*W)[i,c[i]])", ROWS, set()),
    ("sum(rowlogsumexp(X*W)) - sum(X.*(W'[c]))", ROWS, {"take_along"}),
    ("X'*(rowsoftmax(X*W) - eye(k)[c])", ROWS, {"add_at"}),
    ("X'*eye(k)[c]", ROWS, {"scatter_add"}),
    ("eye(k)[c]'*X", ROWS, {"scatter_add"}),
    ("eye(k)[c]'*Z*W'", ROWS, {"scatter_add"}),
    ("eye(k)[c]'*w", ROWS, {"scatter_add"}),
    ("eye(k)[c]'*ones(N)", ROWS, {"scatter_add"}),
    ("sum(eye(k)[c])", ROWS, set()),
    ("eye(k)[c]*ones(k)", ROWS, None),
    ("Z - diag(w)*eye(k)[c]", ROWS, {"add_at"}),
    ("2*eye(k)[c] - Z/3", ROWS, {"add_at"}),
    ("sum(Z.*eye(k)[c])", ROWS, {"take_along"}),
    ("diag(Z*eye(k)[c]')", ROWS, {"take_along"}),
    ("w'*eye(k)[c]*W'", ROWS, {"scatter_add"}),
    ("tr(eye(k)[c]'*Z)", ROWS, {"take_along"}),
    ("E[c]'*ones(m)", WORDS, {"take"}),
    ("O*(E[c]'*ones(m)/m)", WORDS, {"take"}),
    ("eye(V)[c]'*ones(m)*(g'/3)", WORDS, {"scatter_add"}),
    ("eye(V)[c]'*E[c]", WORDS, {"take", "scatter_add"}),
    ("softmax(p) - eye(V)[t]", WORDS, {"add_at"}),
    ("eye(V)[t]*g'", WORDS, None),
    ("O[t]'*(E[c]'*ones(m))", WORDS, {"take"}),
    ("E[c]*O[t] + p[c]", WORDS, {"take"}),
    ("p[t]*p + eye(V)[t]", WORDS, {"take", "add_at"}),
    ("E[b]*E[c]'", MANY, {"take"}),
    ("eye(V)[b]'*A*E[c]'", MANY, {"take", "scatter_add"}),
    ("M[b]*eye(V)[c]'", MANY, {"take"}),
    ("diag(v)*eye(V)[c]", MANY, None),
    ("eye(V)[c]'*diag(v)*eye(V)[c]", MANY, None),
    ("eye(V)[b]*eye(V)[c]'", MANY, None),
    ("exp(eye(V)[c])", MANY, None),
    ("sum(j, A[j]*E[b[j]]')", MANY, None),
]  # fmt: skip


def used_in(text, variables):
    """The variables, without the indices that the text does not have."""
    words = set(re.findall(r"\w+", text))
    return {name: own for name, own in variables.items() if own.kind != "index" or name in words}


@pytest.mark.parametrize(
    ("text", "declarations", "expected"), SELECTIONS, ids=[row[0] for row in SELECTIONS]
)
def test_selections(text, declarations, expected):
    variables = used_in(text, declared(declarations))
    arrays = drawn(variables)
    found = np.asarray(program(text, variables)(**arrays).value)
    reference = evaluate(read(text, variables).tree, arrays, SIZES)
    assert found.shape == reference.shape
    np.testing.assert_allclose(found, reference, rtol=1e-10, atol=1e-12)
    if expected is not None:
        made = set(operations(planned({"value": text}, variables)))
        assert expected <= made
        assert not {"one_hot", "eye", "einsum", "ones"} & made


def test_equal_indices_add_up():
    variables = declared("c: index(m,V); E: matrix(V,d)")
    found = program("eye(V)[c]'*E[c]", variables)
    E = np.arange(6.0).reshape(3, 2)
    value = found(c=np.array([2, 0, 2, 2]), E=E).value
    np.testing.assert_array_equal(value, [E[0], [0, 0], 3 * E[2]])


def test_logits_that_are_there_are_read():
    """Σ x_i'W[:,c_i] reads the logits, whichever term stands first."""
    for text in (
        "sum(rowlogsumexp(X*W)) - sum(X.*(W'[c]))",
        "-sum(X.*(W'[c])) + sum(rowsoftmax(X*W))",
    ):
        made = operations(planned({"value": text}, declared(ROWS)))
        assert made["matmul"] == 1
        assert "take" not in made


def test_a_context_is_scattered_as_rows():
    """The gradient of CBOW by its input vectors: one row for each word, no vector of counts."""
    gradient = "eye(V)[c]'*ones(m)*((softmax(O*(E[c]'*ones(m))) - eye(V)[t])'*O)"
    found = planned({"gradient": gradient}, declared(WORDS))
    (scattered,) = (step for step in found.steps if step.operation == "scatter_add")
    assert [str(axis) for axis in found.steps[scattered.operands[0]].axes] == ["1", "d"]
    assert "outer" not in operations(found)
