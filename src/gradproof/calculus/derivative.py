"""Derivatives of any rank by reverse accumulation over the shared graph.

The derivative of F by X has the axes of F, then the axes of X.  Contractions and sums are
multilinear, so theirs is derived here; an elementwise function needs its slope; any other function
its differential, which is linear in dX and is transposed by the same accumulation:
⟨g, D dX⟩ = ⟨D* g, dX⟩.  A function with none of these raises: nothing is zero by default.
(Griewank & Walther, Evaluating Derivatives (2008), section 3.2.)
"""

from __future__ import annotations

from gradproof.core.canonical import finished, ones
from gradproof.core.contract import contract, is_zero
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Apply, Contraction, Node, Number, Sum, Symbol, number, symbol
from gradproof.core.rational import Rational
from gradproof.core.sum import add
from gradproof.core.traverse import children, ordered


def derivative(root: Node, wrt: Symbol) -> Node:
    """∂root/∂wrt, with the axes of `root` followed by the axes of `wrt`.

    Raises UnsupportedError where a function on the way has no differential.
    """
    order = ordered(root)
    dependent = _dependent(order, wrt)
    if root not in dependent:
        return ones((*root.axes, *wrt.axes), 0)
    adjoints: dict[Node, list[Node]] = {root: [_seed(root)]}
    outer = len(root.axes)
    for node in reversed(order):
        if node not in adjoints or node not in dependent:
            continue
        contributions = adjoints.pop(node)
        axes = (*root.axes, *node.axes)
        total = (
            add([(1, part) for part in contributions], axes)
            if len(contributions) > 1
            else contributions[0]
        )
        if node is wrt:
            return total
        if not is_zero(total):
            for child, part in _pull_back(node, total, outer, dependent):
                adjoints.setdefault(child, []).append(part)
    return ones((*root.axes, *wrt.axes), 0)


def _dependent(order: list[Node], wrt: Symbol) -> set[Node]:
    dependent: set[Node] = {wrt}
    for node in order:
        if any(child in dependent for child in children(node)):
            dependent.add(node)
    return dependent


def _seed(root: Node) -> Node:
    """The identity on the axes of `root`: ∂root/∂root."""
    if not root.axes:
        return number(1)
    letters = tuple(range(len(root.axes)))
    return finished(1, (), letters + letters, root.axes)


def _pull_back(
    node: Node, adjoint: Node, outer: int, dependent: set[Node]
) -> list[tuple[Node, Node]]:
    """What each dependent child of `node` receives of its adjoint."""
    if isinstance(node, Sum):
        return [
            (term, add([(weight, adjoint)], adjoint.axes))
            for weight, term in node.terms
            if term in dependent
        ]
    if isinstance(node, Contraction):
        return _through_contraction(node, adjoint, outer, dependent)
    if isinstance(node, Apply):
        return _through_function(node, adjoint, outer, dependent)
    assert isinstance(node, Symbol | Number)
    return []


def _through_contraction(
    node: Contraction, adjoint: Node, outer: int, dependent: set[Node]
) -> list[tuple[Node, Node]]:
    """∂(c Π uᵉ)/∂u_k = c e u_k^(e−1) Π others, letters kept."""
    leading = tuple(range(-outer, 0))
    broadcast = dict(enumerate(node.dimensions))
    received = []
    for place, (child, letters, exponent) in enumerate(node.factors):
        if child not in dependent:
            continue
        factors: list[tuple[Node, tuple[int, ...], Rational]] = [
            (adjoint, leading + node.output, 1)
        ]
        factors += [factor for k, factor in enumerate(node.factors) if k != place]
        if exponent != 1:
            factors.append((child, letters, exponent - 1))
        part = contract(node.coefficient * exponent, factors, leading + letters, broadcast)
        received.append((child, part))
    return received


def _through_function(
    node: Apply, adjoint: Node, outer: int, dependent: set[Node]
) -> list[tuple[Node, Node]]:
    op = node.op
    if op.constant:
        return []
    received = []
    for place, argument in enumerate(node.arguments):
        if argument in dependent:
            received.append((argument, _through_argument(node, place, adjoint, outer)))
    return received


def _through_argument(node: Apply, place: int, adjoint: Node, outer: int) -> Node:
    op, argument = node.op, node.arguments[place]
    if op.slope is not None:
        leading = tuple(range(-outer, 0))
        letters = tuple(range(len(argument.axes)))
        factors = [(adjoint, leading + letters, 1), (op.slope(argument), letters, 1)]
        return contract(1, factors, leading + letters)
    if op.adjoint is not None:
        return op.adjoint(node, place, adjoint)
    if op.differential is None:
        raise UnsupportedError(
            f"{op.name} has no derivative here",
            hint="gradproof never takes an unknown derivative for zero.",
        )
    return _through_differential(node, place, adjoint, outer)


def _through_differential(node: Apply, place: int, adjoint: Node, outer: int) -> Node:
    """D* g from the differential D: the derivative of ⟨g, D dX⟩ by dX."""
    assert node.op.differential is not None
    argument = node.arguments[place]
    direction = symbol(f"d#{place}", argument.axes)
    directions = tuple([direction if k == place else None for k in range(len(node.arguments))])
    differential = node.op.differential(node.arguments, directions)
    leading = tuple(range(-outer, 0))
    letters = tuple(range(len(node.axes)))
    terms = differential.terms if isinstance(differential, Sum) else ((1, differential),)
    paired = [
        (weight, contract(1, [(adjoint, leading + letters, 1), (term, letters, 1)], leading))
        for weight, term in terms
    ]
    return derivative(add(paired, adjoint.axes[:outer]), direction)
