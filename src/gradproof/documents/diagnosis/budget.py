"""How much a diagnosis may cost: a number of evaluated symbols, the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradproof.checking.points import Sample
from gradproof.core.errors import GradproofError
from gradproof.notation.tree import Call, Tree, fold, walk, weight_of

# What it takes to find the shape of a symbol, against evaluating it.
INFERRED = 2
# A derivative is taken by one complex step in each direction, or by differences of several values.
STEPS = 2
LARGEST = 10**9
CALCULUS = ("derivative", "differential")


class Exhausted(Exception):
    """Nothing more may be tried."""


@dataclass(slots=True)
class Budget:
    """What has been spent, and what the trees with derivatives in them cost.

    plain  whether none of them has any
    """

    left: int = 0
    plain: bool = False
    costs: dict[Tree, int] = field(default_factory=dict)

    def spend(self, cost: int) -> None:
        """Takes the cost off what is left.  Raises Exhausted where that is not enough."""
        self.left -= cost
        if self.left < 0:
            raise Exhausted

    def cost(self, tree: Tree, sample: Sample) -> int:
        """The symbols that are evaluated, those under a derivative once for each direction."""
        if self.plain:
            return weight_of(tree) + 1
        if tree not in self.costs:
            self.costs[tree] = min(_cost(tree, sample), LARGEST)
        return self.costs[tree]


def _cost(tree: Tree, sample: Sample) -> int:
    if not has_calculus(tree):
        return weight_of(tree) + 1

    def combine(node: Tree, parts: tuple[int, ...]) -> int:
        match node:
            case Call("derivative", (_, by)):
                return STEPS * _entries(by, sample) * parts[0]
            case Call("differential"):
                return STEPS * parts[0]
            case _:
                return 1 + sum(parts)

    return fold(tree, combine)


def _entries(by: Tree, sample: Sample) -> int:
    """How many directions there are in the shape of a variable."""
    try:
        count = 1
        for axis in by.shape or ():
            count *= axis.size(sample.sizes)
    except (GradproofError, LookupError):
        return 1
    return count


def has_calculus(tree: Tree) -> bool:
    """Whether a derivative or a differential occurs."""
    return any(isinstance(part, Call) and part.function in CALCULUS for part in walk(tree))
