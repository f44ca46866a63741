"""Derivations in the differential style, line by line as a lecturer would write them.

Each block of the file begins with what is asked, `>>> expression by variables; declarations`, or
`>>> every rule: …` for the derivation with each rule in a step of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import gradproof as gp

FILE = Path(__file__).with_name("golden") / "differential.txt"
MARK, VERBOSE = ">>> ", "every rule: "


def blocks() -> Iterator[tuple[str, str]]:
    """What is asked, and the derivation that is expected."""
    for block in FILE.read_text("utf-8").strip().split("\n\n"):
        question, _, answer = block.partition("\n")
        yield question.removeprefix(MARK), answer


def asked(question: str) -> gp.Derivation:
    """The derivation that a question asks for."""
    head, *declarations = question.removeprefix(VERBOSE).split("; ")
    text, _, names = head.rpartition(" by ")
    declare = dict(declaration.split(": ", 1) for declaration in declarations)
    wrt = tuple(names.split(", "))
    return gp.derive(text, wrt, declare=declare)


def answered(question: str) -> str:
    """The derivation as text."""
    written = asked(question).written(verbose=question.startswith(VERBOSE))
    return "\n".join(line.rstrip() for line in written.splitlines())


@pytest.mark.parametrize(
    ("question", "answer"), list(blocks()), ids=lambda text: text.partition("\n")[0]
)
def test_derivations_read_as_in_a_lecture(question, answer):
    assert answered(question) == answer


REGRESSION = "norm2(X*w - y)^2/N by w; X: matrix(N,d)"
SQUARED_COSINE = "(t - x'*y/(norm2(x)*norm2(y)))^2 by x"
NEGATIVE_SAMPLING = "-log(sigmoid(c'*W*u)) - sum(j, log(sigmoid(-V[j]'*W*u))) by "


@pytest.mark.parametrize(
    ("question", "most"),
    [
        (REGRESSION, 6),
        (SQUARED_COSINE, 12),
        *[(NEGATIVE_SAMPLING + name, 10) for name in ("u", "c", "V", "W")],
    ],
)
def test_derivations_are_short(question, most):
    derivation = asked(question)
    assert len(derivation.written().splitlines()) <= most
    assert all(verdict.kind == "agrees" for verdict in derivation.prove_steps())
