"""The contour of a loss of two numbers, with the path of a descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.errors import UnsupportedError
from gradproof.expression.expression import Expression
from gradproof.optimize.layout import Layout
from gradproof.optimize.plot import plot_path
from gradproof.optimize.problem import problem_of
from gradproof.optimize.result import Minimum

Array = NDArray[Any]


def plot_contour(
    loss: Expression,
    over: str | tuple[str, ...],
    data: Mapping[str, Any],
    result: Minimum,
    ax: Any = None,
) -> Any:
    """The loss around the path of a descent over two numbers.

    Raises UnsupportedError for more numbers, or fewer.
    """
    name = over if isinstance(over, str) else over[0]
    parts = result.x if isinstance(result.x, Mapping) else {name: result.x}
    layout = Layout({name: np.shape(part) for name, part in parts.items()})
    if layout.size != 2:
        raise UnsupportedError(
            f"a contour shows a loss of 2 numbers, and this has {layout.size}",
            hint="--plot shows the loss by step for any number.",
        )
    problem = problem_of(loss, over, data, "numpy")
    program = problem.compiled(("value",)).bind(**problem.data)

    def value(x: Array) -> float:
        return float(program(**layout.parts(x)).value)

    return plot_path(value, np.array(result.history.path), layout.names_of_entries(), ax)
