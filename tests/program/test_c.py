"""The C target: its text compiles without a warning and computes what NumPy programs do."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import UnsupportedError
from gradproof.program.kernels.c.calls import OWN, REASONS, ROUTINES
from gradproof.program.kernels.c.functions import FUNCTIONS, functions_text
from gradproof.program.kernels.c.names import RESERVED, c_name
from gradproof.program.kernels.c.source import write
from tests.program.points import CASES, admissible
from tests.program.test_loops import task_of

SIZES = {"N": 7, "d": 4, "k": 3, "V": 5, "n": 6, "m": 2}
FLAGS = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Wshadow", "-pedantic", "-Werror")
ALL = ("value", "gradient", "hessian")

# text, variables to differentiate by, declarations, outputs
LOSSES = {
    "linear": ("norm2(X*w - y)^2/N", "w", "X: matrix(N,d)", ALL),
    "logistic": ("sum(softplus(X*w) - y.*(X*w))/N + t*norm2(w)^2", ("w", "t"), "X: matrix(N,d)"),
    "softmax": (
        "sum(n, logsumexp(W*X[n]) - W[c[n]]'*X[n])",
        "W",
        "X: matrix(N,d); W: matrix(k,d); c: index(N,k)",
        ("value", "gradient", "hvp"),
    ),
    "cosine": ("1 - x'*y/(norm2(x)*norm2(y))", ("x", "y"), "x: vector(n); y: vector(n)", ALL),
    "factorisation": (
        "norm2(U*V' - Y)^2 + t*norm2(U)^2",
        ("U", "V"),
        "U: matrix(N,k); V: matrix(d,k); Y: matrix(N,d)",
    ),
    "gaussian": (
        "logdet(A) + (x - b)'*inv(A)*(x - b)",
        ("A", "b"),
        "A: posdef(n); x: vector(n); b: vector(n)",
    ),
    "solution": ("b'*inv(A)*b + log(det(A)^2)", ("A", "b"), "A: nonsingular(n); b: vector(n)"),
    "network": (
        "norm2(W*tanh(U*x + b) - y)^2",
        ("U", "b", "W"),
        "U: matrix(k,d); W: matrix(m,k); b: vector(k); y: vector(m); x: vector(d)",
    ),
    "attention": (
        "norm2(rowsoftmax(Q*K'/sqrt(d))*V - Y)^2",
        ("Q", "K", "V"),
        "Q: matrix(N,d); K: matrix(n,d); V: matrix(n,k); Y: matrix(N,k)",
    ),
    "selection": (
        "sum(n, (U[i[n]]'*W[j[n]] - y[n])^2)",
        ("U", "W"),
        "U: matrix(V,d); W: matrix(k,d); i: index(N,V); j: index(N,k); y: vector(N)",
    ),
    "nested selection": (
        "norm2(U[c[j]] - x)^2",
        ("U", "x"),
        "U: matrix(V,d); c: index(N,V); j: index(N); x: vector(d)",
    ),
    "kernel": ("sum(exp(-(X*X')/2))", "X", "X: matrix(n,d)"),
    "products of rows": ("sum(n, (x'*X[n])*exp(y[n]))", ("x", "y"), "X: matrix(N,d)", ALL),
    "robust": ("sum(log(cosh(X*w - y))) + norm1(w)", "w", "X: matrix(N,d)"),
    "layout": (
        "norm2(kron(A, B)*vec(C))",
        ("A", "C"),
        "A: matrix(m,k); B: matrix(d,n); C: matrix(n,k)",
    ),
    "taken names": (
        "double*sum(exp(memory)) + sigma*norm2(k)^2 + matvec",
        ("memory", "sigma", "k", "matvec"),
        "memory: vector(k); k: vector(n); double: scalar; sigma: scalar; matvec: scalar",
    ),
    "itself": ("x'*y + t", ("x", "y", "t"), "x: vector(n); y: vector(n)"),
}  # fmt: skip


each_loss = pytest.mark.parametrize("name", LOSSES)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])


@cache
def compiled(name, backend):
    text, wrt, declared, *outputs = LOSSES[name]
    declare = dict(part.strip().split(": ") for part in declared.split(";"))
    own = f"loss_{list(LOSSES).index(name)}"
    asked = outputs[0] if outputs else ("value", "gradient")
    return gp.compile(text, wrt=wrt, outputs=asked, declare=declare, backend=backend, name=own)


def point(declarations):
    """Arrays as facts and bounds of the declarations demand."""
    rng = np.random.default_rng(5)
    found = {}
    for name, declared in declarations.items():
        shape = tuple(axis.size(SIZES) for axis in declared.axes)
        if declared.kind == "index":
            found[name] = rng.integers(0, declared.bound.size(SIZES), shape)
        else:
            fact = next(
                (fact for fact in ("posdef", "nonsingular") if fact in declared.facts), None
            )
            found[name] = np.asarray(admissible(fact, shape, rng))
    return found


def prototype(source, name):
    """The parameters of the function: the name of each, and the type that ctypes gives it."""
    listed = re.search(rf"^void {name}\((.*?)\)$", source, re.DOTALL | re.MULTILINE)[1]
    for part in listed.split(","):
        words = part.split()
        kind = ctypes.c_double if words[0] == "double" else ctypes.c_ssize_t
        yield words[-1].lstrip("*"), ctypes.c_void_p if "*" in part else kind


def called(library, program, arrays, shapes):
    """The outputs of a C function, for results of these shapes."""
    names, kinds = zip(*prototype(program.source, program.name), strict=True)
    given = [np.array(arrays[name], order="C") for name in program.task.parameters()]
    results = [np.full(shape, 7e77) for shape in shapes]
    sizes = names[len(given) : len(names) - len(results)]
    values = [*given, *(SIZES[name.rstrip("_")] for name in sizes), *results]
    getattr(library, program.name)(
        *(
            kind(value.ctypes.data if kind is ctypes.c_void_p else value)
            for kind, value in zip(kinds, values, strict=True)
        )
    )
    return results


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """All losses in one library."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("THERE IS NO C COMPILER (gcc or cc) on the path: no C program is compiled")
    folder = tmp_path_factory.mktemp("c")
    files = [folder / f"{number}.c" for number in range(len(LOSSES))]
    for file, name in zip(files, LOSSES, strict=True):
        compiled(name, "c").write(file)
    made = folder / "losses.so"
    command = [compiler, *FLAGS, "-shared", "-fPIC", "-o", made, *files, "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(made))


@each_loss
def test_c_computes_what_numpy_does(name, library):
    meant, program = compiled(name, "numpy"), compiled(name, "c")
    arrays = point(meant.parameters)
    expected = meant.function(*(arrays[own] for own in meant.task.parameters()))
    expected = [np.asarray(value) for value in expected]
    found = called(library, program, arrays, [value.shape for value in expected])
    for one, other in zip(found, expected, strict=True):
        scale = max(np.abs(other).max(), 1e-3)
        assert np.abs(one - other).max() <= 1e-12 * scale


def test_a_matrix_that_is_not_positive_definite_gives_nan(library):
    program = compiled("gaussian", "c")
    arrays = point(program.parameters)
    arrays["A"] = -arrays["A"]
    value, _, gradient = called(library, program, arrays, [(), (6, 6), (6,)])
    assert np.isnan(value)
    assert np.isnan(gradient).all()


@each_case
def test_every_case_is_written_or_refused_with_the_reason(case):
    task = replace(task_of(case), name="loss")
    refused = {step.operation for step in task.plan().steps} & REASONS.keys()
    if refused:
        with pytest.raises(UnsupportedError, match="C programs cannot have") as caught:
            write(task)
        assert any(REASONS[operation] in str(caught.value) for operation in refused)
        return
    text = write(task)
    assert max(map(len, text.splitlines())) <= 88
    assert text.count("calloc(") == text.count("free(")
    for function in re.findall(r"^static .*\b(\w+)\(", text, re.MULTILINE):
        assert len(re.findall(rf"\b{function}\(", text)) > 1  # it is called, not only defined


def test_functions_come_with_what_they_need_and_before_those_that_need_them():
    text = functions_text(["inverse"])
    order = re.findall(r"^static \w+ (\w+)\(", text, re.MULTILINE)
    assert order.index("eliminate") < order.index("regular_factor") < order.index("inverse")
    assert "cholesky_factor" not in order


def test_every_routine_is_a_function_and_none_is_refused():
    assert {routine.function for routine in ROUTINES.values()} <= FUNCTIONS.keys()
    assert REASONS.keys().isdisjoint({*ROUTINES, *OWN})


@pytest.mark.parametrize("name", ["double", "exp", "σ", "größe", "_x", "linux", "kron"])
def test_names_are_c_names_that_are_free(name):
    assert re.fullmatch(r"[A-Za-z]\w*", c_name(name), re.ASCII)
    assert c_name(name) not in RESERVED


def test_c_is_text():
    program = gp.compile("norm2(x)^2", wrt="x", backend="c", name="f")
    assert "void f(" in program.source
    with pytest.raises(UnsupportedError, match="is text, and cannot be called from Python"):
        program(x=[1.0])
