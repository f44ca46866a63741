"""The verdict on every `=` of a chain: proved, agrees, refuted, or not understood.

Members have their shapes inferred together, share their points, and are compared by normal forms
first; a proof is shown only when a point confirms it.  A member is compared with the one
before it; where that was wrong, with the last right one too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from numpy.random import Generator, default_rng

from gradproof.checking.verdict import Verdict
from gradproof.core.errors import GradproofError, ShapeError
from gradproof.documents.diagnosis.case import COSTLY, KINKED, Case, clash_message
from gradproof.documents.diagnosis.diagnose import diagnose
from gradproof.documents.judging.chain import Chain, Judgement
from gradproof.documents.judging.members import (
    Members,
    members_of,
    readings,
    varied_nowhere,
)
from gradproof.documents.judging.points import (
    Comparison,
    Points,
    comparisons,
    points_of,
    really_differ,
    tolerance,
)
from gradproof.documents.judging.proof import Proofs
from gradproof.documents.judging.readings import with_matrix_functions
from gradproof.notation.tree import Call, Tree, walk

__all__ = ["Chain", "Judgement", "judge"]

POINTS = 4
BRANCHED = 16
MOST_TWO_VALUED = 3


@dataclass(slots=True)
class Course:
    """Where the judging of a chain stands: the last right member, and the one read last."""

    members: Members
    points: Points
    proofs: Proofs
    chain: Chain
    right: int | None = None
    last: int | None = None
    known: dict[int, tuple[Tree, ...]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The first member that has a shape: the quantity that the chain is about."""
        return next(k for k, tree in enumerate(self.members.trees) if tree is not None)

    def readings(self, number: int) -> tuple[Tree, ...]:
        """The readings of a member that has shapes."""
        if number not in self.known:
            tree = self.members.trees[number]
            assert tree is not None
            self.known[number] = readings(tree, self.members.declarations)
        return self.known[number]


def judge(chain: Chain, rng: int | Generator = 0) -> tuple[Judgement, ...]:
    """What is known of each `=` of a chain, one judgement for each member but the first.

    >>> from gradproof.notation.parser import parse_text
    >>> members = tuple(map(parse_text, ("derivative(tr(X^2), X)", "2*X'", "2*X")))
    >>> right, wrong = judge(Chain(members))
    >>> right.verdict.kind, wrong.verdict.kind
    ('proved', 'refuted')
    >>> wrong.diagnosis
    'transpose missing: it should be 2Xᵀ; true as written if X is symmetric'
    """
    generator = default_rng(rng)
    found, members = _judged_as_written(chain, generator)
    if members is not None and any(one.verdict.kind == "refuted" for one in found):
        read_so = with_matrix_functions(members)
        if read_so is not None:
            again, _ = _judged_as_written(replace(chain, members=read_so), generator)
            return again if all(one.verdict for one in again) else found
    return found


def _judged_as_written(
    chain: Chain, generator: Generator
) -> tuple[tuple[Judgement, ...], Members | None]:
    try:
        members = members_of(chain)
    except GradproofError as error:
        verdict = Verdict("not understood", message=error.message)
        return tuple(Judgement(verdict, against=k) for k in range(len(chain.members) - 1)), None
    points = points_of(members, chain, generator)
    course = Course(members, points, Proofs(members), chain)
    return tuple(_judgements(course)), members


def _judgements(course: Course) -> Iterator[Judgement]:
    for number in range(len(course.members.trees)):
        judgement = _judged(course, number)
        if number:
            yield judgement


