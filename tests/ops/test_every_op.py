"""Every card of the vocabulary by numbers: axes, slopes, differentials, adjoints, transposes.

A new card needs a row in `examples` only if it acts on whole tensors; without one its tests fail.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from gradproof.calculus.derivative import derivative
from gradproof.core.apply import apply
from gradproof.core.canonical import ones
from gradproof.core.contract import contract, transpose
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Node, Operation, symbol
from gradproof.notation.conditioning import NotAnalytic
from gradproof.numeric.differences import central
from gradproof.ops import OPERATIONS
from tests.ops.examples import DOMAINS, EXAMPLES, SIZES, Example, examples, normal
from tests.support.claims import close
from tests.support.tensors import lengths, worth

EVERY = tuple(OPERATIONS.values())
Trial = tuple[Example, dict[str, np.ndarray], list[np.ndarray]]


def over(*ops: Operation) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("op", ops, ids=[op.name for op in ops])


def of_one_matrix(op: Operation) -> list[Example]:
    """Its examples with a single argument of two axes."""
    return [each for each in examples(op) if len(each.axes) == 1 and len(each.axes[0]) == 2]


with_slope = over(*[op for op in EVERY if op.slope])
with_differential = over(*[op for op in EVERY if op.differential])
with_adjoint = over(*[op for op in EVERY if op.adjoint])
constant = over(*[op for op in EVERY if op.constant])
without_any = over(
    *[op for op in EVERY if not (op.slope or op.differential or op.adjoint or op.constant)]
)
differentiable = over(*[op for op in EVERY if op.slope or op.differential])
of_matrices = over(*[op for op in EVERY if of_one_matrix(op)])


def node_of(op: Operation, example: Example) -> Node:
    return apply(op, example.arguments(), example.parameters)


def trials(op: Operation) -> Iterator[Trial]:
    """Example, values and a direction for every argument."""
    rng = np.random.default_rng(sum(map(ord, op.name)))
    for example in examples(op):
        values = example.values(rng)
        yield example, values, [example.directions(rng, v.shape) for v in values.values()]


def moved(op: Operation, trial: Trial, place: int) -> np.ndarray:
    """d/dt op(…, x + t·direction, …) at 0, by the complex step or by central differences."""
    example, values, directions = trial
    node, name = node_of(op, example), f"x{place}"

    def at(t: complex) -> np.ndarray:
        return worth(node, {**values, name: values[name] + t * directions[place]}, SIZES)

    try:
        return at(1e-30j).imag / 1e-30
    except NotAnalytic:
        return central(at, 1e-3)


def test_every_op_has_an_example_and_no_other():
    assert set(EXAMPLES) == {op.name for op in EVERY if not op.elementwise}
    assert set(DOMAINS) == {op.condition for op in EVERY if op.elementwise}


@over(*EVERY)
def test_the_axes_are_those_of_the_value(op):
    for example, values, _ in trials(op):
        node = node_of(op, example)
        assert worth(node, values, SIZES).shape == lengths(node.axes, SIZES)


@over(*EVERY)
def test_there_is_at_most_one_way_to_differentiate(op):
    ways = (op.slope, op.differential, op.adjoint, op.constant or None)
    assert sum(way is not None for way in ways) <= 1
    assert not op.elementwise or op.slope is not None or op.constant


@with_slope
def test_the_slope_is_the_derivative(op):
    for trial in trials(op):
        example, values, (direction,) = trial
        slope = worth(op.slope(example.arguments()[0]), values, SIZES)
        assert close(slope * direction, moved(op, trial, 0), 1e-10)


@with_differential
def test_the_differential_is_the_derivative(op):
    for trial in trials(op):
        example, values, directions = trial
        for place, direction in enumerate(directions):
            dx = symbol("dx", example.axes[place])
            steps = tuple(dx if k == place else None for k in range(len(directions)))
            node = op.differential(example.arguments(), steps)
            formula = worth(node, {**values, "dx": direction}, SIZES)
            assert close(formula, moved(op, trial, place), 1e-8)


@with_adjoint
def test_an_adjoint_is_the_adjoint_of_a_linear_function(op):
    """⟨g, L h⟩ = ⟨L* g, h⟩."""
    for example, values, directions in trials(op):
        node, place = node_of(op, example), example.linear
        assert place is not None
        G = normal(np.random.default_rng(7), lengths(node.axes, SIZES))
        forward = worth(node, {**values, f"x{place}": directions[place]}, SIZES)
        pulled = op.adjoint(node, place, symbol("g", node.axes))
        backward = worth(pulled, {**values, "g": G}, SIZES)
        assert close((G * forward).sum(), (backward * directions[place]).sum(), 1e-10)


@with_adjoint
def test_an_adjoint_carries_the_axes_of_the_result(op):
    """The adjoint of a Jacobian has leading axes; what cannot have them refuses."""
    for example, values, directions in trials(op):
        node, place = node_of(op, example), example.linear
        if op.name.startswith("frechet_"):
            with pytest.raises(UnsupportedError, match="Jacobian"):
                derivative(node, example.arguments()[place])
            continue
        jacobian = worth(derivative(node, example.arguments()[place]), values, SIZES)
        along = np.tensordot(jacobian, directions[place], directions[place].ndim)
        assert close(along, worth(node, {**values, f"x{place}": directions[place]}, SIZES), 1e-10)


@without_any
def test_an_op_without_a_differential_refuses(op):
    for example in examples(op):
        with pytest.raises(UnsupportedError, match=f"{op.name} has no derivative"):
            derivative(node_of(op, example), example.arguments()[0])


@differentiable
def test_reverse_accumulation_transposes_the_differential(op):
    """⟨g, D h⟩ = ⟨D* g, h⟩ for the D* that the accumulation finds."""
    for trial in trials(op):
        example, values, directions = trial
        node = node_of(op, example)
        letters = tuple(range(len(node.axes)))
        paired = contract(1, [(node, letters, 1), (symbol("g", node.axes), letters, 1)], ())
        G = normal(np.random.default_rng(5), lengths(node.axes, SIZES))
        for place, direction in enumerate(directions):
            pulled = derivative(paired, example.arguments()[place])
            backward = worth(pulled, {**values, "g": G}, SIZES)
            assert close((backward * direction).sum(), (G * moved(op, trial, place)).sum(), 1e-8)


@differentiable
def test_the_whole_jacobian_is_the_differential(op):
    for trial in trials(op):
        example, values, directions = trial
        for place, direction in enumerate(directions):
            x = example.arguments()[place]
            if op.name in ("expm", "sinm", "cosm", "sqrtm"):
                with pytest.raises(UnsupportedError, match="Jacobian"):
                    derivative(node_of(op, example), x)
                continue
            jacobian = worth(derivative(node_of(op, example), x), values, SIZES)
            along = np.tensordot(jacobian, direction, direction.ndim)
            assert close(along, moved(op, trial, place), 1e-8)


@constant
def test_a_constant_op_is_constant_and_its_derivative_zero(op):
    for example, values, directions in trials(op):
        node, x = node_of(op, example), example.arguments()[0]
        assert derivative(node, x) is ones((*node.axes, *x.axes), 0)
        if "index" not in x.facts:
            near = {"x0": values["x0"] + 1e-6 * directions[0]}
            assert (worth(node, near, SIZES) == worth(node, values, SIZES)).all()


@of_matrices
def test_what_is_said_about_transposes_is_true(op):
    """f(X′) is f(X)′ or f(X) where the card says so, and only there."""
    assert op.transposition in ("", "equivariant", "invariant")
    rng = np.random.default_rng(8)
    for example in of_one_matrix(op):
        values = example.values(rng)
        turned = symbol("x0", example.axes[0][::-1])
        plain = worth(node_of(op, example), values, SIZES)
        flipped = apply(op, (turned,), example.parameters)
        other = worth(flipped, {"x0": values["x0"].T}, SIZES)
        if op.transposition == "invariant":
            assert close(other, plain, 1e-9)
        elif op.elementwise or op.transposition:
            assert close(other, plain.T, 1e-9)


@of_matrices
def test_a_transposed_argument_is_seen_through(op):
    for example in of_one_matrix(op):
        turned = apply(op, (transpose(example.arguments()[0]),), example.parameters)
        plain = node_of(op, example)
        if op.transposition == "invariant":
            assert turned is plain
        elif op.elementwise or op.transposition:
            assert turned is transpose(plain)
        else:
            assert turned is not plain
