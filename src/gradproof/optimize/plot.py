"""Pictures of a descent, with Matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.errors import UnsupportedError

if TYPE_CHECKING:
    from gradproof.optimize.result import History

Array = NDArray[Any]
LOSS, SLOPE, PATH = "#1f77b4", "#d62728", "#d62728"
POINTS = 161  # of the grid of a contour, along each axis
LEVELS = 18
ALIKE = 8  # how many times as far one number may go as the other, for equal scales
DASHES = ("-", "--", "-.", ":")  # so that lines that coincide are seen


def axes(ax: Any = None) -> Any:
    """Axes to draw on.  Raises UnsupportedError without Matplotlib."""
    if ax is not None:
        return ax
    if find_spec("matplotlib") is None:
        raise UnsupportedError(
            "pictures need Matplotlib, which is not installed",
            hint="Install it with: pip install 'gradproof[plot]'",
        )
    figure = import_module("matplotlib.figure").Figure(figsize=(6.4, 4.2), layout="constrained")
    return figure.add_subplot()


def plot_history(history: History, ax: Any = None) -> Any:
    """The loss and the norm of the gradient by step; logarithmic where the loss is positive."""
    own: Any = axes(ax)
    steps = np.arange(len(history))
    fun = np.asarray(history.fun)
    (line,) = own.plot(steps, fun, color=LOSS, label="loss Q")
    own.set_yscale("log" if (fun > 0).all() else "linear")
    own.set(xlabel="step", ylabel="loss Q")
    other = own.twinx()
    (slope,) = other.plot(steps, history.slope, color=SLOPE, ls="--", label="‖∇Q‖")
    other.set_yscale("log" if min(history.slope, default=0) > 0 else "linear")
    other.set_ylabel("‖∇Q‖")
    lines = [line, slope]
    if len(history.held_out):
        lines += own.plot(steps, history.held_out, color=LOSS, ls=":", label="held out")
    own.legend(handles=lines, frameon=False)
    own.grid(alpha=0.3)
    return own


def plot_path(loss: Callable[[Array], float], path: Array, names: list[str], ax: Any = None) -> Any:
    """The loss of two numbers as a contour, with the path of a descent."""
    own: Any = axes(ax)
    points = np.asarray(path)
    points = points[np.isfinite(points).all(axis=1)]
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.25 * np.maximum(high - low, 0.3 * max(1e-9, float((high - low).max())))
    sides = [np.linspace(low[k] - margin[k], high[k] + margin[k], POINTS) for k in range(2)]
    first, second = np.meshgrid(*sides)
    heights = np.array(
        [loss(np.array(point)) for point in zip(first.flat, second.flat, strict=True)]
    ).reshape(first.shape)
    levels = np.unique(np.quantile(heights[np.isfinite(heights)], np.linspace(0, 1, LEVELS)))
    own.contour(first, second, heights, levels=levels, linewidths=0.7, cmap="viridis")
    own.plot(*points.T, "o-", color=PATH, ms=3, lw=1)
    own.plot(*points[0], "o", color=PATH, ms=6)
    own.annotate("start", points[0], textcoords="offset points", xytext=(6, 6))
    own.set(xlabel=names[0], ylabel=names[1])
    if max(high - low) < ALIKE * min(high - low):
        own.set_aspect("equal")
    return own


def plot_rates(histories: Mapping[str, History], ax: Any = None) -> Any:
    """The losses of several descents by step, as of learning rates to be compared."""
    own: Any = axes(ax)
    logarithmic = True
    for (label, history), dashes in zip(histories.items(), cycle(DASHES), strict=False):
        fun = np.asarray(history.fun)
        own.plot(np.arange(len(fun)), fun, dashes, label=label)
        logarithmic = logarithmic and bool((fun > 0).all())
    own.set_yscale("log" if logarithmic else "linear")
    own.set(xlabel="step", ylabel="loss Q")
    own.legend(frameon=False)
    own.grid(alpha=0.3)
    return own
