"""Our gradient inside the automatic differentiation of PyTorch and of JAX."""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import UnsupportedError

jax = pytest.importorskip("jax", reason="the target jax needs it; it is in the extra dev")
torch = pytest.importorskip("torch", reason="the target torch needs it; it is in the extra dev")

LOSS = "t*norm2(tanh(X*w) - y)^2 + norm2(w)^2"
KNOWN = {"t": "scalar"}


@pytest.fixture(autouse=True)
def _double_precision():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def program(backend, wrt=("w", "t"), **others):
    return gp.compile(LOSS, wrt=wrt, declare=KNOWN, backend=backend, **others)


def arrays():
    rng = np.random.default_rng(2)
    return {"X": rng.normal(size=(5, 3)), "y": rng.normal(size=5)}, rng.normal(size=3), 0.7


def by_hand(w, t, *, X, y):
    """The loss in JAX."""
    return t * jax.numpy.sum((jax.numpy.tanh(X @ w) - y) ** 2) + w @ w


def test_torch_checks_the_gradient_and_its_gradient():
    data, w, t = arrays()
    tensors = {name: torch.tensor(array) for name, array in data.items()}
    loss = program("torch").autograd_function()

    def function(w, t):
        return torch.sin(loss(w=w, t=t, **tensors))

    at = tuple(torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (w, t))
    assert torch.autograd.gradcheck(function, at)
    assert torch.autograd.gradgradcheck(function, at)


def test_torch_takes_only_what_is_asked_for():
    data, w, t = arrays()
    loss = program("torch").autograd_function()
    w = torch.tensor(w, requires_grad=True)
    loss(w=w, t=t, **data).backward()
    expected = jax.grad(by_hand)(w.detach().numpy(), t, **data)
    np.testing.assert_allclose(w.grad, expected, rtol=1e-12)


def test_torch_is_told_of_a_gradient_that_is_not_there():
    data, w, t = arrays()
    y = torch.tensor(data["y"], requires_grad=True)
    with pytest.raises(UnsupportedError, match="no gradient by y"):
        program("torch").autograd_function()(w=w, t=t, X=data["X"], y=y)


def test_torch_func_grad_and_vmap():
    data, w, t = arrays()
    loss = program("torch").autograd_function()
    several = torch.tensor(np.stack([w, 2 * w]))
    found = torch.vmap(torch.func.grad(lambda w: loss(w=w, t=t, **data)))(several)
    expected = [jax.grad(by_hand)(k * w, t, **data) for k in (1, 2)]
    np.testing.assert_allclose(found, np.stack(expected), rtol=1e-12)


def test_torch_where_two_gradients_are_one():
    known = {"x": "vector(n)", "y": "vector(n)"}
    both = gp.compile("norm2(x + y)^2", wrt=("x", "y"), declare=known, backend="torch")
    x, y = (torch.tensor([1.0, k], dtype=torch.float64, requires_grad=True) for k in (2.0, 3.0))
    both.autograd_function()(x=x, y=y).backward()
    assert x.grad.tolist() == y.grad.tolist() == [4.0, 10.0]


def test_torch_compile_takes_the_program():
    data, w, t = arrays()
    function = program("torch").function
    compiled = torch.compile(function, backend="eager", fullgraph=True)
    given = [torch.as_tensor(value, dtype=torch.float64) for value in (t, data["X"], w, data["y"])]
    for found, expected in zip(compiled(*given), function(*given), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_jax_differentiates_once_and_twice():
    data, w, t = arrays()
    loss = program("jax").autograd_function()

    def function(w, t):
        return jax.numpy.sin(loss(w=w, t=t, **data))

    def expected(w, t):
        return jax.numpy.sin(by_hand(w, t, **data))

    for found, other in zip(
        jax.jit(jax.value_and_grad(function, (0, 1)))(w, t)[1],
        jax.grad(expected, (0, 1))(w, t),
        strict=True,
    ):
        np.testing.assert_allclose(found, other, rtol=1e-12)
    np.testing.assert_allclose(jax.hessian(function)(w, t), jax.hessian(expected)(w, t), rtol=1e-11)


def test_jax_vmap_of_the_gradient():
    data, w, t = arrays()
    loss = program("jax").autograd_function()
    found = jax.vmap(jax.grad(lambda w: loss(w=w, t=t, **data)))(np.stack([w, 2 * w]))
    expected = [jax.grad(by_hand)(k * w, t, **data) for k in (1, 2)]
    np.testing.assert_allclose(found, np.stack(expected), rtol=1e-12)


def test_jax_is_told_of_a_gradient_that_is_not_there():
    data, w, t = arrays()
    loss = program("jax").autograd_function()
    with pytest.raises(UnsupportedError, match="no gradient by y"):
        jax.grad(lambda y: loss(w=w, t=t, X=data["X"], y=y))(data["y"])


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_only_a_number_has_a_gradient(backend):
    with pytest.raises(UnsupportedError, match="not a number"):
        gp.compile("A*x", wrt="x", backend=backend).autograd_function()


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_program_by_one_name(backend):
    data, w, t = arrays()
    loss = program(backend, wrt="w", outputs=("gradient", "value")).autograd_function()
    assert float(loss(w=w, t=t, **data)) == pytest.approx(float(by_hand(w, t, **data)), rel=1e-12)
