"""What must hold of every expression and of every derivative, as assertions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gradproof as gp
from gradproof.notation.declare import declare as read_declaration
from gradproof.notation.evaluate import evaluate
from gradproof.numeric.sampling import MODES, draw, draw_sizes

Array = NDArray[Any]
TRIES = 4
NUDGE = 1e-12
STEADY = 1e-8


@dataclass(frozen=True)
class Point:
    """Admissible values of pairwise distinct sizes."""

    values: dict[str, Any]
    sizes: dict[str, int]

    def value(self, expression: gp.Expression) -> Array:
        """The value of an expression here."""
        return evaluate(expression.inferred.tree, self.values, self.sizes)

    def nudged(self) -> Point:
        """The same point, moved by a little: what jumps here is worth nothing."""
        values = {
            name: value * (1 + NUDGE) if value.dtype.kind == "f" else value
            for name, value in self.values.items()
        }
        return Point(values, self.sizes)

    def tensor(self, expression: gp.Expression) -> Array:
        """The value; of a linear map, its values on all directions with a single entry 1."""
        direction = expression.direction
        if direction is None:
            return self.value(expression)
        shape = tuple(axis.size(self.sizes) for axis in direction.axes)
        units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
        moved = [Point({**self.values, direction.name: unit}, self.sizes) for unit in units]
        columns = np.stack([point.value(expression) for point in moved], axis=-1)
        return columns.reshape((*columns.shape[:-1], *shape))


def points(declare: Mapping[str, str], seed: int = 0) -> Iterator[Point]:
    """Random points, each way of drawing in turn."""
    known = {name: read_declaration(name, text) for name, text in declare.items()}
    axes = [axis for one in known.values() for axis in (*one.axes, one.bound) if axis is not None]
    names = {"m", "n", "p", "q", *(name for axis in axes for name in axis.names())}
    rng = np.random.default_rng(seed)
    for mode in range(len(MODES)):
        for _ in range(TRIES):
            sizes = draw_sizes(names, rng)
            values = {name: draw(one, sizes, rng, mode) for name, one in known.items()}
            yield Point(values, sizes)


def defined(declare: Mapping[str, str], *expressions: gp.Expression) -> Point | None:
    """A point at which all the expressions have a value that rounding does not decide."""
    for point in points(declare):
        try:
            if all(_is_steady(point, expression) for expression in expressions):
                return point
        except gp.GradproofError:
            continue
    return None


def _is_steady(point: Point, expression: gp.Expression) -> bool:
    return close(point.value(expression), point.nudged().value(expression), STEADY)


def close(one: Any, other: Any, tolerance: float = 1e-8) -> bool:
    """Equal shapes, and values that differ by little of the largest."""
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    scale = max(np.abs(one).max(initial=0), np.abs(other).max(initial=0), 1e-3)
    return bool(np.abs(one - other).max(initial=0) <= tolerance * scale)


def balanced(latex: str) -> bool:
    """Whether every { has its }, and every \\left its \\right."""
    depth = 0
    for letter in latex.replace(r"\{", "").replace(r"\}", ""):
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            return False
    return depth == 0 and latex.count(r"\left") == latex.count(r"\right")
