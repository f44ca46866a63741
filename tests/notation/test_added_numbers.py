"""A number added to an array is refused at the sum, and the advice can be followed."""

from __future__ import annotations

import re

import pytest

from gradproof.core.errors import ShapeError
from gradproof.notation.declare import parse_declaration
from gradproof.notation.infer import read

KNOWN = {
    d.name: d
    for d in map(
        parse_declaration,
        ("x: vector(n)", "X: matrix(m,n)", "A: matrix(k,k)", "y: vector(m)"),
    )
}
ARRAYS = ("x", "x'", "X", "X'", "A", "X*x", "y'*X", "exp(X)", "sigmoid(X*x)")
NUMBERS = ("1", "2", "0.5", "1/2", "-1", "pi")
SUMS = ("{c} + {u}", "{u} + {c}", "{c} - {u}", "{u} - {c}")


def refusal(text: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        read(text, KNOWN)
    return caught.value


@pytest.mark.parametrize("array", ARRAYS)
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("shape", SUMS)
def test_the_caret_is_under_the_sum_and_the_advice_is_read(array, number, shape):
    written = shape.format(c=number, u=array)
    error = refusal(f"sum(tanh({written}))")
    assert error.span is not None
    assert error.source is not None
    assert error.source[error.span.start : error.span.stop] == written
    wanted = read(array, KNOWN).tree.shape
    for advised in re.match(r"Write (.*?), or (.*?)(;.*)?\.$", error.hint).groups()[:2]:
        assert read(advised.replace("(…)", array[array.find("(") :]), KNOWN).tree.shape == wanted


@pytest.mark.parametrize("text", ["1 + exp(s)", "log(1 + exp(s))", "2 - t^2", "x'*x + 1 - s"])
def test_a_number_still_makes_a_scalar_of_what_is_open(text):
    variables = read(text).declarations
    assert all(variables[name].kind == "scalar" for name in variables if name in "st")


def test_a_clash_elsewhere_is_not_blamed_on_a_number():
    assert refusal("X*y + sum(1 + z)").message.startswith("X is a matrix m×n, y is")


def test_only_the_number_that_does_not_fit_is_blamed():
    error = refusal("sum(s + 1)*sum(X + 1)")
    assert error.message == "X + 1 adds a number to a matrix m×n"
