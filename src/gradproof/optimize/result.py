"""What a descent has found, and how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class History:
    """Every step of a descent, or every epoch; the first entry is the start.

    fun, slope: Q and ‖∇Q‖.  step: ‖x − x₋₁‖.  seconds: since the start.
    path: the points, for problems of few entries; held_out: the losses on data held out.
    """

    fun: Sequence[float] = ()
    slope: Sequence[float] = ()
    step: Sequence[float] = ()
    seconds: Sequence[float] = ()
    path: Sequence[Array] = field(default=(), repr=False)
    held_out: Sequence[float] = ()

    def __len__(self) -> int:
        return len(self.fun)


@dataclass(frozen=True, slots=True)
class Minimum:
    """The point where a descent ended.

    x: of a single variable its array; of several, a dictionary of arrays.
    fun, jac: Q and ∇Q there; jac in the form of x.
    nit: steps or epochs.  nfev: evaluations of Q and ∇Q.
    success: whether the rule that fired asks for a minimum; limits of steps and time do not.
    message: why it ended.  interrupted: whether by the user.
    """

    x: Any
    fun: float
    jac: Any
    nit: int
    nfev: int
    success: bool
    message: str
    history: History = field(repr=False)
    interrupted: bool = False

    def __getitem__(self, name: str) -> Any:
        """A field by its name, as of SciPy's results."""
        return getattr(self, name)

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{self.message}",
                f"  loss      {self.fun:.10g}",
                f"  gradient  {_norm(self.jac):.3g}",
                f"  steps     {self.nit}, evaluations {self.nfev}",
                *_shown(self.x),
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """The result as plain data."""
        return {
            "x": _plain(self.x),
            "fun": self.fun,
            "gradient_norm": _norm(self.jac),
            "nit": self.nit,
            "nfev": self.nfev,
            "success": self.success,
            "message": self.message,
        }

    def plot(self, ax: Any = None) -> Any:
        """The loss and the norm of the gradient by step; needs Matplotlib."""
        from gradproof.optimize.plot import plot_history

        return plot_history(self.history, ax)


def _norm(jac: Any) -> float:
    parts = jac.values() if isinstance(jac, Mapping) else [jac]
    return float(np.sqrt(sum(float(np.sum(np.square(part))) for part in parts)))


def _plain(x: Any) -> Any:
    if isinstance(x, Mapping):
        return {name: np.asarray(part).tolist() for name, part in x.items()}
    return np.asarray(x).tolist()


def _shown(x: Any) -> list[str]:
    parts = x.items() if isinstance(x, Mapping) else [("x", x)]
    with np.printoptions(precision=6, threshold=20, edgeitems=3, suppress=True):
        lines = []
        for name, part in parts:
            first, *rest = str(part).splitlines() or [""]
            lines += [f"  {name:<10}{first}", *(f"  {'':<10}{line}" for line in rest)]
    return lines
