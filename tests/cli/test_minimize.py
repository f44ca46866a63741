"""`gradproof minimize`: results, pictures, checkpoints and exit codes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.cli.command import runner

LOSS = "norm2(X*w - y)^2/N"


@pytest.fixture
def run(monkeypatch, capsys):
    return runner(monkeypatch, capsys)


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(2)
    X = rng.standard_normal((30, 3))
    y = X @ [1.0, 2.0, 3.0]
    np.save(tmp_path / "X.npy", X)
    np.savetxt(tmp_path / "y.csv", y)
    table = np.column_stack([X, y])
    np.savetxt(tmp_path / "all.csv", table, delimiter=",", header="a,b,c,y", comments="")
    return tmp_path


def arguments(folder, *more: str) -> list[str]:
    data = ["--data", f"X={folder / 'X.npy'}", "--data", f"y={folder / 'y.csv'}"]
    return ["minimize", LOSS, "--over", "w", "-d", "X: matrix(N,d)", *data, *more]


def test_a_descent_reports_and_writes_the_point(run, files):
    answer = run(*arguments(files, "-o", str(files / "w.npy"), "--method", "newton"))
    assert answer.code == 0
    assert "gradient is below" in answer.out
    np.testing.assert_allclose(np.load(files / "w.npy"), [1, 2, 3], atol=1e-8)


def test_columns_of_a_table(run, files):
    table = files / "all.csv"
    answer = run(
        "minimize", LOSS, "--over", "w", "-d", "X: matrix(N,d)", "--data", f"X={table}:a,b,c",
        "--data", f"y={table}:y", "--json", "--method", "lbfgs",
    )  # fmt: skip
    told = json.loads(answer.out)
    assert told["schema"] == 1
    assert told["success"]
    np.testing.assert_allclose(told["x"], [1, 2, 3], atol=1e-5)


def test_what_has_not_converged_exits_with_1(run, files):
    answer = run(*arguments(files, "--method", "gd:0.01", "--stop", "steps=3"))
    assert answer.code == 1
    assert "the limit of 3 steps is reached" in answer.out


def test_pictures(run, files):
    plot, path = files / "loss.svg", files / "path.png"
    answer = run(
        "minimize", "norm2(x)^2", "--over", "x", "--start", "x=3,4", "--method", "gd:0.1",
        "--plot", str(plot), "--contour", str(path),
    )  # fmt: skip
    assert answer.code == 0
    assert plot.read_text("utf-8").startswith("<?xml")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_learning_rates_beside_each_other(run, files):
    answer = run(*arguments(files, "--rates", "0.001,0.1,5", "--plot", str(files / "rates.svg")))
    lines = answer.out.splitlines()
    assert [line.split()[0] for line in lines] == ["gd:0.001", "gd:0.1", "gd:5"]
    assert "diverges" in lines[2]
    assert (files / "rates.svg").exists()


def test_a_checkpoint_is_gone_on_from(run, files):
    folder = str(files / "run")
    more = ("--method", "adam:0.05", "--checkpoint", folder)
    run(*arguments(files, *more, "--stop", "steps=5"))
    answer = run(*arguments(files, *more, "--stop", "steps=9", "--json"))
    whole = run(*arguments(files, "--method", "adam:0.05", "--stop", "steps=9", "--json"))
    assert json.loads(answer.out)["x"] == json.loads(whole.out)["x"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--data", "z=1"), "there is no argument z"),
        (("--data", "X=nowhere.npy"), "there is no file nowhere.npy"),
        (("--data", "X=file.txt"), "of no known kind"),
        (("--data", "X"), "NAME=FILE"),
        (("--method", "sdg:0.1"), "Did you mean sgd?"),
        (("--method", "gd:-1"), "the learning rate is -1"),
        (("--stop", "steps"), "'steps' is no rule"),
        (("--plot", "loss.doc"), "is no picture"),
        (("-o", "w.txt"), "must end in .npy or .csv"),
        (("--checkpoint", "run"), "cannot be saved"),
        (("--contour", "path.png"), "2 numbers, and this has 3"),
        (("--start", "w=1,2"), "d is 3 in X and 2 in w"),
    ],
)
def test_what_is_wrong_is_told_in_words(run, files, more, words):
    answer = run(*arguments(files, *more))
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err
