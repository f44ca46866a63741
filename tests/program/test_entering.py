"""The quick way into compiled programs: the same results, the same errors, memory of one's own."""

from __future__ import annotations

import gc
import threading
import weakref
from types import BuiltinFunctionType
from typing import Any

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import DataError
from gradproof.program.kernels.entering import objects
from gradproof.program.kernels.entering.given import with_memory_given, with_pooled_memory
from gradproof.program.kernels.entering.pool import LARGE, Pool

LOSS = "norm2(X*w - t*y)^2 + sum(U[c]*w)"
DECLARED = {
    "X": "matrix(N,d)",
    "w": "vector(d)",
    "t": "scalar",
    "y": "vector(N)",
    "U": "matrix(V,d)",
    "c": "index(k,V)",
}
rng = np.random.default_rng(5)


def arguments(rows: int = 7) -> dict[str, Any]:
    return {
        "X": rng.normal(size=(rows, 4)),
        "w": rng.normal(size=4),
        "t": 1.5,
        "y": rng.normal(size=rows),
        "U": rng.normal(size=(5, 4)),
        "c": rng.integers(0, 5, size=3),
    }


def program(backend: str = "numba") -> gp.Program:
    return gp.compile(LOSS, wrt=["w", "U"], declare=DECLARED, backend=backend)


def way_in(function: Any) -> Any:
    return function.__globals__["_enter"]


def assert_equal(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-12)
    for name, gradient in expected.gradient.items():
        np.testing.assert_allclose(found.gradient[name], gradient, rtol=1e-12)


def test_objects_are_laid_out_as_expected():
    assert objects.are_known()


def test_the_second_call_goes_the_quick_way_and_gives_the_same():
    loops, arrays, own = program(), program("numpy"), arguments()
    first = loops(**own)
    assert type(way_in(loops.call)) is BuiltinFunctionType
    assert way_in(loops.call)(*[own[name] for name in loops.parameters]) is not None
    second = loops(**own)
    assert type(second) is type(first)
    assert type(second.value) is float
    for found in (first, second):
        assert_equal(found, arrays(**own))


CHANGED: dict[str, Any] = {
    "columns": {"X": lambda X: np.asfortranarray(X)},
    "every second": {"y": lambda y: np.repeat(y, 2)[::2]},
    "read only": {"X": lambda X: np.require(X.copy(), requirements="O").view()},
    "list": {"w": list},
    "whole numbers": {"w": lambda w: np.arange(len(w))},
    "other order of bytes": {"w": lambda w: w.astype(">f8")},
    "whole t": {"t": lambda t: 2},
    "t of NumPy": {"t": lambda t: np.float64(t)},
    "t as an array": {"t": lambda t: np.array(t)},
    "index in 32 bits": {"c": lambda c: c.astype(np.int32)},
    "index without sign": {"c": lambda c: c.astype(np.uint8)},
    "index as list": {"c": lambda c: c.tolist()},
}


@pytest.mark.parametrize("name", CHANGED)
def test_arguments_of_other_kinds_are_taken_as_ever(name):
    loops, arrays, own = program(), program("numpy"), arguments()
    for _ in range(2):
        loops(**own)
    changed = own | {key: change(own[key]) for key, change in CHANGED[name].items()}
    if name == "read only":
        changed["X"].flags.writeable = False
    for given in (changed, own, changed, changed, own):
        assert_equal(loops(**given), arrays(**given))


def test_shapes_may_change_from_call_to_call():
    loops, arrays = program(), program("numpy")
    for rows in (7, 6, 7, 7, 9, 6, 6):
        own = arguments(rows)
        assert_equal(loops(**own), arrays(**own))


def test_single_precision_stays_single():
    loops = program()
    own = {name: np.float32(x) if name in "XwyU" else x for name, x in arguments().items()}
    for _ in range(3):
        found = loops(**own)
        assert found.gradient["w"].dtype == np.float32
        assert_equal_single(found, program("numpy")(**own))


