"""Equations in force: after ∇L = 0, what follows is claimed where the gradient vanishes.

A point is moved to a solution by Newton's method in the unknown, with numerical derivatives; the
other variables stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from gradproof.checking.points import Sample
from gradproof.core.declaration import Declaration, Kind
from gradproof.core.dimension import dimension
from gradproof.core.errors import GradproofError
from gradproof.documents.meaning.substitution import in_order, substitute
from gradproof.notation.conditioning import NonFinite
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import Inferred
from gradproof.notation.latex.resolve import understand
from gradproof.notation.tree import Call, Literal, Name, Tree, fold, rebuild, walk
from gradproof.numeric.sampling import draw, draw_sizes

Array = NDArray[Any]

STEPS = 40
SMALL = 1e-11
STEP = 1e-6
_KINDS: tuple[Kind, ...] = ("scalar", "vector", "matrix")


@dataclass(frozen=True, slots=True)
class Equation:
    """left = right, an equation for `unknown`; all definitions are written out.

    `where` says it in words: where it holds.
    """

    left: Tree
    right: Tree | None
    unknown: str
    declarations: Mapping[str, Declaration]
    where: str = "where the equation above holds"

    def at(self, sample: Sample) -> Sample:
        """The point with `unknown` moved to a solution.  Raises NonFinite where none is found."""
        if self.unknown not in sample.values:
            return sample
        try:
            problem = _Problem(self, sample)
            return sample.moved(self.unknown, problem.solution())
        except (GradproofError, np.linalg.LinAlgError):
            raise NonFinite("no solution of the equation was found here") from None


def written_out(tree: Tree, definitions: Mapping[str, Tree]) -> Tree:
    """The tree with all definitions in their place; a variable of differentiation stays a name."""
    ordered = in_order(definitions)

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Call) and node.function == "derivative":
            kept = _names(node.arguments[1])
            inner = {name: body for name, body in ordered.items() if name not in kept}
            return replace(node, arguments=(_full(node.arguments[0], inner), node.arguments[1]))
        if isinstance(node, Name) and node.name in ordered:
            return _full(node, ordered)
        return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def vanishing(
    tree: Tree,
    definitions: Mapping[str, Tree],
    declarations: Mapping[str, Declaration],
    line: int,
) -> Equation | None:
    """The equation that a gradient vanishes; None for what is no derivative by a variable."""
    match tree:
        case Call("derivative", (_, Name(unknown))) if unknown not in definitions:
            left = written_out(tree, definitions)
            return Equation(
                left, None, unknown, declarations, f"where the gradient of line {line} vanishes"
            )
        case _:
            return None


def _full(tree: Tree, ordered: dict[str, Tree]) -> Tree:
    for name in reversed(ordered):
        tree = substitute(tree, {name: ordered[name]})
    return tree


def _names(tree: Tree) -> set[str]:
    return {part.name for part in walk(tree) if isinstance(part, Name)}


class _Problem:
    """F(unknown) = 0 with all other variables fixed at a point."""

    def __init__(self, equation: Equation, sample: Sample) -> None:
        self.unknown = equation.unknown
        known = {
            name: _fixed(name, value, equation.declarations)
            for name, value in sample.values.items()
            if np.asarray(value).dtype.kind in "fc"
        }
        sides = [equation.left] if equation.right is None else [equation.left, equation.right]
        # A size that is a factor too, as n in nλ, would be taken for a variable of its own.
        counts = {name: Literal(Fraction(size)) for name, size in sample.sizes.items()}
        sides = [substitute(side, counts) for side in sides]
        self.sides: list[Inferred] = [understand(side, known) for side in sides]
        self.sizes = dict(sample.sizes)
        self.values = dict(sample.values)
        self._draw_the_rest()
        self.shape = np.shape(sample.values[self.unknown])

    def _draw_the_rest(self) -> None:
        """Variables that the equation has and the claim has not."""
        rng = default_rng(0)
        for side in self.sides:
            missing = [name for name in side.dimensions if name not in self.sizes]
            self.sizes.update(draw_sizes(frozenset(missing), rng, 3))
            for name, declared in side.declarations.items():
                if name not in self.values:
                    self.values[name] = draw(declared, self.sizes, rng, 0)

    def residual(self, x: Array) -> Array:
        """What must vanish, as one vector."""
        values = {**self.values, self.unknown: x.reshape(self.shape)}
        found = [evaluate(side.tree, values, self.sizes) for side in self.sides]
        difference = found[0] if len(found) == 1 else found[0] - found[1]
        return np.asarray(difference, dtype=float).ravel()

    def solution(self) -> Array:
        """Newton's method from the point itself."""
        x = np.asarray(self.values[self.unknown], dtype=float).ravel()
        scale = 1.0 + float(np.abs(x).max(initial=0.0))
        for _ in range(STEPS):
            here = self.residual(x)
            step = np.linalg.lstsq(self._slope(x, here), -here, rcond=1e-10)[0]
            x = x + step
            if float(np.abs(step).max(initial=0.0)) < SMALL * scale:
                return self._confirmed(x, here)
        raise NonFinite("no solution was found")

    def _slope(self, x: Array, here: Array) -> Array:
        columns = []
        for place in range(x.size):
            moved = np.zeros_like(x)
            moved[place] = STEP * max(1.0, abs(float(x[place])))
            difference = self.residual(x + moved) - self.residual(x - moved)
            columns.append(difference / (2 * moved[place]))
        return np.stack(columns, axis=-1).reshape(here.size, x.size)

    def _confirmed(self, x: Array, before: Array) -> Array:
        if float(np.abs(self.residual(x)).max(initial=0.0)) > 1e-7 * (1 + np.abs(before).max()):
            raise NonFinite("no solution was found")
        return x.reshape(self.shape)


def _fixed(name: str, value: Any, declared: Mapping[str, Declaration]) -> Declaration:
    """The variable with numbers for its sizes."""
    shape = np.shape(value)
    facts = declared[name].facts if name in declared else frozenset[str]()
    return Declaration(name, _KINDS[len(shape)], tuple(map(dimension, shape)), facts)
