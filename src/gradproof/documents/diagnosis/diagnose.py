"""The diagnosis of a wrong member: kinds of slip in the order of likelihood, the first that holds.

Slips of the whole formula come before those of terms, those before small edits, and what explains
the wrong member by a misapplied rule before edits that merely mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from gradproof.checking.verify import relative_error
from gradproof.core.errors import GradproofError
from gradproof.documents.diagnosis import changes, edits, factors, terms, whole
from gradproof.documents.diagnosis.assumptions import assumption
from gradproof.documents.diagnosis.budget import Exhausted, has_calculus
from gradproof.documents.diagnosis.calculus_slips import calculus_slips
from gradproof.documents.diagnosis.case import Candidate, Case, holds, value_of, with_shapes
from gradproof.documents.diagnosis.commutation import missing_commutation
from gradproof.documents.diagnosis.false_rules import false_rules
from gradproof.documents.diagnosis.formula import missing_terms, right_formula, worked_out
from gradproof.documents.diagnosis.indices import index_slip
from gradproof.documents.diagnosis.occurrences import MISSING
from gradproof.documents.diagnosis.places import joined, regrouped, signed_terms
from gradproof.documents.diagnosis.rules_undone import rules_undone
from gradproof.notation.tree import Call, Tree, weight_of
from gradproof.notation.write_unicode import unicode

Slip = Callable[[Case], Iterator[Candidate]]

WHOLE: tuple[Slip, ...] = (whole.factors_of_the_whole, whole.transposed_whole)
NEAR: tuple[Slip, ...] = (
    terms.wrong_coefficients,
    edits.swapped_names,
    edits.transposes,
    terms.wrong_signs,
    missing_commutation,
    whole.transposed_and_scaled,
)
FAR: tuple[Slip, ...] = (
    factors.extra_factors,
    whole.scalar_factors,
    rules_undone,
    terms.product_for_sum,
    edits.numbers,
    whole.odd_factors,
    changes.functions,
    changes.ratios,
    terms.wrong_coefficients_in_full,
    terms.extra_terms,
    changes.slopes,
    changes.parts_of_sums,
    terms.sum_for_product,
    edits.commuted,
    edits.commuted_everywhere,
    edits.exchanged_sizes,
    edits.exchanged_arguments,
    edits.swapped_matrices,
    changes.powers,
    factors.lost_factors,
    edits.other_names,
    changes.constants,
)
# Slips that are also tried together with a factor of the whole.
TWICE: tuple[Slip, ...] = (edits.transposes, factors.lost_factors, changes.functions)
# What a search may cost, in symbols that are evaluated.
LONG, SHORT = 14_000, 5_000
Found = TypeVar("Found")
LONGEST = 90


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the slip is, in a line, and what the member should be."""

    sentence: str = ""
    right: Tree | None = None


def diagnose(case: Case) -> Diagnosis:
    """The nearest true formula to a wrong member, or what makes it true."""
    try:
        return _within_budget(case) if case.places(1) else Diagnosis()
    except (GradproofError, ValueError, LookupError, ArithmeticError):
        return Diagnosis()  # a changed formula that has no value must not hide the verdict


def _within_budget(case: Case) -> Diagnosis:
    """The first search that finds something, each with a budget of its own; and what else holds."""
    case.worth = _within(SHORT, worked_out, case)
    case.found.clear()
    case.searched = 0
    case.allowed = 0.0
    case.budget.plain = not (has_calculus(case.known) or has_calculus(case.wrong))
    found: Diagnosis | None = None
    for limit, search in SEARCHES:
        found = found or _within(limit, search, case)
    assumed = _within(SHORT, assumption, case)
    if found is None:
        return _unexplained(case, assumed or "")
    if assumed:
        return Diagnosis(f"{found.sentence}; true as written if {assumed}", found.right)
    return found


def _within(limit: int, search: Callable[[Case], Found], case: Case) -> Found | None:
    """What a search finds; None where the budget is spent before."""
    case.budget.left = limit
    try:
        return search(case)
    except Exhausted:
        return None


def _unexplained(case: Case, assumed: str) -> Diagnosis:
    """What makes the member true as it is written, and what it should be in general."""
    right = _within(SHORT, right_formula, case)
    sentence = f"true if {assumed}" if assumed else ""
    if right is not None and isinstance(case.truth, Call):
        said = f"it should be {unicode(right)}"
        sentence = f"{sentence}; in general {said}" if sentence else said
    return Diagnosis(sentence, right)


