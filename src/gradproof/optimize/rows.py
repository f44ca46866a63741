"""Row structure: losses that are a mean or a sum over the rows of the data.

Most losses are Q(θ) = R(θ) + c Σᵢ qᵢ(θ; rowᵢ).  A mean keeps its size when rows are left out:
Q(D) is the mean of Q over parts of D.  A sum does not: Q(A) + Q(B) − Q(A ∪ B) = R, whatever
the rows.  Which one a loss is, if any, is found from its dimensions and proved by numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.core.errors import GradproofError
from gradproof.numeric.sampling import MODES, draw, draw_sizes
from gradproof.optimize.layout import Layout
from gradproof.optimize.objective import Valued

Array = NDArray[Any]
Program = Callable[..., Any]
Kind = Literal["mean", "sum"]

PROVED_BY = 3  # random points
TOLERANCE = 1e-8
SPLITS = ((2, 5), (1, 5), (3, 5))  # the rows of a part, of so many


@dataclass(frozen=True, slots=True)
class RowForm:
    """How a loss depends on the rows of the data.

    axis: the dimension that counts the rows.
    names: the data that have it as their first axis.
    kind: whether the loss is a mean or a sum over them.
    has_rest: of a sum, whether there is a term R that does not depend on the rows.
    """

    axis: Dimension
    names: tuple[str, ...]
    kind: Kind
    has_rest: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """Q and ∇Q by some of the rows.

    valued: at x, with the data given.
    """

    form: RowForm
    valued: Callable[[Array, Mapping[str, Any]], Valued]
    data: Mapping[str, Any]
    count: int

    def batch(self, x: Array, rows: Array | slice) -> Valued:
        """The loss and its gradient as some rows see them; their mean over rows is the whole."""
        given = {name: self.data[name][rows] for name in self.form.names}
        fun, gradient = self.valued(x, given)
        if self.form.kind == "mean":
            return fun, gradient
        size = len(given[self.form.names[0]])
        scale = self.count / size
        if not self.form.has_rest:
            return scale * fun, scale * gradient
        rest, rest_gradient = self.rest(x)
        return (
            scale * (fun - rest) + rest,
            scale * (gradient - rest_gradient) + rest_gradient,
        )

    def rest(self, x: Array) -> Valued:
        """R and ∇R, the part that no row is in: Q(A) + Q(A) − Q(A ∪ A), for a single row A."""
        one = {name: self.data[name][:1] for name in self.form.names}
        two = {name: np.concatenate([own, own]) for name, own in one.items()}
        (once, gradient_once), (twice, gradient_twice) = self.valued(x, one), self.valued(x, two)
        return 2 * once - twice, 2 * gradient_once - gradient_twice


def row_form(
    declarations: Mapping[str, Declaration],
    over: tuple[str, ...],
    program: Program,
    rng: Generator,
) -> RowForm | None:
    """The row form of a loss, or None for a loss that is no sum over rows.

    program   value and gradient, of arrays of any sizes by name
    """
    for axis in _candidates(declarations, over):
        names = tuple(
            name for name, own in declarations.items() if own.axes and own.axes[0] == axis
        )
        form = _proved(axis, names, declarations, over, program, rng)
        if form is not None:
            return form
    return None


def _candidates(
    declarations: Mapping[str, Declaration], over: tuple[str, ...]
) -> Iterator[Dimension]:
    """Dimensions that are the first axis of data, and nothing else."""
    first = [own.axes[0] for name, own in declarations.items() if own.axes and name not in over]
    later = {axis for own in declarations.values() for axis in own.axes[1:]}
    later |= {axis for name in over for axis in declarations[name].axes}
    later |= {own.bound for own in declarations.values() if own.bound is not None}
    compound = {name for axis in later for name in axis.names()}
    for axis in dict.fromkeys(first):
        if axis.is_name() and not compound & set(axis.names()):
            yield axis


@dataclass(frozen=True, slots=True)
class _Trial:
    """A random point with its data, to be cut into rows."""

    layout: Layout
    point: Mapping[str, Array]
    data: Mapping[str, Array]
    names: tuple[str, ...]
    program: Program

    def at(self, rows: slice, data: Mapping[str, Array] | None = None) -> Array:
        """Value and gradient as one row of numbers."""
        own = self.data if data is None else data
        cut = {name: own[name][rows] if name in self.names else own[name] for name in own}
        value, gradient = self.program(**cut, **self.point)
        parts = gradient if isinstance(gradient, dict) else {next(iter(self.point)): gradient}
        found = np.concatenate([[float(value)], self.layout.flat(parts)])
        if not np.isfinite(found).all():
            raise FloatingPointError
        return found


def _proved(
    axis: Dimension,
    names: tuple[str, ...],
    declarations: Mapping[str, Declaration],
    over: tuple[str, ...],
    program: Program,
    rng: Generator,
) -> RowForm | None:
    """What holds at all random points, if anything does."""
    means, rests, points = True, True, 0
    is_zero = True
    for mode in range(len(MODES)):
        if points == PROVED_BY or not (means or rests):
            break
        try:
            whole, parts, other = _cut(axis, names, declarations, over, program, rng, mode)
        except (GradproofError, ArithmeticError, ValueError, np.linalg.LinAlgError):
            continue
        points += 1
        means = means and all(
            _close((k * left + (n - k) * right) / n, whole) for (k, n), left, right in parts
        )
        first = parts[0][1] + parts[0][2] - whole
        rests = rests and all(_close(left + right - whole, first) for _, left, right in parts)
        rests = rests and _close(other, first)
        is_zero = is_zero and _close(first + whole, whole)
    if not points:
        return None
    if means:
        return RowForm(axis, names, "mean")
    return RowForm(axis, names, "sum", not is_zero) if rests else None


def _cut(
    axis: Dimension,
    names: tuple[str, ...],
    declarations: Mapping[str, Declaration],
    over: tuple[str, ...],
    program: Program,
    rng: Generator,
    mode: int,
) -> tuple[Array, list[tuple[tuple[int, int], Array, Array]], Array]:
    """The whole, its parts by several cuts, and the rest R as other rows show it."""
    dimensions = {name for own in declarations.values() for name in _dimensions(own)}
    sizes = draw_sizes(dimensions, rng) | {str(axis): SPLITS[0][1]}
    drawn = {name: draw(own, sizes, rng, mode) for name, own in declarations.items()}
    point = {name: drawn.pop(name) for name in over}
    layout = Layout({name: np.shape(own) for name, own in point.items()})
    trial = _Trial(layout, point, drawn, names, program)
    whole = trial.at(slice(None))
    parts = [((k, n), trial.at(slice(0, k)), trial.at(slice(k, n))) for k, n in SPLITS]
    again = {
        name: draw(declarations[name], sizes, rng, mode) if name in names else own
        for name, own in drawn.items()
    }
    left, right = trial.at(slice(0, 2), again), trial.at(slice(2, None), again)
    return whole, parts, left + right - trial.at(slice(None), again)


def _dimensions(own: Declaration) -> set[str]:
    axes = [*own.axes, *([] if own.bound is None else [own.bound])]
    return {name for axis in axes for name in axis.names()}


def _close(left: Array, right: Array) -> bool:
    size = max(1.0, float(np.abs(right).max(initial=0.0)))
    return bool(np.abs(left - right).max(initial=0.0) <= TOLERANCE * size)
