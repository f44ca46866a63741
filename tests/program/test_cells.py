"""Every operation of plans on every array target: the value, the type of number, vmap.

The values are NumPy's, and those of operations that need a word are worked out here too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from gradproof.core.errors import UnsupportedError
from gradproof.program.backends.jax import JAX
from gradproof.program.backends.julia import JULIA
from gradproof.program.backends.numpy import WITH_SCIPY, WITHOUT_SCIPY
from gradproof.program.backends.torch import TORCH
from gradproof.program.operations import OPERATIONS
from tests.program.cells import IDS, SAMPLES, SIZES, Cell

jax = pytest.importorskip("jax", reason="the target jax needs it; it is in the extra dev")
torch = pytest.importorskip("torch", reason="the target torch needs it; it is in the extra dev")

each_sample = pytest.mark.parametrize(("operation", "sample"), SAMPLES, ids=IDS)
UP_TO_SIGN = {"eigvecs", "eigvecmax"}


@pytest.fixture(autouse=True)
def _double_precision():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def function(backend, cell):
    """The function of a cell's source."""
    namespace = {}
    exec(cell.source(backend), namespace)
    return namespace["cell"]


def close(operation, found, expected, tolerance=1e-12):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    if operation in UP_TO_SIGN:
        found, expected = np.abs(found), np.abs(expected)
    scale = max(np.abs(expected).max(initial=0), 1)
    assert np.abs(found - expected).max(initial=0) <= tolerance * scale


def single(arrays):
    """The arrays in single precision; indices stay."""
    return [a.astype(np.float32) if a.dtype == float else a for a in arrays]


def tensors(arrays):
    return [torch.as_tensor(array) for array in arrays]


def stacked(cell):
    """Two draws of every array, one above the other."""
    return [np.stack(pair) for pair in zip(cell.arrays(3), cell.arrays(4), strict=True)]


@each_sample
def test_numpy(operation, sample):
    cell = Cell(operation, sample)
    arrays = cell.arrays()
    kept = [array.copy() for array in arrays]
    value = function(WITH_SCIPY, cell)(*arrays)
    assert np.shape(value) == tuple(axis.size(SIZES) for axis in cell.plan.steps[-1].axes)
    assert all(np.array_equal(one, other) for one, other in zip(arrays, kept, strict=True))
    close(operation, function(WITHOUT_SCIPY, cell)(*arrays), value)
    if operation in IN_LOOPS:
        operands = iter(arrays)
        given = [next(operands) if not text.isdigit() else float(text) for text in sample.operands]
        close(operation, IN_LOOPS[operation](sample.parameters, np.shape(value), *given), value)


@each_sample
def test_numpy_in_single_precision(operation, sample):
    cell = Cell(operation, sample)
    for backend in (WITH_SCIPY, WITHOUT_SCIPY):
        value = function(backend, cell)(*single(cell.arrays()))
        assert isinstance(value, int | float) or value.dtype == np.float32


@each_sample
def test_jax_under_jit_and_vmap(operation, sample):
    cell = Cell(operation, sample)
    expected = [function(WITH_SCIPY, cell)(*cell.arrays(seed)) for seed in (3, 4)]
    found = jax.jit(jax.vmap(function(JAX, cell)))(*stacked(cell))
    assert found.dtype == np.float64
    close(operation, found, np.stack(expected))
    shape = jax.eval_shape(function(JAX, cell), *single(cell.arrays()))
    assert shape.dtype == np.float32


@each_sample
def test_torch(operation, sample):
    cell = Cell(operation, sample)
    arrays = cell.arrays()
    torch_function = function(TORCH, cell)
    value = torch_function(*tensors(arrays))
    assert value.dtype == torch.float64
    close(operation, value, function(WITH_SCIPY, cell)(*arrays))
    assert torch_function(*tensors(single(arrays))).dtype == torch.float32


@each_sample
def test_torch_under_vmap(operation, sample):
    cell = Cell(operation, sample)
    expected = [function(WITH_SCIPY, cell)(*cell.arrays(seed)) for seed in (3, 4)]
    found = torch.vmap(function(TORCH, cell))(*tensors(stacked(cell)))
    close(operation, found, np.stack(expected))


