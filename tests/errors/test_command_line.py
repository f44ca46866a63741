"""What the command line answers to a wrong call: one screen, an `error:`, advice, exit code 2."""

from __future__ import annotations

import sys

import pytest

from gradproof.cli import main

WRONG = {
    "derive": "Missing argument",
    "derive x --order two": "'two' is not a valid integer",
    "derive x --order 9": "order 1 to 4",
    "derive x y z": "unexpected extra argument",
    "derive x --seed": "requires an argument",
    "derve x": "Did you mean",
    "frobnicate x": "The verbs are derive, check, code, equal",
    "--frobnicate": "--frobnicate",
    "derive 2": "no variable to differentiate by",
    "derive 2 --wrt x": "x is not a variable",
    "derive x'*y --wrt ,": "--wrt names no variable\nThe variables are x, y.",
    "derive x'*y --wrt=": "--wrt names no variable\nThe variables are x, y.",
    "derive x'*y --wrt x,": "--wrt lacks a name",
    "derive U[c] --wrt=": "The variables are U.",
    "code x'*x --wrt=": "--wrt names no variable",
    "code x'*x --name 2x": "not a name",
    "code x'*x --output no/such/folder/loss.py": "no/such/folder/loss.py",
}


def answer(monkeypatch, call: str) -> int:
    monkeypatch.setattr(sys, "argv", ["gradproof", *call.split()])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.mark.parametrize("call", WRONG)
def test_a_wrong_call_is_answered_on_one_screen(call, monkeypatch, capsys):
    assert answer(monkeypatch, call) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("error: ")
    assert written.err.count("error") == 1
    assert WRONG[call] in written.err
    assert len(written.err.splitlines()) <= 5


@pytest.mark.parametrize("call", ["", "--help", "derive --help"])
def test_help_goes_to_standard_output(call, monkeypatch, capsys):
    assert answer(monkeypatch, call) == 0
    written = capsys.readouterr()
    assert written.out.startswith("Usage: gradproof")
    assert written.err == ""


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("derive c*x --wrt x", "    c: scalar"),
        ("derive U[c]'*v --wrt v -d c:index(k)", "    c: index in k"),
        ("derive sum(U[w]) --wrt U -d w:index(n,k)", "    w: index vector n in k"),
        ("derive x'*A*x --wrt A", "    A: matrix n×n"),
        ("derive W*X*W --wrt W --order 2", "∂²f/∂W² ="),
        ("derive tanh(W*x) --wrt x --order 2", "d(∂f/∂x) ="),
        ("derive sum(x.^3)*sum(y.^2) --wrt x,x,y", "d(∂²f/∂x²) ="),
        ("derive sum(x.^3)*(y'*y) --wrt x,y", "∂²f/∂x∂y ="),
        ("derive inv(X) --wrt X", "df ="),
    ],
)
def test_the_report_names_kinds_and_derivatives(call, line, monkeypatch, capsys):
    assert answer(monkeypatch, call) == 0
    assert any(found.startswith(line) for found in capsys.readouterr().out.splitlines())
