"""`gradproof solve`: what it prints, reads and writes, and its exit codes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.cli.command import runner

LOSS = "norm2(X*w - y)^2/N + lambda*norm2(w)^2"
DECLARED = ("-d", "X: matrix(N,d)")


@pytest.fixture
def run(monkeypatch, capsys):
    return runner(monkeypatch, capsys)


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    np.save(tmp_path / "X.npy", X)
    np.savetxt(tmp_path / "y.csv", y)
    np.savez(tmp_path / "both.npz", X=X, y=y)
    return tmp_path


def given(folder) -> list[str]:
    data = [f"X={folder / 'X.npy'}", f"y={folder / 'y.csv'}", "lambda=0.5"]
    return [part for own in data for part in ("--data", own)]


def expected(folder) -> np.ndarray:
    X, y = np.load(folder / "X.npy"), np.loadtxt(folder / "y.csv")
    return np.linalg.solve(X.T @ X + 10 * np.eye(3), X.T @ y)


def test_equations_solution_conditions_and_verdict_are_printed(run):
    answer = run("solve", LOSS, "--wrt", "w", *DECLARED)
    assert answer.code == 0
    assert (
        answer.out
        == (
            "f = ‖Xw − y‖²/N + λ‖w‖²\n"
            "    X: matrix N×d\n    w: vector d\n    y: vector N\n    lambda: scalar\n\n"
            "∇f = 0 where (XᵀX + NλI)w = Xᵀy\n\n"
            "w = (XᵀX + NλI)⁻¹Xᵀy\n"
            "    shape d\n    text: inv(X'*X + N*lambda*eye(d))*X'*y\n    where lambda > 0\n\n"
            "the minimiser: 2*(X'*X/N + lambda*eye(d)) is positive definite\n"
        )
        + answer.out[answer.out.index("agrees at 5 random points") :]
    )


def test_data_are_solved_for_and_written(run, files):
    answer = run("solve", LOSS, "--wrt", "w", *given(files), "-o", str(files / "w.npy"), *DECLARED)
    assert answer.code == 0
    np.testing.assert_allclose(np.load(files / "w.npy"), expected(files), rtol=1e-12)
    quiet = run("solve", LOSS, "--wrt", "w", *given(files), "-q", "-o", str(files / "w.csv"))
    assert quiet.code == 2  # without the declaration N is a number of its own
    assert "N is missing" in quiet.err


def test_arrays_of_one_archive_and_tables_as_csv(run, files):
    places = [f"{name}={files / 'both.npz'}:{name}" for name in "Xy"]
    data = [part for place in places for part in ("--data", place)]
    answer = run("solve", "norm2(X*w - y)^2", "--wrt", "w", *data, "-q", "-o", str(files / "w.csv"))
    assert answer.code == 0
    held = np.load(files / "both.npz")
    found = np.linalg.lstsq(held["X"], held["y"], rcond=None)[0]
    np.testing.assert_allclose(np.loadtxt(files / "w.csv"), found, rtol=1e-9)
    assert answer.out == f"{np.loadtxt(files / 'w.csv')}\n"


def test_json_has_the_formula_and_the_numbers(run, files):
    asked = ("solve", LOSS, "--wrt", "w", *given(files), "--json", "--code", *DECLARED)
    found = json.loads(run(*asked).out)
    assert found["schema"] == 1
    assert found["result"]["text"] == "inv(X'*X + N*lambda*eye(d))*X'*y"
    assert found["normal_equations"]["text"] == "(X'*X + N*lambda*eye(d))*w = X'*y"
    assert found["conditions"] == ["lambda > 0"]
    assert (found["kind"], found["unique"]) == ("minimiser", True)
    assert found["verification"]["kind"] == "agrees"
    np.testing.assert_allclose(found["value"], expected(files), rtol=1e-12)
    assert "def solve(X, y, lambda_):" in found["code"]["numpy"]


def test_a_short_rank_is_a_warning_on_standard_error(run, files):
    np.save(files / "X.npy", np.ones((20, 3)))
    data = [part for own in given(files)[:4] for part in (own,)]
    answer = run("solve", "norm2(X*w - y)^2", "--wrt", "w", *data, "--quiet")
    assert answer.code == 0
    assert answer.err.startswith("warning: the rank is 1 of 3: there are many solutions")


def test_code_alone_and_latex(run):
    answer = run("solve", r"\|Xw - y\|^2", "--notation", "latex", "--wrt", "w", "--quiet", "--code")
    first, _, code = answer.out.partition("\n\n")
    assert first == "inv(X'*X)*X'*y"
    assert compile(code, "solve.py", "exec")


@pytest.mark.parametrize("loss", ["-norm2(X*w - y)^2", "w'*w - 2*sum(w)^2"])
def test_what_is_no_minimiser_is_a_finding(run, loss):
    assert run("solve", loss, "--wrt", "w").code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sum(softplus(X*w))", "--wrt", "w"), "w stands inside sigmoid"),
        (("norm2(X*w - y)^2",), "by which variable?"),
        (("norm2(X*w - y)^2", "--wrt", "w,X"), "--wrt names several variables"),
        (("norm2(X*w - y", "--wrt", "w"), "^"),
        (("norm2(X*w - y)^2", "--wrt", "w", "--data", "X"), "not of the form NAME=FILE"),
        (("norm2(X*w - y)^2", "--wrt", "w", "--data", "X=none.npy"), "there is no file none.npy"),
        (("norm2(X*w - y)^2", "--wrt", "w", "-o", "w.npy"), "--output needs --data"),
        (("norm2(x - a)^2", "--wrt", "x", "--data", "a=1,2", "-o", "x.doc"), "must end in .npy"),
        (("norm2(x - a)^2", "--wrt", "x", "--data", "b=1,2"), "there is no argument b"),
    ],
)
def test_bad_input_is_one_screen_and_exit_code_2(run, arguments, message):
    answer = run("solve", *arguments)
    assert answer.code == 2
    assert message in answer.err
    assert "Traceback" not in answer.err
