"""A loss with its derivatives as one program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradproof.derivation.derive import differentiated
from gradproof.expression.expression import Expression
from gradproof.expression.write import Declarations, Loss, Names
from gradproof.notation.write_unicode import unicode
from gradproof.program.outputs import OUTPUTS, Request, Trees, flattened
from gradproof.program.request import (
    expression_of,
    function_name,
    names_to_differentiate_by,
    outputs_asked_for,
)

if TYPE_CHECKING:
    from gradproof.program.compiled import Program


def compile_loss(
    loss: Loss,
    wrt: Names | None = None,
    *,
    outputs: tuple[str, ...] = ("value", "gradient"),
    backend: str = "numpy",
    declare: Declarations = None,
    name: str = "loss",
) -> Program:
    """A program for f and its derivatives, whose source is what runs.

    loss     text or expression
    wrt      a variable; of a tuple of names the gradient is a dictionary, the Hessian one of blocks
             by pairs of names, each pair once
    outputs  any of "value", "gradient" (or "jacobian"), "hessian", "hvp" (∇²f·v), "jvp" (∇f·v),
             "vjp" and "hessian_factors"; products with a direction take it as another argument,
             dw for the variable w, and a vjp takes a cotangent of the shape of f
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
    outputs, wrt = outputs_asked_for(outputs, tuple(OUTPUTS)), names_to_differentiate_by(wrt)
    expression = expression_of(loss, declare)
    names = () if outputs == ("value",) else _variables(expression, wrt)
    request = Request(expression, names, isinstance(wrt, tuple), dict(expression.variables))
    trees = {output: OUTPUTS[output](request) for output in outputs}
    formulas = _formulas({**trees, "value": expression.inferred.tree})
    return compiled(name, trees, request.known, formulas, target.name, names)


def _variables(expression: Expression, wrt: Names | None) -> tuple[str, ...]:
    """The names to differentiate by.  Raises UnknownNameError where they are no variables."""
    if not isinstance(wrt, tuple):
        return differentiated(expression.inferred, wrt, 1)
    return tuple(name for own in wrt for name in differentiated(expression.inferred, own, 1))


def _formulas(trees: Mapping[str, Trees]) -> dict[str, str]:
    """What the docstring says of each output, and of the parts of those that have several."""
    return {name: unicode(tree) for name, tree in flattened(trees).items()}
