"""Slips in the product rule: what each occurrence of the variable contributes, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import reduce

import numpy as np

from gradproof.checking.points import Sample
from gradproof.core.errors import GradproofError
from gradproof.documents.diagnosis.case import SCREENED, Array, Case, value_of, values
from gradproof.documents.diagnosis.numbers import simple
from gradproof.documents.diagnosis.places import Path, ordinal, places, put
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Name,
    Tree,
    fold,
    is_scalar,
    rebuild,
    walk,
)
from gradproof.notation.varied import direction_name
from gradproof.notation.write_unicode import unicode

MISSING = "a term of the product rule is missing"
MOVED = "moved"
MOST_OCCURRENCES = 6


def moving_in(about: Call, case: Case) -> frozenset[str]:
    """The variables that vary in the derivative."""
    if about.function == "derivative":
        return frozenset(part.name for part in walk(about.arguments[1]) if isinstance(part, Name))
    known = case.members.declarations
    return frozenset(name for name in known if direction_name(name) in known)


def by_occurrences(case: Case, about: Call) -> str:
    """wrong = Σ cᵢ·(the derivative by the i-th occurrence alone), not all cᵢ being 1."""
    moving = moving_in(about, case)
    if len(moving) != 1:
        return ""
    function = _multiplied_out(about.arguments[0])
    about = replace(about, arguments=(function, *about.arguments[1:]))
    (name,) = moving
    found = [path for path, node in places(function) if node == Name(name)]
    if not 2 <= len(found) <= MOST_OCCURRENCES:
        return ""
    parts = [_along_one(case, about, name, path) for path in found]
    wrong = values(case, case.wrong)
    if wrong is None or any(part is None for part in parts):
        return ""
    solved = _solved([part for part in parts if part is not None], wrong)
    return "" if solved is None else _of_occurrences(name, solved)


def _multiplied_out(tree: Tree) -> Tree:
    """Powers of matrices as products, so that each factor is an occurrence of its own."""

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        whole = rebuild(node, parts) if parts else node
        match whole:
            case Binary("^", base, Literal(value)) if not is_scalar(base) and value in (2, 3, 4):
                copies: list[Tree] = [base] * int(value)
                return reduce(lambda a, b: Binary("*", a, b, shape=whole.shape), copies)
        return whole

    return fold(tree, combine)


def _along_one(case: Case, about: Call, name: str, path: Path) -> list[Array] | None:
    function = about.arguments[0]
    shape = next(p.shape for p in walk(function) if isinstance(p, Name) and p.name == name)
    moved = Name(MOVED, shape=shape)
    by = [_renamed(part, name, moved) for part in about.arguments[1:]]
    tree = replace(about, arguments=(put(function, path, moved), *by))
    found = []
    for place in case.places(SCREENED):
        sample = place.sample
        known: Mapping[str, Array] = {
            n: v for n, v in sample.values.items() if n != direction_name(name)
        }
        extra = {MOVED: sample.values[name]}
        if about.function == "differential":
            extra[direction_name(MOVED)] = sample.values[direction_name(name)]
        value = value_of(case, tree, Sample({**known, **extra}, sample.sizes))
        if value is None:
            return None
        found.append(value)
    return found


def _renamed(tree: Tree, name: str, moved: Name) -> Tree:
    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Name) and node.name == name:
            return moved
        return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def _solved(parts: list[list[Array]], wrong: list[Array]) -> list[Fraction] | None:
    try:
        matrix = np.array([np.concatenate([v.ravel() for v in part]) for part in parts]).T
    except (GradproofError, ValueError):
        return None
    wanted = np.concatenate([v.ravel() for v in wrong])
    if matrix.shape[0] <= matrix.shape[1]:
        return None
    found, _, rank, _ = np.linalg.lstsq(matrix, wanted, rcond=1e-9)
    if rank < len(parts) or np.abs(matrix @ found - wanted).max() > 1e-6 * np.abs(wanted).max():
        return None
    exact = [Fraction(0) if abs(c) < 1e-7 else simple(float(c)) for c in found]
    return None if None in exact else [c for c in exact if c is not None]


def _of_occurrences(name: str, found: list[Fraction]) -> str:
    count, said = len(found), unicode(Name(name))
    forgotten = [k for k, c in enumerate(found) if c == 0]
    turned = [k for k, c in enumerate(found) if c == -1]
    if all(c == 1 for c in found) or len(set(found)) == 1:
        return ""
    if len(forgotten) == count - 1 and max(found) not in (1, 0):
        return (
            "the terms of the product rule are not equal, so they may not be merged: only the "
            f"{ordinal(found.index(max(found)))} {said} was differentiated"
        )
    if forgotten and all(c in (0, 1) for c in found):
        lost = " and ".join(ordinal(k) for k in forgotten)
        return f"{MISSING}: the {lost} {said} was not differentiated"
    if turned and all(c in (-1, 1) for c in found):
        lost = " and ".join(ordinal(k) for k in turned)
        return f"the sign of the term from the {lost} {said} is wrong"
    return ""
