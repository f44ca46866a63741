"""Assumptions under which a wrong member would be right: A symmetric, x a unit vector, …"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from gradproof.checking.points import Sample
from gradproof.checking.verify import relative_error
from gradproof.core.declaration import Declaration, closure
from gradproof.core.dimension import ONE
from gradproof.core.errors import GradproofError
from gradproof.documents.diagnosis.case import COSTLY, Case, error_allowed, value_of
from gradproof.documents.judging.points import is_direction
from gradproof.notation.conditioning import NonFinite, NotAnalytic, Singular
from gradproof.notation.tree import Name, walk
from gradproof.notation.write_unicode import unicode
from gradproof.numeric.sampling import draw

MATRIX = (
    ("symmetric", "is symmetric"),
    ("orthogonal", "is orthogonal"),
    ("diagonal", "is diagonal"),
)
VECTOR = (
    ("unit", "is a unit vector"),
    ("simplex", "is a probability vector"),
    ("onehot", "is one-hot"),
)
ANY = (
    ("binary", "has entries 0 or 1"),
    ("pm1", "has entries ±1"),
    ("positive", "is positive"),
)
CONFIRMED = 3


def assumption(case: Case) -> str:
    """The first assumption on one variable that makes the wrong member right: "A is symmetric"."""
    if not case.fits:
        return ""
    for name, fact, words in _assumptions(case):
        if _true_with(case, name, fact):
            return f"{unicode(Name(name))} {words}"
    return ""


def _assumptions(case: Case) -> Iterator[tuple[str, str, str]]:
    known = case.members.declarations
    costly = error_allowed(case) > 10 * COSTLY
    for table in ("first",) if costly else ("first", "rest"):
        for name, declared in known.items():
            if name in case.members.definitions or is_direction(name, known):
                continue
            yield from _of(declared, case, table == "first")


def _of(declared: Declaration, case: Case, first: bool) -> Iterator[tuple[str, str, str]]:
    """The classic assumption, symmetry, before the others."""
    occurs = any(isinstance(p, Name) and p.name == declared.name for p in walk(case.wrong))
    square = len(declared.axes) == 2 and declared.axes[0] == declared.axes[1]
    if declared.kind == "index" or declared.axes == (ONE,):
        return
    if case.branched and not first and not square:
        return  # few points lie on each side of a kink
    facts: tuple[tuple[str, str], ...] = ()
    if first:
        facts = MATRIX[:1] if square else ()
    elif square:
        facts = (*MATRIX[1:], *ANY) if occurs else MATRIX[1:]
    elif declared.kind == "vector":
        facts = (*VECTOR, *ANY)
    elif occurs:
        facts = ANY
    for fact, words in facts:
        if fact not in declared.facts:
            yield declared.name, fact, words


def _true_with(case: Case, name: str, fact: str) -> bool:
    """Whether both members agree at points where the variable has the fact."""
    allowed = error_allowed(case)
    agreeing = 0
    for place in case.places(2 if allowed > COSTLY else CONFIRMED):
        sample = _redrawn(case, place.sample, name, fact)
        if sample is None:
            continue
        true, wrong = value_of(case, case.known, sample), value_of(case, case.wrong, sample)
        if true is None or wrong is None:
            continue
        if relative_error(true, wrong) > allowed or not np.abs(true).max() > 1e-12:
            return False
        agreeing += 1
    return agreeing >= 2


def _redrawn(case: Case, sample: Sample, name: str, fact: str) -> Sample | None:
    declared = case.members.declarations[name]
    kept = declared.facts - {"positive", "open01"} if fact in ("binary", "pm1") else declared.facts
    wanted = replace(declared, facts=closure({*kept, fact}))
    changed: dict[str, Declaration] = {name: wanted}
    if fact == "symmetric" and "posdef" not in kept and "nonsingular" in kept:
        changed[name] = replace(declared, facts=closure({"posdef"}))
    values: Mapping[str, np.ndarray] = {
        **sample.values,
        **{n: draw(d, sample.sizes, case.points.rng, 0) for n, d in changed.items()},
    }
    direction = f"d{name}"
    if direction in values and fact in ("symmetric", "diagonal"):
        moved = replace(case.members.declarations[direction], facts=closure({fact}))
        values = {**values, direction: draw(moved, sample.sizes, case.points.rng, 0)}
    try:
        return case.points.finished(Sample(values, sample.sizes))
    except (Singular, NonFinite, NotAnalytic, GradproofError):
        return None
