"""The table of targets: each is called alike, asked for by name, and missed in words."""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import DataError, UnsupportedError
from gradproof.program import targets
from gradproof.program.targets import AUTO, TARGETS, backends, fastest, target_named
from tests.program.points import drawn

LOSS = gp.parse(
    "t*norm2(X*w - y)^2 + sum(U[c]*w)",
    declare={
        "X": "matrix(N,d)", "w": "vector(d)", "y": "vector(N)", "U": "matrix(k,d)",
        "c": "index(N,k)", "t": "scalar",
    },
)  # fmt: skip
CALLED = [name for name, target in TARGETS.items() if target.load is not None]
TEXTS = [name for name, target in TARGETS.items() if target.load is None]


def compiled(backend):
    if TARGETS[backend].extra:
        pytest.importorskip(TARGETS[backend].extra)
    return gp.compile(LOSS, wrt=("w", "U"), backend=backend)


def arrays(sizes=None):
    return drawn(LOSS.variables, sizes or {"N": 5, "d": 3, "k": 4})


@pytest.mark.parametrize("backend", CALLED)
def test_every_target_is_called_alike(backend):
    if backend == "jax":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    found, given = compiled(backend), arrays()
    meant = gp.compile(LOSS, wrt=("w", "U"))(**given)
    for again in (given, given, {name: np.asarray(a).tolist() for name, a in given.items()}):
        result = found(**again)
        assert result._fields == ("value", "gradient")
        np.testing.assert_allclose(float(result.value), meant.value, rtol=1e-12)
        for name in ("w", "U"):
            np.testing.assert_allclose(result.gradient[name], meant.gradient[name], rtol=1e-12)
    bound = found.bind(**{name: array for name, array in given.items() if name != "w"})
    np.testing.assert_allclose(bound(given["w"]).gradient["w"], meant.gradient["w"], rtol=1e-12)


@pytest.mark.parametrize("backend", CALLED)
def test_every_target_takes_its_own_arrays_again_and_again(backend):
    found, given = compiled(backend), arrays()
    made = TARGETS[backend].arrays.made
    own = {name: made(array) if array.ndim else float(array) for name, array in given.items()}
    for _ in range(2):
        result = found(**own)
        meant = gp.compile(LOSS, wrt=("w", "U"))(**given)
        np.testing.assert_allclose(float(result.value), meant.value, rtol=1e-5)
        with pytest.raises(DataError, match="c holds the index -1, but counts from 0 to 3"):
            found(**{**own, "c": made(np.array([0, 1, 2, -1, 3]))})


@pytest.mark.parametrize("backend", CALLED)
def test_every_target_keeps_single_precision(backend):
    given = {
        n: a if a.dtype.kind == "i" else np.float32(a) for n, a in arrays().items() if n != "t"
    }
    result = compiled(backend)(**given, t=0.5)
    assert str(result.gradient["w"].dtype).endswith("float32")


@pytest.mark.parametrize("backend", CALLED)
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y": np.ones(6)}, "N is 5 in X and 6 in y"),
        ({"c": np.array([0, 1, 2, 3, 4])}, "c holds the index 4, but counts from 0 to 3"),
        ({"c": np.array([0, 1, 2, -1, 3])}, "c holds the index -1, but counts from 0 to 3"),
        ({"X": np.ones((5, 3)) * 1j}, "X is not an array of numbers: it holds complex"),
    ],
)
def test_every_target_refuses_alike(backend, changes, message):
    found, given = compiled(backend), arrays()
    if backend == "jax":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    found(**given)
    with pytest.raises(DataError, match=message):
        found(**{**given, **changes})


@pytest.mark.parametrize("backend", TEXTS)
def test_a_text_is_written_and_explained_but_not_called(backend, tmp_path):
    found = gp.compile(LOSS, wrt="w", backend=backend)
    found.write(tmp_path / "loss")
    assert (tmp_path / "loss").read_text("utf-8") == found.source
    assert found.explain(N=5, d=3, k=4).backend == backend
    with pytest.raises(UnsupportedError, match="is text, and cannot be called from Python"):
        found(**arrays())


@pytest.mark.parametrize("backend", [name for name in TARGETS if TARGETS[name].extra])
def test_a_missing_library_is_told_with_the_extra_that_brings_it(backend, monkeypatch):
    monkeypatch.setattr(targets, "find_spec", lambda name: None)
    hint = rf"not installed\nInstall it with: pip install 'gradproof\[{TARGETS[backend].extra}\]'"
    with pytest.raises(UnsupportedError, match=hint):
        gp.compile("norm2(x)^2", wrt="x", backend=backend)
    assert target_named(AUTO).name == "numpy"


def test_auto_is_the_fastest_that_is_installed():
    assert fastest(["numpy", "numba", "jax"]) == "numba"
    assert fastest(["numpy", "jax", "torch"]) == "numpy"
    pytest.importorskip("numba")
    assert gp.compile("norm2(x)^2", wrt="x", backend=AUTO).backend == "numba"


def test_unknown_backends_are_told_the_known_ones():
    with pytest.raises(UnsupportedError, match=f"The backends are {', '.join(backends())}"):
        gp.compile("norm2(x)^2", wrt="x", backend="fortran")


def test_jax_says_that_it_rounds():
    jax = pytest.importorskip("jax")
    found = gp.compile("norm2(x)^2", wrt="x", backend="jax")
    with jax.enable_x64(False):
        with pytest.warns(UserWarning, match="JAX rounds x from float64 to float32"):
            assert found(x=np.ones(3)).gradient.dtype == np.float32
        assert found(x=[1.0, 2.0]).value == 5
    with jax.enable_x64(True):
        assert found(x=np.ones(3)).gradient.dtype == np.float64


def test_only_pytorch_and_jax_take_part_in_automatic_differentiation():
    with pytest.raises(UnsupportedError, match=r'for NumPy takes no part.*\n.*backend="torch"'):
        gp.compile("norm2(x)^2", wrt="x").autograd_function()
    pytest.importorskip("torch")
    value_only = gp.compile("norm2(x)^2", wrt="x", outputs="value", backend="torch")
    with pytest.raises(UnsupportedError, match="a value and its gradient are needed"):
        value_only.autograd_function()
