"""The points that the members of a chain share, and what the members are worth there.

Points are drawn when they are asked for, and every value is worked out once.  At first all sizes
are small, for numerical derivatives take a step in each direction; all sizes are distinct.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.checking.points import Sample
from gradproof.checking.verify import relative_error
from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.core.errors import GradproofError
from gradproof.documents.judging.chain import Chain
from gradproof.documents.judging.members import Members, is_zero
from gradproof.notation.conditioning import NonFinite, NotAnalytic, Singular
from gradproof.notation.evaluate import evaluate
from gradproof.notation.tree import Call, Tree, fold
from gradproof.numeric.sampling import MODES, draw

Array = NDArray[Any]

TRIES_PER_MODE = 5
MOST = TRIES_PER_MODE * len(MODES)
# Relative errors allowed, by the number of derivatives that are nested: one may have been taken
# by differences where a function does not continue analytically.
TOLERANCE = (1e-9, 1e-7, 1e-5, 1e-3)
ROUNDING = 4e-16
NEARBY = 5e-2
# The lower value of a number that has two.
_LOWER = MappingProxyType({"binary": 0.0, "pm1": -1.0})


@dataclass(slots=True)
class Points:
    """Points drawn so far, and the values of trees there, by the identity of the tree."""

    declarations: Mapping[str, Declaration]
    dimensions: frozenset[str]
    definitions: Mapping[str, Tree]
    chain: Chain
    rng: Generator
    samples: list[Sample | None] = field(default_factory=list)
    values: dict[tuple[int, int], Array | None] = field(default_factory=dict)
    trees: dict[int, Tree] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    costly: bool = False

    def sample(self, number: int) -> Sample | None:
        """The point of this number; None where the definitions have no value there."""
        while len(self.samples) <= number:
            self.samples.append(self._drawn(len(self.samples)))
        return self.samples[number]

    def value(self, tree: Tree, number: int) -> Array | None:
        """The value of a tree at a point, None where it has none."""
        key = id(tree), number
        if key not in self.values:
            self.trees[id(tree)] = tree  # kept alive, so that no other tree takes its identity
            sample = self.sample(number)
            self.values[key] = None if sample is None else value_at(tree, sample)
        return self.values[key]

    def _drawn(self, number: int) -> Sample | None:
        try:
            return self.finished(self._raw(number))
        except (Singular, NonFinite, NotAnalytic):
            return None

    def finished(self, sample: Sample) -> Sample:
        """The point moved to where the equations hold, with the values of the definitions."""
        if self.chain.at is not None:
            sample = self.chain.at(sample)
        for name, tree in self.definitions.items():
            sample = sample.moved(name, evaluate(tree, sample.values, sample.sizes))
        return sample

    def _raw(self, number: int) -> Sample:
        sizes = self._sizes(number)
        values = {}
        for name, declared in self.declarations.items():
            if name not in self.definitions:
                mode = 0 if is_direction(name, self.declarations) else number // TRIES_PER_MODE
                values[name] = draw(declared, sizes, self.rng, mode)
        for place, name in enumerate(self.two_valued()):
            values[name] = np.asarray(self._one_of_two(name, number >> place))
        return Sample(values, sizes)

    def two_valued(self) -> list[str]:
        """The numbers that are 0 or 1, or −1 or 1: all their combinations occur, one by one."""
        return [
            name
            for name, declared in self.declarations.items()
            if declared.kind == "scalar"
            and declared.facts & _LOWER.keys()
            and name not in self.definitions
        ]

    def _one_of_two(self, name: str, count: int) -> float:
        facts = self.declarations[name].facts
        return 1.0 if count % 2 == 0 else next(_LOWER[fact] for fact in _LOWER if fact in facts)

    def _sizes(self, number: int) -> dict[str, int]:
        """Distinct sizes, for each dimension another one than at the point before."""
        fixed = {n: size for n, size in self.chain.sizes.items() if n in self.dimensions}
        if not self.names:
            self.names.extend(self.rng.permutation(sorted(self.dimensions - fixed.keys())).tolist())
        count = len(self.names)
        pool = [size for size in range(2, 4 + count + len(fixed)) if size not in fixed.values()]
        # Much that is false of matrices is true of the 2×2 ones: they do not come first, but
        # where derivatives are nested, which take long.
        free = [3, 2, 4] if count == 1 and not fixed and not self.costly else pool[: count + 1]
        places = range(number, number + count)
        sizes = {n: free[k % len(free)] for n, k in zip(self.names, places, strict=True)}
        return _ordered({**sizes, **fixed}, self.chain.smaller)


def _ordered(sizes: dict[str, int], smaller: tuple[tuple[str, str], ...]) -> dict[str, int]:
    """The sizes exchanged until those come first that must be smaller."""
    for _ in smaller:
        for less, more in smaller:
            if less in sizes and more in sizes and sizes[less] > sizes[more]:
                sizes[less], sizes[more] = sizes[more], sizes[less]
    return sizes


def is_direction(name: str, declarations: Mapping[str, Declaration]) -> bool:
    """Whether a name is dx for a variable x."""
    return name[:1] == "d" and name[1:] in declarations


def points_of(members: Members, chain: Chain, rng: Generator) -> Points:
    """The points of a chain, none of them drawn yet."""
    costly = any(_nested(tree) > 1 for tree in members.trees if tree is not None)
    return Points(
        members.declarations, members.dimensions, members.definitions, chain, rng, costly=costly
    )


def value_at(tree: Tree, sample: Sample) -> Array | None:
    """The value of an inferred tree, None where it does not exist."""
    if is_zero(tree):
        return np.zeros(natural_lengths(tree, sample))
    try:
        return evaluate(tree, sample.values, sample.sizes)
    except (Singular, NonFinite, NotAnalytic):
        return None


def natural_lengths(tree: Tree, sample: Sample) -> tuple[int, ...]:
    """The lengths of the axes of a value."""
    assert tree.shape is not None, "only inferred trees have values"
    axes = tree.shape if len(tree.shape) > 2 else [axis for axis in tree.shape if axis != ONE]
    return tuple(axis.size(sample.sizes) for axis in axes)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values at one point, and how far apart they are."""

    number: int
    error: float
    left: Array
    right: Array


