"""What is asked about a gradient, from the functions and arrays of any library that it comes as."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from gradproof.core.errors import DataError
from gradproof.numeric.arrays import Array, Point, as_array, point_of
from gradproof.numeric.comparison import Question
from gradproof.numeric.pairs import functions_of, is_pair
from gradproof.numeric.rounding import epsilon_for
from gradproof.numeric.slopes import Rounding

PROBE = 1e-3
COARSE = 1e-10  # an ε above this is one of single precision
REAL = "biuf"


def question_of(
    f: Any, grad: Any, x: Any, rng: Generator, tolerance: float | None
) -> tuple[Question, float, tuple[str, ...]]:
    """Whether grad is the gradient of f at x; f(x) once more; and what was noticed besides."""
    f, grad = _functions(f, grad, x, rng)
    point = point_of(x)
    asked, returned = (point.back(point.array.copy()) for _ in range(2))
    value = as_array(f(asked))
    at = _number(value)
    given = _real(as_array(grad(returned) if callable(grad) else grad), "the gradient")
    values = _values(f, point)
    again = values(point.array.copy())
    near = values(point.array * (1 + PROBE * rng.random()))
    coarse = epsilon_for([point.array.dtype, value.dtype], np.array([at, near]))
    epsilon = max(coarse, epsilon_for([given.dtype], given))
    question = Question(
        values,
        point.array,
        given.astype(float, order="C"),
        Rounding(coarse, at),
        tolerance=epsilon**0.5 if tolerance is None else tolerance,
        floor=epsilon**0.75,
        scale=np.ones_like(point.array),
    )
    changed = _mutations(point.array, f=asked, grad=returned)
    return question, again, (*changed, *_precision(coarse, epsilon))


def _functions(f: Any, grad: Any, x: Any, rng: Generator) -> tuple[Any, Any]:
    if grad is not None:
        return f, grad
    if not is_pair(f):
        raise DataError(
            "no gradient is given",
            hint="f alone is enough only if it has a forward and a backward function.",
        )
    return functions_of(f, x, rng)


def _values(f: Callable[[Any], Any], point: Point) -> Callable[[Array], float]:
    """f at arrays of NumPy's; it is NaN where f fails, which beside x it may be undefined."""

    def value(moved: Array) -> float:
        try:
            return _number(as_array(f(point.back(moved))))
        except (ArithmeticError, ValueError, RuntimeError):
            return float("nan")

    return value


def _number(value: Array) -> float:
    if value.size != 1:
        raise DataError(
            f"f's value has the shape {value.shape}; a gradient is one of a number",
            hint="Check ⟨u, f(x)⟩ with some weights u, whose gradient is uᵀJ for the Jacobian J.",
        )
    return float(_real(value, "f's value").reshape(()))


def _real(array: Array, name: str) -> Array:
    if array.dtype.kind in REAL:
        return array
    what = "None" if array.dtype == object and not array.shape else f"of {array.dtype}"
    raise DataError(f"{name} is {what}, not of real numbers")


def _mutations(point: Array, **given: Any) -> Iterator[str]:
    for name, array in given.items():
        now = as_array(array)
        if not np.array_equal(now, point) and not np.array_equal(now, point, equal_nan=True):
            yield f"{name} changes its argument; it was given copies"


def _precision(coarse: float, epsilon: float) -> Iterator[str]:
    if epsilon > COARSE:
        what = "f is" if coarse > COARSE else "the gradient is"
        yield f"{what} computed in single precision (float32); the tolerance allows for that"
