"""A wrong member beside the true one, and the test that a changed formula must pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from numpy.typing import NDArray

from gradproof.checking.points import Sample
from gradproof.checking.verify import relative_error
from gradproof.core.dimension import ONE, shape_text
from gradproof.core.errors import GradproofError, ShapeError
from gradproof.documents.diagnosis.budget import INFERRED, Budget
from gradproof.documents.judging.members import Members
from gradproof.documents.judging.points import MOST, Points, tolerance, value_at
from gradproof.documents.judging.proof import Proofs
from gradproof.notation.infer import infer
from gradproof.notation.tree import Call, Shape, Tree, walk, weight_of

Array = NDArray[Any]

# Functions that show a slip only where the case changes.
KINKED = frozenset({"sign", "relu", "abs", "norm1"})
SCREENED = 2
CONFIRMED = 4
# Members that need looser tolerances than this hold nested derivatives, which take long.
COSTLY = 1e-5


class Candidate(NamedTuple):
    """A changed formula, and what the change says of the slip."""

    tree: Tree
    sentence: str


class Place(NamedTuple):
    """A point, and the value of the true member there."""

    sample: Sample
    value: Array


@dataclass(slots=True)
class Case:
    """`wrong` was written where `truth` is right; `about` is what the chain begins with.

    A `wrong` member that fits no shape is as written, without shapes of its own.  `worth` is a
    formula of the same value as `truth` that takes less to evaluate, where one is known.
    """

    truth: Tree
    wrong: Tree
    members: Members
    points: Points
    proofs: Proofs
    about: Tree
    found: list[Place] = field(default_factory=list)
    searched: int = 0
    budget: Budget = field(default_factory=Budget)
    worth: Tree | None = None
    allowed: float = 0.0

    def places(self, count: int) -> list[Place]:
        """Up to `count` points where the true member exists."""
        while len(self.found) < count and self.searched < 2 * MOST:
            number = self.searched
            self.searched += 1
            value = self.points.value(self.known, number)
            sample = self.points.sample(number)
            if value is not None and sample is not None:
                self.found.append(Place(sample, value))
        return self.found[:count]

    @property
    def known(self) -> Tree:
        """The true member, in the form that takes least to evaluate."""
        return self.truth if self.worth is None else self.worth

    @property
    def branched(self) -> bool:
        """Whether a function with a kink occurs."""
        parts = (part for tree in (self.truth, self.wrong) for part in walk(tree))
        return any(isinstance(part, Call) and part.function in KINKED for part in parts)

    @property
    def shape(self) -> Shape:
        """The shape that both members should have."""
        assert self.truth.shape is not None
        return self.truth.shape

    @property
    def fits(self) -> bool:
        """Whether the wrong member has the right shape."""
        return self.wrong.shape == self.shape


def with_shapes(case: Case, tree: Tree) -> Tree | None:
    """The tree with shapes, where it has the shape of the true member."""
    filled = tree if tree.shape is not None else alone(case, tree)
    return filled if filled is not None and filled.shape == case.shape else None


def alone(case: Case, tree: Tree) -> Tree | None:
    """The tree with shapes, whatever its shape is; None where it fits none."""
    case.budget.spend(INFERRED * (weight_of(tree) + 1))
    try:
        return infer(tree, case.members.declarations).tree
    except GradproofError:
        return None


def values(case: Case, tree: Tree, count: int = SCREENED) -> list[Array] | None:
    """The values of a tree that has shapes at some points, None where one does not exist."""
    found = [value_of(case, tree, place.sample) for place in case.places(count)]
    return None if any(value is None for value in found) else [v for v in found if v is not None]


def value_of(case: Case, tree: Tree, sample: Sample) -> Array | None:
    """The value of a tree that has shapes, None where there is none."""
    case.budget.spend(case.budget.cost(tree, sample))
    try:
        return value_at(tree, sample)
    except (GradproofError, ValueError):  # a changed formula may fit no shape
        return None


def holds(case: Case, tree: Tree) -> Tree | None:
    """The tree with shapes where it equals the true member at all points; else None."""
    filled = with_shapes(case, tree)
    if filled is None:
        return None
    allowed = error_allowed(case)
    confirmed = SCREENED if allowed > COSTLY else CONFIRMED
    for number in range(confirmed):
        places = case.places(number + 1)[number:]
        value = value_of(case, filled, places[0].sample) if places else None
        if value is None or relative_error(value, places[0].value) > allowed:
            return None
    return filled


def error_allowed(case: Case) -> float:
    """The relative error allowed between the true member and what is made of the wrong one."""
    if not case.allowed:
        case.allowed = 10 * tolerance(case.known, case.wrong)
    return case.allowed


def is_calculus(part: Tree) -> bool:
    """Whether a derivative or a differential occurs."""
    return any(
        isinstance(inner, Call) and inner.function in ("derivative", "differential")
        for inner in walk(part)
    )


def clash_message(case: Case, clash: ShapeError) -> str:
    """Which shapes do not fit: those of both sides, or those that clash within the right one."""
    try:
        filled = infer(case.wrong, case.members.declarations).tree
    except GradproofError as error:
        return f"the shapes do not fit: {error.message}"
    if filled.shape is None or filled.shape == case.shape:
        return f"the shapes do not fit: {clash.message}"
    return f"the shapes are {_shape(case.shape)} and {_shape(filled.shape)}"


def _shape(shape: Shape) -> str:
    """m×n; of columns and rows both sizes too."""
    return shape_text(shape) if any(axis != ONE for axis in shape) else "scalar"
