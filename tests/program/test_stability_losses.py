"""Losses as people write them, at extreme points: value, gradient and Hessian against mpmath.

Every case runs on NumPy; one point of each text runs on every other target that can be called.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import gradproof as gp
from gradproof.program.targets import TARGETS
from tests.program.precise import exact, relative_error
from tests.program.stability_cases import CASES, EVERYWHERE

OTHERS = [name for name, target in TARGETS.items() if target.load is not None and name != "numpy"]
BY_NAME = {case.name: case for case in CASES}


@pytest.fixture
def _double_precision():
    jax = pytest.importorskip("jax", reason="the target jax needs it; it is in the extra dev")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


@cache
def program(text, wrt, outputs, declared, target):
    return gp.compile(text, wrt, outputs=outputs, declare=dict(declared), backend=target)


@cache
def truth(name):
    """The value and the derivatives of a case, to hundreds of digits."""
    case = BY_NAME[name]
    found = program(case.text, case.wrt, case.outputs, tuple(case.declarations.items()), "numpy")
    return [
        exact(case.text, found.parameters, case.arrays, case.wrt, order)
        for order in range(len(case.outputs))
    ]


def assert_accurate(case, target):
    found = program(case.text, case.wrt, case.outputs, tuple(case.declarations.items()), target)
    result = found(**case.arrays)
    for output, expected in zip(case.outputs, truth(case.name), strict=True):
        values = np.asarray(getattr(result, output))
        assert relative_error(values, expected, case.scale) <= case.bound, output


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_numpy_keeps_its_digits(case):
    assert_accurate(case, "numpy")


@pytest.mark.usefixtures("_double_precision")
@pytest.mark.parametrize("target", OTHERS)
@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_target_keeps_its_digits(name, target):
    pytest.importorskip(target, reason=f"{target} is in the extra dev")
    assert_accurate(BY_NAME[name], target)
