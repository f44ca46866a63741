"""Derivations in a style: golden files of them, and the proof of their steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gradproof as gp
from gradproof.derivation.goal import Goal
from gradproof.derivation.step import Step
from gradproof.derivation.styles import STYLES

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


def goal_of(derivation: gp.Derivation) -> Goal:
    """What a style is asked to derive."""
    expression, result = derivation.expression.inferred, derivation.result.inferred.tree
    return Goal(expression, derivation.wrt, result, derivation.form)


def own_steps(derivation: gp.Derivation) -> tuple[Step, ...]:
    """The steps that the style works out, before they are proved."""
    return STYLES[derivation.style].steps(goal_of(derivation), single=False).steps


def false_steps(derivation: gp.Derivation) -> list[str]:
    """The rules of steps that numbers refute: they are not shown, so they are worked out again."""
    verdicts = derivation.prove_steps()
    pairs = zip(derivation.steps, verdicts, strict=True)
    hidden = [step.rule for step in own_steps(derivation) if step not in derivation.steps]
    return hidden + [step.rule for step, verdict in pairs if verdict.kind == "refuted"]
