"""A minimum found at once, from the closed form."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from gradproof.optimize.closed_form import solve
from gradproof.optimize.problem import Problem
from gradproof.optimize.result import History, Minimum


def minimum_at_once(problem: Problem, rng: Generator) -> Minimum:
    """The solution of the normal equations for the data, with the loss and the gradient there.

    Raises NotAffine where the gradient is not affine in the variable.
    """
    wrt = problem.over[0] if problem.is_single else problem.over
    solution = solve(problem.expression, wrt, rng=rng)  # type: ignore[arg-type]  # it refuses several
    x = solution(**problem.data)
    program = problem.compiled(("value", "gradient"), "numpy")
    value, gradient = program(**problem.data, **{solution.wrt: x})
    slope = float(np.sqrt(np.sum(np.square(gradient))))
    return Minimum(
        x=x,
        fun=float(value),
        jac=gradient,
        nit=1,
        nfev=1,
        success=solution.kind not in ("maximiser", "saddle point"),
        message=f"the {solution.kind} in closed form: {solution}",
        history=History((float(value),), (slope,), (0.0,), (0.0,)),
    )
