"""Programs of loops as numba compiles them: varied losses, in one thread and in several."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import gradproof as gp

pytest.importorskip("numba")
pytest.importorskip("scipy")

LOSSES = {
    "linear regression": ("norm2(X*w - y)^2/N", ("w",), {"X": "matrix(N,d)"}),
    "logistic regression": ("sum(softplus(-y.*(X*w)))", ("w",), {"X": "matrix(N,d)"}),
    "softmax regression": (
        "sum(i, logsumexp(W'*X[i]) - (X*W)[i,c[i]])/N",
        ("W",),
        {"X": "matrix(N,d)", "W": "matrix(d,k)", "c": "index(N,k)"},
    ),
    "squared cosine": ("(t - x'*y/(norm2(x)*norm2(y)))^2", ("x", "y"), {}),
    "factorisation": ("norm2(T - U*V')^2", ("U", "V"), {"T": "matrix(N,d)", "V": "matrix(d,k)"}),
    "Gaussian process": ("y'*inv(K)*y/2 + logdet(K)/2", ("K",), {"K": "spd(d)"}),
    "determinant": ("log(det(A)^2) + tr(inv(A)*B)", ("A",), {"A": "matrix(d,d)"}),
    "words": (
        "sum(b, logsumexp(O*sum(j, E[c[b,j]])) - O[t[b]]'*sum(j, E[c[b,j]]))/N",
        ("E", "O"),
        {"E": "matrix(d,k)", "O": "matrix(d,k)", "c": "index(N,m,d)", "t": "index(N,d)"},
    ),
    "network": (
        "norm2(tanh(X*A + vector(1)*a')*B - Y)^2/N",
        ("A", "a", "B"),
        {"X": "matrix(N,d)", "A": "matrix(d,k)", "a": "vector(k)", "B": "matrix(k,m)"},
    ),
    "attention": (
        "norm2(rowsoftmax(Q*K'/sqrt(d))*V - T)^2/2",
        ("Q", "K", "V"),
        {"Q": "matrix(N,d)", "K": "matrix(n,d)", "V": "matrix(n,k)", "T": "matrix(N,k)"},
    ),
}
SIZES = {"N": 37, "d": 5, "k": 3, "m": 4, "n": 6}
each_loss = pytest.mark.parametrize("name", LOSSES)


def drawn(program, sizes, seed=0):
    """Arguments of a program, of these sizes; those with facts as the facts demand."""
    rng = np.random.default_rng(seed)
    arrays = {}
    for name, declared in program.parameters.items():
        shape = tuple(axis.size(sizes) for axis in declared.axes)
        if declared.kind == "index":
            arrays[name] = rng.integers(0, declared.bound.size(sizes), shape)
        elif "posdef" in declared.facts:
            root = rng.standard_normal(shape)
            arrays[name] = root @ root.T + np.eye(len(root))
        else:
            arrays[name] = rng.standard_normal(shape) if shape else 0.3
    return arrays


def flat(result):
    """All arrays of a result."""
    for value in result:
        yield from value.values() if isinstance(value, dict) else [value]


def assert_same(found, expected, tolerance=1e-12):
    for ours, theirs in zip(flat(found), flat(expected), strict=True):
        assert np.shape(ours) == np.shape(theirs)
        scale = max(np.abs(theirs).max(initial=0), 1e-300)
        assert np.abs(ours - theirs).max(initial=0) <= tolerance * scale


def both(name, **options):
    text, wrt, declare = LOSSES[name]
    wrt = wrt if len(wrt) > 1 else wrt[0]
    return [
        gp.compile(text, wrt=wrt, declare=declare, backend=backend, **options)
        for backend in ("numba", "numpy")
    ]


@each_loss
def test_loops_and_arrays_agree(name):
    loops, arrays = both(name)
    given = drawn(loops, SIZES)
    assert_same(loops(**given), arrays(**given))


@each_loss
def test_threads_and_arrays_agree(name, monkeypatch):
    monkeypatch.setattr("gradproof.program.kernels.source.WORTH_THREADS", 0)
    loops, arrays = both(name)
    given = drawn(loops, SIZES, seed=1)
    assert_same(loops(**given), arrays(**given))


def test_threads_that_were_faster_change_nothing(monkeypatch):
    monkeypatch.setattr("gradproof.program.kernels.source.WORTH_THREADS", 0)
    loops, _ = both("network")
    given = drawn(loops, {"N": 1000, "d": 50, "k": 40, "m": 45})
    first = loops(**given)
    for _ in range(20):
        assert_same(loops(**given), first, tolerance=0)


def test_more_rows_than_a_block():
    loops, arrays = both("softmax regression")
    given = drawn(loops, SIZES | {"N": 1001})
    assert_same(loops(**given), arrays(**given), tolerance=1e-11)


def test_single_precision_stays_single():
    loops, arrays = both("logistic regression")
    given = {name: array.astype(np.float32) for name, array in drawn(loops, SIZES, seed=2).items()}
    found = loops(**given)
    assert found.gradient.dtype == np.float32
    assert_same(found, arrays(**given), tolerance=1e-5)


def test_results_may_be_written_where_those_before_were():
    loops, arrays = both("factorisation")
    given = drawn(loops, SIZES)
    bound = loops.bind(T=given["T"], reuse=True)
    before = bound(U=given["U"], V=given["V"])
    again = bound(U=2 * given["U"], V=given["V"])
    assert again.gradient["V"] is before.gradient["V"]
    assert_same(again, arrays(T=given["T"], U=2 * given["U"], V=given["V"]))


SCRIPT = """
import sys, time
import numba, scipy.linalg, numpy as np, gradproof as gp
program = gp.compile("norm2(X*w - y)^2/N", wrt="w", declare={"X": "matrix(N,d)"}, backend="numba")
result = program(X=np.ones((4, 3)), w=np.ones(3), y=np.ones(4))
import gradproof.program.kernels.load
module = next(m for n, m in sys.modules.items() if n.startswith("gradproof_program"))
print(sum(module.loss.stats.cache_hits.values()), result.value)
"""


def test_what_was_compiled_is_kept_on_disk(tmp_path):
    environment = os.environ | {"GRADPROOF_CACHE": str(tmp_path)}
    lines = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for _ in range(2)
    ]
    assert lines == [["0", "4.0"], ["1", "4.0"]]
