"""The source stands alone: it needs NumPy only, lints clean, and cannot be broken by names."""

from __future__ import annotations

import ast
import subprocess
import sys

import numpy as np
import pytest

from gradproof.core.errors import UnsupportedError
from gradproof.notation.infer import read
from gradproof.program.backends.numpy import NUMPY
from gradproof.program.compiled import compiled
from gradproof.program.source import source
from tests.program.points import CASES, case_declarations, declared, program

RULES = "E,F,I,B,UP,SIM,RUF100,C4,N,RET,PIE,W,D100,D103,D419"
IGNORED = "E741,N802,N803,N806,RET504"  # mathematicians' letters; outputs are named before return


def case_source(case):
    declarations = case_declarations(case)
    tree = read(case["text"], declarations).tree
    return source(NUMPY, "loss", {"value": tree}, declarations, {"value": case["text"]})


def test_runs_without_gradproof(tmp_path):
    variables = declared("X: matrix(N,d); w: vector(d); y: vector(N)")
    text = "sum(softplus(X*w)) - y'*(X*w)"
    gradient = "X'*(sigmoid(X*w) - y)"
    program(text, variables, gradient=gradient).write(tmp_path / "loss.py")
    script = (
        "import sys, numpy as np, loss\n"
        "value, gradient = loss.loss(np.eye(3, 2), np.array([1.0, -2.0]), np.ones(3))\n"
        "assert 'gradproof' not in sys.modules and 'opt_einsum' not in sys.modules\n"
        "print(round(float(value), 12), *np.round(gradient, 12).tolist())\n"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = [float(number) for number in done.stdout.split()]
    logits = np.array([1.0, -2.0, 0.0])
    value = np.log1p(np.exp(logits)).sum() - logits.sum()
    gradient = 1 / (1 + np.exp(-logits[:2])) - 1
    assert found == pytest.approx([value, *gradient], abs=1e-11)


def test_lints_clean(tmp_path):
    for case in CASES:
        (tmp_path / f"{case['id'].replace('-', '_')}.py").write_text(case_source(case), "utf-8")
    command = [
        sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "88",
        "--select", RULES, "--ignore", IGNORED, str(tmp_path),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_functions_that_are_used_come_along():
    written = program("sum(sigmoid(x))", declared("x: vector(n)")).source
    names = [node.name for node in ast.parse(written).body if isinstance(node, ast.FunctionDef)]
    assert names == ["sigmoid", "loss"]
    brought = program("tr(sinm(A))", declared("A: matrix(n,n)")).source
    assert "def expm(" in brought
    assert "def sinm(" in brought
    assert "Array" not in brought


def test_docstring_states_formulas_and_shapes():
    variables = declared("X: matrix(N,d); w: vector(d); t: scalar; c: index(k,N)")
    written = program("t*sum(X[c]*w)", variables, gradient="t*w").source
    function = next(node for node in ast.parse(written).body if isinstance(node, ast.FunctionDef))
    assert ast.get_docstring(function) == (
        "Value and gradient.\n\n"
        "value (scalar) = t*sum(X[c]*w)\n"
        "gradient (d) = t*w\n\n"
        "X: matrix N×d\n"
        "w: vector d\n"
        "t: scalar\n"
        "c: index k, whole numbers from 0 to N - 1"
    )


def test_a_formula_cannot_leave_the_docstring():
    variables = declared("x: vector(n)")
    tree = read("sum(x)", variables).tree
    formula = '"""\nraise SystemExit\n"""\\'
    written = source(NUMPY, "loss", {"value": tree}, variables, {"value": formula})
    lines = ast.get_docstring(ast.parse(written).body[-1]).splitlines()
    assert lines[2] == 'value (scalar) = """ raise SystemExit """\\'
    assert compiled("loss", {"value": tree}, variables, {"value": formula})(x=[1.0, 2.0]).value == 3


@pytest.mark.parametrize(
    ("text", "declarations", "argument"),
    [
        ("lambda*x'*x", "lambda: scalar; x: vector(d)", "lambda_"),
        ("np*x'*x", "np: scalar; x: vector(d)", "np_"),
        ("sum(softmax_ .* softmax(x))", "softmax_: vector(d); x: vector(d)", "softmax_"),
        ("value*sum(x)", "value: scalar; x: vector(d)", "value"),
        ("sum(x - r) + sum((x - r).^2) + t0*d", "x: vector(d); r: vector(d); t0: scalar", "t0"),
        ("N*x'*x*d", "N: scalar; x: vector(d)", "N"),
    ],
)
def test_names_that_clash(text, declarations, argument):
    variables = declared(declarations)
    found = program(text, variables)
    function = ast.parse(found.source).body[-1]
    names = [own.arg for own in function.args.args]
    assert argument in names
    assert len(set(names)) == len(names)
    ones = {name: 2.0 if not d.axes else [1.0, 2.0, 3.0] for name, d in variables.items()}
    assert found(**ones).value is not None


def test_shared_parts_are_written_once():
    variables = declared("W: matrix(k,d); x: vector(d); y: vector(k)")
    written = program("-y'*log(softmax(W*x))", variables, gradient="(softmax(W*x) - y)*x'").source
    assert written.count("W @ x") == 1


def test_a_size_that_no_argument_has_is_refused():
    variables = declared("x: vector(d)")
    tree = read("sum(x)/n", variables).tree
    with pytest.raises(UnsupportedError, match="no argument has an axis of size n"):
        source(NUMPY, "loss", {"value": tree}, variables, {})
