"""Programs in Julia: their text as read by a person, and their values where Julia is installed."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

from gradproof.program.backends.julia import JULIA
from gradproof.program.targets import TARGETS
from tests.program.cells import IDS, SAMPLES, Cell
from tests.program.points import declared, program

GOLDEN = [
    (
        "norm2(X*w - y)^2/N", "2/N*X'*(X*w - y)",
        "X: matrix(N,d); w: vector(d); y: vector(N)",
        [
            "N = size(X, 1)",
            "r = X * w .- y",
            "value = dot(r, r) / N",
            "gradient = 2 / N .* (X' * r)",
        ],
    ),
    (
        "sum(softplus(X*w))", "X'*sigmoid(X*w)",
        "X: matrix(N,d); w: vector(d)",
        [
            "t0 = X * w",
            "value = sum(softplus.(t0))",
            "gradient = X' * sigmoid.(t0)",
        ],
    ),
    (
        "norm2(X*W + ones(N)*b')^2", "2*X'*(X*W + ones(N)*b')",
        "X: matrix(N,d); W: matrix(d,m); b: vector(m)",
        [
            "t0 = X * W .+ b'",
            "value = sum(t0 .^ 2)",
            "gradient = 2 .* (X' * t0)",
        ],
    ),
    (
        "sum(exp(u[c]))", "x'*inv(A)*x",
        "u: vector(V); c: index(k,V); A: matrix(n,n); x: vector(n)",
        [
            "value = sum(exp.(u[c .+ 1]))",
            "gradient = dot(x, A \\ x)",
        ],
    ),
]  # fmt: skip


def statements(source):
    body = source.rsplit('"""\n', 1)[1].splitlines()
    assert body[0].startswith("function loss(")
    assert body[-1] == "end"
    return [line.strip() for line in body[1:-2]]


@pytest.mark.parametrize(("value", "gradient", "variables", "expected"), GOLDEN)
def test_reads_as_by_hand(value, gradient, variables, expected):
    found = program(value, declared(variables), gradient=gradient)
    source = TARGETS["julia"].write(found.task)
    assert statements(source) == expected
    assert ("using LinearAlgebra\n" in source) == ("dot(" in source)
    assert ("softplus(u) =" in source) == ("softplus.(" in source)


def test_every_sample_is_written():
    for operation, sample in SAMPLES:
        text = Cell(operation, sample).source(JULIA)
        assert text.count("(") == text.count(")")
        assert text.count("[") == text.count("]")


@pytest.mark.skipif(shutil.which("julia") is None, reason="Julia is not on the PATH")
@pytest.mark.parametrize(("operation", "sample"), SAMPLES, ids=IDS)
def test_values(operation, sample, tmp_path):
    cell = Cell(operation, sample)
    arrays = cell.arrays()
    from gradproof.program.backends.numpy import NUMPY

    namespace = {}
    exec(cell.source(NUMPY), namespace)
    expected = np.asarray(namespace["cell"](*[array.copy() for array in arrays]))
    given = ", ".join(_literal(array) for array in arrays)
    script = f"{cell.source(JULIA)}\nfor x in vec(collect(cell({given})))\n    println(x)\nend\n"
    (tmp_path / "cell.jl").write_text(script, "utf-8")
    done = subprocess.run(
        ["julia", "--startup-file=no", str(tmp_path / "cell.jl")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = np.array([float(line) for line in done.stdout.split()])
    found = found.reshape(expected.shape, order="F")
    if operation in ("eigvecs", "eigvecmax"):
        found, expected = np.abs(found), np.abs(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


def _literal(array):
    numbers = ", ".join(repr(number) for number in array.ravel(order="F").tolist())
    if not array.ndim:
        return numbers
    return f"reshape([{numbers}], {', '.join(map(str, array.shape))})"
