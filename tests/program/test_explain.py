"""What a program says of its own cost, against counts by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gradproof.core.errors import DataError
from gradproof.program.cost import COUNTS, operations, shapes
from gradproof.program.operations import OPERATIONS
from gradproof.program.plan import Plan, Step
from tests.program.points import declared, program

LEAST_SQUARES = declared("X: matrix(N,d); w: vector(d); y: vector(N)")


def least_squares(**others):
    return program("norm2(X*w - y)^2", LEAST_SQUARES, gradient="2*X'*(X*w - y)", **others)


def test_least_squares_by_hand():
    found = least_squares().explain(N=1000, d=10)
    assert [line.operations for line in found.lines] == [20_000, 1000, 2000, 20_000, 10]
    assert found.operations == 43_010
    assert found.bound == 8 * (10_000 + 1000 + 10 + 1 + 10)
    assert found.temporary.shape == (1000,)
    assert {line.name for line in found.lines} >= {"value", "gradient", "r"}


def test_sizes_come_from_numbers_or_arrays():
    by_sizes = least_squares().explain(N=7, d=3)
    by_arrays = least_squares().explain(X=np.ones((7, 3)))
    single = least_squares().explain(X=np.ones((7, 3), np.float32))
    assert by_sizes.to_dict() == by_arrays.to_dict()
    assert 2 * single.moved == by_sizes.moved


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"N": 5}, "the size of d is missing\nGive sizes, N=…, d=…, or the arrays"),
        ({"N": 5, "d": 2, "m": 3}, "m is no size and no argument"),
        ({"N": 5.5, "d": 2}, "the size of N is a whole number, not 5.5"),
        ({"N": -1, "d": 2}, "the size of N is a whole number, not -1"),
        ({"X": np.ones(5)}, "X must be a matrix N×d"),
        ({"X": np.ones((5, 2)), "y": np.ones(4)}, "N is 5 in X and 4 in y"),
    ],
)
def test_sizes_that_do_not_do(given, message):
    with pytest.raises(DataError, match=message):
        least_squares().explain(**given)


def test_it_is_data_and_a_table():
    found = least_squares(hessian="2*X'*X").explain(N=1000, d=100)
    assert json.loads(json.dumps(found.to_dict()))["operations"] == found.operations
    lines = str(found).splitlines()
    assert lines[0] == "loss for numpy at N = 1000, d = 100"
    assert lines[-1] == "largest temporary: t2, 80 000 bytes"
    widths = {len(line) for line in lines[2:-2]}
    assert len(widths) == 1


def plan_of(operation, parameters, result, *operands):
    """A plan of one step on arguments, with sizes as axes."""
    from gradproof.core.dimension import dimension

    axes = [tuple(dimension(size) for size in shape) for shape in (*operands, result)]
    steps = [Step("argument", (), (f"a{k}",), own) for k, own in enumerate(axes[:-1])]
    last = Step(operation, tuple(range(len(operands))), parameters, axes[-1])
    return Plan((*steps, last), (("value", len(operands)),))


@pytest.mark.parametrize(
    ("operation", "parameters", "result", "operands", "count"),
    [
        ("matmul", (), (3, 5), [(3, 4), (4, 5)], 2 * 3 * 4 * 5),
        ("matmul", (), (), [(4,), (4,)], 8),
        ("einsum", ("ij,jk->ik",), (3, 5), [(3, 4), (4, 5)], 2 * 3 * 4 * 5),
        ("einsum", ("i,j->ij",), (3, 5), [(3,), (5,)], 15),
        ("einsum", ("ij,jk,k->i",), (3,), [(3, 4), (4, 5), (5,)], 3 * 3 * 4 * 5),
        ("tensordot", ((1,), (0,)), (3, 5), [(3, 4), (4, 5)], 2 * 3 * 4 * 5),
        ("gram", (0,), (4, 4), [(9, 4)], 9 * 4 * 5),
        ("solve", (), (6,), [(6, 6), (6,)], 2 * 6**3 / 3 + 2 * 36),
        ("cholesky_solve", (), (6, 2), [(6, 6), (6, 2)], 2 * 36 * 2),
        ("inverse", (), (6, 6), [(6, 6)], 2 * 6**3),
        ("logdet", (), (), [(6, 6)], 2 * 6**3 / 3),
        ("exp", (), (3, 4), [(3, 4)], 12),
        ("sum", (0,), (4,), [(3, 4)], 12),
        ("rearrange", (1, 0), (4, 3), [(3, 4)], 0),
        ("trace", (), (), [(4, 4)], 4),
    ],
)
def test_counts(operation, parameters, result, operands, count):
    plan = plan_of(operation, parameters, result, *operands)
    assert operations(plan, len(operands), shapes(plan, {})) == round(count)


ELEMENTWISE = {
    "abs", "arccos", "arcsin", "arctan", "cos", "cosh", "divide", "exp", "expm1", "log",
    "log1mexp", "log1p", "logcosh", "multiply", "negative", "power", "relu", "sech_squared",
    "sign", "sin", "sinh", "sqrt", "tan", "tanh",
}  # fmt: skip


def test_every_operation_is_counted_as_what_it_is():
    assert OPERATIONS.keys() - COUNTS.keys() == ELEMENTWISE


def test_every_count_can_be_taken():
    for operation in COUNTS:
        plan = plan_of(operation, ("ij,jk->ik",), (5, 5), (5, 5), (5, 5))
        assert operations(plan, 2, shapes(plan, {})) >= 0
