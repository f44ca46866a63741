"""A problem: a loss in our language, its data at three sizes, and the cells that are measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]
Arrays = Mapping[str, Array]
Size = Mapping[str, int]
Draw = Callable[[Size, np.random.Generator], Arrays]

KINDS = ("gradient", "hessian", "hvp")
SIZES = ("S", "M", "L")
DTYPES = ("float64", "float32")
SEED = 20


@dataclass(frozen=True, slots=True)
class Statement:
    """A loss as a person writes it for gradproof."""

    text: str
    wrt: tuple[str, ...]
    declare: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A loss, with data of any size.

    draw: the arrays by name, the variables of the derivatives first.
    sizes: for each kind of derivative the sizes that are measured; a Hessian has fewer entries
    where its matrix would be too large for any of the programs.
    otherwise: statements for some kinds or sizes, such as one for batches.
    """

    key: str
    title: str
    statement: Statement
    draw: Draw
    sizes: Mapping[str, Mapping[str, Size]]
    otherwise: Mapping[str, Statement] = field(default_factory=dict)
    symmetric: bool = False

    def stated(self, kind: str, size: str) -> Statement:
        """The loss as it is given to gradproof for this kind of derivative and this size."""
        return self.otherwise.get(kind) or self.otherwise.get(size) or self.statement


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement: a kind of derivative of a problem at a size, in a precision."""

    problem: Problem
    kind: str
    size: str
    dtype: str

    @property
    def key(self) -> str:
        """`P1-gradient-S-float64`."""
        return f"{self.problem.key}-{self.kind}-{self.size}-{self.dtype}"

    @property
    def statement(self) -> Statement:
        """The loss as it is given to gradproof."""
        return self.problem.stated(self.kind, self.size)

    @property
    def extents(self) -> Size:
        """The sizes of the dimensions."""
        return self.problem.sizes[self.kind][self.size]


@dataclass(frozen=True, slots=True)
class Data:
    """The arrays of a cell: the variables of the derivatives, the others, and a direction.

    The Hessian, and its product with the direction, are by the first variable.
    """

    variables: dict[str, Array]
    constants: dict[str, Array]
    direction: Array

    @property
    def arguments(self) -> tuple[Array, ...]:
        """The variables, then the constants."""
        return (*self.variables.values(), *self.constants.values())


def data(cell: Cell) -> Data:
    """The same arrays in every process."""
    rng = np.random.default_rng(SEED)
    drawn = {
        name: _cast(array, cell.dtype)
        for name, array in cell.problem.draw(cell.extents, rng).items()
    }
    wrt = cell.statement.wrt
    first = drawn[wrt[0]]
    direction = rng.standard_normal(first.shape)
    if cell.problem.symmetric:
        direction = direction + direction.T
    return Data(
        {name: drawn[name] for name in wrt},
        {name: array for name, array in drawn.items() if name not in wrt},
        direction.astype(cell.dtype),
    )


def _cast(array: Array, dtype: str) -> Array:
    """Indices stay whole numbers."""
    whole = np.issubdtype(array.dtype, np.integer)
    return np.asarray(array) if whole else np.asarray(array, dtype=dtype)


def cells(
    problem: Problem, kinds: tuple[str, ...], sizes: tuple[str, ...], dtype: str
) -> list[Cell]:
    """The cells of a problem that are asked for."""
    return [
        Cell(problem, kind, size, dtype)
        for kind in kinds
        for size in problem.sizes.get(kind, {})
        if size in sizes
    ]
