"""Slips in differentiating: the wrong member is the derivative of something else.

The expression is changed as if a rule had been misapplied, and differentiated by numbers: an
occurrence of the variable forgotten, the slope of a function left out, a part taken as constant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

import numpy as np

from gradproof.checking.points import Sample
from gradproof.checking.verify import relative_error
from gradproof.core.errors import GradproofError
from gradproof.documents.diagnosis.case import SCREENED, Array, Case, value_of, values
from gradproof.documents.diagnosis.numbers import simple
from gradproof.documents.diagnosis.places import Path, ordinal, places, put
from gradproof.notation.build import literal
from gradproof.notation.functions import ELEMENTWISE
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Name,
    Transpose,
    Tree,
    fold,
    is_row,
    is_scalar,
    rebuild,
    walk,
)
from gradproof.notation.varied import direction_name
from gradproof.notation.write_unicode import unicode

MISSING = "a term of the product rule is missing"
FIXED = "held"
MOVED = "moved"
MOST_OCCURRENCES = 6
MOST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class Changed:
    """An expression in which `FIXED` stands for the value of `fixed`, which does not vary."""

    function: Tree
    fixed: Tree | None
    sentence: str


def calculus_slips(case: Case) -> str:
    """The slip that makes of the expression the derivative that was written; "" if none does."""
    about = case.about
    if not case.fits or not isinstance(about, Call) or about.shape != case.shape:
        return ""
    if about.function not in ("derivative", "differential"):
        return ""
    return _by_occurrences(case, about) or _by_changes(case, about)


def _by_changes(case: Case, about: Call) -> str:
    wrong = values(case, case.wrong)
    if wrong is None:
        return ""
    for count, changed in enumerate(_changes(about.arguments[0], _moving(about, case))):
        if count >= MOST_CHANGES:
            break
        if _explains(case, about, changed, wrong):
            return changed.sentence
    return ""


def _explains(case: Case, about: Call, changed: Changed, wrong: list[Array]) -> bool:
    tree = replace(about, arguments=(changed.function, *about.arguments[1:]))
    for place, written in zip(case.places(SCREENED), wrong, strict=True):
        sample = place.sample
        if changed.fixed is not None:
            known = value_of(case, changed.fixed, sample)
            if known is None:
                return False
            sample = sample.moved(FIXED, known)
        value = value_of(case, tree, sample)
        if value is None or relative_error(value, written) > 1e-6:
            return False
    return True


def _moving(about: Call, case: Case) -> frozenset[str]:
    """The variables that vary in the derivative."""
    if about.function == "derivative":
        return frozenset(part.name for part in walk(about.arguments[1]) if isinstance(part, Name))
    known = case.members.declarations
    return frozenset(name for name in known if direction_name(name) in known)


def _changes(function: Tree, moving: frozenset[str]) -> Iterator[Changed]:
    for path, node in places(function):
        if not _varies(node, moving):
            continue
        yield from _norms(function, path, node)
        yield from _slopes_left_out(function, path, node, moving)
        if isinstance(node, Transpose) and not is_scalar(node):
            tree = put(function, path, node.operand)
            if tree.shape is not None:
                said = f"{unicode(node)} was differentiated as {unicode(node.operand)}"
                yield Changed(tree, None, said)
    for path, node in places(function):
        if path and _varies(node, moving) and not isinstance(node, Name):
            said = f"{unicode(node)} was taken as a constant"
            yield Changed(put(function, path, _held(node)), node, said)


def _varies(node: Tree, moving: frozenset[str]) -> bool:
    return any(isinstance(part, Name) and part.name in moving for part in walk(node))


def _held(node: Tree) -> Tree:
    """The constant in place of a part; names are columns, so that of a row is transposed."""
    if is_row(node) and node.shape is not None:
        return Transpose(Name(FIXED, shape=node.shape[::-1]), shape=node.shape)
    return Name(FIXED, shape=node.shape)


def _norms(function: Tree, path: Path, node: Tree) -> Iterator[Changed]:
    match node:
        case Binary("^", Call("norm2") as norm, Literal(value)) if value == 2:
            said = f"that is the derivative of {unicode(norm)}, not of {unicode(node)}"
            yield Changed(put(function, path, norm), None, said)
        case Call("norm2" | "det"):
            square = Binary("^", node, literal(2), shape=node.shape)
            said = f"that is the derivative of the squared norm, {unicode(square)}"
            yield Changed(put(function, path, square), None, said)
            if node.function == "det":
                logarithm = Call("logdet", node.arguments, shape=node.shape)
                said = f"that is the derivative of {unicode(logarithm)}, not of {unicode(node)}"
                yield Changed(put(function, path, logarithm), None, said)
        case Call("logdet"):
            determinant = Call("det", node.arguments, shape=node.shape)
            said = f"that is the derivative of {unicode(determinant)}, not of {unicode(node)}"
            yield Changed(put(function, path, determinant), None, said)


def _slopes_left_out(
    function: Tree, path: Path, node: Tree, moving: frozenset[str]
) -> Iterator[Changed]:
    """f(u) as u + a constant: then f′ = 1."""
    match node:
        case Call(name, (argument,)) if name in ELEMENTWISE:
            said = f"the inner derivative is missing: {_slope(node)}"
            yield _linear(function, path, node, argument, said)
        case Binary("*" | ".*", left, right):
            for kept, lost in ((right, left), (left, right)):
                if kept.shape == node.shape and not _varies(lost, moving):
                    said = f"the factor {unicode(lost)} of the inner derivative is lost"
                    yield _linear(function, path, node, kept, said)
        case Binary("^" | ".^", base, Literal(value)):
            power = Binary(node.operator, base, literal(value - 1), shape=node.shape)
            said = f"the power rule is misapplied to {unicode(node)}"
            yield _linear(function, path, node, power, said)
            yield _linear(function, path, node, base, said)


SLOPES = {
    "tanh": "1 − tanh²",
    "sigmoid": "σ(1 − σ)",
    "exp": "exp",
    "log": "1/u",
    "relu": "[u > 0]",
    "sin": "cos",
    "cos": "−sin",
}


def _slope(node: Call) -> str:
    of = unicode(node.arguments[0])
    known = SLOPES.get(node.function)
    return f"{node.function}′({of})" + (f", where {node.function}′ = {known}" if known else "")


def _linear(function: Tree, path: Path, node: Tree, kept: Tree, said: str) -> Changed:
    difference = Binary("-", node, kept, shape=node.shape)
    return Changed(
        put(function, path, Binary("+", kept, _held(node), shape=node.shape)), difference, said
    )


def _by_occurrences(case: Case, about: Call) -> str:
    """wrong = Σ cᵢ·(the derivative by the i-th occurrence alone), not all cᵢ being 1."""
    moving = _moving(about, case)
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
