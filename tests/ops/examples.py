"""Arguments on which every operation can be tried: without an example its tests fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.core.dimension import dimension, times
from gradproof.core.node import Operation, Symbol, symbol
from tests.support.tensors import lengths

SIZES = {"n": 3, "m": 2, "p": 4, "k": 5}
n, m, p, k = (dimension(name) for name in "nmpk")
Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def normal(rng, shape):
    return 0.7 * rng.standard_normal(shape)


def positive(rng, shape):
    return np.exp(normal(rng, shape))


def inside(rng, shape):
    return rng.uniform(-0.9, 0.9, shape)


def symmetric(rng, shape):
    square = normal(rng, shape)
    return square + square.T


def posdef(rng, shape):
    square = normal(rng, shape)
    return square @ square.T + np.eye(shape[0])


@dataclass(frozen=True)
class Example:
    """Arguments by their axes and ways of drawing; `linear` is the place of a linear one."""

    axes: tuple[tuple[Any, ...], ...]
    draws: tuple[Draw, ...] = (normal,)
    parameters: tuple[Any, ...] = ()
    linear: int | None = None
    directions: Draw = normal

    def arguments(self) -> tuple[Symbol, ...]:
        return tuple(
            symbol(f"x{place}", axes, frozenset({"index"} if draw is index else ()))
            for place, (axes, draw) in enumerate(zip(self.axes, self.draws, strict=True))
        )

    def values(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {
            f"x{place}": draw(rng, lengths(axes, SIZES))
            for place, (axes, draw) in enumerate(zip(self.axes, self.draws, strict=True))
        }


def index(rng, shape):
    return rng.integers(SIZES["p"], size=shape)


# What the argument of an elementwise function must be, by the condition on its card.
DOMAINS: dict[str, Draw] = {
    "": normal,
    "{0} > 0": positive,
    "|{0}| < 1": inside,
    "cos({0}) ≠ 0": inside,
    "{0} ≠ 0": lambda rng, shape: np.sign(normal(rng, shape)) * positive(rng, shape),
}
SQUARE = ((n, n),)
EIGEN = Example(SQUARE, (symmetric,), directions=symmetric)
ROOT = Example(SQUARE, (posdef,), directions=symmetric)
DOUBLE = Example((*SQUARE, *SQUARE), (normal, normal), linear=1)
EXAMPLES: dict[str, tuple[Example, ...]] = {
    "power": (
        Example(((n, m), (n, m)), (positive, normal)),
        Example(((n, m), ()), (positive, normal)),
        Example(((), (n, m)), (positive, normal)),
        Example(((), ()), (positive, normal)),
    ),
    "inv": (Example(SQUARE),),
    "pinv": (Example(((n, m),)), Example(((m, n),))),
    "logdet": (Example(SQUARE),),
    "det": (Example(SQUARE),),
    "softmax": (Example(((n,),)), Example(((n, m),)), Example(((m, p, n),))),
    "logsumexp": (Example(((n,),)), Example(((n, m),)), Example(((m, p, n),))),
    "prod": (Example(((n,),)), Example(((n, m),))),
    "eigvals": (EIGEN,),
    "eigvecs": (EIGEN,),
    "eigmax": (EIGEN,),
    "eigvecmax": (EIGEN,),
    "polar": (Example(((n, m),)), Example(((m, n),))),
    "nucnorm": (Example(((n, m),)), Example(((m, n),))),
    "expm": (Example(SQUARE),),
    "sinm": (Example(SQUARE),),
    "cosm": (Example(SQUARE),),
    "sqrtm": (ROOT,),
    "frechet_expm": (DOUBLE,),
    "frechet_sinm": (DOUBLE,),
    "frechet_cosm": (DOUBLE,),
    "frechet_sqrtm": (Example((*SQUARE, *SQUARE), (posdef, normal), linear=1),),
    "merge": (
        Example(((n, m, p),), parameters=(2, 1), linear=0),
        Example(((n, m, p),), parameters=(3,), linear=0),
    ),
    "split": (
        Example(((times(n, m), p),), parameters=((n, m), (p,)), linear=0),
        Example(((times(n, m),),), parameters=((n, m),), linear=0),
    ),
    "toeplitz": (Example(((n,),), linear=0), Example(((m, n),), linear=0)),
    "diagsums": (Example(((n, n),), linear=0), Example(((m, n, n),), linear=0)),
    "selector": (Example(((),), (index,), (p,)), Example(((k,),), (index,), (p,))),
}


def examples(op: Operation) -> tuple[Example, ...]:
    """How to try an operation; a KeyError tells that nobody has said it."""
    if op.elementwise:
        draw = DOMAINS[op.condition]
        return Example(((n, m),), (draw,)), Example(((n,),), (draw,)), Example(((),), (draw,))
    return EXAMPLES[op.name]
