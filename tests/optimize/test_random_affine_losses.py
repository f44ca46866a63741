"""Random sums of squares and quadratic forms: solved, and what was said of them true."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable

import numpy as np
import pytest

import gradproof as gp

SIZES = {"a": 3, "b": 4, "c": 5, "d": 2}
SEEDS = range(24)
SMALL = 1e-9

Name = Callable[..., str]
OF_MATRIX: tuple[Callable[[Name], str], ...] = (
    lambda v: f"norm2({v('c', 'a')}*W - {v('c', 'b')})^2",
    lambda v: f"norm2(W*{v('b', 'c')} - {v('a', 'c')})^2",
    lambda v: f"norm2({v('c', 'b')}*W' - {v('c', 'a')})^2",
    lambda v: f"norm2({v('d', 'a')}*W*{v('b', 'd')} - {v('d', 'd')})^2",
    lambda v: f"sum({v('a', 'b')}.*W.^2)",
    lambda v: f"norm2(W - {v('a', 'b')})^2",
)
OF_VECTOR: tuple[Callable[[Name], str], ...] = (
    lambda v: f"norm2({v('c', 'a')}*w - {v('c')})^2",
    lambda v: f"sum({v('c')}.*({v('c', 'a')}*w - {v('c')}).^2)",
    lambda v: f"w'*{v('a', 'a')}*w",
    lambda v: f"sum({v('a')}.*(w - {v('a')}).^2)",
    lambda v: f"({v('a')}'*w - {v()})^2",
    lambda v: f"norm2(w - {v('a')})^2 + {v('a')}'*w",
)


class Drawn:
    """A random loss, its declarations and its data."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.data: dict[str, np.ndarray | float] = {}
        self.wrt = "W" if seed % 2 else "w"
        self.declare = {self.wrt: "matrix(a,b)" if seed % 2 else "vector(a)"}
        table = OF_MATRIX if seed % 2 else OF_VECTOR
        terms = [self._term(table) for _ in range(self.rng.integers(1, 4))]
        self.loss = " + ".join(terms).replace("+ -", "- ")

    def _term(self, table: tuple[Callable[[Name], str], ...]) -> str:
        sign = self.rng.choice(["", "2*", "-", "s*"], p=[0.4, 0.2, 0.15, 0.25])
        sign = f"{self.variable()}*" if sign == "s*" else sign
        first, *rest = table[self.rng.integers(len(table))](self.variable).split(" + ")
        return " + ".join([sign + first, *rest])

    def variable(self, *axes: str) -> str:
        name = f"{'svM'[len(axes)]}{len(self.data)}"
        shape = tuple(SIZES[axis] for axis in axes)
        self.data[name] = self.rng.standard_normal(shape) if axes else self.rng.uniform(0.5, 2.0)
        kind = ("scalar", "vector", "matrix")[len(axes)]
        self.declare[name] = f"{kind}({','.join(axes)})" if axes else kind
        return name


@pytest.mark.parametrize("seed", SEEDS)
def test_the_loss_is_level_at_the_solution_and_of_the_kind_that_is_said(seed):
    drawn = Drawn(seed)
    solution = gp.solve(drawn.loss, drawn.wrt, declare=drawn.declare)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = solution(**drawn.data)
    outputs = ("gradient", "hessian")
    program = gp.compile(drawn.loss, drawn.wrt, outputs=outputs, declare=drawn.declare)
    there = program(**drawn.data, **{drawn.wrt: found})
    at_zero = program(**drawn.data, **{drawn.wrt: np.zeros_like(found)})
    assert np.abs(there.gradient).max() <= 1e-8 * max(1.0, np.abs(at_zero.gradient).max())
    kind = _kind(np.asarray(there.hessian).reshape(found.size, found.size))
    said = " ".join(str(own.message) for own in told)
    expected = "minimiser" if solution.kind == "stationary point" else solution.kind
    assert kind == expected or kind in said


def _kind(hessian: np.ndarray) -> str:
    values = np.linalg.eigvalsh(hessian)
    small = SMALL * np.abs(values).max()
    if values[0] >= -small:
        return "minimiser"
    return "maximiser" if values[-1] <= small else "saddle point"


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_the_source_finds_the_same(seed):
    drawn = Drawn(seed)
    solution = gp.solve(drawn.loss, drawn.wrt, declare=drawn.declare)
    module: dict[str, object] = {}
    exec(solution.source, module)
    solve = module["solve"]
    assert callable(solve)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        arguments = [drawn.data[name] for name in inspect.signature(solve).parameters]
        np.testing.assert_allclose(solve(*arguments), solution(**drawn.data), rtol=1e-9, atol=1e-9)
