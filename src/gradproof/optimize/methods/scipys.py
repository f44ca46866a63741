"""SciPy's methods, with our gradients, Hessians and products with the Hessian."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.errors import UnsupportedError
from gradproof.optimize.objective import Objective

Array = NDArray[Any]
Observe = Callable[[Array, float, Array], bool]  # of a point; whether to stop
NEVER = 10**9  # steps; the rules say when to stop


@dataclass(frozen=True, slots=True)
class LBFGS:
    """The quasi-Newton method with limited memory.

    memory  how many steps back it remembers

    (Liu and Nocedal, Mathematical Programming 45 (1989); scipy.optimize, L-BFGS-B)
    """

    memory: int = 10

    def run(self, objective: Objective, x: Array, observe: Observe) -> str:
        """Descend until `observe` says so; why it ended where it was not asked to."""
        options = {"maxcor": self.memory, "ftol": 0.0, "gtol": 0.0, "maxls": 50}
        options |= {"maxiter": NEVER, "maxfun": NEVER}
        return _minimized(objective, x, observe, "L-BFGS-B", options)


@dataclass(frozen=True, slots=True)
class TrustRegion:
    """Newton's method within a region in which the model is trusted, by conjugate gradients.

    It takes products with the Hessian, never the matrix.
    (Steihaug, SIAM Journal on Numerical Analysis 20 (1983); scipy.optimize, trust-ncg)
    """

    radius: float = 1.0

    def run(self, objective: Objective, x: Array, observe: Observe) -> str:
        """Descend until `observe` says so; why it ended where it was not asked to."""
        if objective.product is None:
            raise UnsupportedError(
                "products with the Hessian are not available", hint="Take LBFGS() instead."
            )
        options = {"initial_trust_radius": self.radius, "max_trust_radius": 1e12}
        options |= {"gtol": 0.0, "maxiter": NEVER}
        return _minimized(objective, x, observe, "trust-ncg", options, hessp=objective.product)


def require_scipy() -> None:
    """Raises UnsupportedError unless SciPy is installed."""
    if find_spec("scipy") is None:
        raise UnsupportedError(
            "this method needs SciPy, which is not installed",
            hint="Install it with: pip install 'gradproof[scipy]'",
        )


def _minimized(
    objective: Objective,
    x: Array,
    observe: Observe,
    name: str,
    options: dict[str, Any],
    **more: Any,
) -> str:
    require_scipy()
    last: dict[bytes, tuple[float, Array]] = {}

    def valued(point: Array) -> tuple[float, Array]:
        last.clear()
        found = last[point.tobytes()] = objective.valued(np.array(point))
        return found

    def seen(point: Array) -> None:
        fun, gradient = last.get(point.tobytes()) or objective.valued(np.array(point))
        if observe(np.array(point), fun, gradient):
            raise StopIteration

    found = import_module("scipy.optimize").minimize(
        valued, x, jac=True, method=name, callback=seen, options=options, **more
    )
    message: str = found.message
    return message
