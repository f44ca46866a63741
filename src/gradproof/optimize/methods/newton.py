"""Newton's method: the minimum of the quadratic model, made safe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.core.errors import UnsupportedError
from gradproof.optimize.methods.line_search import backtracked
from gradproof.optimize.methods.state import State, started
from gradproof.optimize.objective import Objective

Array = NDArray[Any]
LEAST_SHIFT = 1e-3  # relative to the diagonal
MOST_SHIFTS = 60


@dataclass(frozen=True, slots=True)
class Newton:
    """x ← x − t (∇²Q + τI)⁻¹ ∇Q, with the least τ tried for which the matrix is positive definite.

    slope, shrink  Armijo's rule for the length t, which begins at 1

    The Hessian is the closed form.  (Nocedal and Wright, Numerical Optimization, 2nd ed.,
    algorithms 3.2 and 3.3)
    """

    slope: float = 1e-4
    shrink: float = 0.5

    def start(self, objective: Objective, x: Array) -> State:
        """The state before the first step."""
        if objective.hessian is None:
            raise UnsupportedError("the Hessian is not available", hint="Take LBFGS() instead.")
        return started(objective, x)

    def step(self, objective: Objective, state: State, rng: Generator) -> State:
        """The state after one step more."""
        assert objective.hessian is not None, "start has looked"
        direction = -solved(objective.hessian(state.x), state.gradient)
        slope = float(direction @ state.gradient)
        found = backtracked(
            objective, state.x, state.fun, direction, slope, 1.0, self.shrink, self.slope
        )
        if found is None:
            return replace(state, nit=state.nit + 1)
        evaluations = state.evaluations + found.tries
        return State(found.x, *found.valued, state.nit + 1, evaluations, found.length)


def solved(hessian: Array, gradient: Array) -> Array:
    """(H + τI)⁻¹ g, by Cholesky's factor of the first shift τ for which there is one."""
    matrix = (hessian + hessian.T) / 2
    size = float(np.abs(matrix).max(initial=0.0)) or 1.0
    least = float(np.diagonal(matrix).min(initial=0.0))
    shift = 0.0 if least > 0 else LEAST_SHIFT * size - least
    for _ in range(MOST_SHIFTS):
        try:
            factor = np.linalg.cholesky(matrix + shift * np.eye(len(matrix)))
        except np.linalg.LinAlgError:
            shift = max(2 * shift, LEAST_SHIFT * size)
            continue
        return np.asarray(np.linalg.solve(factor.T, np.linalg.solve(factor, gradient)))
    return gradient
