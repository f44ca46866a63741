"""A gradient that is affine in its variable: g(w) = H w − b, with H and b free of w.

The Hessian H is the derivative of the gradient, with the axes of w twice; g is affine where w does
not occur in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.algebra.expand import expand
from gradproof.algebra.simplify import simplify
from gradproof.calculus.derivative import derivative
from gradproof.core.canonical import ones
from gradproof.core.contract import is_zero, scale
from gradproof.core.declaration import OPEN_FACTS
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Apply, Contraction, Node, Sum, Symbol
from gradproof.core.traverse import ordered, substitute, symbols
from gradproof.derivation.closed_form import differentiate
from gradproof.expression.expression import Expression
from gradproof.notation.lower import variable
from gradproof.notation.raising.components import components_tree
from gradproof.notation.raising.context import Context
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Tree
from gradproof.notation.write_text import text

LONGEST_TERM = 120
DESCEND = "Without a closed form, descend: gp.minimize finds a minimum by steps."


class NotAffine(UnsupportedError):
    """The gradient is not affine in the variable, so that no linear equation gives its zero."""


@dataclass(frozen=True, slots=True)
class AffineGradient:
    """g(w) = hessian · w − constant, as tensors, with the memory of how things were written."""

    loss: Node
    gradient: Node
    variable: Symbol
    hessian: Node
    constant: Node
    context: Context
    taken: frozenset[str]

    def tree(self, node: Node) -> Tree:
        """The formula of a tensor, in matrices where it has one."""
        return formula(node, self.context, self.taken)


def formula(node: Node, context: Context, taken: frozenset[str]) -> Tree:
    """The formula in matrices, or else by components with index names that are not `taken`."""
    try:
        return matrix_tree(node, context)
    except NoMatrixForm:
        return components_tree(node, context, taken)


def affine_gradient(expression: Expression, name: str) -> AffineGradient:
    """The gradient of a scalar by the variable `name`, taken apart.

    Raises NotAffine, with the term that is not affine and why.
    """
    _check(expression, name)
    inferred = expression.inferred
    loss, gradient, context = differentiate(inferred, (name,))
    by = variable(inferred.declarations[name])
    assert isinstance(by, Symbol)
    taken = frozenset(inferred.declarations) | inferred.dimensions
    try:
        hessian = simplify(derivative(gradient, by))
    except UnsupportedError as error:
        message = f"the gradient by {name} is not seen to be affine in {name}: {error.message}"
        raise NotAffine(message, hint=DESCEND) from None
    if by in symbols(hessian):
        expanded = expand(gradient)
        hessian = simplify(derivative(expanded, by))
        if by in symbols(hessian):
            raise _not_affine(expanded, by, context, taken)
        gradient = expanded
    if _is_stepped(gradient, by):
        raise _not_affine(expand(gradient), by, context, taken)
    if is_zero(hessian):
        raise _constant(gradient, by)
    constant = scale(-1, simplify(_at_zero(gradient, by)))
    return AffineGradient(loss, gradient, by, hessian, constant, context, taken)


def _check(expression: Expression, name: str) -> None:
    """Only a scalar has a minimum, and only where the variable varies freely is its gradient 0."""
    if expression.shape != ():
        raise UnsupportedError(
            "only a scalar has a minimiser",
            hint="Minimise the sum of its squares, norm2(…)^2, for a least squares solution.",
        )
    declared = expression.variables[name]
    closed = ", ".join(sorted(declared.facts - OPEN_FACTS))
    if closed:
        raise UnsupportedError(
            f"{name} is declared {closed}, and a zero of the gradient need not be so",
            hint=f"Declare {name} without it for the minimiser among all values.",
        )
    if len(declared.axes) > 2:
        raise UnsupportedError(
            f"{name} is a tensor of {len(declared.axes)} axes: linear equations are solved for "
            "scalars, vectors and matrices",
            hint=DESCEND,
        )


def _is_stepped(node: Node, by: Symbol) -> bool:
    """Whether w stands inside a function that is constant only piece by piece, as sign(w)."""
    return any(
        isinstance(part, Apply) and part.op.constant and by in symbols(part)
        for part in ordered(node)
    )


def _at_zero(gradient: Node, by: Symbol) -> Node:
    """g(0); where a part of it does not exist there, the terms that are free of w."""
    try:
        return substitute(gradient, {by: ones(by.axes, 0)})
    except ZeroDivisionError:
        return substitute(expand(gradient), {by: ones(by.axes, 0)})


def _constant(gradient: Node, by: Symbol) -> NotAffine:
    everywhere = "zero" if is_zero(gradient) else "the same"
    return NotAffine(
        f"the gradient by {by.name} is {everywhere} for all {by.name}",
        hint="Every value is a minimiser."
        if is_zero(gradient)
        else "Such a loss falls without end, unless the gradient is zero.",
    )


def _not_affine(gradient: Node, by: Symbol, context: Context, taken: frozenset[str]) -> NotAffine:
    """Which term of the gradient is not affine, and why."""
    terms = gradient.terms if isinstance(gradient, Sum) else ((1, gradient),)
    for weight, term in terms:
        if _is_stepped(term, by) or by in symbols(simplify(derivative(term, by))):
            shown = text(formula(scale(weight, term), context, taken))
            shown = shown if len(shown) <= LONGEST_TERM else shown[: LONGEST_TERM - 1] + "…"
            reason = _reason(term, by)
            break
    else:
        shown, reason = text(formula(gradient, context, taken)), "it is not affine as a whole"
    return NotAffine(
        f"the gradient by {by.name} is not affine in {by.name}: in its term {shown}, {reason}",
        hint=DESCEND,
    )


def _reason(term: Node, by: Symbol) -> str:
    """What makes a term other than affine: a function, a quotient, a root or a power of w."""
    degree = _degree(term, by)
    if degree is not None:
        return f"{by.name} is of degree {degree}"
    for node in reversed(ordered(term)):
        if isinstance(node, Apply) and by in symbols(node):
            return f"{by.name} stands inside {node.op.name}"
        if isinstance(node, Contraction):
            for factor in node.factors:
                if by in symbols(factor.node) and not isinstance(factor.exponent, int):
                    return f"{by.name} stands under a root"
                if by in symbols(factor.node) and factor.exponent < 0:
                    return f"{by.name} stands in a denominator"
    return f"{by.name} occurs more than once"


def _degree(node: Node, by: Symbol) -> int | None:
    """The degree of a polynomial in w, as it is written; None for anything else."""
    if by not in symbols(node):
        return 0
    match node:
        case Sum():
            degrees = [_degree(term, by) for _, term in node.terms]
            known = [degree for degree in degrees if degree is not None]
            return max(known) if len(known) == len(degrees) else None
        case Contraction():
            total = 0
            for factor in node.factors:
                degree = _degree(factor.node, by)
                whole = isinstance(factor.exponent, int) and factor.exponent > 0
                if degree is None or (degree and not whole):
                    return None
                total += degree * int(factor.exponent)
            return total
        case _:
            return 1 if node is by else None
