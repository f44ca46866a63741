"""The conditions under which an expression and its derivative hold, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gradproof.algebra.positivity import is_positive
from gradproof.core.node import Apply, Contraction, Node, Symbol
from gradproof.core.traverse import ordered
from gradproof.notation.raising.context import Context
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Binary, Call, Tree
from gradproof.notation.write_text import text

# What an op's condition asks of its argument that a declared fact already grants.
GRANTED = {
    "invertible": frozenset({"nonsingular"}),
    "> 0": frozenset({"positive", "simplex", "simplex_rows"}),
    "≠ 0": frozenset({"positive", "pm1"}),
    "positive definite": frozenset({"posdef"}),
}


def conditions_of(nodes: Iterable[Node], context: Context) -> tuple[str, ...]:
    """Each condition once, in the order in which its cause is met."""
    found: dict[str, None] = {}
    for root in nodes:
        for node in ordered(root):
            for condition in _conditions(node, context):
                found.setdefault(condition)
    stronger = {condition.removesuffix(" > 0") for condition in found if condition.endswith(" > 0")}
    return tuple(c for c in found if c.removesuffix(" ≠ 0") not in stronger or c.endswith("> 0"))


def _conditions(node: Node, context: Context) -> Iterator[str]:
    if isinstance(node, Apply) and node.op.condition:
        argument = node.arguments[0]
        if not _is_granted(argument, node.op.condition):
            yield from _said(node.op.condition, argument, context)
    elif isinstance(node, Contraction):
        for factor in node.factors:
            if isinstance(factor.exponent, int) and factor.exponent >= 0:
                continue
            if is_positive(factor.node) or _is_granted(factor.node, "{0} ≠ 0"):
                continue
            sign = "≠ 0" if isinstance(factor.exponent, int) else "> 0"
            yield from _power_condition(factor.node, sign, context)


def _power_condition(node: Node, sign: str, context: Context) -> Iterator[str]:
    """1/u needs u ≠ 0, √u needs u > 0; for the norm, u = x′x, both mean x ≠ 0."""
    tree = _tree(node, context)
    match tree:
        case Binary("^", Call("norm2", (inner,)), _):
            yield f"{text(inner)} ≠ 0"
        case _:
            yield from _said(f"{{0}} {sign}", node, context)


def _is_granted(node: Node, condition: str) -> bool:
    if condition.endswith("> 0") and is_positive(node):
        return True
    if not isinstance(node, Symbol):
        return False
    return any(condition.endswith(words) and node.facts & facts for words, facts in GRANTED.items())


def _said(condition: str, node: Node, context: Context) -> Iterator[str]:
    tree = _tree(node, context)
    if tree is None:
        return
    said = condition.format(text(tree))
    entrywise = bool(node.axes) and condition.endswith("0") and not said.startswith("every")
    yield f"every entry of {said}" if entrywise else said


def _tree(node: Node, context: Context) -> Tree | None:
    try:
        return matrix_tree(node, context)
    except NoMatrixForm:
        return None
