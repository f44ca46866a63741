"""What the zero of an affine gradient is: a minimiser, a maximiser or a saddle point, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from numpy.random import Generator

from gradproof.algebra.positivity import is_positive
from gradproof.core.contract import contract, scale
from gradproof.core.node import Contraction, Node, Symbol
from gradproof.core.traverse import symbols
from gradproof.derivation.conditions import conditions_of
from gradproof.expression.expression import Expression
from gradproof.notation.tree import Tree
from gradproof.notation.write_text import text
from gradproof.optimize.affine import AffineGradient
from gradproof.optimize.definiteness import (
    Definiteness,
    Supposed,
    definiteness,
    positively,
    supposing_signs,
)
from gradproof.optimize.linear_system import BY_ITSELF, LinearSystem
from gradproof.optimize.normal_equations import STACKED, kronecker_tree
from gradproof.optimize.proof_of_solution import POINTS, Sign, signs_of_hessian
from gradproof.optimize.row_by_row import row_equations

Kind = Literal["minimiser", "maximiser", "saddle point", "stationary point"]


@dataclass(frozen=True, slots=True)
class KindOfPoint:
    """The kind, why it is so, and which symbols had to be supposed positive for it."""

    kind: Kind
    reason: str
    supposed: tuple[Symbol, ...] = ()


def kind_of_point(expression: Expression, found: AffineGradient, rng: Generator) -> KindOfPoint:
    """The kind by the form of the Hessian, or else by its eigenvalues at random data."""
    shown = _short(found, found.hessian)
    tree, scalar = found.tree(found.hessian), not found.hessian.axes
    above = supposing_signs(found.hessian)
    if above.definiteness and _confirmed(expression, tree, above, "positive", rng):
        return KindOfPoint("minimiser", f"{shown} is {_said(above, scalar)}", above.positive)
    below = supposing_signs(scale(-1, found.hessian))
    if below.definiteness and _confirmed(expression, tree, below, "negative", rng):
        said = _said(below, scalar).replace("positive", "negative")
        return KindOfPoint("maximiser", f"{shown} is {said}", below.positive)
    signs = signs_of_hessian(expression, tree, rng)
    if signs == {"positive"}:
        return KindOfPoint("minimiser", f"{shown} is positive semidefinite at random data")
    if signs == {"negative"}:
        return KindOfPoint("maximiser", f"{shown} is negative semidefinite at random data")
    if signs == {"indefinite"}:
        reason = f"{shown} has eigenvalues of both signs at random data"
        return KindOfPoint("saddle point", reason)
    sign = "positive" if scalar else "positive semidefinite"
    reason = f"it is a minimiser where {shown} is {sign}"
    return KindOfPoint("stationary point", reason)


def _confirmed(
    expression: Expression, hessian: Tree, supposed: Supposed, sign: Sign, rng: Generator
) -> bool:
    """Whether random data agree with what the form says."""
    positive = frozenset(own.name for own in supposed.positive)
    return signs_of_hessian(expression, hessian, rng, positive, POINTS) <= {sign}


def _short(found: AffineGradient, hessian: Node) -> str:
    """The Hessian where it is a matrix; by components it takes more room than it tells."""
    return text(found.tree(hessian)) if len(hessian.axes) <= 2 else "the Hessian"


def _said(known: Supposed, scalar: bool) -> str:
    if scalar:
        return "positive" if known.definiteness is Definiteness.DEFINITE else "positive or zero"
    return f"positive {'semi' * (known.definiteness is Definiteness.SEMIDEFINITE)}definite"


def conditions_in_words(
    found: AffineGradient, system: LinearSystem, supposed: tuple[Symbol, ...]
) -> tuple[str, ...]:
    """Where the loss is defined, which signs were supposed, and what must be nonsingular."""
    signs = [f"{'every entry of ' * bool(own.axes)}{own.name} > 0" for own in supposed]
    stronger = {sign.replace("> 0", "≠ 0") for sign in signs}
    known = conditions_of((found.loss, found.gradient), found.context)
    defined = [condition for condition in known if condition not in stronger]
    nonsingular = list(_nonsingular(found, system, supposed))
    diagonal = [own.name for own in symbols(found.loss) if "diagonal" in own.facts]
    return tuple(
        _of_diagonals(own, diagonal) for own in dict.fromkeys([*defined, *signs, *nonsingular])
    )


def _of_diagonals(condition: str, names: list[str]) -> str:
    """The entries of a diagonal matrix that are meant are those on its diagonal."""
    for name in names:
        condition = condition.replace(f"every entry of {name} ", f"every entry of diag({name}) ")
    return condition


def _nonsingular(
    found: AffineGradient, system: LinearSystem, supposed: tuple[Symbol, ...]
) -> Iterator[str]:
    """What is asked of P for P⁻¹ to exist, unless its form grants it."""
    if definiteness(positively(found.hessian, supposed)) is Definiteness.DEFINITE:
        return
    if system.form in STACKED:
        yield f"{text(kronecker_tree(found, system))} nonsingular"
        return
    if system.form in BY_ITSELF:
        own = row_equations(found, system)
        yield f"{text(own.matrix)} nonsingular for every {own.index}"
        return
    for operator in system.operators:
        positive = positively(operator, supposed)
        if system.form == "entrywise":
            letters = tuple(range(len(positive.axes)))
            quotient = contract(1, [(positive, letters, -1)], letters)
            yield from conditions_of((quotient,), found.context)
        elif definiteness(positive) is not Definiteness.DEFINITE:
            yield f"{text(found.tree(operator))} nonsingular{_independence(positive)}"


def _independence(operator: Node) -> str:
    """What X′X nonsingular says of X."""
    if not isinstance(operator, Contraction) or len(operator.output) != 2:
        return ""
    matrices = [factor for factor in operator.factors if len(factor.letters) == 2]
    others = [factor for factor in operator.factors if len(factor.letters) != 2]
    if len(matrices) != 2 or not all(is_positive(factor.node) for factor in others):
        return ""
    (X, one, exponent), (same, other, _) = matrices
    if X is not same or not isinstance(X, Symbol) or exponent != 1:
        return ""
    for place, lines in enumerate(("columns", "rows")):
        if one[place] == other[place] and {one[1 - place], other[1 - place]} == set(
            operator.output
        ):
            return f" (the {lines} of {X.name} are linearly independent)"
    return ""
