"""Chains of equalities that are claimed: read, judged, and reported = by =."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradproof.core.errors import GradproofError
from gradproof.documents.finding import Finding
from gradproof.documents.judging.judge import Judgement
from gradproof.documents.meaning.chains import chain_of, reached
from gradproof.documents.meaning.defining import gradient_variable, is_constant
from gradproof.documents.meaning.equations import vanishing
from gradproof.documents.meaning.notebook import Notebook
from gradproof.documents.meaning.rounding import rounded
from gradproof.documents.meaning.trouble import Pages
from gradproof.documents.meaning.undefined import (
    applied_names,
    new_names,
    refuse_remainder,
    undefined_differentials,
)
from gradproof.documents.meaning.unknown_functions import RANDOM, unknown_calls
from gradproof.documents.meaning.verdicts import judged
from gradproof.documents.reading.statements import Member, Relation, Statement
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Binary, Call, Name, Tree

_DIFFERENTIAL = re.compile(r"(?<![A-Za-z\\])d\s*(?:\\[A-Za-z]+|[A-Zw-z])")
_INCREMENT = "the increment f(x + h) - f(x) is the differential only of a linear function"
_ANY_FUNCTION = "a derivative of a function that is not defined is said to be this"


@dataclass(frozen=True, slots=True)
class Claim:
    """members[0] = members[1] = …, with the signs between them and the conditions said."""

    members: tuple[Member, ...]
    signs: tuple[Relation, ...]
    conditions: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim as it was read: its trees, None for those that cannot be judged."""

    claim: Claim
    trees: tuple[Tree | None, ...]
    pages: Pages

    @property
    def readable(self) -> list[Tree]:
        """The trees that there are."""
        return [tree for tree in self.trees if tree is not None]

    def unread(self, sign: int, reason: str) -> Finding:
        """The sign of this number, not understood."""
        left, right = self.claim.members[sign : sign + 2]
        offset = self.claim.signs[sign].span.start
        return self.pages.unread(offset, reason, lhs=left.latex, rhs=right.latex)

    def without(self, reasons: Mapping[int, str]) -> tuple[Reading, list[Finding]]:
        """The reading without some members, and a finding at a sign beside each."""
        trees = tuple(None if k in reasons else tree for k, tree in enumerate(self.trees))
        signs = {max(number - 1, 0): reason for number, reason in reasons.items()}
        found = [self.unread(sign, reason) for sign, reason in signs.items()]
        return Reading(self.claim, trees, self.pages), found


def judge_claim(claim: Claim, notebook: Notebook, pages: Pages, rng: int) -> list[Finding]:
    """A finding for each = of a claim, or for what could not be read of it."""
    reading, findings = _read(claim, notebook, pages)
    for tree in reading.readable:
        notebook.gradient_by = gradient_variable(tree) or notebook.gradient_by
    if len(reading.readable) < 2:
        return findings
    constant = is_constant(reading.readable[0], reading.readable[-1])
    if constant:
        notebook.constant.add(constant)
        return findings
    reason = _resting_on_unread(reading.readable, notebook)
    if reason:
        return [*findings, *_undecided(reading, reason)]
    reading, aside = reading.without(_undefined(reading, notebook))
    findings += aside + _judged(reading, notebook, rng)
    notebook.spoken.update(name for tree in reading.readable for name in names_in(tree))
    return findings


# ----------------------------------------------------------------------------------- reading
def _read(claim: Claim, notebook: Notebook, pages: Pages) -> tuple[Reading, list[Finding]]:
    trees: list[Tree | None] = []
    findings = []
    differentiates = any(_DIFFERENTIAL.search(member.latex) for member in claim.members)
    notebook.note_fields(" ".join(member.latex for member in claim.members))
    for number, member in enumerate(claim.members):
        try:
            trees.append(_tree(member, notebook, differentiates))
        except GradproofError as error:
            trees.append(None)
            findings.append(_unread_member(claim, number, error, pages))
        if not member:
            sign = claim.signs[min(number, len(claim.signs) - 1)]
            findings.append(pages.unread(sign.span.start, "a side of this = is missing"))
    return Reading(claim, tuple(trees), pages), findings


def _tree(member: Member, notebook: Notebook, differentiates: bool) -> Tree | None:
    if not member:
        return None
    refuse_remainder(member.latex, notebook)
    return notebook.read(member.latex, differentiates=differentiates)


def _unread_member(claim: Claim, number: int, error: GradproofError, pages: Pages) -> Finding:
    """A member that cannot be read, beside the one it was to be compared with."""
    left = max(number - 1, 0)
    lhs, rhs = claim.members[left].latex, claim.members[left + 1].latex
    return pages.failed(claim.members[number].span.start, error, lhs=lhs, rhs=rhs)


