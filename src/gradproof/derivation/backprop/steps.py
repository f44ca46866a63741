"""The steps of a derivation by backpropagation: all nodes forwards, then all adjoints backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from gradproof.algebra.simplify import simplify
from gradproof.core.declaration import OPEN_FACTS
from gradproof.core.errors import GradproofError, UnsupportedError
from gradproof.derivation.backprop.adjoints import Network, network_of
from gradproof.derivation.backprop.graph import graph_of
from gradproof.derivation.backprop.handing_on import Layers
from gradproof.derivation.backprop.kinds import forward_words
from gradproof.derivation.backprop.naming import SIGNS, bar_names, names_for
from gradproof.derivation.backprop.nodes import GraphNode
from gradproof.derivation.closed_form import closed_form, is_projected
from gradproof.derivation.coarse import in_one_step
from gradproof.derivation.differentials.reading_off import derivative_tree
from gradproof.derivation.differentials.setting import renamed, shape_of_declared
from gradproof.derivation.differentials.steps import Goal, Worked, upright
from gradproof.derivation.step import Step
from gradproof.notation.build import literal, shape_of, times, transposed
from gradproof.notation.infer import Inferred
from gradproof.notation.lower import lower
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Binary, Call, Name, Transpose, Tree, is_column, is_scalar

ADJOINT = "adjoint"
ADJOINTS_PUT_IN = "the adjoints put in"
VALUES_PUT_IN = "the forward values put in"
PROJECTED = "the variable is symmetric: the symmetric part of its adjoint counts"
CONSTANT = "constants have no derivative"
REFUSED = "the adjoints of this derivative are no matrices"
ADVICE = 'Ask for style="differential", or --style differential.'


def backpropagated(goal: Goal, *, single: bool = False) -> Worked:
    """The steps in the style of backpropagation: a step is a node, `single` or not.

    Raises UnsupportedError where the adjoints are no matrices, or the order is above 2.
    """
    if goal.form != "matrix" or len(goal.wrt) > 2:
        raise UnsupportedError(REFUSED, hint=ADVICE)
    known = {
        name: replace(d, facts=d.facts & OPEN_FACTS) if name in goal.wrt else d
        for name, d in goal.expression.declarations.items()
    }
    free = Inferred(upright(goal.expression.tree), known, goal.expression.dimensions)
    projected = is_projected(goal.expression.declarations[goal.wrt[-1]])
    if len(goal.wrt) == 2:
        return _second_order(goal, free, projected)
    try:
        steps = tuple(_first_order(free, goal.wrt[0], goal.result, projected))
    except (NoMatrixForm, GradproofError):
        return Worked(tuple(in_one_step(goal)), is_coarse=True)
    return Worked(steps, _definitions(steps))


# ---------------------------------------------------------------------------------- first order
def _first_order(free: Inferred, name: str, result: Tree, projected: bool) -> Iterator[Step]:
    network = _network(free, name, ())
    yield from _forwards(network, ())
    statement = network.stated(name)
    yield from _backwards(network, name, statement, result, projected)


def _network(expression: Inferred, wrt: str, earlier: tuple[GraphNode, ...]) -> Network:
    """The graph with its names; what is known from an earlier graph keeps its name."""
    drawn = graph_of(expression.tree, wrt)
    used = names_in(expression.tree) | expression.declarations.keys() | expression.dimensions
    used |= SIGNS | {node.name for node in earlier}
    names = names_for(drawn, used)
    kept = {node.formula: node.name for node in earlier}
    known: dict[str, Tree] = {}
    nodes: list[GraphNode] = []
    for node in drawn:
        formula = renamed(node.formula, known)
        name = kept.get(formula, names[node.name])
        known[node.name] = Name(name, shape=shape_of(formula))
        nodes.append(GraphNode(name, formula, node.kind))
    own = [node.name for node in nodes]
    letter = "" if is_scalar(expression.tree) else "J"
    bars = bar_names([*own, wrt], used | set(own), letter)
    return network_of(tuple(nodes), expression, bars, wrt)


def _forwards(network: Network, earlier: tuple[GraphNode, ...]) -> Iterator[Step]:
    """Each node, by its formula in those before it."""
    known = {node.name for node in earlier}
    for node in network.nodes:
        if node.name in known:
            continue
        is_loss = node is network.output and is_scalar(node.formula) and len(network.nodes) > 1
        kind = "loss" if is_loss and node.kind != "squared norm" else node.kind
        yield Step(forward_words(kind), _name_of(node), node.formula)


def _name_of(node: GraphNode) -> Name:
    return Name(node.name, shape=shape_of(node.formula))


def _backwards(
    network: Network, wrt: str, statement: Tree, result: Tree, projected: bool
) -> Iterator[Step]:
    """Each adjoint by those of the nodes behind it; the variable's own in the end."""
    layers = Layers.of(network)
    values: dict[str, Tree] = {}
    for node in reversed(network.nodes[:-1]):
        if node.name in layers.fused or node.name not in network.moving:
            continue
        formula, rule = layers.adjoint(node.name)
        before = Name(network.bars[node.name], shape=formula.shape)
        stated = network.stated(node.name)
        yield Step(ADJOINT, before, stated)
        yield Step(rule, stated, formula)
        values[before.name] = formula
    formula, rule = layers.adjoint(wrt)
    if projected:
        yield from _projected(network, wrt, statement, result, (formula, rule))
        return
    yield Step(rule, statement, formula)
    yield from _put_in(network, formula, values, result)


