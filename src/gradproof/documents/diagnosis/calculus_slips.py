"""Slips in differentiating: the wrong member is the derivative of something else.

The expression is changed as if a rule had been misapplied, and differentiated by numbers: an
occurrence of the variable forgotten, the slope of a function left out, a part taken as constant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gradproof.checking.verify import relative_error
from gradproof.documents.diagnosis.case import SCREENED, Array, Case, alone, value_of, values
from gradproof.documents.diagnosis.occurrences import by_occurrences, moving_in
from gradproof.documents.diagnosis.places import Path, places, put
from gradproof.notation.build import literal
from gradproof.notation.functions import ELEMENTWISE
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Name,
    Transpose,
    Tree,
    is_row,
    is_scalar,
    walk,
)
from gradproof.notation.write_unicode import unicode

FIXED = "held"
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
    searches = (_product_of_slopes, by_occurrences, _by_changes)
    return next(filter(None, (search(case, about) for search in searches)), "")


def _product_of_slopes(case: Case, about: Call) -> str:
    """d(UV) as dU dV."""
    match about.arguments[0]:
        case Binary("*" | ".*" as times, left, right):
            rest = about.arguments[1:]
            one, other = (Call(about.function, (part, *rest)) for part in (left, right))
            tree = alone(case, Binary(times, one, other))
        case _:
            return ""
    if tree is None or tree.shape != case.shape:
        return ""
    for place in case.places(SCREENED):
        value = value_of(case, tree, place.sample)
        written = value_of(case, case.wrong, place.sample)
        if value is None or written is None or relative_error(value, written) > 1e-6:
            return ""
    return "the product rule has two terms: the derivative of a product is not their product"


def _by_changes(case: Case, about: Call) -> str:
    wrong = values(case, case.wrong)
    if wrong is None:
        return ""
    for count, changed in enumerate(_changes(about.arguments[0], moving_in(about, case))):
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
