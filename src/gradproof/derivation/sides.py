"""The sides of a step at a point: what has a name is worked out once, and varied where it must be.

∂L/∂z by a named z varies what L is made of from z onwards, and all else that is named stands still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.checking.points import Sample
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

ENTRIES = 3
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

    def values(self, tree: Tree, sample: Sample) -> Sample:
        """The point with the values of all names that occur in a tree."""
        known: dict[str, Array] = dict(sample.values)

        def work_out(name: str) -> None:
            formula = self.varied(self.valued[name])
            for inner in names_in(formula) & self.valued.keys() - known.keys():
                work_out(inner)
            known[name] = np.asarray(evaluate(formula, known, sample.sizes))

        for name in names_in(tree) & self.valued.keys():
            if name not in known:
                work_out(name)
        return Sample(known, sample.sizes)

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


def at_entries(tree: Tree, sample: Sample, free: Mapping[str, Dimension]) -> Array:
    """The value; where indices are free, at a few of their values."""
    if not free:
        return np.asarray(evaluate(tree, sample.values, sample.sizes))
    lengths = [axis.size(sample.sizes) for axis in free.values()]
    places = [[(3 * k + k * j) % n for j, n in enumerate(lengths)] for k in range(ENTRIES)]
    known = [
        {**sample.values, **dict(zip(free, map(np.asarray, at), strict=True))} for at in places
    ]
    return np.stack([evaluate(tree, values, sample.sizes) for values in known])
