"""What cannot be read is answered with a place and advice, and never with another exception.

The messages are kept in tests/errors; GRADPROOF_UPDATE_GOLDENS=1 writes them anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gradproof.core.errors import GradproofError
from gradproof.notation.declare import parse_declaration
from gradproof.notation.infer import read
from gradproof.notation.lexer import LONGEST

ERRORS = Path(__file__).parents[1] / "errors"
UPDATE = "GRADPROOF_UPDATE_GOLDENS"

READING = [
    "",
    "   \n\t ",
    "x +",
    "x + * y",
    "* x",
    "x *",
    "-",
    "x'' ' +",
    "^2",
    "'x",
    "()",
    "x*()",
    "(x + y",
    "norm2(X*w - y^2",
    "x + y)",
    "(x]",
    "U[w)",
    "U[",
    "x[]",
    ")(",
    "2 x",
    "X w",
    "2(x + 1)",
    "(a)(b)",
    "x y'",
    "x, y",
    "(x, y)",
    "[1, 2]",
    "f(x)",
    "w(x + 1)",
    "sigmiod(x)",
    "norm(x)",
    "ln(x)",
    "dot(x, y)",
    "max(x, 0)",
    "transpose(X)",
    "exp",
    "sum + 1",
    "exp()",
    "exp(x, y)",
    "exp(x,)",
    "exp(,x)",
    "kron(A)",
    "comm(n)",
    "array(x)",
    "sum(2, x)",
    "sum(i, i, x[i])",
    "sum(j, x)",
    "sum(X, 1)",
    "U[1]",
    "U[i + 1]",
    "U[i, j, k]",
    "U[c[1]]",
    "U[c[i]']",
    "U[(A + B)[i]]",
    "U[c[i]",
    "sum(i, U[i[j]])",
    "c[i] + U[c[i]]",
    "X^2'",
    "X.^(2)'",
    "h.^(3/2)'",
    "h.^(-2)'",
    "X^T*X",
    "(X*w)^T*y",
    "X^-T*y",
    "x^T A x",
    "x^T(A*x)",
    "(X*w)^T y",
    "1e999",
    "9" * 101,
    "1.2.3",
    "x = y",
    "x := 2",
    "X[:, 1]",
    r"\frac{1}{2} x",
    "{x}",
    "|x|",
    "‖x‖",
    "A ⊗ B",
    "x\0y",
    "x 😀 y",
    "½*x",
    "x\u0301 + 1",
    "\u202ex",
    "50% * x",
    "__import__('os')",
    '__import__("os").system("rm")',
    "lambda x: x",
    "x; y",
    "x" * 100_000,
    "(" * 10_000,
    "-" * 10_000 + "x",
    "-" * 300 + "x",
    "x" + "'" * 300,
    "^".join(["x"] * 300),
    "exp(" * 250 + "x" + ")" * 250,
    "+".join(["x"] * 6_000),
    "vector(1)",
    "sum(matrix(2))",
    "norm2(eye)",
    "kron(eye, x)",
    "ones(n - 1)",
    "ones(0)",
    "ones(1.5)",
    "ones(exp(n))",
    "ones(" + "+".join(["n"] * 60) + ")",
    "kron(" * 12 + "ones(a+b)" + "".join(f", ones(a+b+c{k}))" for k in range(12)),
    "+".join(f"x{k}*y{k}" for k in range(60)),
    "i*x[i]",
    "sum(i, i*x[i])",
    "-array(i, j, k, X[i,j]*y[k])",
    "X*w - y + sum(ones(n))",
    "tr(kron(x', y'*1)*ones(n))",
    "sum(log(1+exp(-y.*(X*w))))",
    "sum(1 - sigmoid(X*w))",
    "sum(1 + exp(X*w))*log(1 + exp(s))",
    "norm2(X*w - 1/2)^2",
]

SHAPES = [
    ("X*w - y", "X: matrix(N,d)", "w: vector(d)", "y: vector(d)"),
    ("norm2(X*w - y)^2", "X: matrix(N,d)", "y: vector(M)"),
    ("X*y", "X: matrix(N,d)", "y: vector(N)"),
    ("X'*w", "X: matrix(N,d)", "w: vector(d)"),
    ("X*(y + y)", "X: matrix(N,d)", "y: vector(N)"),
    ("A*B", "A: matrix(m,n)", "B: matrix(p,n)"),
    ("x*y", "x: vector(n)", "y: vector(n)"),
    ("x + 1", "x: vector(n)"),
    ("x - 2", "x: vector(n)"),
    ("0.5 + x'", "x: vector(n)"),
    ("X + 1", "X: matrix(m,n)"),
    ("-1 - A", "A: matrix(n,n)"),
    ("sum(s + 1)*sum(X + pi)", "X: matrix(m,n)"),
    ("x + 1 + X*y", "x: vector(n)", "X: matrix(n,m)", "y: vector(n)"),
    ("A + c", "A: matrix(n,n)", "c: scalar"),
    ("x/y", "x: vector(n)", "y: vector(n)"),
    ("X.*Y", "X: matrix(m,n)", "Y: matrix(n,m)"),
    ("x./y'", "x: vector(n)", "y: vector(n)"),
    ("X^2", "X: matrix(m,n)"),
    ("x^2", "x: vector(n)"),
    ("2^x", "x: vector(n)"),
    ("det(X)", "X: matrix(N,d)"),
    ("tr(x)", "x: vector(n)"),
    ("softmax(X)", "X: matrix(m,n)"),
    ("softmax(x')", "x: vector(n)"),
    ("diag(X)", "X: matrix(m,n)"),
    ("inner(x, y)", "x: vector(n)", "y: vector(m)"),
    ("outer(x, Y)", "x: vector(n)", "Y: matrix(m,n)"),
    ("frechet_expm(X, E)", "X: matrix(n,n)", "E: matrix(m,m)"),
    ("vector(x)", "x: vector(n)"),
    ("ones(x)", "x: vector(n)"),
    ("U[c]", "U: matrix(W,d)", "c: index(V)"),
    ("U[c, i]", "U: matrix(V,d)", "c: index(n,V)"),
    ("U[c[i]]", "U: matrix(V,d)", "c: index(V)", "i: index(V)"),
    ("sum(i, X[i]'*U[c[i]])", "X: matrix(N,d)", "U: matrix(V,d)", "c: index(M,V)"),
    ("U[c[i, j]]", "U: matrix(V,d)", "c: index(N,V)"),
    ("U[c]", "U: matrix(V,d)", "c: index(B,C,V)"),
    ("U[c[w], j]", "U: matrix(V,d)", "c: index(N,V)", "w: index(n,N)"),
    ("U[c[w, w]]", "U: matrix(V,d)", "c: index(N,N,V)", "w: index(n,N)"),
    ("U[X[i]]", "U: matrix(V,d)", "X: matrix(V,d)"),
    ("T[i, j, l, r]", "T: tensor(m,n,k)"),
    ("T + 1", "T: tensor(m,n,k)"),
    ("sum(T)", "T: tensor(m,n,k)"),
    ("exp(-T)", "T: tensor(m,n,k)"),
    ("T[i]*x", "T: tensor(m,n,k)", "x: vector(n)"),
    ("x[i, j]", "x: vector(n)"),
    ("t[i]", "t: scalar"),
    ("x[y]", "y: vector(n)"),
    ("x[n]", "x: vector(n)"),
    ("V[j]", "c: index(V)"),
    ("c + 1", "c: index(V)"),
    ("array(i, x[i]*x)", "x: vector(n)"),
    ("sum(i, X[i] + X[i]')", "X: matrix(m,n)"),
    ("kron(x, y) - z", "x: vector(m)", "y: vector(n)", "z: vector(m)"),
    ("(X*w)'*(X*w + ones(d))", "X: matrix(N,d)"),
    (
        "norm2(a_rather_long_name*another_rather_long_name*yet_another_name)^2 + x",
        "a_rather_long_name: matrix(m,n)",
        "another_rather_long_name: matrix(n,k)",
        "yet_another_name: vector(k)",
        "x: vector(m)",
    ),
]

DECLARATIONS = [
    "",
    "scalar",
    ": scalar",
    "X:",
    "X: ",
    "X: matrx(n, m)",
    "X: tensor(n, m)",
    "X: tensor",
    "X: symmetric tensor(n, n, n)",
    "X: psd(n)",
    "X: row(n)",
    "X: square(n)",
    "2: scalar",
    "x y: scalar",
    "exp: scalar",
    "x: 3",
    "x: vector",
    "x: vector()",
    "x: vector(n, m)",
    "X: matrix(n)",
    "t: scalar(n)",
    "X: matrix(n",
    "X: matrix(n, m))",
    "X: matrix(n; m)",
    "X: matrix(n,)",
    "X: matrix(,n)",
    "x: vector(n - 1)",
    "x: vector(0)",
    "x: vector(exp(n))",
    "x: vector(n m)",
    "x: vector(n) matrix(m,n)",
    "x: vector(n) positive(m)",
    "x: scalar positive(n)",
    "A: symmetric matrix(m,n)",
    "A: symmetric(m,n)",
    "A: symmetric",
    "x: symmetric vector(n)",
    "p: simplex matrix(m,n)",
    "p: simplex",
    "P: simplex_rows vector(n)",
    "a: positive(a,b,c)",
    "c: index",
    "c: index()",
    "c: positive index(V)",
    "X: matrix(N, 1)",
    "x: vector(1)",
    "X: matrix(1, 1)",
    "x: , vector(n)",
    "x: vector(n) 😀",
]


def shown(text: str) -> str:
    """The text as a line: no control characters, and no longer than a line."""
    line = text if text.isprintable() else ascii(text)[1:-1]
    return line if len(line) <= 90 else f"{line[:40]}… ({len(text):,} characters)"


def failure(attempt: Callable[[], object]) -> GradproofError | None:
    try:
        attempt()
    except GradproofError as error:
        return error
    return None


def answer(attempt: Callable[[], object]) -> str:
    with pytest.raises(GradproofError) as caught:
        attempt()
    kind = type(caught.value).__name__
    lines = "".join(c if c == "\n" or c.isprintable() else "�" for c in str(caught.value))
    return f"{kind}: {lines}"


def compare(name: str, entries: list[tuple[str, str]]) -> None:
    """Compares inputs and their messages with the file of that name, or writes it."""
    blocks = [f">>> {shown(text)}\n{message}\n" for text, message in entries]
    path = ERRORS / name
    if os.environ.get(UPDATE):
        path.write_text("\n".join(blocks), "utf-8")
    assert "\n".join(blocks) == path.read_text("utf-8")


def test_messages_of_the_reader():
    compare("reader.txt", [(text, answer(lambda text=text: read(text))) for text in READING])


def test_messages_of_clashing_shapes():
    entries = []
    for text, *declarations in SHAPES:
        known = {d.name: d for d in map(parse_declaration, declarations)}
        message = answer(lambda text=text, known=known: read(text, known))
        entries.append((f"{text}    with {', '.join(declarations)}", message))
    compare("shapes.txt", entries)


def test_messages_of_declarations():
    entries = [(text, answer(lambda text=text: parse_declaration(text))) for text in DECLARATIONS]
    compare("declarations.txt", entries)


@pytest.mark.parametrize("name", ["reader.txt", "shapes.txt", "declarations.txt"])
def test_every_message_has_advice(name):
    for block in (ERRORS / name).read_text("utf-8").split("\n>>> "):
        assert block.strip().splitlines()[-1][-1] in ".?,(:", block


@pytest.mark.parametrize("text", [*READING, *(text for text, *_ in SHAPES)])
def test_every_error_has_a_place(text):
    error = failure(lambda: read(text))
    if error is not None:
        assert error.hint
        assert len(text) > LONGEST or error.span is not None
