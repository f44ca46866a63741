"""Every card of the vocabulary by numbers: axes, slopes, differentials, adjoints, transposes.

A new card needs a row in EXAMPLES only if it acts on whole tensors; without one its tests fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from gradproof.calculus.derivative import derivative
from gradproof.core.apply import apply
from gradproof.core.canonical import ones
from gradproof.core.contract import contract, transpose
from gradproof.core.dimension import dimension, times
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Node, Operation, Symbol, symbol
from gradproof.notation.conditioning import NotAnalytic
from gradproof.numeric.differences import central
from gradproof.ops import OPERATIONS
from tests.support.claims import close
from tests.support.tensors import lengths, worth

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
EVERY = tuple(OPERATIONS.values())
every_op = pytest.mark.parametrize("op", EVERY, ids=[op.name for op in EVERY])


def examples(op: Operation) -> tuple[Example, ...]:
    """How to try an operation; a KeyError tells that nobody has said it."""
    if op.elementwise:
        draw = DOMAINS[op.condition]
        return Example(((n, m),), (draw,)), Example(((n,),), (draw,)), Example(((),), (draw,))
    return EXAMPLES[op.name]


def moved(op: Operation, example: Example, values, place: int, direction) -> np.ndarray:
    """d/dt op(…, x + t·direction, …) at 0, by the complex step or by central differences."""
    node = apply(op, example.arguments(), example.parameters)
    name = f"x{place}"

    def at(t: complex) -> np.ndarray:
        return worth(node, {**values, name: values[name] + t * direction}, SIZES)

    try:
        return at(1e-30j).imag / 1e-30
    except NotAnalytic:
        return central(at, 1e-3)


def trials(op: Operation):
    """Example, values and directions for every argument."""
    rng = np.random.default_rng(sum(map(ord, op.name)))
    for example in examples(op):
        values = example.values(rng)
        directions = [example.directions(rng, np.shape(value)) for value in values.values()]
        yield example, values, directions


def test_no_example_is_of_an_op_that_does_not_exist():
    assert set(EXAMPLES) <= set(OPERATIONS)


@every_op
def test_the_axes_are_those_of_the_value(op):
    for example, values, _ in trials(op):
        node = apply(op, example.arguments(), example.parameters)
        assert worth(node, values, SIZES).shape == lengths(node.axes, SIZES)


@every_op
def test_there_is_exactly_one_way_to_differentiate(op):
    ways = [op.slope is not None, op.differential is not None, op.adjoint is not None, op.constant]
    assert sum(ways) <= 1
    assert not op.elementwise or op.slope is not None or op.constant


@every_op
def test_the_slope_is_the_derivative(op):
    if op.elementwise and not op.constant:
        for example, values, (direction,) in trials(op):
            slope = worth(op.slope(example.arguments()[0]), values, SIZES)
            assert close(slope * direction, moved(op, example, values, 0, direction), 1e-10)
    else:
        assert op.slope is None


@every_op
def test_the_differential_is_the_derivative(op):
    if op.differential is None:
        assert op.slope or op.adjoint or op.constant or raises(op)
        return
    for example, values, directions in trials(op):
        for place, direction in enumerate(directions):
            dx = symbol("dx", example.axes[place])
            steps = tuple(dx if k == place else None for k in range(len(directions)))
            node = op.differential(example.arguments(), steps)
            formula = worth(node, {**values, "dx": direction}, SIZES)
            assert close(formula, moved(op, example, values, place, direction), 1e-8)


@every_op
def test_an_adjoint_is_the_adjoint_of_a_linear_function(op):
    for example, values, directions in trials(op):
        assert (op.adjoint is not None) == (example.linear is not None)
        if op.adjoint is None:
            continue
        place = example.linear
        node = apply(op, example.arguments(), example.parameters)
        g = symbol("g", node.axes)
        rng = np.random.default_rng(7)
        G = normal(rng, lengths(node.axes, SIZES))
        H = directions[place]
        forward = worth(node, {**values, f"x{place}": H}, SIZES)
        backward = worth(op.adjoint(node, place, g), {**values, "g": G}, SIZES)
        assert close((G * forward).sum(), (backward * H).sum(), 1e-10)


@every_op
def test_an_adjoint_carries_the_axes_of_the_result(op):
    """The adjoint of a Jacobian has leading axes; what cannot have them must refuse."""
    for example, values, directions in trials(op):
        if op.adjoint is None:
            continue
        place = example.linear
        node = apply(op, example.arguments(), example.parameters)
        try:
            jacobian = derivative(node, example.arguments()[place])
        except UnsupportedError:
            assert op.name.startswith("frechet_")
            continue
        J = worth(jacobian, values, SIZES)
        H = directions[place]
        applied = np.tensordot(J, H, H.ndim)
        assert close(applied, worth(node, {**values, f"x{place}": H}, SIZES), 1e-10)


def raises(op: Operation) -> bool:
    """Whether an op without a differential refuses, instead of being constant by silence."""
    example = examples(op)[0]
    x = example.arguments()[0]
    with pytest.raises(UnsupportedError, match="derivative"):
        derivative(apply(op, example.arguments(), example.parameters), x)
    return True


@every_op
def test_reverse_accumulation_transposes_the_differential(op):
    """⟨g, D h⟩ = ⟨D* g, h⟩ for the D* that the accumulation finds, with axes and without."""
    if op.slope is None and op.differential is None:
        assert op.adjoint or op.constant or raises(op)
        return
    for example, values, directions in trials(op):
        node = apply(op, example.arguments(), example.parameters)
        G = normal(np.random.default_rng(5), lengths(node.axes, SIZES))
        letters = tuple(range(len(node.axes)))
        paired = contract(1, [(node, letters, 1), (symbol("g", node.axes), letters, 1)], ())
        for place, direction in enumerate(directions):
            numbers = moved(op, example, values, place, direction)
            x = example.arguments()[place]
            pulled = worth(derivative(paired, x), {**values, "g": G}, SIZES)
            assert close((pulled * direction).sum(), (G * numbers).sum(), 1e-8)
            try:
                jacobian = worth(derivative(node, x), values, SIZES)
            except UnsupportedError:
                assert op.name in {"expm", "sinm", "cosm", "sqrtm"}
                continue
            assert close(np.tensordot(jacobian, direction, direction.ndim), numbers, 1e-8)


@every_op
def test_a_constant_op_is_constant_and_has_no_derivative(op):
    if not op.constant:
        return
    for example, values, directions in trials(op):
        node = apply(op, example.arguments(), example.parameters)
        x = example.arguments()[0]
        assert derivative(node, x) is ones((*node.axes, *x.axes), 0)
        if "index" not in x.facts:
            step = {**values, "x0": values["x0"] + 1e-6 * directions[0]}
            assert (worth(node, step, SIZES) == worth(node, values, SIZES)).all()


@every_op
def test_what_is_said_about_transposes_is_true(op):
    assert op.transposition in ("", "equivariant", "invariant")
    for example, values, _ in trials(op):
        x = example.arguments()[0]
        if len(x.axes) != 2 or len(example.axes) != 1 or not (op.elementwise or op.transposition):
            continue
        turned = symbol("x0", x.axes[::-1])
        plain = worth(apply(op, (x,), example.parameters), values, SIZES)
        other = worth(apply(op, (turned,), example.parameters), {"x0": values["x0"].T}, SIZES)
        invariant = op.transposition == "invariant"
        assert close(other, plain if invariant else plain.T, 1e-9)


@every_op
def test_a_transposed_argument_is_seen_through(op):
    """f(X′) is written as f(X)′ or f(X) exactly where the card says so."""
    for example in examples(op):
        x = example.arguments()[0]
        if len(x.axes) != 2 or len(example.axes) != 1:
            continue
        node: Node = apply(op, (transpose(x),), example.parameters)
        plain = apply(op, (x,), example.parameters)
        if op.transposition == "invariant":
            assert node is plain
        elif op.elementwise or op.transposition:
            assert node is transpose(plain)
        else:
            assert node is not plain
