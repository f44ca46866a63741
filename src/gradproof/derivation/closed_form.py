"""The derivative as a formula: lowered, differentiated, simplified and raised, not yet verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from gradproof.algebra.expand import without_tensor_brackets
from gradproof.algebra.simplify import simplify
from gradproof.calculus.derivative import derivative
from gradproof.calculus.differential import differential
from gradproof.core.contract import permute
from gradproof.core.declaration import OPEN_FACTS, Declaration
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Node, Symbol, number, symbol
from gradproof.core.sum import add
from gradproof.core.traverse import substitute
from gradproof.notation.infer import Inferred
from gradproof.notation.lower import lower_parts, variable
from gradproof.notation.raising.components import components_tree
from gradproof.notation.raising.context import Context, context_of
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Tree

Form = Literal["matrix", "linear map", "index"]


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """A derivative as a formula, before it is verified."""

    loss: Node
    node: Node
    tree: Tree
    form: Form
    direction: Declaration | None
    context: Context


def closed_form(expression: Inferred, names: tuple[str, ...]) -> ClosedForm:
    """The derivative in matrices, or else as a linear map, or else by components.

    Raises UnsupportedError where it is none of these.
    """
    refusal: UnsupportedError | None = None
    try:
        loss, node, context = differentiate(expression, names)
        for rewritten in (lambda tensor: tensor, without_tensor_brackets):
            view = simplify(rewritten(node))
            try:
                tree = matrix_tree(view, context)
            except NoMatrixForm:
                continue
            return ClosedForm(loss, view, tree, "matrix", None, context)
    except UnsupportedError as error:
        refusal = error
    mapped = _linear_map(expression, names)
    if mapped is not None:
        return mapped
    if refusal is not None:
        raise refusal
    return by_components(expression, names)


def by_components(expression: Inferred, names: tuple[str, ...]) -> ClosedForm:
    """The derivative entry by entry.  Raises UnsupportedError where an entry cannot be written."""
    loss, node, context = differentiate(expression, names)
    taken = frozenset(expression.declarations) | expression.dimensions
    tree = components_tree(node, context, taken)
    return ClosedForm(loss, node, tree, "index", None, context)


def differentiate(
    expression: Inferred, names: tuple[str, ...], direction: Declaration | None = None
) -> tuple[Node, Node, Context]:
    """The simplified loss, its derivative, and the memory of how things were written.

    With a `direction`, the last derivative is the differential in that direction.
    """
    known = expression.declarations
    freed = {name: _freed(known[name]) for name in names}
    parts = lower_parts(expression.tree, {**known, **freed})
    loss = simplify(parts[id(expression.tree)].node)
    result = loss
    for count, name in enumerate(names, 1):
        by = variable(freed[name])
        assert isinstance(by, Symbol)
        if direction is not None and count == len(names):
            result = simplify(
                differential(result, by, symbol(direction.name, direction.axes, direction.facts))
            )
        elif result.axes and not by.axes:
            result = simplify(differential(result, by, number(1)))
        else:
            result = simplify(derivative(result, by))
    varied = names if direction is None else names[:-1]
    restored = {
        variable(freed[name]): variable(known[name]) for name in names if freed[name] != known[name]
    }
    if restored:
        parts = lower_parts(expression.tree, known)
        result = simplify(substitute(result, restored))
        result = simplify(_projected(result, parts[id(expression.tree)].node, varied, known))
    return loss, result, context_of(expression.tree, parts, simplify)


def _freed(declaration: Declaration) -> Declaration:
    """The variable as it varies: in every direction, without its equations."""
    return replace(declaration, facts=declaration.facts & OPEN_FACTS)


def _projected(
    node: Node, loss: Node, names: tuple[str, ...], known: Mapping[str, Declaration]
) -> Node:
    """(G + G′)/2 in the axes of each symmetric variable."""
    place = len(loss.axes)
    for name in names:
        width = len(known[name].axes)
        if is_projected(known[name]):
            order = list(range(len(node.axes)))
            order[place], order[place + 1] = order[place + 1], order[place]
            turned = permute(node, tuple(order))
            node = add([(Fraction(1, 2), node), (Fraction(1, 2), turned)], node.axes)
        place += width
    return node


def is_projected(declaration: Declaration) -> bool:
    """Whether the derivative by this variable is projected on symmetric matrices."""
    return "symmetric" in declaration.facts and "diagonal" not in declaration.facts


def _linear_map(expression: Inferred, names: tuple[str, ...]) -> ClosedForm | None:
    """The derivative applied to a direction dX of its last variable, where that is a formula."""
    known = expression.declarations[names[-1]]
    if not known.axes:
        return None
    direction = direction_of(expression, known)
    try:
        loss, node, context = differentiate(expression, names, direction)
        tree = matrix_tree(node, context)
    except (NoMatrixForm, UnsupportedError):
        return None
    return ClosedForm(loss, node, tree, "linear map", direction, context)


def direction_of(expression: Inferred, declaration: Declaration) -> Declaration:
    """dX: of the kind of X, and symmetric where X varies symmetrically."""
    name = f"d{declaration.name}"
    while name in expression.declarations or name in expression.dimensions:
        name += "_"
    facts = frozenset({"symmetric"}) if is_projected(declaration) else frozenset()
    return Declaration(name, declaration.kind, declaration.axes, facts)
