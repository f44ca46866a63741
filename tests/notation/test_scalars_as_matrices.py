"""Functions of matrices take scalars as 1×1 matrices: they have values and derivatives."""

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import GradproofError
from gradproof.notation.evaluate import evaluate
from gradproof.notation.meanings import FUNCTIONS
from gradproof.notation.scalar_meanings import AT_SCALARS

KNOWN = {"s": "scalar", "t": "scalar"}


def scalar_calls() -> list[str]:
    """Every function at scalars, where its shape is that of a scalar too."""
    found = []
    for name in sorted(FUNCTIONS.keys() | AT_SCALARS.keys()):
        for source in (f"{name}(s)", f"{name}(s + t)", f"{name}(s, t)", f"{name}(s*t, 3)"):
            try:
                if gp.parse(source, declare=KNOWN).shape == ():
                    found.append(source)
            except GradproofError:
                continue
    return found


CALLS = scalar_calls()


@pytest.mark.parametrize("source", CALLS)
def test_the_tensor_of_a_call_at_scalars_has_its_value(source):
    expression = gp.parse(source, declare=KNOWN)
    values = {name: np.array(value) for name, value in (("s", 0.5), ("t", 0.3))}
    values = {name: values[name] for name in expression.variables}
    by_tree = evaluate(expression.inferred.tree, values, {})
    assert np.allclose(gp.evaluate(expression, **values), by_tree)


@pytest.mark.parametrize("source", CALLS)
def test_a_call_at_scalars_is_differentiated(source):
    try:
        derivation = gp.derive(gp.parse(source, declare=KNOWN), "s")
    except GradproofError:  # a function without a derivative says so
        return
    assert derivation.verify()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tr(s)", "s"),
        ("inv(s)", "1/s"),
        ("det(s)*adj(s)", "s"),
        ("logdet(s)", "log(abs(s))"),
        ("expm(s)", "exp(s)"),
        ("kron(s, t)", "s*t"),
        ("pinv(x)*x", "1"),
        ("sum(i, tr(x[i]))", "sum(x)"),
        ("sum(i, inv(x[i])*outer(x[i], y[i]))", "sum(y)"),
    ],
)
def test_scalars_are_one_by_one_matrices(one, other):
    known = {**KNOWN, "x": "vector(n)", "y": "vector(n)"}
    left, right = (gp.parse(source, declare=known) for source in (one, other))
    assert gp.equal(left, right)
