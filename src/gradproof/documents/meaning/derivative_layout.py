"""How an author lays out ∂f/∂x of a scalar f: in the shape of x, or transposed.

The first is mixed, for Jacobians have a row for each component; the other the numerator layout.
"""

from __future__ import annotations

from gradproof.notation.tree import Call, Name, Transpose, Tree, fold, rebuild

LAYOUTS = ("mixed", "numerator")


def in_layout(tree: Tree, layout: str) -> Tree:
    """The tree with ∂f/∂x as ∂f/∂x′ where the numerator layout is meant."""
    return fold(tree, _by_row) if layout == "numerator" else tree


def _by_row(node: Tree, parts: tuple[Tree, ...]) -> Tree:
    match node:
        case Call("derivative", (_, Name() as by)):
            return rebuild(node, (parts[0], Transpose(by)))
        case _:
            return rebuild(node, parts) if parts else node