@pytest.mark.parametrize(
    "backend", [WITH_SCIPY, WITHOUT_SCIPY, JAX, TORCH, JULIA], ids=lambda b: b.title
)
def test_every_operation_is_declared(backend):
    """Spelled, a call, a template, brought along, or unsupported with a reason; nothing twice."""
    for operation in OPERATIONS:
        ways = (backend.spellings, backend.templates, backend.calls, backend.unsupported)
        declared = [operation in way for way in ways]
        assert sum(declared) == 1 or (not any(declared) and operation in backend.functions)
    known = {*backend.spellings, *backend.templates, *backend.calls, *backend.unsupported}
    assert known <= set(OPERATIONS)


def test_what_is_unsupported_says_why():
    backend = replace(TORCH, unsupported={"exp": "there is no reason"}, calls={})
    operation, sample = next(case for case in SAMPLES if case[0] == "exp")
    with pytest.raises(UnsupportedError, match=r"PyTorch programs cannot have exp") as caught:
        Cell(operation, sample).source(backend)
    assert "there is no reason" in str(caught.value)


@pytest.mark.parametrize("backend", [WITH_SCIPY, WITHOUT_SCIPY, JAX, TORCH], ids=lambda b: b.title)
def test_functions_that_are_brought_along_have_short_lines(backend):
    for brought in backend.functions.values():
        assert max(map(len, brought.text.splitlines())) <= 88
        assert not re.search(r"(: Array|-> )", brought.text.splitlines()[0])


# --------------------------------------------------------- operations that need a word
def places(shape):
    return product(*map(range, shape))


def one_hot(parameters, shape, index):
    result = np.zeros(shape)
    for place in places(index.shape):
        result[(*place, index[place])] = 1
    return result


def take_along(parameters, shape, base, index):
    (together,) = parameters
    result = np.zeros(shape)
    for place in places(index.shape):
        result[place] = base[(*place[:together], index[place])]
    return result


def scatter_add(parameters, shape, values, index):
    result = np.zeros(shape)
    for place in places(index.shape):
        result[index[place]] += values[place] if np.ndim(values) else values
    return result


def add_at(parameters, shape, base, index, values):
    result = base.copy()
    for place in places(index.shape):
        value = values[place] if np.ndim(values) else values
        result[(*place, index[place])] += float(parameters[0]) * value
    return result


def add_diagonal(parameters, shape, base, values):
    agreeing, own, factor = parameters
    result = base.copy()
    for place in places(shape):
        numbers = dict(zip(agreeing, place, strict=True))
        if all(numbers[number] == at for number, at in zip(agreeing, place, strict=True)):
            value = values[tuple(numbers[number] for number in own)] if own else values
            result[place] += float(factor) * value
    return result


def block_diagonal(parameters, shape, values):
    return add_diagonal((*parameters, 1), shape, np.zeros(shape), values)


IN_LOOPS = {
    "one_hot": one_hot,
    "take_along": take_along,
    "scatter_add": scatter_add,
    "add_at": add_at,
    "add_diagonal": add_diagonal,
    "block_diagonal": block_diagonal,
    "gram": lambda p, shape, x: x.T @ x if p == (0,) else x @ x.T,
    "weighted_gram": lambda p, shape, x, w: (
        x.T @ np.diag(w) @ x if p == (0,) else x @ np.diag(w) @ x.T
    ),
    "weighted_grams": lambda p, shape, x, w: np.einsum("na,nb,n...->...ab", x, x, w),
    "cholesky_solve": lambda p, shape, a, b: np.linalg.solve(a, b),
    "cholesky_inverse": lambda p, shape, a: np.linalg.inv(a),
    "cholesky_logdet": lambda p, shape, a: np.log(np.linalg.det(a)),
    "lu_solve": lambda p, shape, a, b: np.linalg.solve(a, b),
    "lu_solve_transposed": lambda p, shape, a, b: np.linalg.solve(a.T, b),
    "lu_inverse": lambda p, shape, a: np.linalg.inv(a),
    "lu_det": lambda p, shape, a: np.linalg.det(a),
    "lu_logdet": lambda p, shape, a: np.log(np.abs(np.linalg.det(a))),
}
