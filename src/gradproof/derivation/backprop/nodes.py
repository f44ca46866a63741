"""The nodes of a computation graph, each called by its name wherever it occurs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.derivation.backprop.kinds import kind_of
from gradproof.notation.build import chain_of, shape_of, times
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Name, Tree, fold, rebuild, walk


@dataclass(frozen=True, slots=True)
class GraphNode:
    """An intermediate result: its name, and its formula in the names before it."""

    name: str
    formula: Tree
    kind: str

    def inputs(self) -> frozenset[str]:
        """The names that the formula is made of."""
        return frozenset(part.name for part in walk(self.formula) if isinstance(part, Name))


def named_throughout(nodes: tuple[GraphNode, ...], variable: str) -> tuple[GraphNode, ...]:
    """What has a name is called by it wherever it occurs."""
    found: list[GraphNode] = []
    known: dict[Tree, Tree] = {}
    moving = {variable}
    for node in nodes:
        formula = replaced(node.formula, known)
        if names_in(formula) & moving:
            moving.add(node.name)
        found.append(GraphNode(node.name, formula, kind_of(formula, moving)))
        known[formula] = Name(node.name, shape=shape_of(node.formula))
    return _in_use(found)


def _in_use(nodes: list[GraphNode]) -> tuple[GraphNode, ...]:
    """The nodes that the last one needs."""
    used = {nodes[-1].name}
    for node in reversed(nodes):
        if node.name in used:
            used |= node.inputs()
    return tuple([node for node in nodes if node.name in used])


def replaced(tree: Tree, known: Mapping[Tree, Tree]) -> Tree:
    """The tree with subtrees replaced, the smaller ones first."""
    chains = {tuple(chain_of(old)): new for old, new in known.items() if _is_chain(old)}

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        made = rebuild(node, parts) if parts else node
        found = known.get(made)
        if found is None and _is_chain(made):
            return _with_chain(made, chains)
        return made if found is None else found

    return fold(tree, combine)


def _is_chain(tree: Tree) -> bool:
    return len(chain_of(tree)) > 1


def _with_chain(tree: Tree, chains: Mapping[tuple[Tree, ...], Tree]) -> Tree:
    """The product with a run of its factors replaced: VWu in δ′VWu."""
    factors = tuple(chain_of(tree))
    for chain, name in chains.items():
        for start in range(len(factors) - len(chain) + 1):
            if factors[start : start + len(chain)] == chain:
                return times([*factors[:start], name, *factors[start + len(chain) :]])
    return tree