def _likely(case: Case) -> Diagnosis | None:
    index = index_slip(case)
    return (
        (Diagnosis(index) if index else None)
        or _first(case, WHOLE)
        or _by_false_rule(case)
        or _by_merging(case)
        or _first(case, NEAR)
    )


def _unlikely(case: Case) -> Diagnosis | None:
    return _first(case, FAR) or _first(
        case, tuple(partial(with_factor, slip=slip) for slip in TWICE)
    )


def with_factor(case: Case, slip: Slip) -> Iterator[Candidate]:
    """The changed formulas of a slip that are true but for a factor."""
    for candidate in slip(case):
        tree = with_shapes(case, candidate.tree)
        for found in whole.scaled_by(case, tree) if tree is not None else ():
            yield Candidate(found.tree, f"{candidate.sentence}, and {found.sentence}")


def _first(case: Case, slips: tuple[Slip, ...]) -> Diagnosis | None:
    """The first candidate that is true."""
    tried: set[Tree] = set()
    for slip in slips:
        for candidate in slip(case):
            if candidate.tree in tried:
                continue
            tried.add(candidate.tree)
            right = holds(case, candidate.tree)
            if right is not None:
                return Diagnosis(_with_formula(candidate.sentence, right), right)
    return None


def _with_formula(sentence: str, right: Tree) -> str:
    said = unicode(right)
    if len(said) > LONGEST or sentence.endswith(f"should be {said}"):
        return sentence
    return f"{sentence}: it should be {said}"


def _by_false_rule(case: Case) -> Diagnosis | None:
    """A false rule that turns the right member into the wrong one."""
    written = regrouped(case.wrong)
    for candidate in false_rules(case):
        if regrouped(candidate.tree) == written or _equals_wrong(case, candidate.tree):
            turned = _first(case, (edits.transposes,))
            if turned is not None and turned.right is not None:
                said = _with_formula(candidate.sentence, turned.right)
                return Diagnosis(said, turned.right)
            return _as_above(case, candidate.sentence)
    return None


def _by_merging(case: Case) -> Diagnosis | None:
    sentence = terms.merged_terms(case)
    return _as_above(case, sentence) if sentence else None


def _as_above(case: Case, sentence: str) -> Diagnosis:
    """The true member itself is what should stand there, unless it is still to be derived."""
    right = right_formula(case)
    return Diagnosis(sentence if right is None else _with_formula(sentence, right), right)


def _equals_wrong(case: Case, tree: Tree) -> bool:
    if not case.fits:
        return False
    filled = with_shapes(case, tree)
    if filled is None:
        return False
    for place in case.places(3):
        one, other = value_of(case, filled, place.sample), value_of(case, case.wrong, place.sample)
        if one is None or other is None or relative_error(one, other) > 1e-7:
            return False
    return True


def _by_calculus(case: Case) -> Diagnosis | None:
    sentence = calculus_slips(case)
    if not sentence:
        return None
    lost = missing_terms(case) if MISSING in sentence else None
    if lost is not None:
        said = f"{sentence}; it is {unicode(lost)}"
        return Diagnosis(said, joined([(1, case.wrong), *signed_terms(lost)]))
    right = right_formula(case)
    if right is None or right == case.about:
        return Diagnosis(sentence, right)
    return Diagnosis(_with_formula(sentence, right), right)


def _missing(case: Case) -> Diagnosis | None:
    """The terms that are missing, where they are short."""
    lost = missing_terms(case)
    formula = right_formula(case)
    if lost is None or (formula is not None and weight_of(formula) <= weight_of(lost)):
        return None
    right = joined([(1, case.wrong), *signed_terms(lost)])
    sign, first = signed_terms(lost)[0]
    said = unicode(first) if sign > 0 else f"−{unicode(first)}"
    if len(signed_terms(lost)) > 1:
        return Diagnosis(_with_formula(f"the terms {unicode(lost)} are missing", right), right)
    return Diagnosis(_with_formula(f"the term {said} is missing", right), right)


SEARCHES: tuple[tuple[int, Callable[[Case], Diagnosis | None]], ...] = (
    (LONG, _likely),
    (SHORT, _by_calculus),
    (LONG, _unlikely),
    (SHORT, _missing),
)
