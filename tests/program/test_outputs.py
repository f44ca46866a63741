"""The products with directions, the blocks of Hessians and their factors, against one another."""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp
from gradproof.notation.parser import parse_text
from tests.program.points import CASES, case_declarations, case_point

SAMPLED = CASES[::9]
TWICE = [case for case in SAMPLED if case["order"] == 1][::2]
each_case = pytest.mark.parametrize("case", SAMPLED, ids=lambda case: case["id"])
each_twice = pytest.mark.parametrize("case", TWICE, ids=lambda case: case["id"])


def expression(case):
    """The expression of a conformance case."""
    return gp.Expression(parse_text(case["text"]), case_declarations(case), case["text"])


def at_point(case):
    """Its arrays, with a direction that is symmetric where its variable is."""
    _, arrays = case_point(case)
    name = case["wrt"]
    direction = np.asarray(np.random.default_rng(3).standard_normal(np.shape(arrays[name])))
    if case_declarations(case)[name].facts & {"symmetric", "posdef"}:
        direction = (direction + direction.T) / 2
    return {**arrays, f"d{name}": direction}


def run(program, arrays):
    """The result for those arrays that the program takes."""
    return program(**{name: arrays[name] for name in program.parameters})


def assert_close(found, expected, tolerance=1e-9):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= tolerance * max(np.abs(expected).max(), 1e-3)


@each_case
def test_a_jvp_is_the_derivative_times_the_direction(case):
    arrays = at_point(case)
    result = run(gp.compile(expression(case), case["wrt"], outputs=("jacobian", "jvp")), arrays)
    direction = arrays[f"d{case['wrt']}"]
    assert_close(result.jvp, np.tensordot(result.jacobian, direction, axes=direction.ndim))


@each_case
def test_a_vjp_is_the_cotangent_times_the_derivative(case):
    loss, (sizes, arrays) = expression(case), case_point(case)
    if len(loss.shape) > 2:
        return
    cotangent = np.asarray(
        np.random.default_rng(4).standard_normal([axis.size(sizes) for axis in loss.shape])
    )
    program = gp.compile(loss, case["wrt"], outputs=("jacobian", "vjp"))
    result = run(program, {**arrays, "cotangent": cotangent})
    assert_close(result.vjp, np.tensordot(cotangent, result.jacobian, axes=cotangent.ndim))


@each_twice
def test_an_hvp_is_the_hessian_times_the_direction(case):
    arrays = at_point(case)
    result = run(gp.compile(expression(case), case["wrt"], outputs=("hessian", "hvp")), arrays)
    direction = arrays[f"d{case['wrt']}"]
    assert_close(result.hvp, np.tensordot(result.hessian, direction, axes=direction.ndim))


def factorisation(rng):
    """Arrays for the loss of a factorisation and directions, of distinct sizes."""
    shapes = {"T": (5, 4), "U": (5, 3), "V": (4, 3), "dU": (5, 3), "dV": (4, 3)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def test_products_with_several_directions_add_up():
    arrays = factorisation(np.random.default_rng(0))
    outputs = ("gradient", "jvp", "hessian", "hvp")
    result = run(gp.compile("norm2(T-U*V')^2", ("U", "V"), outputs=outputs), arrays)
    along = [(result.gradient[name] * arrays[f"d{name}"]).sum() for name in "UV"]
    assert_close(result.jvp, sum(along))
    blocks = result.hessian
    assert set(blocks) == {("U", "U"), ("U", "V"), ("V", "V")}
    mixed = np.tensordot(blocks["U", "V"], arrays["dV"], axes=2)
    assert_close(result.hvp["U"], np.tensordot(blocks["U", "U"], arrays["dU"], axes=2) + mixed)
    mixed = np.tensordot(arrays["dU"], blocks["U", "V"], axes=2)
    assert_close(result.hvp["V"], np.tensordot(blocks["V", "V"], arrays["dV"], axes=2) + mixed)


@pytest.mark.parametrize(
    ("loss", "by", "names"),
    [
        ("norm2(T-U*V')^2", "U", {"right"}),
        ("norm2(T-U*V')^2", "V", {"right"}),
        ("norm2(A*X*B)^2/2", "X", {"left", "right"}),
        ("tr(S*Y) - logdet(Y)/2", "Y", {"crossed_left", "crossed_right"}),
        ("(norm2(A*X)^2 + norm2(C.*X)^2)/n", "X", {"diagonal", "left"}),
        ("norm2(C.*X)^2 + norm2(A*X)^2", "X", {"diagonal", "left"}),
        ("norm2(X)^2", "X", {"diagonal"}),
    ],
)
def test_factors_of_a_hessian_expand_to_it(loss, by, names):
    sizes = {"m": 2, "n": 3, "k": 4, "p": 5, "q": 6}
    declare = {"A": "matrix(p,m)", "X": "matrix(m,n)", "B": "matrix(n,q)", "C": "matrix(m,n)"}
    declare |= {"T": "matrix(m,n)", "U": "matrix(m,k)", "V": "matrix(n,k)"}
    declare |= {"S": "matrix(n,n)", "Y": "nonsingular(n)"}
    program = gp.compile(loss, by, outputs=("hessian_factors", "hessian"), declare=declare)
    rng = np.random.default_rng(1)
    arrays = {
        name: rng.standard_normal([axis.size(sizes) for axis in declared.axes])
        for name, declared in program.parameters.items()
    }
    result = program(**arrays)
    assert set(result.hessian_factors) == names
    assert_close(gp.expand_hessian(result.hessian_factors, arrays[by].shape), result.hessian)


@pytest.mark.parametrize(
    ("loss", "by", "words"),
    [
        ("norm2(X*w - y)^2", "w", "is a vector"),
        ("logdet(X'*X)", "X", "no product of factors"),
        ("norm2(T-U*V')^2", ("U", "V"), "by one variable"),
    ],
)
def test_a_hessian_without_factors_says_so(loss, by, words):
    with pytest.raises(gp.UnsupportedError, match=words):
        gp.compile(loss, by, outputs=("hessian_factors",))


def test_a_direction_gives_way_to_a_variable_of_its_name():
    program = gp.compile("x'*dx", "x", outputs=("jvp",))
    result = program(x=[1.0, 2.0], dx=[3.0, 4.0], dx_=[5.0, 7.0])
    assert float(result.jvp) == 43.0


def test_factors_of_other_names_and_shapes_are_refused():
    with pytest.raises(gp.DataError, match="no factor middle"):
        gp.expand_hessian({"middle": [[1.0]]}, (1, 1))
    with pytest.raises(gp.DataError, match="right has the shape"):
        gp.expand_hessian({"right": [[1.0]]}, (1, 2))
