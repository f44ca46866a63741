"""Equality of two members by their normal forms, before any number is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradproof.algebra.expand import expand
from gradproof.algebra.simplify import vanishes
from gradproof.core.errors import GradproofError
from gradproof.core.node import Node
from gradproof.core.sum import add
from gradproof.core.traverse import substitute
from gradproof.documents.judging.members import Members, is_zero
from gradproof.notation.lower import lower, variable
from gradproof.notation.tree import Tree, weight_of

HEAVIEST = 400


@dataclass(slots=True)
class Proofs:
    """The tensors of the members, each made once."""

    members: Members
    nodes: dict[int, Node | None] = field(default_factory=dict)
    meanings: dict[Node, Node] | None = None

    def equal(self, one: Tree, other: Tree) -> bool:
        """Whether the normal forms are equal, for names as such or for what they stand for."""
        difference = self.difference(one, other)
        if difference is None:
            return False
        if _is_zero(difference):
            return True
        return bool(self.members.definitions) and _is_zero(self.in_full(difference))

    def difference(self, one: Tree, other: Tree) -> Node | None:
        """one − other as a tensor, None where that is not known."""
        if is_zero(one) or weight_of(one) + weight_of(other) > HEAVIEST:
            return None
        left = self.node(one)
        if left is None or is_zero(other):
            return left
        right = self.node(other)
        return None if right is None else add([(1, left), (-1, right)], left.axes)

    def in_full(self, node: Node) -> Node:
        """The tensor with what the names stand for."""
        if self.meanings is None:
            self.meanings = _meanings(self.members)
        return substitute(node, self.meanings)

    def node(self, tree: Tree) -> Node | None:
        """The tensor of a member, None where it has none."""
        if id(tree) not in self.nodes:
            self.nodes[id(tree)] = _lowered(tree, self.members)
        return self.nodes[id(tree)]


def _lowered(tree: Tree, members: Members) -> Node | None:
    try:
        return lower(tree, members.declarations)
    except GradproofError:
        return None


def _is_zero(node: Node) -> bool:
    try:
        return vanishes(node) or vanishes(expand(node))
    except GradproofError:
        return False


def _meanings(members: Members) -> dict[Node, Node]:
    """What each defined name stands for, down to variables."""
    known: dict[Node, Node] = {}
    for name, tree in members.definitions.items():
        node = _lowered(tree, members)
        if node is not None:
            known[variable(members.declarations[name])] = substitute(node, known)
    return known
