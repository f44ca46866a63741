"""Whatever is typed, the command line answers on one screen and with exit code 2.

The answers are kept in errors.txt; GRADPROOF_UPDATE_GOLDENS=1 writes them anew.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from tests.cli.command import Answer, runner

GOLDEN = Path(__file__).with_name("errors.txt")
UPDATE = "GRADPROOF_UPDATE_GOLDENS"
SCREEN = 25
LOSS = "norm2(X*w - y)^2"

# The fault is in a text, so its place is shown.
IN_A_TEXT = [
    ("derive", "X*w - y", "-d", "X: matrix(N,d)", "-d", "y: vector(d)"),
    ("derive", f"{LOSS} + w", "--wrt", "w", "-d", "w: vector(d)"),
    ("derive", "log(det(X + c))", "--wrt", "X", "-d", "X: matrix(m,n)"),
    ("derive", "A + c", "--wrt", "c", "-d", "A: symmetric(n); c: vector(n)"),
    ("derive", "A - c", "-d", "A: matrix(n,n)", "-d", "c: scalar"),
    ("derive", "sum(log(1 + exp(-y.*(X*w))))", "--wrt", "w"),
    ("derive", "x'*A*x + x", "--wrt", "x", "-d", "x: vector(n); A: matrix(n,n)"),
    ("derive", "sigmiod(x)"),
    ("derive", "max(0, x)"),
    ("derive", "norm(X*w - y)", "--wrt", "w"),
    ("derive", "norm2(X*w - y^2", "--wrt", "w"),
    ("derive", "(x + y))", "--wrt", "x"),
    ("derive", "||X*w - y||^2", "--wrt", "w"),
    ("derive", "x^T A x", "--wrt", "x"),
    ("derive", "X w - y", "--wrt", "w"),
    ("derive", "x'*(y", "--wrt", "x"),
    ("derive", "(" * 10_000 + "x" + ")" * 9_000),
    ("derive", "x 😀 y"),
    ("derive", "x\u202e*\u200by\x07"),
    ("derive", "-x'*"),
    ("derive", "-x'*y +", "--wrt", "x"),
    ("derive", "vector(1)"),
    ("derive", "X^2", "-d", "X: matrix(m,n)"),
    ("derive", "U[c] + c", "-d", "c: index(V)"),
    ("derive", "f(x) = x"),
    ("code", "norm2(X*w - y)^", "--wrt", "w"),
    ("code", "X*y - y", "--wrt", "X", "-d", "X: matrix(2,3)"),
    ("equal", "x +", "x"),
    ("equal", "x", "+ x -"),
    ("equal", "exp(x", "exp[x]"),
    ("derive", LOSS, "--wrt", "w", "-d", "X"),
    ("derive", LOSS, "--wrt", "w", "-d", "X matrix(N,d)"),
    ("derive", LOSS, "--wrt", "w", "-d", "X: matrx(N,d)"),
    ("derive", LOSS, "--wrt", "w", "-d", "X: matrix(N)"),
    ("derive", LOSS, "--wrt", "w", "-d", "X: matrix(N,d"),
    ("derive", LOSS, "--wrt", "w", "-d", "X: symmetric(N,d)"),
    ("derive", LOSS, "--wrt", "w", "-d", "X: matrix(0,d)"),
    ("derive", LOSS, "--wrt", "w", "-d", "w: simplex matrix(k,d)"),
    ("derive", LOSS, "--wrt", "w", "-d", "exp: vector(n)"),
    ("equal", "A*B", "B*A", "-d", "A: square(n)"),
    ("code", "U[c]'*v", "--wrt", "v", "-d", "c: index"),
]

# The fault is in what was asked for, not in a text.
IN_THE_REQUEST = [
    ("derive", ""),
    ("derive", "   "),
    ("derive", "X*" * 33_333 + "w"),
    ("derive", "x'*y", "--wrt", "Q"),
    ("derive", "x'*y"),
    ("derive", "x'*y", "--wrt", ""),
    ("derive", "x'*y", "--wrt", "x,"),
    ("derive", "2"),
    ("derive", "X^1.5", "-d", "X: matrix(n,n)"),
    ("derive", "X^c", "--wrt", "X", "-d", "c: scalar"),
    ("derive", "U[c]'*v", "--wrt", "c", "-d", "c: index(V)"),
    ("derive", "norm2(X*w)^2", "--wrt", "w,X,w,X,w"),
    ("derive", "norm2(x)^2", "--order", "0"),
    ("derive", "norm2(x)^2", "--order", "9"),
    ("derive", "norm2(x)^2", "--order", "-1"),
    ("derive", LOSS, "--wrt", "w", "-d", "X: matrix(N,d)", "-d", "X: matrix(N,d)"),
    ("derive", LOSS, "--wrt", "w", "-d", "w: vector(d); w: vector(d)"),
    ("code", LOSS),
    ("code", LOSS, "--wrt", "w", "--backend", "fortran"),
    ("code", LOSS, "--wrt", "w", "--outputs", "value,laplacian"),
    ("code", LOSS, "--wrt", "w", "--name", "my loss"),
    ("code", LOSS, "--wrt", "w", "--name", "class"),
    ("code", LOSS, "--wrt", "w", "--sizes", ""),
    ("code", LOSS, "--wrt", "w", "--explain", "N"),
    ("code", LOSS, "--wrt", "w", "--explain", "N=many,d=2"),
    ("code", LOSS, "--wrt", "w", "-d", "X: matrix(N,d)", "--explain", "N=10"),
    ("code", LOSS, "--wrt", "w", "-d", "X: matrix(N,d)", "--explain", "N=10,d=2,k=3"),
]

# The fault is in the options; the words are those of whichever click is installed.
IN_THE_OPTIONS = [
    ("derive",),
    ("derive", "x", "y"),
    ("derive", LOSS, "--wirt", "w"),
    ("derive", "norm2(x)^2", "--order"),
    ("derive", "norm2(x)^2", "--order", "two"),
    ("derive", "norm2(x)^2", "--seed", "1.5"),
    ("code", LOSS, "--wrt", "w", "--output", "."),
    ("equal", "x"),
    ("deriv", LOSS),
    ("integrate", LOSS),
    ("--verbose",),
]

THROUGH_A_PIPE = ["", "norm2(X*w\n - y", "x\n+ * y\n", "x\0y", "\ufeff\ufeff", "# x", "x" * 300_000]

KEPT = [
    *[(command, "") for command in (*IN_A_TEXT, *IN_THE_REQUEST)],
    *[(("derive", "-", "--wrt", "x"), text) for text in THROUGH_A_PIPE],
]
ALL = [*KEPT, *[(command, "") for command in IN_THE_OPTIONS]]


def shown(text: str) -> str:
    """The text as a line: no control characters, and not too long."""
    line = text if text.isprintable() else ascii(text)[1:-1]
    return line if len(line) <= 80 else f"{line[:30]}… ({len(text):,} characters)"


def quoted(word: str) -> str:
    """The word as one would type it, in double quotes where it needs any."""
    plain = shlex.quote(word) == word
    return word if plain else shlex.quote(word) if set(word) & set('"$`!') else f'"{word}"'


def typed(command: tuple[str, ...], stdin: str) -> str:
    """The command as one would type it."""
    words = " ".join(["gradproof", *(quoted(shown(word)) for word in command)])
    return f"{words} <<< {quoted(shown(stdin))}" if "-" in command else words


@pytest.fixture
def run(monkeypatch, capsys):
    return runner(monkeypatch, capsys)


def answer_to(run, command: tuple[str, ...], stdin: str = "") -> Answer:
    answer = run(*command, stdin=stdin)
    assert answer.code == 2, answer
    return answer


def block(command: tuple[str, ...], stdin: str, answer: Answer) -> str:
    lines = "".join(c if c == "\n" or c.isprintable() else "\ufffd" for c in answer.err)
    return f"$ {typed(command, stdin)}\n{lines}[exit {answer.code}]\n"


def test_the_answers_are_those_that_are_kept(run):
    blocks = [block(command, stdin, answer_to(run, command, stdin)) for command, stdin in KEPT]
    if os.environ.get(UPDATE):
        GOLDEN.write_text("\n".join(blocks), "utf-8")
    assert "\n".join(blocks) == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(("command", "stdin"), ALL)
def test_one_screen_of_error_and_nothing_else(run, command, stdin):
    answer = answer_to(run, command, stdin)
    assert answer.out == ""
    assert answer.err.startswith("error: ")
    lines = answer.err.splitlines()
    assert len(lines) <= SCREEN
    assert max(map(len, lines)) <= 300
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("command", IN_A_TEXT)
def test_the_place_in_a_text_is_underlined(run, command):
    lines = answer_to(run, command).err.splitlines()
    carets = [line for line in lines if line.strip() and set(line.strip()) == {"^"}]
    assert len(carets) == 1
    above = lines[lines.index(carets[0]) - 1]
    assert len(carets[0]) <= len(above) + 1, "the caret stands under the text, or just behind it"


@pytest.mark.parametrize("verb", ["derive", "code"])
@pytest.mark.parametrize("text", ["X*w - y)", "f(x)", "2 x"])
def test_every_verb_answers_alike(run, verb, text):
    ours = answer_to(run, (verb, text, "--wrt", "w"))
    assert ours == answer_to(run, ("equal", text, "x")) == answer_to(run, ("equal", "x", text))


@pytest.mark.parametrize("option", ["--json", "--quiet"])
def test_no_option_hides_an_error(run, option):
    assert answer_to(run, ("derive", "x +", option)) == answer_to(run, ("derive", "x +"))


def test_advice_to_whoever_mistypes_a_verb(run):
    assert "derive" in answer_to(run, ("deriv", LOSS)).err
    assert "code" in answer_to(run, ("cod", LOSS)).err


def test_a_file_that_cannot_be_written(run, tmp_path):
    missing = tmp_path / "missing" / "loss.py"
    answer = answer_to(run, ("code", LOSS, "--wrt", "w", "--output", str(missing)))
    assert answer.err.startswith(f"error: {missing}: ")
    assert not missing.parent.exists()
