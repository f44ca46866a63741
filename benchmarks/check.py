"""What a page costs that is proofread: true equalities only, and with ten wrong ones among them.

The equalities are published gradients, each displayed as a person would write it and each with the
declarations of its variables; the wrong ones are three times too large.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import gradproof as gp
from benchmarks.table import Table
from benchmarks.timing import milliseconds, quantile, timed
from gradproof.documents.finding import Finding

CASES = Path(__file__).parents[1] / "tests" / "conformance" / "public.jsonl"
EQUALITIES = 50
WRONG = 10
ROUNDS = 5


def tables() -> list[Table]:
    """Wall times of both pages, and of the slowest equality of each on its own."""
    equalities = _equalities()
    pages = {
        f"{EQUALITIES} true equalities": equalities,
        f"{EQUALITIES - WRONG} true, {WRONG} wrong": _with_slips(equalities),
    }
    rows = [_row(title, page) for title, page in pages.items()]
    header = ("page", "best", "median", "slowest equality", "verdicts")
    return [Table("A page of a document, ms", header, rows)]


def _row(title: str, equalities: list[str]) -> tuple[str, ...]:
    page = "\n".join(equalities)
    found = gp.check(page).findings
    times = [timed(partial(gp.check, page))[0] for _ in range(ROUNDS)]
    alone = [timed(partial(gp.check, text))[0] for text in equalities]
    return (
        title,
        *(milliseconds(time) for time in (min(times), quantile(times, 0.5), max(alone))),
        _verdicts(found),
    )


def _verdicts(findings: tuple[Finding, ...]) -> str:
    kinds = [finding.verdict.kind for finding in findings]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))


def _equalities() -> list[str]:
    """The first published gradients in LaTeX whose formula needs no definitions of its own."""
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    found = [
        _equality(case)
        for case in cases
        if case["order"] == 1
        and not case["expr_shape"]
        and not case.get("where_latex")
        and not case.get("closed_form_where")
        and not case.get("closed_form_indices")
    ]
    holding = [text for text in found if all(f.verdict for f in gp.check(text).findings)]
    return holding[:EQUALITIES]


def _equality(case: dict[str, Any]) -> str:
    by = case["variables"][case["wrt"]]["latex"]
    known = "; ".join(_declared(name, said) for name, said in case["variables"].items())
    formula = rf"\frac{{\partial}}{{\partial {by}}} \left({case['latex']}\right)"
    return f"<!-- gradproof: {known} -->\n\n$${formula} = {case['closed_form_latex']}$$\n"


def _declared(name: str, said: dict[str, Any]) -> str:
    shape = ", ".join(said["shape"])
    kind = f"{said['kind']}({shape})" if shape else said["kind"]
    return f"{said['latex']}: {kind} {said['constraint'] or ''}".strip()


def _with_slips(equalities: list[str]) -> list[str]:
    """Every fifth equality with its right side three times."""
    step = EQUALITIES // WRONG
    return [text if number % step else _slipped(text) for number, text in enumerate(equalities)]


def _slipped(text: str) -> str:
    left, right = text.rstrip().removesuffix("$$").rsplit(" = ", 1)
    return f"{left} = \\left({right}\\right) + 2\\left({right}\\right)$$\n"