def comparisons(points: Points, one: Tree, other: Tree) -> Iterator[Comparison]:
    """Two trees compared at the points where both exist, one point after the other."""
    for number in range(MOST):
        left, right = points.value(one, number), points.value(other, number)
        if left is not None and right is not None:
            yield Comparison(number, relative_error(left, right), left, right)


def tolerance(*trees: Tree) -> float:
    """The relative error allowed between these trees."""
    return TOLERANCE[min(max(map(_nested, trees)), len(TOLERANCE) - 1)]


def _nested(tree: Tree) -> int:
    """How many derivatives are nested."""

    def combine(node: Tree, parts: tuple[int, ...]) -> int:
        own = isinstance(node, Call) and node.function in ("derivative", "differential")
        return max(parts, default=0) + own

    return fold(tree, combine)


def really_differ(points: Points, one: Tree, other: Tree, found: Comparison) -> bool:
    """Whether what was found at a point is neither rounding nor a kink nearby."""
    allowed = tolerance(one, other)
    if found.error <= allowed:
        return False
    sample = points.sample(found.number)
    assert sample is not None
    if found.error < 1e-4 and _moves_as_much(one, other, sample, points, found):
        return False
    if allowed == TOLERANCE[0]:
        return True
    nearby = [_nudged(sample, points, NEARBY) for _ in range(2)]
    return all(_error(one, other, there) > allowed for there in nearby if there is not None)


def _moves_as_much(
    one: Tree, other: Tree, sample: Sample, points: Points, found: Comparison
) -> bool:
    """Whether a change of the point in its last digits changes either side as much."""
    there = _nudged(sample, points, ROUNDING)
    if there is None:
        return True
    for tree, before in ((one, found.left), (other, found.right)):
        after = value_at(tree, there)
        if after is None or 100 * relative_error(after, before) > found.error:
            return True
    return False


def _nudged(sample: Sample, points: Points, size: float) -> Sample | None:
    """A point nearby; what has facts keeps them, up to rounding.  None where nothing exists."""
    values = {}
    for name, value in sample.values.items():
        known = points.declarations.get(name)
        free = known is not None and known.kind != "index" and not known.facts
        if size == ROUNDING and value.dtype.kind == "f":
            value = value * (1 + ROUNDING)
        elif free and name not in points.definitions:
            value = value * (1 + size * points.rng.standard_normal(value.shape))
        values[name] = value
    try:
        return points.finished(Sample(values, sample.sizes))
    except GradproofError:
        return None


def _error(one: Tree, other: Tree, sample: Sample) -> float:
    left, right = value_at(one, sample), value_at(other, sample)
    return 0.0 if left is None or right is None else relative_error(left, right)
