"""The conditions under which an expression and its derivative hold, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from gradproof.algebra.positivity import is_positive, is_positive_definite
from gradproof.core.node import Apply, Contraction, Node, Symbol
from gradproof.core.traverse import ordered
from gradproof.notation.build import sign_and_rest, turned_through
from gradproof.notation.raising.context import Context
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Binary, Call, Negation, Tree, is_column, is_scalar, weight_of
from gradproof.notation.write_text import text

# What a condition asks of a symbol that a declared fact already grants.
GRANTED = MappingProxyType(
    {
        "invertible": frozenset({"nonsingular"}),
        "≠ 0": frozenset({"positive", "pm1"}),
    }
)


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
        yield from _of_function(node.arguments[0], node.op.condition, context)
    elif isinstance(node, Contraction):
        for factor in node.factors:
            if isinstance(factor.exponent, int) and factor.exponent >= 0:
                continue
            sign = "≠ 0" if isinstance(factor.exponent, int) else "> 0"
            yield from _of_function(factor.node, f"{{0}} {sign}", context)


def _of_function(node: Node, condition: str, context: Context) -> Iterator[str]:
    """The condition on `node`, unless a declared fact grants it."""
    if _is_granted(node, condition):
        return
    tree = _tree(node, context)
    if tree is None:
        return
    if condition in ("{0} > 0", "{0} ≠ 0"):
        tree, condition = _essential(tree, condition)
    said = condition.format(text(_upright(tree)))
    entrywise = bool(node.axes) and condition.endswith("0") and not said.startswith("every")
    yield f"every entry of {said}" if entrywise else said


def _essential(tree: Tree, condition: str) -> tuple[Tree, str]:
    """‖x‖ > 0 is x ≠ 0, |u| > 0 is u ≠ 0, and 1/u > 0 is u > 0."""
    match tree:
        case Binary("^", Call("norm2", (inner,)), _) | Call("norm2" | "abs", (inner,)):
            return inner, "{0} ≠ 0"
        case Binary("^" | ".^", base, Negation()):
            return base, condition
        case _:
            return tree, condition


def _upright(tree: Tree) -> Tree:
    """Without a minus before it and, of a matrix and its transpose, the one easier to read."""
    rest = sign_and_rest(tree)[1] if isinstance(tree, Negation) else tree
    if is_scalar(rest) or is_column(rest):
        return rest
    turned = turned_through(rest)
    return turned if weight_of(turned) < weight_of(rest) else rest


def _is_granted(node: Node, condition: str) -> bool:
    if condition.endswith(("> 0", "≠ 0")) and is_positive(node):
        return True
    if condition.endswith("invertible") and is_positive_definite(node):
        return True
    if condition.endswith("positive definite"):
        return is_positive_definite(node)
    if not isinstance(node, Symbol):
        return False
    return any(condition.endswith(words) and node.facts & facts for words, facts in GRANTED.items())


def _tree(node: Node, context: Context) -> Tree | None:
    try:
        return matrix_tree(node, context)
    except NoMatrixForm:
        return None
