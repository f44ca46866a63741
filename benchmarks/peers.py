"""gradproof beside its peers: the time of a derivative, and whether its value is right.

Everything runs in one process; in every round each question goes to each program in turn, with
its caches empty.  The clock starts when the program holds the question as an expression of its
own.  All values, gradproof's too, are held against a numerical derivative of the question at
random arrays with pairwise different sizes.

right       the value is that number; a Jacobian may be laid out transposed
wrong       it is another number, and nothing said so
no formula  a derivative was left unevaluated in the answer
raised      the program said that it cannot
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gradproof as gp
from benchmarks.expressions import QUESTIONS, Question
from benchmarks.peer import Arrays, Attempt, NoValue, Peer
from benchmarks.table import Table
from benchmarks.timing import forget, milliseconds, quantile, timed
from gradproof.derivation.closed_form import closed_form

ROUNDS = 5
TOLERANCE = 1e-6
MODULES = {"sympy": "benchmarks.peer_sympy", "pytensor": "benchmarks.peer_pytensor"}
VERDICTS = ("right", "wrong", "no formula", "raised")
OURS = "gradproof"

Array = NDArray[Any]


@dataclass(slots=True)
class Answer:
    """What a program says to one question, and how long it took in each round."""

    verdict: str
    derive: Callable[[], Any]
    note: str = ""
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median time."""
        return quantile(self.times, 0.5)


Answers = Mapping[str, Mapping[str, Answer]]


def tables() -> list[Table]:
    """The comparison, question by question, and in all."""
    peers = {peer.name: peer for peer in (_ourselves(), *_others())}
    answers = {
        question.key: {name: _best(peer, question) for name, peer in peers.items()}
        for question in QUESTIONS
    }
    for _ in range(ROUNDS):
        for found in answers.values():
            for name, answer in found.items():
                peers[name].forget()
                answer.times.append(timed(answer.derive)[0])
    absent = [f"{package}: not installed" for package in MODULES if find_spec(package) is None]
    return [_comparison(answers, absent), _summary(answers)]


def _ourselves() -> Peer:
    """gradproof, held to the same check; timed without reading and without verification."""

    def attempts(question: Question) -> list[Attempt]:
        expression, names = question.expression, question.names

        def value(shown: gp.Expression, arrays: Arrays) -> Array:
            return gp.evaluate(shown, **arrays)

        def shown() -> gp.Expression:
            return gp.derive(expression, question.wrt, question.order).result

        inferred = expression.inferred
        return [Attempt(expression, shown, value, lambda: closed_form(inferred, names))]

    return Peer(OURS, attempts, (gp.GradproofError,), forget)


def _others() -> list[Peer]:
    """The peers that are installed."""
    return [
        import_module(module).peer()
        for package, module in MODULES.items()
        if find_spec(package) is not None
    ]


def _best(peer: Peer, question: Question) -> Answer:
    """Of the ways to ask, the first that is answered best."""
    arrays = question.arrays(np.random.default_rng(0))
    answers = [_answer(peer, question, attempt, arrays) for attempt in peer.attempts(question)]
    best = min(answers, key=lambda answer: VERDICTS.index(answer.verdict))
    others = sorted({answer.verdict for answer in answers} - {best.verdict}, key=VERDICTS.index)
    if others:
        best.note = f"; asked otherwise: {', '.join(others)}"
    return best


def _answer(peer: Peer, question: Question, attempt: Attempt, arrays: Arrays) -> Answer:
    posed = attempt.value(attempt.posed, arrays)
    if not _equal(posed, _loss(question, arrays)):
        raise ValueError(f"{peer.name} is asked something else than {question.text}")

    def guarded() -> Any:
        try:
            return (attempt.timed or attempt.derive)()
        except peer.refusals:
            return None

    return Answer(_verdict(peer, attempt, arrays, _reference(question, arrays)), guarded)


def _verdict(peer: Peer, attempt: Attempt, arrays: Arrays, right: Array) -> str:
    try:
        derivative = attempt.derive()
    except peer.refusals:
        return "raised"
    try:
        found = attempt.value(derivative, arrays)
    except NoValue:
        return "no formula"
    return "right" if _equal(found, right) or _equal(found.T, right) else "wrong"


def _loss(question: Question, arrays: Arrays) -> Array:
    return gp.evaluate(question.expression, **arrays)


def _reference(question: Question, arrays: Arrays) -> Array:
    """The derivative by differences of the question as it is written."""

    def loss(x: Array) -> Array:
        return np.asarray(_loss(question, {**arrays, question.wrt: x}))

    def slope(x: Array) -> Array:
        return gp.numerical_gradient(loss, x, 1e-3)

    x = arrays[question.wrt]
    return slope(x) if question.order == 1 else gp.numerical_gradient(slope, x, 2e-3)


def _equal(one: Array, other: Array) -> bool:
    same = np.shape(one) == np.shape(other)
    return same and np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)


def _comparison(answers: Answers, remarks: list[str]) -> Table:
    names = list(answers[QUESTIONS[0].key])
    headings = ["question", "by", "gradproof ms", "value"]
    for name in names[1:]:
        headings += [f"{name} ms", "ratio", "value"]
    rows = [_row(question, answers[question.key]) for question in QUESTIONS]
    spoken = (
        f"Median (least–most) of {ROUNDS} rounds. The ratio of medians is above 1 where gradproof"
        " is faster; it is given for right answers alone."
    )
    return Table("Beside other programs", headings, rows, (spoken, *remarks))


def _row(question: Question, found: Mapping[str, Answer]) -> list[str]:
    ours = found[OURS]
    by = ", ".join(question.names)
    row = [f"`{question.text}`", by, _spread(ours.times), ours.verdict]
    for name, answer in found.items():
        if name != OURS:
            ratio = f"{answer.median / ours.median:.1f}" if answer.verdict == "right" else ""
            row += [_spread(answer.times), ratio, answer.verdict + answer.note]
    return row


def _spread(times: list[float]) -> str:
    least, most = milliseconds(min(times)), milliseconds(max(times))
    return f"{milliseconds(quantile(times, 0.5))} ({least}–{most})"


def _summary(answers: Answers) -> Table:
    rows = []
    for name in answers[QUESTIONS[0].key]:
        mine = [found[name] for found in answers.values()]
        count = [sum(one.verdict == verdict for one in mine) for verdict in VERDICTS]
        pairs = [(found[name], found[OURS]) for found in answers.values()]
        ratios = [a.median / b.median for a, b in pairs if a.verdict == b.verdict == "right"]
        middle = quantile(ratios, 0.5)
        rows.append((name, *map(str, count), f"{middle:.1f}"))
    headings = ("program", *VERDICTS, "median ratio where right")
    return Table("In all", headings, rows)
