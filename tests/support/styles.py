"""Derivations in a style: golden files of them, and the proof of their steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gradproof as gp

GOLDEN = Path(__file__).parents[1] / "derivation" / "golden"
MARK = ">>> "


def blocks(style: str) -> Iterator[tuple[str, str]]:
    """What is asked, `expression by variables; declarations`, and what is to be written."""
    for block in (GOLDEN / f"{style}.txt").read_text("utf-8").strip().split("\n\n"):
        question, _, answer = block.partition("\n")
        yield question.removeprefix(MARK), answer


def asked(question: str, style: str) -> gp.Derivation:
    """The derivation that a question asks for."""
    head, *declarations = question.split("; ")
    text, _, names = head.rpartition(" by ")
    declare = dict(declaration.split(": ", 1) for declaration in declarations)
    return gp.derive(text, tuple(names.split(", ")), style=style, declare=declare)


def written(derivation: gp.Derivation) -> str:
    """The derivation as text."""
    return "\n".join(line.rstrip() for line in derivation.written().splitlines())


def false_steps(derivation: gp.Derivation) -> list[str]:
    """The rules of steps that numbers refute."""
    verdicts = derivation.prove_steps()
    pairs = zip(derivation.steps, verdicts, strict=True)
    return [step.rule for step, verdict in pairs if verdict.kind == "refuted"]