def _put_in(
    network: Network, formula: Tree, values: Mapping[str, Tree], result: Tree
) -> Iterator[Step]:
    """The adjoints, then the forward values, put into the derivative."""
    whole = formula
    while names_in(whole) & values.keys():
        whole = renamed(whole, values)
    if whole != formula:
        tidied = network.formula(simplify(lower(whole, network.known)))
        if tidied not in (formula, result):
            yield Step(ADJOINTS_PUT_IN, formula, tidied)
            formula = tidied
    if formula != result:
        is_put_in = bool(names_in(formula) - names_in(result))
        yield Step(VALUES_PUT_IN if is_put_in else "tidy up", formula, result)


def _projected(
    network: Network, wrt: str, statement: Tree, result: Tree, adjoint: tuple[Tree, str]
) -> Iterator[Step]:
    """∂L/∂S = ½(S̄ + S̄′) for a symmetric S."""
    bar = Name(network.bars[wrt], shape=adjoint[0].shape)
    yield Step(f"{adjoint[1]}; the variable moved in every direction", bar, adjoint[0])
    both = Binary("+", bar, Transpose(bar, shape=bar.shape), shape=bar.shape)
    half = times([literal(Fraction(1, 2)), both])
    yield Step(PROJECTED, statement, half)
    yield Step(VALUES_PUT_IN, half, result)


# --------------------------------------------------------------------------------- second order
def _second_order(goal: Goal, free: Inferred, projected: bool) -> Worked:
    """The gradient in steps, then its own graph: the Jacobian of the gradient."""
    first, second = goal.wrt
    form = closed_form(free, (first,))
    by = Name(second, shape=shape_of_declared(free.declarations[second]))
    if form.form != "matrix" or projected:
        raise UnsupportedError(REFUSED, hint=ADVICE)
    try:
        earlier = _network(free, first, ()).nodes
        steps = list(_first_order(free, first, form.tree, False))
        steps += _of_gradient(free, form.tree, _statement_of(steps), by, goal.result, earlier)
    except (NoMatrixForm, GradproofError):
        return Worked(tuple(in_one_step(goal)), is_coarse=True)
    return Worked(tuple(steps), _definitions(tuple(steps)))


def _statement_of(steps: list[Step]) -> Tree:
    """∂L/∂x, as it was stated last."""
    return next(
        step.before
        for step in reversed(steps)
        if isinstance(step.before, Call) and step.before.function == "derivative"
    )


def _of_gradient(
    free: Inferred,
    gradient: Tree,
    stated: Tree,
    by: Name,
    result: Tree,
    earlier: tuple[GraphNode, ...],
) -> Iterator[Step]:
    """The Jacobian of the gradient, by the graph of the gradient."""
    statement = derivative_tree(stated, _turned(by, stated))
    if by.name not in names_in(gradient):
        yield Step(CONSTANT, statement, result)
        return
    expression = Inferred(gradient, free.declarations, free.dimensions)
    network = _network(expression, by.name, earlier)
    yield from _forwards(network, earlier)
    yield from _backwards(network, by.name, statement, result, False)


def _turned(by: Tree, function: Tree) -> Tree:
    """x′ where a column is differentiated by a column once more."""
    return transposed(by) if is_column(by) and is_column(function) else by


def _definitions(steps: tuple[Step, ...]) -> dict[str, Tree]:
    """What the names stand for; an adjoint for its formula."""
    found: dict[str, Tree] = {}
    above: Step | None = None
    for step in steps:
        continues = above is not None and above.after == step.before
        if isinstance(step.before, Name) and not continues:
            found[step.before.name] = step.after
        elif above is not None and continues and _names_adjoint(above):
            assert isinstance(above.before, Name)
            found[above.before.name] = step.after
        above = step
    return found


def _names_adjoint(step: Step) -> bool:
    return (
        isinstance(step.before, Name)
        and isinstance(step.after, Call)
        and step.after.function == "derivative"
    )
