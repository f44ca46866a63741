"""What is minimised: a loss with its data, as functions of one row of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gradproof.optimize.layout import Layout

Array = NDArray[Any]
Valued = tuple[float, Array]


class Rows(Protocol):
    """The rows of the data, of which a loss is a sum or a mean.

    Every batch gives an estimate of the loss and its gradient whose mean is the whole.
    """

    @property
    def count(self) -> int:
        """How many rows there are."""
        ...

    def batch(self, x: Array, rows: Array | slice) -> Valued:
        """The loss and its gradient as some rows see them."""
        ...


@dataclass(frozen=True, slots=True)
class Objective:
    """Q(x) and its derivatives.

    layout: which entries of x are which variable.
    valued: Q and ∇Q.  hessian, product: ∇²Q, and ∇²Q times a direction; they may be unavailable.
    rows: what sums over rows, or none.
    """

    layout: Layout
    valued: Callable[[Array], Valued]
    hessian: Callable[[Array], Array] | None = None
    product: Callable[[Array, Array], Array] | None = None
    rows: Rows | None = None


def flat_call(
    layout: Layout, function: Callable[..., Any], given: Mapping[str, Any] | None = None
) -> Callable[[Array], Valued]:
    """Value and gradient of a program, at a row of numbers."""
    constants = dict(given or {})
    single = next(iter(layout.shapes)) if len(layout.shapes) == 1 else None

    def valued(x: Array) -> Valued:
        value, gradient = function(**layout.parts(x), **constants)
        own = gradient if single is None or isinstance(gradient, dict) else {single: gradient}
        return float(value), layout.flat(own)

    return valued


def norm(x: Array) -> float:
    """‖x‖."""
    return float(np.sqrt(x @ x))
