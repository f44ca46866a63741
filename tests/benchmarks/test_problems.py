"""Every problem's program is the loss that the peers differentiate."""

import warnings

import numpy as np
import pytest

from benchmarks.programs import ours
from benchmarks.programs.problem import Cell, data
from benchmarks.programs.problems import PROBLEMS
from benchmarks.programs.worker import deviation

jax = pytest.importorskip("jax")


CELLS = [
    pytest.param(Cell(problem, kind, "S", "float64"), id=f"{problem.key}-{kind}")
    for problem in PROBLEMS
    for kind in problem.sizes
]


@pytest.mark.parametrize("cell", CELLS)
def test_the_program_agrees_with_the_loss_of_jax(cell):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from benchmarks.programs import peer_jax
    arrays = data(cell)
    program = ours.program(cell, "numpy")
    given = {
        name: array
        for name, array in ours.named(cell, arrays).items()
        if name in program.parameters
    }
    found = ours.outputs(cell, program(**given))
    right = peer_jax.reference(cell, arrays)
    assert len(found) == len(right)
    for one, other in zip(found, right, strict=True):
        assert deviation(one, other) < 1e-9


def test_the_data_are_the_same_in_every_process():
    cell = Cell(PROBLEMS[0], "gradient", "S", "float32")
    first, second = data(cell), data(cell)
    for one, other in zip(first.arguments, second.arguments, strict=True):
        assert np.array_equal(one, other)
        assert one.dtype == np.float32