def assert_equal_single(found: Any, expected: Any) -> None:
    for name, gradient in expected.gradient.items():
        np.testing.assert_allclose(found.gradient[name], gradient, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"w": np.ones(5)}, "d is 4 in X"),
        ({"X": np.ones((7, 4, 1))}, "X"),
        ({"c": np.array([0, 5, 1])}, "c holds the index 5"),
        ({"c": np.array([0, -1, 1])}, "c holds the index -1"),
        ({"w": np.ones(4, complex)}, "w"),
        ({"t": "one"}, "t"),
    ],
)
def test_what_is_wrong_is_told_after_the_quick_way_is_open(change, words):
    loops, own = program(), arguments()
    for _ in range(3):
        loops(**own)
    with pytest.raises(DataError, match=words):
        loops(**own | change)
    missing = {name: value for name, value in own.items() if name != "w"}
    with pytest.raises(DataError, match="w"):
        loops(**missing)
    with pytest.raises(DataError, match="v"):
        loops(**own, v=1.0)
    assert_equal(loops(**own), program("numpy")(**own))


def test_single_indices_are_looked_at():
    selected = gp.compile(
        "sum(U[i])", wrt="U", declare={"U": "matrix(V,d)", "i": "index(V)"}, backend="numba"
    )
    U = rng.normal(size=(5, 4))
    for i in (0, 4, 3):
        assert selected(U=U, i=i).value == pytest.approx(U[i].sum())
    for i in (5, -1, 2**70):
        with pytest.raises(DataError, match="index"):
            selected(U=U, i=i)
    assert selected(U=U, i=np.int64(2)).value == pytest.approx(U[2].sum())


def test_errors_of_the_mathematics_are_raised_every_time():
    factorised = gp.compile(
        "y'*inv(K)*y",
        wrt="K",
        declare={"K": "matrix(n,n) posdef", "y": "vector(n)"},
        backend="numba",
    )
    K, y = np.eye(3), np.ones(3)
    for _ in range(2):
        assert factorised(K=K, y=y).value == pytest.approx(3)
    K[2, 2] = 0
    for _ in range(2):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            factorised(K=K, y=y)
    K[2, 2] = 1
    assert factorised(K=K, y=y).value == pytest.approx(3)


def test_results_that_are_held_are_not_written_over():
    large = gp.compile("norm2(X*W)^2", wrt="W", backend="numba")
    X, W = np.eye(3, 200), rng.normal(size=(200, 100))
    assert W.nbytes > LARGE
    held = [large(X=X, W=k * W).gradient for k in range(1, 6)]
    expected = 2 * X.T @ (X @ W)
    for k, gradient in enumerate(held, start=1):
        np.testing.assert_allclose(gradient, k * expected, rtol=1e-12)
    part = large(X=X, W=W).gradient[1]  # a view holds the memory that it shows
    for k in range(5):
        large(X=X, W=k * W)
    np.testing.assert_allclose(part, expected[1], rtol=1e-12)


def test_dropped_results_lend_their_memory_to_the_next_ones():
    large = gp.compile("norm2(X*W)^2", wrt="W", backend="numba")
    X, W = np.eye(3, 200), rng.normal(size=(200, 100))
    places = {large(X=X, W=W).gradient.ctypes.data for _ in range(20)}
    assert len(places) <= 3


def test_a_pool_forgets_what_it_does_not_need():
    pool = Pool()
    pool.begin()
    first = pool.empty((LARGE,), np.float64)
    memory = weakref.ref(first.base)
    del first
    for _ in range(4):
        pool.begin()
    gc.collect()
    assert memory() is None
    assert not pool.blocks


def test_many_threads_get_results_of_their_own():
    wide = gp.compile("norm2(X*w - y)^2 + logsumexp(X*w)", wrt="w", backend="numba")
    X, y = rng.normal(size=(300, 40)), rng.normal(size=300)
    start = rng.normal(size=40)
    expected = {k: wide(X=X, y=y, w=k * start).gradient for k in range(8)}
    wrong: list[int] = []

    def work(k: int) -> None:
        found = (wide(X=X, y=y, w=k * start).gradient for _ in range(200))
        wrong.extend(k for gradient in found if not np.array_equal(gradient, expected[k]))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_nothing_is_left_behind():
    own = arguments()
    loops = program()
    bound = loops.bind(X=own["X"], y=own["y"], t=own["t"], U=own["U"], c=own["c"])
    bound(own["w"])
    before = len(gc.get_objects())
    result = [bound(own["w"]) for _ in range(1000)]
    del result
    gc.collect()
    assert len(gc.get_objects()) < before + 200


def test_programs_that_return_an_argument_keep_their_own_way():
    assert with_memory_given("def f(X):\n    return X\n", "f") is None


def test_functions_in_python_ask_the_pool():
    text = "def f(X):\n    t = [np.empty(3, X.dtype) for part in range(2)]\n    return t\n"
    assert "memory.empty(3, X.dtype)" in with_pooled_memory(text, "f")
