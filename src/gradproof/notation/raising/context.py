"""What the way back to formulas remembers: how things were written, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gradproof.core.contract import transpose
from gradproof.core.node import Node, Number, Sum, Symbol
from gradproof.core.rational import Rational, ratio
from gradproof.core.sum import primitive
from gradproof.core.symmetry import is_symmetric
from gradproof.notation.build import transposed
from gradproof.notation.operand import Operand
from gradproof.notation.raising.product import Order, Product, order_of
from gradproof.notation.tree import Binary, Call, Literal, Name, Tree, is_row, walk, weight_of


@dataclass(slots=True)
class Context:
    """One expression's memory while its results are raised.

    `written` maps tensors to the trees they came from (in matrix orientation, vectors as
    columns), `symmetric` holds the trees known to equal their transposes, `raised` what was
    already raised.
    """

    written: Mapping[Node, Tree]
    order: Order
    symmetric: set[Tree] = field(default_factory=set)
    raised: dict[Node, Tree] = field(default_factory=dict)
    products: dict[Node, Product] = field(default_factory=dict)
    kernels: dict[Node, tuple[Rational, Tree]] = field(init=False)

    def __post_init__(self) -> None:
        self.kernels = {}
        for node, tree in self.written.items():
            if isinstance(node, Sum):
                weight, kernel = primitive(node)
                self.kernels.setdefault(kernel, (weight, tree))

    def kernel(self, node: Sum) -> tuple[int, Tree] | None:
        """(±1, tree) with node = ±tree, when this sum was written in the input."""
        found = self._written_kernel(node)
        if found is None and len(node.axes) == 2:
            found = self._written_kernel(transpose(node))
            if found is not None:
                return found[0], transposed(found[1])
        return found

    def _written_kernel(self, node: Node) -> tuple[int, Tree] | None:
        weight, kernel = primitive(node)
        known = self.kernels.get(kernel)
        if known is None or known[0] not in (weight, -weight):
            return None
        return (1 if known[0] == weight else -1), known[1]

    def written_parts(
        self, node: Sum
    ) -> tuple[list[tuple[Rational, Tree]], list[tuple[Rational, Node]]]:
        """Multiples of written sums that make up part of this one, and the other terms.

        So log(softmax(z)), which is z − logsumexp(z)·1 to the machine, is still said as written.
        """
        weights = {term: weight for weight, term in node.terms}
        found: list[tuple[Rational, Tree]] = []
        for known, tree in self.written.items():
            if not isinstance(known, Sum) or not 1 < len(known.terms) <= len(weights):
                continue
            lead, first = known.terms[0]
            if first in weights:
                share = ratio(weights[first], lead)
                if all(weights.get(term) == share * weight for weight, term in known.terms):
                    found.append((share, tree))
                    weights = {
                        term: weight
                        for term, weight in weights.items()
                        if all(term is not own for _, own in known.terms)
                    }
        return found, [(weight, term) for term, weight in weights.items()]

    def note(self, node: Node, tree: Tree) -> None:
        """Remember that a matrix tree is symmetric."""
        if is_symmetric(node):
            self.symmetric.add(tree)


def context_of(
    tree: Tree, parts: Mapping[int, Operand], simplified: Callable[[Node], Node]
) -> Context:
    """The memory of an inferred tree: its sums, functions and norms in the words of the writer."""
    written: dict[Node, Tree] = {}
    names: dict[str, int] = {}
    for part in walk(tree):
        if isinstance(part, Name):
            names.setdefault(part.name, len(names))
        operand = parts.get(id(part))
        if operand is None or operand.indices or not _worth_keeping(part) or is_row(part):
            continue
        for node in (operand.node, simplified(operand.node)):
            _keep(written, node, part)
    return Context(written, order_of(names))


def _worth_keeping(part: Tree) -> bool:
    """Sums, functions and norms are repeated as written; products are put in order anew."""
    match part:
        case Binary("+" | "-", _, _):
            return True
        case Binary("^", Call("norm2"), Literal()):
            return True
        case Call(function) if function not in ("sum", "tr", "inner", "outer", "mean", "vec"):
            return True
        case _:
            return False


def _keep(written: dict[Node, Tree], node: Node, part: Tree) -> None:
    if isinstance(node, Symbol | Number) or len(node.axes) > 2:
        return
    known = written.get(node)
    if known is None or weight_of(part) < weight_of(known):
        written[node] = part
