"""The words of the field: gradient, Jacobian, Hessian, differential; and simplification."""

from __future__ import annotations

from gradproof.algebra.simplify import simplify
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.closed_form import differentiate, direction_of
from gradproof.derivation.derive import derive, differentiated
from gradproof.expression.expression import Expression
from gradproof.expression.write import Declarations, Loss, Names, parse
from gradproof.notation.lower import lower_parts
from gradproof.notation.raising.components import components_tree
from gradproof.notation.raising.context import context_of
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree


def differential_of(
    loss: Loss, wrt: Names | None = None, *, declare: Declarations = None
) -> Expression:
    """df when the variable x moves by dx.

    >>> import gradproof as gp
    >>> print(gp.differential("inv(X)", "X"))
    −X⁻¹ dX X⁻¹
    """
    expression = parse(loss, declare=declare) if isinstance(loss, str) else loss
    names = differentiated(expression.inferred, wrt, 1)
    direction = direction_of(expression.inferred, expression.variables[names[0]])
    _, node, context = differentiate(expression.inferred, names, direction)
    known = {**expression.variables, direction.name: direction}
    try:
        return Expression(matrix_tree(node, context), known)
    except NoMatrixForm:
        taken = frozenset(known) | expression.inferred.dimensions
        return Expression(components_tree(node, context, taken), known)


def gradient(loss: Loss, wrt: Names | None = None, *, declare: Declarations = None) -> Expression:
    """∇f, of the shape of the variable, for a scalar f.

    Raises UnsupportedError for anything that is not a scalar.

    >>> import gradproof as gp
    >>> print(gp.gradient("x'*A*x", "x"))
    (A + Aᵀ)x
    """
    derivation = derive(loss, wrt, declare=declare)
    if derivation.expression.shape != ():
        raise UnsupportedError(
            "the gradient is that of a scalar", hint="jacobian(f, x) is for vectors and matrices."
        )
    return derivation.result


def jacobian(f: Loss, wrt: Names | None = None, *, declare: Declarations = None) -> Expression:
    """∂f/∂x, with the axes of f, then those of x.

    >>> import gradproof as gp
    >>> print(gp.jacobian("tanh(W*x)", "x").text)
    diag(ones(m) - tanh(W*x).^2)*W
    """
    return derive(f, wrt, declare=declare).result


def hessian(loss: Loss, wrt: Names | None = None, *, declare: Declarations = None) -> Expression:
    """∂²f/∂x², or ∂²f/∂x∂y for two variables.

    >>> import gradproof as gp
    >>> print(gp.hessian("norm2(X*w - y)^2", "w"))
    2XᵀX
    """
    return derive(loss, wrt, order=2, declare=declare).result


def simplify_expression(expression: Loss, *, declare: Declarations = None) -> Expression:
    """The same value, in normal form: like terms merged, theorems and facts applied.

    >>> import gradproof as gp
    >>> print(gp.simplify("tr(A*inv(A)*B) + log(exp(t))"))
    tr(B) + t
    """
    known = parse(expression, declare=declare) if isinstance(expression, str) else expression
    inferred = known.inferred
    parts = lower_parts(inferred.tree, inferred.declarations)
    node = simplify(parts[id(inferred.tree)].node)
    context = context_of(inferred.tree, {}, simplify)
    try:
        tree = matrix_tree(node, context)
    except NoMatrixForm:
        taken = frozenset(inferred.declarations) | inferred.dimensions
        tree = components_tree(node, context, taken)
    return Expression(tree, inferred.declarations, relies_on_facts=True)
