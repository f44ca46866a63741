"""gradproof beside its peers: the time of a derivative, and whether its value is right.

Everything runs in one process; in every round each question goes to each program in turn.
The reference value is gradproof's, once verification has agreed with it.  A peer's derivative
counts as right when its value at random arrays is the same, a Jacobian also when transposed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

import gradproof as gp
from benchmarks.expressions import QUESTIONS, Question
from benchmarks.peer import Attempt, Peer
from benchmarks.table import Table
from benchmarks.timing import forget, milliseconds, quantile, timed
from gradproof.derivation.derive import candidates

ROUNDS = 5
TOLERANCE = 1e-8
MODULES = {"sympy": "benchmarks.peer_sympy", "pytensor": "benchmarks.peer_pytensor"}


@dataclass(slots=True)
class Answer:
    """What a program says to one question, and how long it took in each round."""

    verdict: str
    attempt: Callable[[], Any]
    times: list[float] = field(default_factory=list)


def tables() -> list[Table]:
    """The comparison, and the count of verdicts."""
    peers, absent = _installed()
    answers = {question.key: _answers(question, peers) for question in QUESTIONS}
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            for name, answer in answers[question.key].items():
                _clear(peers.get(name))
                answer.times.append(timed(answer.attempt)[0])
    remarks = [f"{name}: not installed" for name in absent]
    return [_comparison(answers, remarks), _summary(answers)]


def _installed() -> tuple[dict[str, Peer], list[str]]:
    """The peers that can be imported, and the names of the others."""
    peers, absent = {}, []
    for package, module in MODULES.items():
        try:
            import_module(package)
        except ImportError:
            absent.append(package)
            continue
        peer = import_module(module).peer()
        peers[peer.name] = peer
    return peers, absent


def _clear(peer: Peer | None) -> None:
    if peer is None:
        forget()
    else:
        peer.forget()


def _answers(question: Question, peers: Mapping[str, Peer]) -> dict[str, Answer]:
    derivation = gp.derive(question.expression, question.wrt, question.order)
    arrays = question.arrays(np.random.default_rng(0))
    right = gp.evaluate(derivation.result, **arrays)
    verdict = {"agrees": "right", "proved": "right"}.get(derivation.verification.kind, "wrong")
    inferred, names = question.expression.inferred, question.names
    ours = Answer(verdict, lambda: candidates(inferred, names))
    theirs = {name: _best(peer, question, arrays, right) for name, peer in peers.items()}
    return {"gradproof": ours, **theirs}


def _best(peer: Peer, question: Question, arrays: dict[str, Any], right: Any) -> Answer:
    """The first right formulation; else the first that has a value; else the first."""
    answers = []
    for attempt in peer.attempts(question):
        verdict = _verdict(peer, attempt, arrays, right)
        answers.append(Answer(verdict, _guarded(attempt, peer.refusals)))
    best = min(answers, key=lambda answer: ("right", "wrong", "raised").index(answer.verdict))
    wrong = sum(answer.verdict == "wrong" for answer in answers)
    if best.verdict == "right" and wrong:
        best.verdict = f"right ({wrong} of {len(answers)} ways wrong)"
    return best


def _guarded(attempt: Attempt, refusals: tuple[type[Exception], ...]) -> Callable[[], Any]:
    def guarded() -> Any:
        try:
            return attempt.derive()
        except refusals:
            return None

    return guarded


def _verdict(peer: Peer, attempt: Attempt, arrays: dict[str, Any], right: Any) -> str:
    try:
        found = attempt.value(attempt.derive(), arrays)
    except peer.refusals:
        return "raised"
    return "right" if _equal(found, right) or _equal(found.T, right) else "wrong"


def _equal(one: Any, other: Any) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)


def _comparison(answers: Mapping[str, Mapping[str, Answer]], remarks: list[str]) -> Table:
    names = list(next(iter(answers.values())))
    headings = ["question", "gradproof ms"]
    for name in names[1:]:
        headings += [f"{name} ms", "ratio", "value"]
    rows = []
    for question in QUESTIONS:
        ours, *theirs = answers[question.key].values()
        row = [f"`{question.text}` {question.wrt * question.order}", _spread(ours.times)]
        for answer in theirs:
            ratio = quantile(answer.times, 0.5) / quantile(ours.times, 0.5)
            row += [_spread(answer.times), f"{ratio:.1f}", answer.verdict]
        rows.append(row)
    spoken = f"Median (least–most) of {ROUNDS} rounds; ratio of medians, above 1 where gradproof is faster."
    return Table("Beside other programs", headings, rows, (spoken, *remarks))


def _spread(times: list[float]) -> str:
    least, most = milliseconds(min(times)), milliseconds(max(times))
    return f"{milliseconds(quantile(times, 0.5))} ({least}–{most})"


def _summary(answers: Mapping[str, Mapping[str, Answer]]) -> Table:
    rows = []
    for name in next(iter(answers.values())):
        mine = [one[name] for one in answers.values()]
        count = [sum(one.verdict.startswith(verdict) for one in mine) for verdict in VERDICTS]
        medians = [quantile(one.times, 0.5) for one in mine]
        rows.append((name, *map(str, count), milliseconds(quantile(medians, 0.5))))
    return Table("In all", ("program", *VERDICTS, "median ms"), rows)


VERDICTS = ("right", "wrong", "raised")
