"""Every published case on every array target, and beside JAX's own derivatives.

The program of JAX gives the value; what `jax.jacobian` and `jax.hessian` make of that value
is independent of our derivations, and must be what our programs give as the derivative.
"""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import UnsupportedError
from gradproof.program.targets import TARGETS, python_function
from tests.conformance.cases import load

jax = pytest.importorskip("jax", reason="the target jax needs it; it is in the extra dev")
torch = pytest.importorskip("torch", reason="the target torch needs it; it is in the extra dev")

CASES = load()
TOLERANCE = 1e-9
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}

# The variable is symmetric, and tr(AX) is written as the sum of A∘X: only along symmetric
# directions are the derivatives A′ of the one and A of the other the same.
UP_TO_SYMMETRY = {"MC-142m"}

# The Jacobian of a Kronecker product is a linear map that is not written by components.
NOT_WRITTEN = {"MN-kron", "MN-kronY"}


@pytest.fixture(autouse=True)
def _double_precision():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def program(case):
    outputs = ("value", "gradient", "hessian")[: case.order + 1]
    return gp.compile(case.text, case.wrt, outputs=outputs, declare=case.declare)


def function(found, target):
    """The bare function of a program written for another target."""
    return python_function(TARGETS[target].write(found.task), found.task)


def close(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.size == expected.size
    scale = max(np.abs(expected).max(), 1e-3)
    assert np.abs(found.ravel() - expected.ravel()).max() <= TOLERANCE * scale


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.id) for case in CASES if case.id not in NOT_WRITTEN],
)
def test_every_target_and_jax_agree(case):
    found = program(case)
    values, _ = case.sample(seed=sum(map(ord, case.id)))
    arguments = [np.asarray(values[name], dtype=float) for name in found.parameters]
    expected = found(**values)
    by_torch = function(found, "torch")(*map(torch.as_tensor, arguments))
    for result, other in zip(by_torch, expected, strict=True):
        assert result.dtype == torch.float64
        close(result, other)
    by_jax, own = in_jax(case, found, arguments)
    for result, other in zip(by_jax, expected, strict=True):
        assert result.dtype == np.float64
        close(result, other)
    if case.id in UP_TO_SYMMETRY:
        close(own + own.T, expected[-1] + expected[-1].T)
    else:
        close(own, expected[-1])


@pytest.mark.parametrize("name", sorted(NOT_WRITTEN))
def test_what_cannot_be_written_is_refused(name):
    (case,) = (case for case in CASES if case.id == name)
    with pytest.raises(UnsupportedError):
        program(case)


def in_jax(case, found, arguments):
    """The outputs of our program, and JAX's derivative of its value, of the case's order."""
    emitted = function(found, "jax")
    place = list(found.parameters).index(case.wrt)
    derivative = jax.jacobian if case.order == 1 else jax.hessian

    def both(*arguments):
        def value(x):
            return emitted(*arguments[:place], x, *arguments[place + 1 :])[0]

        return emitted(*arguments), derivative(value)(arguments[place])

    return jax.jit(both, compiler_options=QUICK)(*arguments)
