"""Adjoints: what each node of a graph receives from the nodes that use it.

All of them come from the differentiation of a node's own formula: the derivative of ⟨c̄, C(A, B)⟩
by A, or, where the output has axes of its own, ∂F/∂C · ∂C/∂A.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.algebra.simplify import simplify
from gradproof.calculus.derivative import derivative
from gradproof.calculus.differential import differential
from gradproof.core.contract import contract
from gradproof.core.declaration import Declaration
from gradproof.core.node import Node, Number, Symbol, number, symbol
from gradproof.core.sum import add
from gradproof.derivation.backprop.nodes import GraphNode, replaced
from gradproof.derivation.differentials.reading_off import derivative_tree
from gradproof.derivation.differentials.setting import declaration_for, shape_of_declared
from gradproof.notation.build import shape_of
from gradproof.notation.infer import Inferred
from gradproof.notation.lower import lower_parts, variable
from gradproof.notation.raising.context import Context, context_of
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.raising.product import order_of
from gradproof.notation.tree import Call, Name, Tree, is_row, is_scalar, walk


@dataclass(frozen=True, slots=True)
class Network:
    """A graph with what is known of its names, and the tensors of its formulas."""

    nodes: tuple[GraphNode, ...]
    known: Mapping[str, Declaration]
    tensors: Mapping[str, Node]
    context: Context
    bars: Mapping[str, str]
    moving: frozenset[str]

    @property
    def output(self) -> GraphNode:
        """The node that is differentiated."""
        return self.nodes[-1]

    def formula(self, node: Node) -> Tree:
        """A tensor in the names of the graph."""
        known = {n.formula: Name(n.name, shape=shape_of(n.formula)) for n in self._callable()}
        return replaced(matrix_tree(node, self.context), known)

    def _callable(self) -> list[GraphNode]:
        """The nodes by whose names others may be written: a loss is no part of its derivatives."""
        return [n for n in self.nodes if n is not self.output or not is_scalar(n.formula)]

    def stated(self, name: str) -> Call:
        """∂L/∂z."""
        output = Name(self.output.name, shape=shape_of(self.output.formula))
        return derivative_tree(output, Name(name, shape=shape_of_declared(self.known[name])))

    def consumers(self, name: str) -> list[GraphNode]:
        """The nodes that use a name."""
        return [node for node in self.nodes if name in node.inputs()]

    def adjoint(self, name: str, through: Mapping[str, Node], users: list[GraphNode]) -> Node:
        """∂(output)/∂(name): what each user hands on, added up.

        `through` has the tensors of the users, some with other nodes put in.
        """
        parts = [self._handed_on(user, through[user.name], name) for user in users]
        total = parts[0] if len(parts) == 1 else add([(1, p) for p in parts], parts[0].axes)
        return simplify(total)

    def _handed_on(self, user: GraphNode, tensor: Node, name: str) -> Node:
        by = variable(self.known[name])
        assert isinstance(by, Symbol)
        if user is self.output:
            if not by.axes and tensor.axes:
                return differential(tensor, by, number(1))
            return derivative(tensor, by)
        bar = self.bar(user.name)
        own = tuple(range(len(tensor.axes)))
        outer = tuple(range(100, 100 + len(bar.axes) - len(own)))
        if not outer:
            paired = contract(1, [(bar, own, 1), (tensor, own, 1)], ())
            return derivative(paired, by)
        slope = derivative(tensor, by)
        inner = tuple(range(50, 50 + len(by.axes)))
        return contract(1, [(bar, outer + own, 1), (slope, own + inner, 1)], outer + inner)

    def bar(self, name: str) -> Node:
        """The adjoint of a node as a symbol."""
        own = variable(self.known[name]).axes
        return symbol(self.bars[name], (*self.tensors[self.output.name].axes, *own))


def network_of(
    nodes: tuple[GraphNode, ...], expression: Inferred, bars: Mapping[str, str], wrt: str
) -> Network:
    """The tensors of the formulas, and how to write in their names what comes of them."""
    known = dict(expression.declarations)
    tensors: dict[str, Node] = {}
    written: dict[Node, Tree] = {}
    for node in nodes:
        parts = lower_parts(node.formula, known)
        tensor = parts[id(node.formula)].node
        tensors[node.name] = simplify(tensor)
        for operand, tree in context_of(node.formula, parts, simplify).written.items():
            written.setdefault(operand, tree)
        is_loss = node is nodes[-1] and is_scalar(node.formula)
        if not is_row(node.formula) and not is_loss:
            name = Name(node.name, shape=shape_of(node.formula))
            for same in (tensor, tensors[node.name]):
                if not isinstance(same, Symbol | Number) and len(same.axes) < 3:
                    written[same] = name
        known[node.name] = declaration_for(node.name, shape_of(node.formula))
    places: dict[str, int] = {}
    for tree in (expression.tree, *[node.formula for node in nodes]):
        for part in walk(tree):
            if isinstance(part, Name):
                places.setdefault(part.name, len(places))
    return Network(
        nodes, known, tensors, Context(written, order_of(places)), bars, _moving(nodes, wrt)
    )


def _moving(nodes: tuple[GraphNode, ...], wrt: str) -> frozenset[str]:
    """The names that change with the variable."""
    moving = {wrt}
    for node in nodes:
        if node.inputs() & moving:
            moving.add(node.name)
    return frozenset(moving)
