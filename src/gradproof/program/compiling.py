"""A loss with its derivatives as one program."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from gradproof.algebra.simplify import simplify
from gradproof.core.declaration import Declaration
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.closed_form import differentiate
from gradproof.derivation.derive import Derivation, derived, differentiated
from gradproof.expression.expression import Expression
from gradproof.expression.write import Declarations, Loss, Names
from gradproof.notation.lower import lower
from gradproof.notation.raising.components import components_tree
from gradproof.notation.raising.context import context_of
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Tree
from gradproof.notation.write_unicode import unicode
from gradproof.program.request import (
    expression_of,
    function_name,
    names_to_differentiate_by,
    outputs_asked_for,
)

if TYPE_CHECKING:
    from gradproof.program.compiled import Program

POINTS = MappingProxyType({1: 2, 2: 1})  # where a derivative of this order is verified first
OUTPUTS = ("value", "gradient", "hessian", "hvp")


def compile_loss(
    loss: Loss,
    wrt: Names | None = None,
    *,
    outputs: tuple[str, ...] = ("value", "gradient"),
    backend: str = "numpy",
    declare: Declarations = None,
    name: str = "loss",
) -> Program:
    """A program for f, ∇f, ∇²f and ∇²f·v, whose source is what runs.

    loss     text or expression
    wrt      a variable; of a tuple of names the gradient is a dictionary
    outputs  any of "value", "gradient", "hessian", "hvp"; the Hessian-vector product takes the
             vector as another argument, dw for the variable w
    backend  "numpy", "numba", "jax" or "torch", "auto" for the fastest of what is installed;
             "julia" and "c" are source text only

    Raises UnsupportedError for outputs and backends that do not exist, or whose library is not
    installed, and what `derive` raises.

    >>> import gradproof as gp
    >>> program = gp.compile("x'*A*x", wrt="x")
    >>> program(x=[1.0, 2.0], A=[[1.0, 0.0], [0.0, 3.0]]).gradient
    array([ 2., 12.])
    """
    from gradproof.program.targets import target_named

    target_named(backend).require()
    return program_of(loss, wrt, outputs=outputs, backend=backend, declare=declare, name=name)


def program_of(
    loss: Loss,
    wrt: Names | None = None,
    *,
    outputs: tuple[str, ...] = ("value", "gradient"),
    backend: str = "numpy",
    declare: Declarations = None,
    name: str = "loss",
) -> Program:
    """As `compile_loss`, but the library of the backend need not be installed to write for it."""
    from gradproof.program.compiled import compiled
    from gradproof.program.targets import target_named

    target, name = target_named(backend), function_name(name)
    outputs, wrt = outputs_asked_for(outputs, OUTPUTS), names_to_differentiate_by(wrt)
    expression = expression_of(loss, declare)
    known = dict(expression.variables)
    trees: dict[str, Tree | Mapping[str, Tree]] = {}
    formulas: dict[str, str] = {}
    for output in outputs:
        tree, texts = _output(output, expression, wrt, known)
        trees[output] = tree
        formulas.update(texts)
    by = () if outputs == ("value",) else differentiated(expression.inferred, wrt, 1)
    return compiled(name, trees, known, formulas, target.name, by)


def _output(
    output: str, expression: Expression, wrt: Names | None, known: dict[str, Declaration]
) -> tuple[Tree | Mapping[str, Tree], dict[str, str]]:
    match output:
        case "value":
            written = expression.inferred.tree
            return _stable(expression), {"value": unicode(written)}
        case "gradient" if isinstance(wrt, tuple):
            parts = {part: _trusted(derived(expression, part, points=POINTS[1])) for part in wrt}
            return parts, {f"gradient_{part}": unicode(tree) for part, tree in parts.items()}
        case "gradient" | "hessian":
            order = 1 if output == "gradient" else 2
            tree = _trusted(derived(expression, wrt, order, points=POINTS[order]))
            return tree, {output: unicode(tree)}
        case _:
            tree = _hessian_vector_product(expression, wrt, known)
            return tree, {output: unicode(tree)}


def _stable(expression: Expression) -> Tree:
    """The expression as written, or in the words of the theorems that apply to it.

    log(1 + exp(u)) overflows where softplus(u) does not.
    """
    inferred = expression.inferred
    node = lower(inferred.tree, inferred.declarations)
    simplified = simplify(node)
    if simplified is node:
        return inferred.tree
    try:
        return matrix_tree(simplified, context_of(inferred.tree, {}, simplify))
    except NoMatrixForm:
        return inferred.tree


def _trusted(derivation: Derivation) -> Tree:
    """The formula's tree, by components for a linear map; never one that numbers refute."""
    if derivation.verification.kind == "refuted":
        raise UnsupportedError(
            f"the derivative could not be verified: {derivation.verification.message}",
            hint="Please report this expression; no code is written for an unproved formula.",
        )
    if derivation.form != "linear map":
        return derivation.result.inferred.tree
    inferred = derivation.expression.inferred
    _, node, context = differentiate(inferred, derivation.wrt)
    return components_tree(node, context, frozenset(inferred.declarations) | inferred.dimensions)


def _hessian_vector_product(
    expression: Expression, wrt: Names | None, known: dict[str, Declaration]
) -> Tree:
    """∇²f·v, with v an argument of the program."""
    derivation = derived(expression, wrt, 2, points=POINTS[2])
    variable = known[derivation.wrt[0]]
    direction = Declaration(f"d{variable.name}", variable.kind, variable.axes)
    known[direction.name] = direction
    _, node, context = differentiate(expression.inferred, derivation.wrt, direction)
    return matrix_tree(node, context)
