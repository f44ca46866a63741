"""Which nodes equal their own transpose: declared so, or seen to be so by their normal form."""

from __future__ import annotations

from gradproof.core.node import Apply, Contraction, Node, Number, Sum, Symbol, memoised


def is_symmetric(node: Node) -> bool:
    """Whether node′ = node is known, for a node of two equal axes."""
    axes = node.axes
    return len(axes) == 2 and axes[0] == axes[1] and _equals_its_transpose(node)


@memoised
def _equals_its_transpose(node: Node) -> bool:
    # Imported here because transposition is a contraction, and contractions ask for symmetry.
    from gradproof.core.contract import transpose

    match node:
        case Symbol():
            return "symmetric" in node.facts
        case Number():
            return False
        case Apply():
            equivariant = node.op.elementwise or node.op.transposition == "equivariant"
            return equivariant and all(is_symmetric(argument) for argument in node.arguments)
        case Contraction() | Sum():
            return transpose(node) is node
        case _:
            return False
