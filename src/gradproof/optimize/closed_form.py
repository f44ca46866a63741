"""Closed forms: where the gradient is affine, its zero is the solution of linear equations."""

from __future__ import annotations

from numpy.random import Generator, default_rng

from gradproof.checking.verdict import Verdict
from gradproof.core.contract import scale
from gradproof.core.errors import UnknownNameError, UnsupportedError
from gradproof.core.node import Operation
from gradproof.core.traverse import substitute
from gradproof.derivation.derive import differentiated
from gradproof.derivation.step import Step
from gradproof.expression.expression import Expression
from gradproof.expression.write import Declarations, Loss
from gradproof.notation.build import zeros_tree
from gradproof.notation.infer import Inferred, infer
from gradproof.notation.parser import parse_text
from gradproof.notation.raising.matrix import shape_for
from gradproof.notation.tree import Tree
from gradproof.notation.write_text import text
from gradproof.ops.inverse import inv, pinv
from gradproof.optimize.affine import DESCEND, AffineGradient, affine_gradient
from gradproof.optimize.common_factor import without_common_factor
from gradproof.optimize.definiteness import positively
from gradproof.optimize.kind_of_point import KindOfPoint, conditions_in_words, kind_of_point
from gradproof.optimize.linear_system import LinearSystem, linear_system
from gradproof.optimize.normal_equations import (
    NormalEquations,
    normal_equations,
    solution_tree,
    unknown,
)
from gradproof.optimize.proof_of_solution import verify_solution
from gradproof.optimize.solution import Solution
from gradproof.program.request import expression_of


def solve(
    loss: Loss,
    wrt: str | None = None,
    *,
    declare: Declarations = None,
    rng: int | Generator = 0,
) -> Solution:
    """The w with ∇f(w) = 0, where the gradient is affine: w = H⁻¹ b for ∇f(w) = H w − b.

    loss     text or expression of a scalar
    wrt      the variable: a scalar, a vector or a matrix; may be left out if there is one
    declare  what is known of variables in a text
    rng      where the random points of the verification come from

    Raises NotAffine where the gradient is not affine, with the term that is not and why;
    UnknownNameError, UnsupportedError and what `parse` raises for other input.

    Source: Magnus & Neudecker, Matrix Differential Calculus (2019), chapter 13.

    >>> import gradproof as gp
    >>> w = gp.solve("norm2(X*w - y)^2 + lambda*norm2(w)^2", wrt="w")
    >>> print(w)
    w = (XᵀX + λI)⁻¹Xᵀy
    >>> w.conditions
    ('lambda > 0',)
    """
    expression = expression_of(loss, declare)
    name = _name(expression, wrt)
    random = default_rng(rng)
    found = affine_gradient(expression, name)
    kind = kind_of_point(expression, found, random)
    system = _system(found, kind)
    for inverse in (inv, pinv):
        formula, verdict = _verified(expression, found, system, inverse, random)
        if verdict:
            return _solution(expression, found, kind, system, formula, inverse, verdict)
        if verdict.kind == "refuted":
            break
    raise _unsolved(found, verdict)


def _name(expression: Expression, wrt: object) -> str:
    if wrt is not None and not isinstance(wrt, str):
        raise UnsupportedError(
            "equations are solved for one variable",
            hint="Stack several in one: a constant b is the weight of a column of ones in X.",
        )
    if wrt is not None and not wrt.isidentifier():
        raise UnknownNameError(
            f"{wrt!r} is no name of a variable",
            hint=f"Name one of {', '.join(expression.variables)}.",
        )
    return differentiated(expression.inferred, wrt, 1)[0]


def _system(found: AffineGradient, kind: KindOfPoint) -> LinearSystem:
    """The equations with the numbers supposed positive divided away."""
    sign = -1 if kind.kind == "maximiser" else 1
    sides = (scale(sign, found.hessian), scale(sign, found.constant))
    back = {positively(own, (own,)): own for own in kind.supposed}
    supposed = [positively(side, kind.supposed) for side in sides]
    hessian, constant = (substitute(side, back) for side in without_common_factor(*supposed))
    return linear_system(hessian, constant)


def _verified(
    expression: Expression,
    found: AffineGradient,
    system: LinearSystem,
    inverse: Operation,
    rng: Generator,
) -> tuple[Inferred, Verdict]:
    """The formula, read back from its printed text, with its verdict."""
    try:
        tree = solution_tree(found, system, inverse)
    except UnsupportedError:
        raise _unwritten(found) from None
    printed = infer(parse_text(text(tree)), expression.variables)
    verdict = verify_solution(expression, found.variable.name, printed.tree, rng)
    return Inferred(tree, printed.declarations, printed.dimensions), verdict


def _solution(
    expression: Expression,
    found: AffineGradient,
    kind: KindOfPoint,
    system: LinearSystem,
    formula: Inferred,
    inverse: Operation,
    verdict: Verdict,
) -> Solution:
    equations = normal_equations(found, system)
    conditions = conditions_in_words(found, system, kind.supposed)
    if inverse is pinv:
        conditions = tuple(c for c in conditions if " nonsingular" not in c)
    own = unknown(found, system)
    return Solution(
        loss=expression,
        wrt=found.variable.name,
        expression=Expression(formula.tree, dict(expression.variables), relies_on_facts=True),
        normal_equations=equations,
        unknown=own,
        kind=kind.kind,
        reason=kind.reason,
        conditions=conditions,
        is_unique=inverse is inv,
        verification=verdict,
        steps=_steps(found, equations, own, formula.tree),
        system=system,
        gradient=found,
        supposed=tuple(own.name for own in kind.supposed),
    )


def _steps(
    found: AffineGradient, equations: NormalEquations, own: Tree, formula: Tree
) -> tuple[Step, ...]:
    gradient = found.tree(found.gradient)
    return (
        Step("set the gradient to zero", gradient, zeros_tree(shape_for(found.variable))),
        Step("normal equations", equations.left, equations.right),
        Step("solve the linear equations", own, formula),
    )


def _unwritten(found: AffineGradient) -> UnsupportedError:
    name = found.variable.name
    return UnsupportedError(
        f"the gradient is affine in {name}, but the matrix of its linear equations cannot be "
        "written by matrices and Kronecker products",
        hint=DESCEND,
    )


def _unsolved(found: AffineGradient, verdict: Verdict) -> UnsupportedError:
    name = found.variable.name
    if verdict.kind == "refuted":
        return UnsupportedError(
            f"the gradient by {name} is zero nowhere, at random data: the loss has no minimum",
            hint="A penalty such as norm2(w)^2 gives it one.",
        )
    return UnsupportedError(
        f"no closed form by {name} was confirmed: {verdict.message}",
        hint=DESCEND,
    )
