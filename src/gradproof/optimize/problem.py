"""A loss with its data as an objective: what is known of the variables, how it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from gradproof.core.errors import DataError, UnknownNameError
from gradproof.expression.arguments import fitted
from gradproof.expression.expression import Expression
from gradproof.optimize.blocks import LARGE, streamed
from gradproof.optimize.layout import Layout
from gradproof.optimize.objective import Objective, Valued, flat_call
from gradproof.optimize.rows import Parts, RowForm, row_form
from gradproof.program.compiling import compile_loss

if TYPE_CHECKING:
    from gradproof.program.compiled import Program

Array = NDArray[Any]
SMALL = 20_000  # entries of data up to which NumPy is done before numba has compiled
SCALE = 0.1  # of the entries of a start that is drawn


@dataclass(frozen=True)
class Problem:
    """A loss, the variables to minimise over, and the data.

    expression: of all variables.  over: the names of those that vary.
    data: arrays or memory maps of the others.
    """

    expression: Expression
    over: tuple[str, ...]
    data: Mapping[str, Any]
    backend: str
    is_single: bool

    @cached_property
    def program(self) -> Program:
        """Value and gradient."""
        return self.compiled(("value", "gradient"))

    def compiled(self, outputs: tuple[str, ...], backend: str | None = None) -> Program:
        """Other outputs of the same loss."""
        wrt = self.over[0] if self.is_single else self.over
        return compile_loss(self.expression, wrt, outputs=outputs, backend=backend or self.backend)

    def form(self, rng: Generator) -> RowForm | None:
        """How the loss depends on the rows of the data, if it is a sum over them."""
        program = self.compiled(("value", "gradient"), "numpy")
        known = dict(self.expression.variables)
        return row_form(known, self.over, program, rng)

    def shown(self, layout: Layout, x: Array) -> Any:
        """A point as the user knows it: an array, or a dictionary of arrays."""
        parts = {name: part.copy() for name, part in layout.parts(x).items()}
        return parts[self.over[0]] if self.is_single else parts


def problem_of(
    expression: Expression,
    over: str | tuple[str, ...] | list[str],
    data: Mapping[str, Any],
    backend: str,
) -> Problem:
    """The problem.

    Raises UnknownNameError for names that are no variables, DataError for data of variables
    that are minimised over, and for a loss that is no scalar.
    """
    names = (over,) if isinstance(over, str) else tuple(over)
    known = expression.variables
    numbers = [name for name, own in known.items() if own.kind != "index"]
    for name in names:
        if name not in numbers:
            raise UnknownNameError(
                f"{name} is no variable of the loss", hint=f"There are {', '.join(numbers)}."
            )
        if name in data:
            raise DataError(
                f"{name} is both minimised over and among the data",
                hint=f"Give the point to begin at as start={name}….",
            )
    if expression.shape:
        raise DataError(
            f"the loss is no number: its shape is {expression.shape}",
            hint="What is minimised is a scalar, such as norm2(…)^2 or sum(…).",
        )
    entries = sum(int(np.size(own)) for own in data.values())
    if backend == "auto" and entries <= SMALL:
        backend = "numpy"
    return Problem(expression, names, dict(data), backend, isinstance(over, str))


def sizes_of(problem: Problem, start: Mapping[str, Array] | None) -> dict[str, int]:
    """The sizes of the dimensions, as the data and the start show them."""
    known = problem.expression.variables
    given = {**problem.data, **(start or {})}
    told = [known[name] for name in given if name in known]
    return dict(fitted(told, [np.shape(given[own.name]) for own in told]))


def layout_of(problem: Problem, start: Mapping[str, Array] | None) -> Layout:
    """The shapes of what is minimised over.  Raises DataError where the data leave them open."""
    sizes = sizes_of(problem, start)
    known = problem.expression.variables
    shapes = {}
    for name in problem.over:
        if start is not None and name in start:
            shapes[name] = np.shape(start[name])
            continue
        missing = [size for axis in known[name].axes for size in axis.names() if size not in sizes]
        if missing:
            raise DataError(
                f"the size {missing[0]} of {name} is not known from the data",
                hint=f"Give a start for {name}, which shows it.",
            )
        shapes[name] = tuple(axis.size(sizes) for axis in known[name].axes)
    return Layout(shapes)


def start_of(
    problem: Problem, start: Any, layout: Layout, valued: Callable[[Array], Valued], rng: Generator
) -> Array:
    """The point to begin at: what was given, else zeros, or random where zeros lead nowhere."""
    if start is not None:
        return layout.flat({name: np.array(part, dtype=float) for name, part in start.items()})
    x = np.zeros(layout.size)
    fun, gradient = valued(x)
    if np.isfinite(fun) and np.isfinite(gradient).all() and gradient.any():
        return x
    return SCALE * rng.standard_normal(layout.size)


def named_start(problem: Problem, start: ArrayLike | Mapping[str, ArrayLike] | None) -> Any:
    """The start by the names of the variables.  Raises DataError for other names."""
    if start is None:
        return None
    given = start
    if problem.is_single and not isinstance(start, Mapping):
        given = {problem.over[0]: start}
    if not isinstance(given, Mapping) or set(given) != set(problem.over):
        raise DataError(
            "the start does not name what is minimised over",
            hint=f"Give start={{{', '.join(f'{name!r}: …' for name in problem.over)}}}.",
        )
    return {name: np.array(part, dtype=float) for name, part in given.items()}


def objective_of(problem: Problem, layout: Layout, form: RowForm | None) -> Objective:
    """The loss and its derivatives at rows of numbers."""
    rows = None if form is None else _rows(problem, layout, form)
    if rows is not None and is_large(problem.data):
        valued = streamed(rows)
    else:
        valued = flat_call(layout, problem.program.bind(**problem.data))
    return Objective(layout, valued, _hessian(problem, layout), _product(problem, layout), rows)


def is_large(data: Mapping[str, Any]) -> bool:
    """Whether data are to be taken by blocks: memory maps, and what is much for memory."""
    return any(
        isinstance(own, np.memmap) or getattr(own, "nbytes", 0) > LARGE for own in data.values()
    )


def _rows(problem: Problem, layout: Layout, form: RowForm) -> Parts:
    fixed = {name: own for name, own in problem.data.items() if name not in form.names}
    program = problem.program.bind(**fixed) if fixed else problem.program
    own = {name: problem.data[name] for name in form.names}
    single = problem.over[0] if problem.is_single else None

    def valued(x: Array, given: Mapping[str, Any]) -> Valued:
        value, gradient = program(**given, **layout.parts(x))
        return float(value), layout.flat(gradient if single is None else {single: gradient})

    return Parts(form, valued, own, len(own[form.names[0]]))


def _hessian(problem: Problem, layout: Layout) -> Callable[[Array], Array]:
    held: list[Callable[..., Any]] = []

    def hessian(x: Array) -> Array:
        if not held:
            program = problem.compiled(("hessian",))
            held.append(program.bind(**problem.data))
        found = held[0](**layout.parts(x)).hessian
        if problem.is_single:
            return np.asarray(found).reshape(layout.size, layout.size)
        return _assembled(layout, found)

    return hessian


def _assembled(layout: Layout, blocks: Mapping[tuple[str, str], Array]) -> Array:
    """The matrix of the blocks, each pair of which is there once."""
    places = dict(zip(layout.shapes, _slices(layout), strict=True))
    whole = np.zeros((layout.size, layout.size))
    for (left, right), block in blocks.items():
        rows, columns = places[left], places[right]
        own = np.asarray(block).reshape(rows.stop - rows.start, columns.stop - columns.start)
        whole[rows, columns] = own
        whole[columns, rows] = own.T
    return whole


def _slices(layout: Layout) -> list[slice]:
    found, start = [], 0
    for shape in layout.shapes.values():
        stop = start + int(np.prod(shape))
        found.append(slice(start, stop))
        start = stop
    return found


def _product(problem: Problem, layout: Layout) -> Callable[[Array, Array], Array]:
    held: list[Callable[..., Any]] = []

    def product(x: Array, direction: Array) -> Array:
        if not held:
            program = problem.compiled(("hvp",))
            held.append(program.bind(**problem.data))
        along = {f"d{name}": part for name, part in layout.parts(direction).items()}
        found = held[0](**layout.parts(x), **along).hvp
        return layout.flat({problem.over[0]: found} if problem.is_single else found)

    return product