def _resting_on_unread(trees: Sequence[Tree], notebook: Notebook) -> str:
    """Why nothing can be said: a name whose definition was not understood."""
    names = reached(trees, notebook.definitions)
    for name, line in notebook.unread.items():
        if name in names:
            return f"what {name} stands for, in line {line}, was not understood"
    return ""


def _undecided(reading: Reading, reason: str) -> list[Finding]:
    """Each = between two members that were read, as not understood."""
    return [
        reading.unread(sign, reason)
        for sign in range(len(reading.claim.signs))
        if reading.trees[sign] is not None and reading.trees[sign + 1] is not None
    ]


def _undefined(reading: Reading, notebook: Notebook) -> dict[int, str]:
    """The members that speak of an f whose df another member consists of, undefined as f is."""
    names = undefined_differentials(reading.readable, notebook)
    return {
        number: f"{min(names_in(tree) & names)} is not defined"
        for number, tree in enumerate(reading.trees)
        if tree is not None and names_in(tree) & names
    }


# ----------------------------------------------------------------------------------- judging
def _judged(reading: Reading, notebook: Notebook, rng: int) -> list[Finding]:
    if len(reading.readable) < 2:
        return []
    try:
        chain = chain_of(reading.trees, notebook)
    except GradproofError as error:
        return _undecided(reading, error.message)
    free = {
        number: _ANY_FUNCTION
        for number, tree in enumerate(chain.members)
        if tree is None and reading.trees[number] is not None
    }
    reading, findings = reading.without(free)
    if len(reading.readable) < 2:
        return findings
    judgements = judged(chain, reading.claim.conditions, notebook, rng)
    first = chain.members[0]
    if first is not None:
        line = reading.pages.places.of(reading.claim.members[0].span.start).line
        gradient = vanishing(first, chain.definitions, chain.declarations, line)
        notebook.gradients += [] if gradient is None else [gradient]
    for number, judgement in enumerate(judgements, 1):
        if judgement is not None and _concerns(reading, number):
            findings.append(_finding(reading, number, judgement, notebook))
    return findings


def _concerns(reading: Reading, number: int) -> bool:
    """Whether the = before a member was judged at all."""
    return reading.trees[number] is not None and any(
        tree is not None for tree in reading.trees[:number]
    )


def _finding(reading: Reading, number: int, judgement: Judgement, notebook: Notebook) -> Finding:
    claim = reading.claim
    for side in (number, judgement.against):
        judgement = rounded(judgement, reading.trees[side], claim.members[side].latex)
    if judgement.verdict.kind == "refuted":
        reason = _not_spoken_of(reading, number, judgement, notebook)
        if reason:
            return reading.unread(number - 1, reason)
    diagnosis = judgement.diagnosis
    if judgement.verdict.kind == "refuted" and _is_increment(reading, number, judgement):
        diagnosis = _INCREMENT
    return reading.pages.finding(
        claim.signs[number - 1].span.start,
        claim.members[judgement.against].latex,
        claim.members[number].latex,
        judgement.verdict,
        diagnosis,
    )


def _is_increment(reading: Reading, number: int, judgement: Judgement) -> bool:
    """Whether df = f(x + h) − f(x) is claimed, which holds of no function but linear ones."""
    match reading.trees[judgement.against], reading.trees[number]:
        case Call("differential", (Name(),)), Binary("-", Call() as one, Call() as other):
            return one.function == other.function
        case _:
            return False


def _not_spoken_of(reading: Reading, number: int, judgement: Judgement, notebook: Notebook) -> str:
    """Why a false equality is none: it speaks of what nobody introduced."""
    if _is_increment(reading, number, judgement):
        return ""
    hidden: dict[int, set[str]] = {}
    for k in (number, judgement.against):
        tree = reading.trees[k]
        if tree is None:
            continue
        hidden[k] = {n for n in reached([tree], notebook.definitions) if RANDOM in n}
        functions = applied_names(reading.claim.members[k].latex, tree, notebook)
        functions |= unknown_calls(tree)
        if functions:
            return f"{min(functions)} is not defined as a function"
    if any(hidden.values()) and not all(hidden.values()):
        name = min(frozenset[str]().union(*hidden.values()))
        return f"{name.partition(RANDOM)[0]} is not defined as a function"
    tree = reading.trees[number]
    before = [other for other in reading.trees[:number] if other is not None]
    new = new_names(tree, before, notebook) if tree is not None else set()
    return f"{' and '.join(sorted(new))} were not spoken of before" if len(new) > 1 else ""
