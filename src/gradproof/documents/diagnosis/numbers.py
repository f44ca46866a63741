"""Numbers and sizes as factors: what a ratio is, and how a formula with it is written."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradproof.documents.diagnosis.case import Array, Case, Place
from gradproof.notation.build import literal, negated
from gradproof.notation.tree import SCALAR, Binary, Literal, Name, Negation, Tree
from gradproof.notation.write_unicode import unicode

CLOSE = 1e-6
LARGEST = 64


def ratio(true: Array, wrong: Array) -> float | None:
    """The number c with true = c·wrong, None where there is none."""
    if true.shape != wrong.shape:
        return None
    square = float((wrong * wrong).sum())
    if not square > 1e-24:
        return None
    found = float((true * wrong).sum()) / square
    scale = max(float(abs(true).max()), 1e-9)
    return found if float(abs(true - found * wrong).max()) < CLOSE * scale else None


def simple(value: float) -> Fraction | None:
    """The simple fraction that a number is."""
    near = Fraction(value).limit_denominator(24) if abs(value) < 1e6 else Fraction(0)
    if near == 0 or abs(near.numerator) > LARGEST:
        return None
    return near if abs(value - near) < CLOSE * max(abs(value), 1e-3) else None


def constant(found: Sequence[float]) -> Fraction | None:
    """The one simple fraction that all numbers are."""
    values = {simple(value) for value in found}
    return values.pop() if len(values) == 1 else None


def is_plain(value: Fraction) -> bool:
    """Whether a factor is a whole number or one over one, as those that are forgotten."""
    return 1 in (abs(value.numerator), value.denominator)


def sized(case: Case, places: Sequence[Place], found: Sequence[float]) -> tuple[Tree, str] | None:
    """The ratio as a simple multiple of a size or of its inverse: a tree and its text."""
    for name in sorted(case.members.dimensions):
        sizes = [place.sample.sizes[name] for place in places]
        if len(set(sizes)) < 2:
            continue
        size = Name(name, shape=SCALAR)
        for power, whole in ((1, size), (-1, Binary("/", literal(1), size, shape=SCALAR))):
            c = constant([r / s**power for r, s in zip(found, sizes, strict=True)])
            if c is not None:
                tree = whole if c == 1 else Binary("*", literal(c), whole, shape=SCALAR)
                return tree, unicode(tree)
    return None


def scaled(tree: Tree, by: Fraction) -> Tree:
    """by·tree, the number merged with the one in front."""
    match tree:
        case Literal(value):
            return literal(value * by)
        case Negation(operand):
            return scaled(operand, -by)
        case Binary("+" | "-") if by == -1:
            return Negation(tree, shape=tree.shape)
        case Binary("*", Literal(value), right):
            return _times(value * by, right)
        case Binary("*" | "/" | ".*" | "./", left, right) if _has_number(left):
            front = scaled(left, by)
            if front == literal(1) and tree.operator in ("*", ".*"):
                return right
            return Binary(tree.operator, front, right, shape=tree.shape)
        case _:
            return _times(by, tree)


def _has_number(tree: Tree) -> bool:
    while isinstance(tree, Binary) and tree.operator in ("*", "/", ".*", "./"):
        tree = tree.left
    return isinstance(tree, Literal | Negation)


def _times(by: Fraction, tree: Tree) -> Tree:
    if by == 1:
        return tree
    if by == -1:
        return negated(tree)
    return Binary("*", literal(by), tree, shape=tree.shape)


def factor_sentence(by: Fraction, where: str = "") -> str:
    """What a factor between the true and the wrong formula says."""
    sign = " and the sign is wrong" if by < 0 else ""
    size, of = abs(by), f" of {where}" if where else ""
    if size == 1:
        return f"the sign{of} is wrong"
    if size.denominator == 1:
        return f"the factor {size}{of} is missing{sign}"
    if size.numerator == 1:
        return f"the factor {size.denominator}{of} is too much{sign}"
    return f"{where or 'it'} differs by the factor {size}{sign}"
