"""What the wrong member should be, as the engine writes it."""

from __future__ import annotations

from dataclasses import replace

from gradproof.algebra.expand import expand, without_tensor_brackets
from gradproof.algebra.simplify import simplify
from gradproof.checking.verify import relative_error
from gradproof.core.errors import GradproofError
from gradproof.core.node import Node
from gradproof.documents.diagnosis.case import (
    SCREENED,
    Case,
    holds,
    is_calculus,
    value_of,
    with_shapes,
)
from gradproof.documents.diagnosis.places import joined, signed_terms
from gradproof.documents.judging.members import substituted
from gradproof.documents.judging.points import tolerance
from gradproof.notation.raising.context import context_of
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Binary, Call, Name, Negation, Tree, fold, rebuild, weight_of

LONGEST = 60
HEAVIEST = 300


def right_formula(case: Case) -> Tree | None:
    """The true member as a formula, where it is a derivative that the engine can write."""
    if not isinstance(case.truth, Call) or case.truth.function not in (
        "derivative",
        "differential",
    ):
        if case.truth is case.about:
            return None
        return case.truth if weight_of(case.truth) <= LONGEST else None
    if case.worth is None or weight_of(case.worth) > LONGEST:
        return None
    return holds(case, in_names(case, case.worth))


def worked_out(case: Case) -> Tree | None:
    """The true member with its derivatives worked out, where numbers confirm it."""
    node = case.proofs.node(case.truth)
    if node is None or not is_calculus(case.truth):
        return None
    raised = _raised(node, case, case.truth)
    if raised is None or weight_of(raised) > HEAVIEST:
        return None
    filled = with_shapes(case, raised)
    if filled is None:
        return None
    for place in case.places(SCREENED):
        value = value_of(case, filled, place.sample)
        allowed = 10 * tolerance(case.truth)
        if value is None or relative_error(value, place.value) > allowed:
            return None
    return filled


def in_names(case: Case, tree: Tree) -> Tree:
    """The formula with the names that are defined in the place of what they stand for."""
    definitions = case.members.definitions
    for name, meaning in reversed(list(definitions.items())):
        named = Name(name, shape=meaning.shape)
        for spelled in (meaning, substituted(meaning, definitions)):
            tree = _replaced(tree, spelled, named)
    return tree


def _replaced(tree: Tree, part: Tree | None, by: Tree) -> Tree:
    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        return by if node == part else rebuild(node, parts) if parts else node

    return fold(tree, combine)


def missing_terms(case: Case) -> Tree | None:
    """wrong + (truth − wrong), where the difference is a short formula."""
    if not case.fits:
        return None
    difference = case.proofs.difference(case.truth, case.wrong)
    if difference is None:
        return None
    raised = _raised(expand(case.proofs.in_full(difference)), case, case.truth)
    if raised is None or len(signed_terms(raised)) > 2 or weight_of(raised) > LONGEST // 2:
        return None
    raised = joined([_without_sign(sign, term) for sign, term in signed_terms(raised)])
    raised = in_names(case, raised)
    if _repeats(raised, case):
        return None
    whole = joined([(1, case.wrong), *signed_terms(raised)])
    assert isinstance(whole, Binary)
    return raised if holds(case, whole) is not None else None


def _without_sign(sign: int, term: Tree) -> tuple[int, Tree]:
    """A term whose first factor is negative, with the sign in front."""
    match term:
        case Binary("*" | ".*", left, _):
            turned, rest = _without_sign(sign, left)
            return (sign, term) if rest == left else (turned, replace(term, left=rest))
        case Negation(operand):
            return -sign, operand
        case _:
            return sign, term


def _repeats(lost: Tree, case: Case) -> bool:
    """Whether the missing terms are truth − wrong as such, which says nothing."""
    terms = {term for _, term in signed_terms(lost)}
    both = signed_terms(case.wrong) + signed_terms(case.truth)
    return len(terms) > 1 and terms <= {term for _, term in both}


def _raised(node: Node, case: Case, written: Tree) -> Tree | None:
    for rewritten in (lambda tensor: tensor, without_tensor_brackets):
        try:
            view = simplify(rewritten(node))
            return matrix_tree(view, context_of(written, {}, simplify))
        except (NoMatrixForm, GradproofError):
            continue
    return None
