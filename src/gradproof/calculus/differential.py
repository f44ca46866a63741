"""The differential of a tensor in a direction, by forward accumulation over the shared graph.

    dF = Σ ∂F/∂X · dX

It asks less of a function than `derivative` does: the Fréchet derivative of a matrix function in
a direction is one matrix, its Jacobian has no closed form.
(Griewank & Walther, Evaluating Derivatives (2008), section 3.1.)
"""

from __future__ import annotations

from gradproof.core.apply import apply
from gradproof.core.canonical import ones
from gradproof.core.contract import contract
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Apply, Contraction, Node, Sum, Symbol
from gradproof.core.sum import add
from gradproof.core.traverse import ordered


def differential(root: Node, variable: Symbol, direction: Node) -> Node:
    """d root when `variable` moves in `direction`, with the axes of `root`.

    Raises UnsupportedError where a function on the way has no differential.
    """
    moved: dict[Node, Node] = {variable: direction}
    for node in ordered(root):
        if node in moved:
            continue
        found = _differential(node, moved)
        if found is not None:
            moved[node] = found
    return moved.get(root, ones(root.axes, 0))


def _differential(node: Node, moved: dict[Node, Node]) -> Node | None:
    """dnode, or None where nothing below it moves."""
    if isinstance(node, Sum):
        terms = [(weight, moved[term]) for weight, term in node.terms if term in moved]
        return add(terms, node.axes) if terms else None
    if isinstance(node, Contraction):
        return _of_product(node, moved)
    if isinstance(node, Apply) and any(argument in moved for argument in node.arguments):
        return _of_function(node, moved)
    return None


def _of_product(node: Contraction, moved: dict[Node, Node]) -> Node | None:
    """d(c Π uᵉ) = Σ c e u^(e−1) du Π others."""
    terms = []
    sizes = dict(enumerate(node.dimensions))
    for place, (child, letters, exponent) in enumerate(node.factors):
        if child in moved:
            factors = [*node.factors[:place], *node.factors[place + 1 :]]
            rest = [(child, letters, exponent - 1)] if exponent != 1 else []
            parts = [*factors, *rest, (moved[child], letters, 1)]
            weight = node.coefficient * exponent
            terms.append((1, contract(weight, parts, node.output, sizes)))
    return add(terms, node.axes) if terms else None


def _of_function(node: Apply, moved: dict[Node, Node]) -> Node | None:
    op, argument = node.op, node.arguments[-1]
    if op.constant:
        return None
    if op.slope is not None:
        letters = tuple(range(len(argument.axes)))
        slope = op.slope(argument)
        return contract(1, [(slope, letters, 1), (moved[argument], letters, 1)], letters)
    if op.differential is not None:
        directions = tuple([moved.get(part) for part in node.arguments])
        return op.differential(node.arguments, directions)
    if op.adjoint is not None and not any(part in moved for part in node.arguments[:-1]):
        return apply(op, (*node.arguments[:-1], moved[argument]), node.parameters)
    raise UnsupportedError(
        f"{op.name} has no derivative here",
        hint="gradproof never takes an unknown derivative for zero.",
    )
