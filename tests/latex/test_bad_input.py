"""LaTeX that cannot be read is answered with a place in it and advice.

The messages are kept in tests/errors; GRADPROOF_UPDATE_GOLDENS=1 writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import gradproof as gp
from gradproof.core.errors import GradproofError

GOLDEN = Path(__file__).parents[1] / "errors" / "latex.txt"
UPDATE = "GRADPROOF_UPDATE_GOLDENS"

BAD = [
    "",
    r"\frac{1}",
    r"\frac",
    r"x^{2",
    r"x}",
    r"\left( x + y",
    r"x + y \right)",
    r"(x + y",
    r"(x]",
    r"\|x",
    r"\foo + 1",
    r"\apha x",
    r"x +",
    r"* x",
    r"x \odot",
    r"\log",
    r"x^2^3",
    r"x_a_b",
    r"x^12",
    r"2 3",
    r"x, y",
    r"\begin{pmatrix} 1 & a \\ 2 \end{pmatrix}",
    r"\begin{pmatrix} 1 & \\ 2 & 3 \end{pmatrix}",
    r"\begin{pmatrix} 1 & 2",
    r"\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix}",
    r"\begin{cases} x & x > 0 \\ 0 \end{cases}",
    r"\begin{tikzpicture} x \end{tikzpicture}",
    r"\newcommand{\a}{b\a} \a",
    r"\newcommand{\pair}[2]{#1 + #3} \pair{x}{y}",
    r"\mathbb{E}[x]",
    r"x \text{ if } y > 0",
    r"a = b",
    r"\int x \, dx",
    r"\|x\|_p",
    r"\log_2 x",
    r"\sin^{-1} x",
    r"\langle a \rangle",
    r"\frac{\partial f}{x}",
    r"\frac{\partial^2 f}{\partial x}",
    r"\frac{\partial^3 f}{\partial x^3}",
    r"\nabla (x^\top x)",
    r"\sum_{i=1}^{n}",
    r"\sum_{i \neq j} x_i",
    r"\sum_{i=2}^{n} x_i",
    r"\sum_i x",
    r"\sum_{i=1}^{n} x_{i+1}",
    r"\sum_{k=1}^{n} w_{0k}",
    r"f(x + h) - f(x)",
    r"f(x) + o(h)",
    r"[x, y]",
    r"\{a, b\}",
    r"e^{A}",
    r"a \ast b",
    r"\operatorname*{arg\,min}_x f",
    r"\max_{\alpha} a",
    r"A^H A",
    r"f''(x)",
    r"\prod_{i=1}^n (1 + x_i)",
    r"x_1 + \dots + y_n",
    r"1 + 2 + \dots + n",
    r"a - x_1 + \dots + x_n",
    r"x_1 + x_3 + \dots + x_n",
    r"dx^2",
    r"(Wv)_{new}",
    r"\max(a, b, c)",
    r"f(x) = ",
    r"\operatorname{tr}(X) + \operatorname{tr}",
    r"A + x",
    r"A x + x",
    r"x^2 + \mathbf{1}_n^\top x",
    r"\left. f \right|_{x=0}",
    r"|A|",
]
SHAPES = {"A": "matrix(m,n)", "x": "vector(n)"}


def golden() -> dict[str, str]:
    if not GOLDEN.exists():
        return {}
    parts = GOLDEN.read_text(encoding="utf-8").split(">>> ")[1:]
    return dict(part.rstrip("\n").split("\n", 1) for part in parts)


def answered(source: str) -> str:
    with pytest.raises(GradproofError) as raised:
        gp.parse(source, notation="latex", declare=SHAPES)
    error = raised.value
    assert error.hint
    assert error.span is None or 0 <= error.span.start <= error.span.stop <= len(source)
    return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("source", BAD)
def test_message(source):
    if os.environ.get(UPDATE):
        return
    assert answered(source) == golden()[source]


def test_goldens_are_of_these_inputs():
    if os.environ.get(UPDATE):
        text = "\n\n".join(f">>> {source}\n{answered(source)}" for source in BAD)
        GOLDEN.write_text(text + "\n", encoding="utf-8")
    assert list(golden()) == BAD
