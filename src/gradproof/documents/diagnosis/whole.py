"""Slips of the formula as a whole: a factor, the sign, a transposition."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gradproof.core.dimension import ONE
from gradproof.documents.diagnosis.case import (
    CONFIRMED,
    SCREENED,
    Array,
    Candidate,
    Case,
    alone,
    is_calculus,
    value_of,
    values,
)
from gradproof.documents.diagnosis.numbers import (
    constant,
    factor_sentence,
    is_plain,
    ratio,
    scaled,
    sized,
)
from gradproof.notation.build import literal, times, turned_through
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Name,
    Shape,
    Transpose,
    Tree,
    is_scalar,
    walk,
    weight_of,
)
from gradproof.notation.write_unicode import unicode


def factors_of_the_whole(case: Case) -> Iterator[Candidate]:
    """truth = c·wrong, for a number or a size."""
    found = ratios(case, case.wrong, SCREENED) if case.fits else None
    c = constant(found) if found else None
    if found and (c is None or is_plain(c)):
        yield from scaled_by(case, case.wrong)


def transposed_whole(case: Case) -> Iterator[Candidate]:
    """truth = wrong′."""
    whole = alone(case, case.wrong) if case.wrong.shape is None else case.wrong
    if whole is None or is_scalar(whole) or (whole.shape or ())[::-1] != case.shape:
        return
    turned = turned_through(whole)
    missing = case.fits and weight_of(turned) > weight_of(whole)
    said = "transpose missing" if missing else f"transposed{_shape_of_variable(case)}"
    yield Candidate(turned, said)


def transposed_and_scaled(case: Case) -> Iterator[Candidate]:
    """truth = c·wrong′."""
    for turned, said in transposed_whole(case):
        for found in scaled_by(case, turned):
            yield Candidate(found.tree, f"{said}, and {found.sentence}")


def odd_factors(case: Case) -> Iterator[Candidate]:
    """truth = c·wrong for a fraction such as 2/3."""
    if case.fits:
        yield from scaled_by(case, case.wrong)


def _shape_of_variable(case: Case) -> str:
    """Why a gradient has its shape, where the wrong one has another."""
    if case.fits:
        return ""
    match case.about:
        case Call("derivative", (function, Name() as by)) if is_scalar(function):
            row = case.shape[1] == ONE and case.shape[0] != ONE
            said = f": the gradient has the shape of {unicode(by)}"
            return f"{said}, and this is the row of the numerator layout" if row else said
        case Call("derivative", (function, Name() | Transpose(Name()))) if ONE in _shape(function):
            return ": a Jacobian has a row for each component; this is the denominator layout"
        case _:
            return ""


def _shape(tree: Tree) -> Shape:
    return tree.shape or SCALAR


def scaled_by(case: Case, tree: Tree) -> Iterator[Candidate]:
    """c·tree for the factor c between it and the true member, where there is one."""
    found = ratios(case, tree, SCREENED)
    found = found and ratios(case, tree, CONFIRMED)
    if not found:
        return
    c = constant(found)
    if c is not None:
        yield Candidate(scaled(tree, c), factor_sentence(c))
        return
    by_size = sized(case, case.places(CONFIRMED), found)
    if by_size is not None:
        size, said = by_size
        yield Candidate(times([size, tree]), f"the factor {said} is missing")


def scalar_factors(case: Case) -> Iterator[Candidate]:
    """truth = c·s·wrong or c·wrong/s, for a scalar part s of the formulas and a number c."""
    found = ratios(case, case.wrong, SCREENED) if case.fits else None
    found = found and ratios(case, case.wrong, CONFIRMED)
    for factor, said in _by_scalars(case, found) if found else ():
        yield Candidate(times([factor, case.wrong]), f"the factor {said} is missing")


def _by_scalars(case: Case, found: list[float]) -> Iterator[tuple[Tree, str]]:
    """The scalars s of the formulas that the ratios are, or ±s, or ±1/s."""
    for part in scalars(case):
        known = values(case, part, CONFIRMED)
        if known is None:
            continue
        numbers = [float(value) for value in known]
        for power in (1, -1, 2, -2) if all(numbers) else ():
            c = constant([r / v**power for r, v in zip(found, numbers, strict=True)])
            if c is not None:
                tree = _power(part, power, c)
                yield tree, unicode(tree)


def _power(part: Tree, power: int, times: Fraction) -> Tree:
    """c·s, c·s², c/s or c/s²."""
    whole = part
    if abs(power) == 2:
        whole = Binary("^", part, literal(2), shape=SCALAR)
    if power < 0:
        return Binary("/", literal(times), whole, shape=SCALAR)
    return scaled(whole, times)


def ratios(case: Case, tree: Tree, count: int) -> list[float] | None:
    """truth/tree at the points, where it is a number at each."""
    found: list[float] = []
    for place in case.places(count):
        value: Array | None = value_of(case, tree, place.sample)
        r = None if value is None else ratio(place.value, value)
        if r is None:
            return None
        found.append(r)
    return found or None


def scalars(case: Case) -> list[Tree]:
    """The scalar parts of what the chain is about and of the wrong member, small ones first."""
    parts = dict.fromkeys(
        part
        for tree in (case.wrong, case.truth)
        for part in walk(tree)
        if is_scalar(part) and weight_of(part) < 16 and not is_calculus(part)
    )
    return sorted(parts, key=weight_of)[:24]
