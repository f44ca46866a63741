"""Some of the rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.core.errors import DataError, UnsupportedError
from gradproof.optimize.objective import Objective, Rows

Array = NDArray[Any]


def batches(rows: Rows, size: int, rng: Generator) -> Iterator[Array]:
    """Batches of so many rows, in a random order; every row is in one of them."""
    order = rng.permutation(rows.count)
    for start in range(0, rows.count, size):
        yield order[start : start + size]


def single_rows(rows: Rows, rng: Generator) -> Iterator[slice]:
    """Single rows, drawn at random, as many as there are."""
    for place in rng.integers(rows.count, size=rows.count).tolist():
        yield slice(place, place + 1)


def rows_of(objective: Objective) -> Rows:
    """The rows of the data.  Raises UnsupportedError for a loss that is no sum over rows."""
    if objective.rows is None:
        raise UnsupportedError(
            "the loss is no sum or mean over rows of the data",
            hint="Methods that look at some of the rows need one; GradientDescent looks at all.",
        )
    return objective.rows


def check_batch(size: int | None) -> None:
    """Raises DataError for what is no number of rows."""
    if size is not None and size < 1:
        raise DataError(f"a batch of {size!r} rows", hint="It has 1 row or more.")
