"""The parts of an expression that are worth a name in a derivation by components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gradproof.algebra.simplify import simplify
from gradproof.core.declaration import Declaration
from gradproof.derivation.backprop.adjoints import Network, network_of
from gradproof.derivation.backprop.graph import graph_of
from gradproof.derivation.backprop.naming import SIGNS, names_for
from gradproof.derivation.backprop.nodes import GraphNode
from gradproof.derivation.differentials.setting import renamed
from gradproof.notation.build import shape_of
from gradproof.notation.infer import Inferred
from gradproof.notation.lower import lower_parts
from gradproof.notation.raising.context import Context, context_of
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Name, Tree

MANY = 4
SOFTMAX = frozenset({"softmax", "rowsoftmax"})


@dataclass(frozen=True, slots=True)
class Parts:
    """A function in the names of its parts, what they stand for, and how results are written."""

    function: Tree
    definitions: Mapping[str, Tree]
    known: Mapping[str, Declaration]
    context: Context


def parts_of(expression: Inferred, wrt: str, taken: frozenset[str]) -> Parts:
    """The parts that repeat, and those of a network of several layers, with names."""
    drawn = graph_of(expression.tree, wrt)
    if not _worth_naming(drawn):
        parts = lower_parts(expression.tree, expression.declarations)
        context = context_of(expression.tree, parts, simplify)
        return Parts(expression.tree, {}, expression.declarations, context)
    used = names_in(expression.tree) | expression.declarations.keys() | expression.dimensions
    names = names_for(drawn, used | SIGNS | taken)
    trees = {n.name: Name(names[n.name], shape=shape_of(n.formula)) for n in drawn}
    nodes = tuple([GraphNode(names[n.name], renamed(n.formula, trees), n.kind) for n in drawn])
    network = network_of(nodes, expression, {}, wrt)
    definitions = {node.name: node.formula for node in nodes[:-1]}
    return Parts(nodes[-1].formula, definitions, network.known, _without(network, nodes[-1].name))


def _without(network: Network, name: str) -> Context:
    """The context in which the function itself has no name: here it is not defined."""
    kept = {
        node: tree for node, tree in network.context.written.items() if name not in names_in(tree)
    }
    return replace(network.context, written=kept)


def _worth_naming(nodes: tuple[GraphNode, ...]) -> bool:
    counts = [sum(node.name in user.inputs() for user in nodes) for node in nodes[:-1]]
    is_deep = len(nodes) >= MANY or any(node.kind in SOFTMAX for node in nodes)
    return is_deep or any(count > 1 for count in counts)
