"""The sides of a step at a point: what has a name is worked out once, and varied where it must be.

∂L/∂z by a named z varies what L is made of from z onwards, and all else that is named stands still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.checking.points import Sample, samples
from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.derivation.by_components.indices import free_indices
from gradproof.derivation.differentials.setting import renamed
from gradproof.notation.evaluate import evaluate
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import (
    Call,
    Name,
    Selection,
    Transpose,
    Tree,
    fold,
    is_row,
    rebuild,
)

ENTRIES = 2
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Named:
    """What names stand for: `valued` have a value at a point, `spelled` are put in as they are."""

    valued: Mapping[str, Tree]
    spelled: Mapping[str, Tree]
    moving: frozenset[str]

    @staticmethod
    def of(definitions: Mapping[str, Tree], known: Mapping[str, object]) -> Named:
        """Rows, and entries with free indices, have no value of their own."""
        taken = known.keys() | definitions.keys()
        spelled = {
            name: tree
            for name, tree in definitions.items()
            if is_row(tree) or free_indices(tree, taken)
        }
        valued = {name: tree for name, tree in definitions.items() if name not in spelled}
        return Named(valued, spelled, frozenset(known))

    def varied(self, tree: Tree) -> Tree:
        """The tree with names put in wherever what they stand for varies."""

        def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
            node = rebuild(node, parts) if parts else node
            match node:
                case Name(name) if name in self.spelled:
                    return self.varied(self.spelled[name])
                case Call("differential", (function,)):
                    return rebuild(node, (self._down_to(self.moving, function),))
                case Call("derivative", (function, by)):
                    variable = _variable(by)
                    if variable is None:
                        both = [renamed_throughout(part, self._all()) for part in (function, by)]
                        return rebuild(node, tuple(both))
                    return rebuild(node, (self._down_to(frozenset({variable}), function), by))
                case _:
                    return node

        return fold(tree, combine)

    def work_out(self, tree: Tree, known: dict[str, Array], sizes: Mapping[str, int]) -> None:
        """The values of all names that occur in a tree are added to those known."""
        for name in sorted(names_in(tree) & self.valued.keys() - known.keys()):
            formula = self.varied(self.valued[name])
            self.work_out(formula, known, sizes)
            known[name] = np.asarray(evaluate(formula, known, sizes))

    def _all(self) -> Mapping[str, Tree]:
        return {**self.valued, **self.spelled}

    def _down_to(self, variables: frozenset[str], tree: Tree) -> Tree:
        """The tree with those names put in that stand for something made of the variables."""
        found: dict[str, bool] = {}
        formulas = self._all()

        def reaches(name: str) -> bool:
            if name not in found:
                inner = names_in(formulas[name])
                among = inner & formulas.keys() - variables
                found[name] = bool(inner & variables) or any(reaches(part) for part in among)
            return found[name]

        put_in = {n: t for n, t in formulas.items() if n not in variables and reaches(n)}
        return renamed_throughout(tree, put_in)


def renamed_throughout(tree: Tree, formulas: Mapping[str, Tree]) -> Tree:
    """The tree with names put in, and the names in what was put in."""
    while names_in(tree) & formulas.keys():
        tree = renamed(tree, formulas)
    return tree


def _variable(by: Tree) -> str | None:
    """x of x, x′, vec(x) and xᵢ."""
    match by:
        case Name(name) | Selection(Name(name)):
            return name
        case Transpose(operand) | Call("vec", (operand,)):
            return _variable(operand)
        case _:
            return None


def _at_entries(
    tree: Tree, known: Mapping[str, Array], sizes: Mapping[str, int], free: Mapping[str, Dimension]
) -> Array:
    """The value; where indices are free, at a few of their values."""
    if not free:
        return np.asarray(evaluate(tree, known, sizes))
    lengths = [axis.size(sizes) for axis in free.values()]
    places = [[(3 * k + k * j) % n for j, n in enumerate(lengths)] for k in range(ENTRIES)]
    return np.stack(
        [
            evaluate(tree, {**known, **dict(zip(free, map(np.asarray, at), strict=True))}, sizes)
            for at in places
        ]
    )


@dataclass(frozen=True, slots=True)
class Points:
    """Random points, drawn once for all steps, and what names and trees are worth at each."""

    named: Named
    dimensions: frozenset[str]
    seed: int
    sources: dict[object, Iterator[Sample]] = field(default_factory=dict)
    drawn: dict[object, list[Sample]] = field(default_factory=dict)
    known: dict[int, dict[str, Array]] = field(default_factory=dict)
    values: dict[object, Array] = field(default_factory=dict)

    def samples(self, declared: Mapping[str, Declaration], spare: int) -> Iterator[Sample]:
        """The same points whenever the same variables are asked for."""
        key = (tuple(declared), spare)
        if key not in self.sources:
            rng = np.random.default_rng(self.seed)
            self.sources[key] = samples(declared, self.dimensions, rng, spare)
            self.drawn[key] = []
        drawn = self.drawn[key]
        for place in count():
            if place == len(drawn):
                more = next(self.sources[key], None)
                if more is None:
                    return
                drawn.append(more)
            yield drawn[place]

    def value(self, tree: Tree, sample: Sample, free: Mapping[str, Dimension]) -> Array:
        """The value of a side at a point that was drawn here."""
        key = (id(sample), tree, tuple(free))
        if key not in self.values:
            known = self.known.setdefault(id(sample), dict(sample.values))
            self.named.work_out(tree, known, sample.sizes)
            self.values[key] = _at_entries(tree, known, sample.sizes, free)
        return self.values[key]

    def value_nearby(self, tree: Tree, sample: Sample, free: Mapping[str, Dimension]) -> Array:
        """The value at any other point."""
        known = dict(sample.values)
        self.named.work_out(tree, known, sample.sizes)
        return _at_entries(tree, known, sample.sizes, free)
