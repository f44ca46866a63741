"""Slips of single terms: their signs and factors, terms too many and terms missing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import numpy as np

from gradproof.documents.diagnosis.case import SCREENED, Array, Candidate, Case, values
from gradproof.documents.diagnosis.expanding import expanded
from gradproof.documents.diagnosis.numbers import (
    constant,
    factor_sentence,
    is_plain,
    ratio,
    scaled,
    simple,
)
from gradproof.documents.diagnosis.places import at, joined, ordinal, places, put, signed_terms
from gradproof.notation.tree import Binary, Negation, Tree
from gradproof.notation.write_unicode import unicode

MOST_TERMS = 12
SAMPLED = 16


def wrong_signs(case: Case) -> Iterator[Candidate]:
    """The sign of one term turned, anywhere; then of two."""
    turns = sorted(_sums(case.wrong), key=lambda turn: bool(turn[0]) and turn[1] == 0)
    for path, number, terms in turns:
        yield Candidate(
            put(case.wrong, path, joined(_turned(terms, number))), _of_sign(path, number, terms)
        )
    for path, node in places(case.wrong):
        if isinstance(node, Negation) and path:
            yield Candidate(
                put(case.wrong, path, node.operand),
                f"the sign of {unicode(node.operand)} is wrong",
            )
    for one, other in combinations(turns[:8], 2):
        inner, outer = sorted((one, other), key=lambda turn: -len(turn[0]))
        tree = put(case.wrong, inner[0], joined(_turned(inner[2], inner[1])))
        changed = signed_terms(at(tree, outer[0]))
        tree = put(tree, outer[0], joined(_turned(changed, outer[1])))
        yield Candidate(tree, f"the signs of {_name(one)} and of {_name(other)} are wrong")


def _name(turn: tuple[tuple[int, ...], int, list[tuple[int, Tree]]]) -> str:
    return unicode(turn[2][turn[1]][1])


def _sums(tree: Tree) -> Iterator[tuple[tuple[int, ...], int, list[tuple[int, Tree]]]]:
    seen: set[tuple[int, ...]] = set()
    for path, node in places(tree):
        if not isinstance(node, Binary) or node.operator not in "+-" or path[:-1] in seen:
            if isinstance(node, Binary) and node.operator in "+-":
                seen.add(path)
            continue
        seen.add(path)
        terms = signed_terms(node)
        for number in range(len(terms)):
            yield path, number, terms


def _turned(terms: list[tuple[int, Tree]], number: int) -> list[tuple[int, Tree]]:
    return [(-s if k == number else s, term) for k, (s, term) in enumerate(terms)]


def _of_sign(path: tuple[int, ...], number: int, terms: list[tuple[int, Tree]]) -> str:
    if not path:
        return f"the sign of the {ordinal(number)} term, {unicode(terms[number][1])}, is wrong"
    return f"the sign of {unicode(terms[number][1])} in {unicode(joined(terms))} is wrong"


def wrong_coefficients(case: Case) -> Iterator[Candidate]:
    """truth = Σ cₖ·termₖ with simple numbers cₖ, for the terms as written."""
    if not case.fits:
        return
    yield from _with_coefficients(case, signed_terms(case.wrong), plain=True)


def wrong_coefficients_in_full(case: Case) -> Iterator[Candidate]:
    """The same for the terms that appear when products are multiplied out."""
    if case.fits:
        written = signed_terms(case.wrong)
        multiplied = [pair for sign, term in written for pair in expanded(term, sign)]
        yield from _with_coefficients(case, written, plain=False)
        yield from _with_coefficients(case, multiplied, plain=False)


def _with_coefficients(
    case: Case, terms: list[tuple[int, Tree]], *, plain: bool
) -> Iterator[Candidate]:
    if not 1 < len(terms) <= MOST_TERMS:
        return
    wanted = [place.value for place in case.places(_points_for(case, len(terms)))]
    found = coefficients(case, [term for _, term in terms], wanted)
    if found is None or not any(found):
        return
    pairs = list(zip(terms, found, strict=True))
    changed = [(k, c / sign) for k, ((sign, _), c) in enumerate(pairs) if c != sign]
    if plain and not all(is_plain(c) for _, c in changed if c):
        return
    if 0 < len(changed) <= 3:
        tree = _sum_of([(c, term) for (_, term), c in pairs if c])
        yield Candidate(tree, _of_coefficients(changed, terms))


def _points_for(case: Case, unknowns: int) -> int:
    """How many points decide so many coefficients."""
    entries = case.places(1)[0].value.size if case.places(1) else 1
    return SCREENED if entries > unknowns else SAMPLED


def coefficients(case: Case, terms: list[Tree], wanted: list[Array]) -> list[Fraction] | None:
    """The simple numbers with which the terms add up to what is wanted, if they are unique."""
    columns = [values(case, term, len(wanted)) for term in terms]
    if any(column is None for column in columns) or len(wanted) < 2:
        return None
    right = _flat(wanted)
    flat = [_flat(column) for column in columns if column is not None]
    if any(column.shape != right.shape for column in flat):
        return None
    matrix = np.array(flat).T
    if matrix.shape[0] <= matrix.shape[1]:
        return None
    solved, _, rank, _ = np.linalg.lstsq(matrix, right, rcond=1e-10)
    if rank < len(terms) or np.abs(matrix @ solved - right).max() > 1e-7 * np.abs(right).max():
        return None
    found = [Fraction(0) if abs(c) < 1e-8 else simple(float(c)) for c in solved]
    return None if any(c is None for c in found) else [c for c in found if c is not None]


def merged_terms(case: Case) -> str:
    """What became of the terms of the true member in the wrong one; "" if nothing simple."""
    terms = signed_terms(case.truth)
    if not case.fits or not 1 < len(terms) <= MOST_TERMS:
        return ""
    wanted = values(case, case.wrong, _points_for(case, len(terms)))
    found = None if wanted is None else coefficients(case, [term for _, term in terms], wanted)
    if found is None:
        return ""
    kept = [c / sign for (sign, _), c in zip(terms, found, strict=True)]
    gone = [unicode(term) for (_, term), c in zip(terms, kept, strict=True) if c == 0]
    if len(gone) == len(terms) - 1 and max(kept) == len(terms):
        return "the terms of the line above are not equal, so they may not be merged"
    if gone and all(c in (0, 1) for c in kept):
        lost = " and ".join(gone)
        return f"the term {lost} is dropped" if len(gone) == 1 else f"the terms {lost} are dropped"
    return ""


def _flat(arrays: list[Array]) -> Array:
    return np.concatenate([array.ravel() for array in arrays])


def _sum_of(terms: list[tuple[Fraction, Tree]]) -> Tree:
    return joined([(1 if c > 0 else -1, scaled(term, abs(c))) for c, term in terms])


def _of_coefficients(changed: list[tuple[int, Fraction]], terms: list[tuple[int, Tree]]) -> str:
    gone = [unicode(terms[k][1]) for k, c in changed if c == 0]
    said = []
    if gone:
        said.append(
            f"the term {gone[0]} is too much"
            if len(gone) == 1
            else f"the terms {' and '.join(gone)} are too much"
        )
    for k, c in changed:
        if c:
            said.append(factor_sentence(c, f"the {ordinal(k)} term, {unicode(terms[k][1])},"))
    return "; ".join(said)


def product_for_sum(case: Case) -> Iterator[Candidate]:
    """a + b where a·b is right, and a·b where the product rule has a sum."""
    for path, node in places(case.wrong):
        match node:
            case Binary("+", Binary("+" | "-", first, second) as left, right):
                inner = Binary("*", second, right)
                tree = Binary(left.operator, first, inner)
                yield Candidate(
                    put(case.wrong, path, tree),
                    f"{unicode(second)} + {unicode(right)} should be a product",
                )
            case Binary("+", left, right):
                yield Candidate(
                    put(case.wrong, path, Binary("*", left, right)),
                    f"{unicode(left)} + {unicode(right)} should be a product",
                )


def sum_for_product(case: Case) -> Iterator[Candidate]:
    """u·v where the product rule has u·… + …·v: one factor is a term, the other needs a scalar."""
    from gradproof.documents.diagnosis.whole import scalars

    for node in _split(case.wrong):
        left, right = node
        for kept, lone in ((left, right), (right, left)):
            yield from _with_scalar(case, kept, lone, scalars(case))


def _split(tree: Tree) -> Iterator[tuple[Tree, Tree]]:
    while isinstance(tree, Binary) and tree.operator in ("*", ".*"):
        yield tree.left, tree.right
        tree = tree.left


def _with_scalar(case: Case, kept: Tree, lone: Tree, parts: list[Tree]) -> Iterator[Candidate]:
    from gradproof.documents.diagnosis.case import alone, value_of

    one, other = alone(case, kept), alone(case, lone)
    if one is None or other is None or one.shape != case.shape or other.shape != case.shape:
        return
    found = []
    for place in case.places(SCREENED):
        a, b = value_of(case, one, place.sample), value_of(case, other, place.sample)
        r = None if a is None or b is None else ratio(place.value - a, b)
        if r is None:
            return
        found.append(r)
    said = "a product stands where the product rule has a sum"
    c = constant(found)
    if c is not None:
        yield Candidate(joined([(1, one), (1, scaled(other, c))]), said)
    for part in parts:
        factor = values(case, part)
        if factor is not None and np.allclose([float(v) for v in factor], found, rtol=1e-7):
            term = Binary("*", part, other, shape=case.shape)
            yield Candidate(Binary("+", one, term, shape=case.shape), said)


def extra_terms(case: Case) -> Iterator[Candidate]:
    """A term left out, in any sum."""
    for path, number, terms in _sums(case.wrong):
        if len(terms) > 1:
            rest = joined(terms[:number] + terms[number + 1 :])
            yield Candidate(
                put(case.wrong, path, rest), f"the term {unicode(terms[number][1])} is too much"
            )
