"""A commutation matrix that is missing from the derivative of a transpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradproof.core.dimension import Dimension
from gradproof.documents.diagnosis.case import Candidate, Case
from gradproof.documents.diagnosis.places import joined, signed_terms
from gradproof.notation.build import size_tree
from gradproof.notation.tree import Binary, Call, Tree
from gradproof.notation.write_unicode import unicode


def missing_commutation(case: Case) -> Iterator[Candidate]:
    """K·M and M·K for the whole formula and for each of its terms."""
    if not case.fits or len(case.shape) != 2:
        return
    pairs = [(one, other) for one in _sizes(case) for other in _sizes(case)]
    terms = signed_terms(case.wrong)
    for number, (sign, term) in enumerate(terms):
        for one, other in pairs:
            commutation = Call("comm", (size_tree(one), size_tree(other)))
            for tree in (Binary("*", commutation, term), Binary("*", term, commutation)):
                changed: list[tuple[int, Tree]] = [*terms]
                changed[number] = (sign, tree)
                said = f"the commutation matrix {unicode(commutation)} is missing"
                yield Candidate(replace(joined(changed), shape=None), said)


def _sizes(case: Case) -> list[Dimension]:
    """The sizes of the variables, where one of the formula's axes is a product of two."""
    axes = [axis for d in case.members.declarations.values() for axis in d.axes]
    products = {names for axis in case.shape for names, _ in axis.terms if len(names) == 2}
    return list(dict.fromkeys(axes)) if products else []