def _judged(course: Course, number: int) -> Judgement:
    """The member against the last one; where that was wrong, against the last right one too."""
    if number in course.members.clashes:
        return _clashing(course, number)
    if course.members.trees[number] is None:
        return _undecided("a side could not be read", number - 1)
    if course.last is None or course.right is None:
        course.last = course.right = number
        return _undecided("the left side could not be read", number - 1)
    before = list(dict.fromkeys((course.last, course.right)))
    verdicts = [(_compared(course, other, number), other) for other in before]
    for verdict, other in verdicts:
        if verdict:
            if other == course.right:
                course.right = number
            course.last = number
            return Judgement(verdict, against=other)
    verdict, other = verdicts[-1]
    if verdict.kind == "not understood":
        return Judgement(verdict, against=other)
    absent = varied_nowhere(course.chain, (course.first, *before, number))
    if absent:
        return _undecided(f"{absent} does not occur in what is differentiated by it", other)
    course.last = number
    return _diagnosed(course, number, verdict, before[::-1])


def _undecided(message: str, against: int) -> Judgement:
    return Judgement(Verdict("not understood", message=message), against=against)


def _compared(course: Course, one: int, other: int) -> Verdict:
    """The strongest verdict over the readings of both members."""
    found: Verdict | None = None
    for left in course.readings(one):
        for right in course.readings(other):
            verdict = _equal(course, left, right)
            if verdict:
                return verdict
            found = found or verdict
    assert found is not None
    return found


def _equal(course: Course, one: Tree, other: Tree) -> Verdict:
    try:
        cases = 2 ** min(len(course.points.two_valued()), MOST_TWO_VALUED)
        wanted = 1 if course.proofs.equal(one, other) else max(_wanted(one, other), cases)
        return _by_numbers(course.points, one, other, wanted)
    except (GradproofError, ValueError) as error:
        return Verdict("not understood", message=str(getattr(error, "message", error)))


def _wanted(one: Tree, other: Tree) -> int:
    """At how many points two members are compared: at more where there are cases."""
    if tolerance(one, other) > COSTLY:
        return 2
    parts = (part for tree in (one, other) for part in walk(tree))
    return BRANCHED if any(isinstance(p, Call) and p.function in KINKED for p in parts) else POINTS


def _by_numbers(points: Points, one: Tree, other: Tree, wanted: int) -> Verdict:
    """The verdict of up to `wanted` points; one is enough to confirm a proof."""
    agreeing = []
    for found in comparisons(points, one, other):
        if really_differ(points, one, other, found):
            return _refuted(points, found)
        agreeing.append(found.error)
        if len(agreeing) >= wanted:
            break
    if not agreeing:
        return Verdict("not understood", message="no point was found where both sides exist")
    if wanted == 1:
        return Verdict("proved")
    return Verdict("agrees", len(agreeing), max(agreeing))


def _refuted(points: Points, found: Comparison) -> Verdict:
    sample = points.sample(found.number)
    assert sample is not None
    example: dict[str, Any] = {**sample.values, "left": found.left, "right": found.right}
    message = f"the two sides differ by {found.error:.1e} of their size"
    return Verdict("refuted", 1, found.error, example, message)


def _diagnosed(course: Course, number: int, verdict: Verdict, before: list[int]) -> Judgement:
    """A refuted equality with the slip that explains it, from the last right member or the last."""
    wrong = course.members.trees[number]
    assert wrong is not None
    for other in before:
        found = diagnose(_case(course, other, wrong))
        if found.sentence:
            return Judgement(verdict, found.sentence, before[0], found.right)
    return Judgement(verdict, "", before[0])


def _case(course: Course, other: int, wrong: Tree) -> Case:
    truth = course.members.trees[other]
    assert truth is not None
    first = course.members.trees[course.first]
    return Case(truth, wrong, course.members, course.points, course.proofs, first or truth)


def _clashing(course: Course, number: int) -> Judgement:
    """A member whose shape is none that it can have: refuted, where a shape is what clashed."""
    clash, written = course.members.clashes[number], course.chain.members[number]
    if course.right is None or written is None or not isinstance(clash, ShapeError):
        return _undecided(clash.message, number - 1)
    case = _case(course, course.right, written)
    message = clash_message(case, clash)
    found = diagnose(case)
    sentence = f"{message}; {found.sentence}" if found.sentence else message
    return Judgement(Verdict("refuted", message=message), sentence, course.right, found.right)
