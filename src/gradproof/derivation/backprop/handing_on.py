"""What each name receives from the nodes that use it; a softmax is one layer with its loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.algebra.simplify import simplify
from gradproof.core.node import Node, Symbol
from gradproof.core.traverse import substitute
from gradproof.derivation.backprop.adjoints import Network
from gradproof.derivation.backprop.kinds import ADD_UP, backward_words
from gradproof.derivation.backprop.nodes import GraphNode
from gradproof.notation.lower import variable
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Call, Tree, is_scalar, walk

SOFTMAX = frozenset({"softmax", "rowsoftmax"})


@dataclass(frozen=True, slots=True)
class Layers:
    """A network, and which of its nodes are one layer with the loss behind them."""

    network: Network
    fused: Mapping[str, GraphNode]

    @staticmethod
    def of(network: Network) -> Layers:
        """The softmax-with-loss layers of a network are found."""
        fused = {node.name: node for node in network.nodes[:-1] if _is_fused(network, node)}
        return Layers(network, fused)

    def adjoint(self, name: str) -> tuple[Tree, str]:
        """The adjoint of a name as a formula, and the rule that gives it."""
        network = self.network
        through = dict(network.tensors)
        users: dict[str, GraphNode] = {}
        said: list[str] = []
        for user in network.consumers(name):
            if user.name in self.fused:
                last = network.output
                users[last.name] = last
                through[last.name] = self._put_in(user, through[last.name])
                kind = "softmax loss" if user.kind in SOFTMAX else "sigmoid loss"
                said.append(backward_words(kind))
            else:
                users[user.name] = user
                is_loss = user is network.output and is_scalar(user.formula)
                said.append(backward_words(user.kind, is_loss=is_loss))
        tree = network.formula(network.adjoint(name, through, list(users.values())))
        rules = [*dict.fromkeys(said), *([ADD_UP] if len(said) > 1 else [])]
        return tree, "; ".join(rules)

    def _put_in(self, node: GraphNode, loss: Node) -> Node:
        """The loss as a function of what its softmax is applied to."""
        by = variable(self.network.known[node.name])
        assert isinstance(by, Symbol)
        return simplify(substitute(loss, {by: self.network.tensors[node.name]}))


def _is_fused(network: Network, node: GraphNode) -> bool:
    """Whether a softmax or a logistic function has only a logarithmic loss behind it."""
    users = network.consumers(node.name)
    if node.kind not in SOFTMAX | {"sigmoid"} or users != [network.output]:
        return False
    loss = users[0].formula
    return is_scalar(loss) and any(
        isinstance(part, Call) and part.function == "log" and node.name in names_in(part)
        for part in walk(loss)
    )
