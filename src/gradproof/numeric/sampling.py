"""Random admissible values: arrays that have the facts their variables are declared with.

Every fact has one way of drawing, in the table DRAWS.  Variables without facts are drawn in
one of several modes, since an expression may be defined for positive values only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.core.declaration import Declaration
from gradproof.core.errors import UnsupportedError

Array = NDArray[Any]
Shape = tuple[int, ...]
Draw = Callable[[Shape, Generator], Array]


def _posdef(shape: Shape, rng: Generator) -> Array:
    factor = rng.standard_normal((shape[0], shape[0] + 2))
    return np.asarray(factor @ factor.T / (shape[0] + 2) + 0.4 * np.eye(shape[0]))


def _orthogonal(shape: Shape, rng: Generator) -> Array:
    return np.linalg.qr(rng.standard_normal(shape))[0]


def _nonsingular(shape: Shape, rng: Generator) -> Array:
    values = rng.uniform(0.6, 1.7, shape[0])
    return _orthogonal(shape, rng) @ np.diag(values) @ _orthogonal(shape, rng)


def _symmetric(shape: Shape, rng: Generator) -> Array:
    square = 0.7 * rng.standard_normal(shape)
    return (square + square.T) / 2


def _simplex(shape: Shape, rng: Generator) -> Array:
    weights = np.exp(0.6 * rng.standard_normal(shape))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _onehot(shape: Shape, rng: Generator) -> Array:
    return np.asarray(np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])])


def _unit(shape: Shape, rng: Generator) -> Array:
    vector = rng.standard_normal(shape)
    return np.asarray(vector / np.linalg.norm(vector))


def _binary(shape: Shape, rng: Generator) -> Array:
    value = (rng.uniform(size=shape) < 0.6).astype(float)
    if value.size > 1:
        value.flat[0], value.flat[-1] = 1.0, 0.0
    return value


def _joint_probability(shape: Shape, rng: Generator) -> Array:
    weights = np.exp(rng.standard_normal(shape))
    weights = weights + weights.T
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights / weights.sum())


def _squared_distances(shape: Shape, rng: Generator) -> Array:
    points = rng.standard_normal((shape[0], 3))
    difference = points[:, None, :] - points[None, :, :]
    return np.asarray((difference**2).sum(-1))


MOST_ENTRIES = 1_000_000

# The first fact in this order that a variable has decides how it is drawn.
DRAWS: MappingProxyType[str, Draw] = MappingProxyType(
    {
        "posdef": _posdef,
        "orthogonal": _orthogonal,
        "riskset": lambda shape, rng: np.triu(np.ones(shape)),
        "joint_probability": _joint_probability,
        "squared_distances": _squared_distances,
        "diagonal": lambda shape, rng: np.diag(rng.uniform(0.5, 2.0, shape[0])),
        "symmetric": _symmetric,
        "onehot": _onehot,
        "onehot_rows": _onehot,
        "simplex": _simplex,
        "simplex_rows": _simplex,
        "unit": _unit,
        "binary": _binary,
        "pm1": lambda shape, rng: np.where(rng.uniform(size=shape) < 0.5, -1.0, 1.0),
        "count": lambda shape, rng: rng.poisson(2.0, size=shape).astype(float),
        "open01": lambda shape, rng: rng.uniform(0.15, 0.85, shape),
        "positive": lambda shape, rng: np.exp(0.4 * rng.standard_normal(shape)),
        "nonsingular": _nonsingular,
    }
)

# Ways of drawing a variable of which nothing is known, tried in turn until the value exists.
MODES: tuple[Draw, ...] = (
    lambda shape, rng: 0.7 * rng.standard_normal(shape),
    lambda shape, rng: np.exp(0.4 * rng.standard_normal(shape)),
    lambda shape, rng: rng.uniform(0.15, 0.85, shape),
    lambda shape, rng: rng.uniform(0.02, 0.2, shape),
    lambda shape, rng: _posdef(shape, rng) if _is_square(shape) else rng.uniform(0.5, 2.0, shape),
)


def _is_square(shape: Shape) -> bool:
    return len(shape) == 2 and shape[0] == shape[1]


def draw_sizes(names: Iterable[str], rng: Generator, spare: int = 6) -> dict[str, int]:
    """Pairwise distinct sizes from 2 on for the dimension names, so that no transpose can hide.

    There are at least `spare` sizes to choose from.
    """
    ordered = sorted(names)
    pool = range(2, 2 + max(spare, len(ordered)))
    return dict(zip(ordered, map(int, rng.permutation(pool)), strict=False))


def draw(declaration: Declaration, sizes: Mapping[str, int], rng: Generator, mode: int) -> Array:
    """A random value of a variable, with its facts; `mode` numbers the MODES."""
    shape = tuple(axis.size(sizes) for axis in declaration.axes)
    if prod(shape) > MOST_ENTRIES:
        raise UnsupportedError(
            f"{declaration.name} has {prod(shape):,} entries, too many for a proof by numbers",
            hint="Declare its sizes by names, as in matrix(m, n); they may then be small.",
        )
    if declaration.kind == "index":
        assert declaration.bound is not None
        return np.asarray(rng.integers(declaration.bound.size(sizes), size=shape))
    for fact, draw_fact in DRAWS.items():
        if fact in declaration.facts:
            return draw_fact(shape, rng)
    return np.asarray(MODES[mode % len(MODES)](shape, rng))
