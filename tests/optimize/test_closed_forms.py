"""Minimisers in closed form, as a textbook states them: equations, solution, kind, conditions.

Each block of the file begins with what is asked, `>>> loss by variable; declarations`.  Write it
anew with GRADPROOF_UPDATE_GOLDENS=1, and read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import gradproof as gp

FILE = Path(__file__).with_name("golden") / "closed_forms.txt"
MARK = ">>> "


def blocks() -> Iterator[tuple[str, str]]:
    """What is asked, and the answer that is expected."""
    for block in FILE.read_text("utf-8").strip().split("\n\n"):
        question, _, answer = block.partition("\n")
        yield question.removeprefix(MARK), answer


def asked(question: str) -> gp.Solution:
    """The closed form that a question asks for."""
    head, *declarations = question.split("; ")
    text, _, name = head.rpartition(" by ")
    declare = dict(declaration.split(": ", 1) for declaration in declarations)
    return gp.solve(text, name, declare=declare)


def answered(question: str) -> str:
    """What the closed form says, a line each; or why there is none."""
    try:
        found = asked(question)
    except gp.GradproofError as error:
        return f"{type(error).__name__}: {error.message}"
    many = "" if found.is_unique else ", the one of least norm among many"
    lines = [
        str(found.normal_equations),
        f"{found}",
        f"{found.kind}{many}: {found.reason}",
        *(f"where {condition}" for condition in found.conditions),
    ]
    return "\n".join(lines)


def rewritten() -> None:
    """The file with today's answers."""
    text = [f"{MARK}{question}\n{answered(question)}" for question, _ in blocks()]
    FILE.write_text("\n\n".join(text) + "\n", encoding="utf-8")


if os.environ.get("GRADPROOF_UPDATE_GOLDENS"):
    rewritten()


@pytest.mark.parametrize(
    ("question", "answer"), list(blocks()), ids=lambda text: text.partition("\n")[0]
)
def test_closed_forms_read_as_in_a_textbook(question, answer):
    assert answered(question) == answer
