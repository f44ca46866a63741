"""check_gradient on functions of PyTorch and JAX, and on pairs of forward and backward."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import gradproof as gp

W = np.random.default_rng(1).standard_normal((3, 2))


class Cube:
    """A pair as PyTorch has them, on arrays of NumPy."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.factor = 3
        return x**3

    @staticmethod
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        return ctx.factor * x**2 * dy, None


class ForgottenFactor(Cube):
    @staticmethod
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        return x**2 * dy


class MatMul:
    """A layer as networks written by hand have them."""

    def __init__(self, weights, turned=False):
        self.weights, self.turned = weights, turned

    def forward(self, x):
        self.x = x
        return x @ self.weights

    def backward(self, dy):
        return dy @ (self.weights if self.turned else self.weights.T)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_a_class_with_forward_and_backward(shape):
    x = np.random.default_rng(0).standard_normal(shape)
    assert gp.check_gradient(Cube, None, x).ok
    assert gp.check_gradient(ForgottenFactor, None, x).diagnosis == "the factor 3 is missing"


def test_a_layer_with_forward_and_backward():
    x = np.random.default_rng(0).standard_normal((4, 3))
    assert gp.check_gradient(MatMul(W), None, x).ok
    square = np.random.default_rng(2).standard_normal((3, 3))
    assert not gp.check_gradient(MatMul(square, turned=True), None, x).ok


def test_a_pair_without_a_gradient_is_refused():
    class Nothing(Cube):
        @staticmethod
        def backward(_ctx, _dy):
            return (None,)

    with pytest.raises(gp.DataError, match="no gradient"):
        gp.check_gradient(Nothing, None, np.ones(3))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_functions_of_torch(dtype):
    torch = pytest.importorskip("torch")
    x = torch.linspace(0.2, 1.4, 6, dtype=getattr(torch, dtype)).reshape(2, 3)
    kept = x.clone()

    def f(x):
        assert isinstance(x, torch.Tensor)
        assert x.dtype == kept.dtype
        return torch.exp(x).sum()

    def by_autograd(x):
        leaf = x.requires_grad_(True)
        f(leaf).backward()
        return leaf.grad

    assert gp.check_gradient(f, torch.exp, x).ok
    assert gp.check_gradient(f, by_autograd, x).ok
    assert gp.check_gradient(f, by_autograd, x.clone().requires_grad_(True)).ok
    halved = gp.check_gradient(f, lambda x: torch.exp(x) / 2, x)
    assert halved.diagnosis == "the factor 2 is missing"
    assert torch.equal(x, kept)
    assert x.grad is None


def test_a_function_of_torch_autograd():
    torch = pytest.importorskip("torch")

    class Exp(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = torch.exp(x)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, dy):
            (y,) = ctx.saved_tensors
            return dy * y

    class WrongSign(Exp):
        @staticmethod
        def backward(ctx, dy):
            (y,) = ctx.saved_tensors
            return -dy * y

    x = torch.linspace(0.2, 1.4, 6, dtype=torch.float64).reshape(2, 3)
    assert gp.check_gradient(Exp, None, x).ok
    assert gp.check_gradient(Exp, None, x.float()).ok
    assert gp.check_gradient(WrongSign, None, x).diagnosis == "the sign is wrong"


def test_functions_of_jax():
    jax = pytest.importorskip("jax")
    x = jax.numpy.linspace(0.2, 1.4, 6, dtype="float32").reshape(2, 3)

    def f(x):
        assert isinstance(x, jax.Array)
        return jax.numpy.exp(x).sum()

    right = gp.check_gradient(f, jax.grad(f), x)
    assert right.ok, right.message
    assert "single precision" in right.message
    wrong = gp.check_gradient(f, lambda x: 2 * jax.grad(f)(x), x)
    assert wrong.diagnosis == "the factor 1/2 is missing"


def test_libraries_are_not_imported_for_arrays_of_numpy():
    code = (
        "import sys, numpy as np, gradproof as gp\n"
        "assert gp.check_gradient(lambda x: x @ x, lambda x: 2 * x, np.ones(3)).ok\n"
        "print(*{'torch', 'jax', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
