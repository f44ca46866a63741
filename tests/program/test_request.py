"""What a program may be asked for, and how nonsense is refused."""

from __future__ import annotations

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.errors import ReadError, UnknownNameError, UnsupportedError

LOSS = "norm2(X*w - y)^2"


def test_one_output_may_stand_alone_and_twice_is_once():
    assert gp.compile(LOSS, "w", outputs="value").outputs == (("value", ()),)
    assert gp.compile(LOSS, "w", outputs=["gradient", "gradient"]).outputs == (("gradient", ()),)


def test_names_may_be_listed():
    found = gp.compile(LOSS, ["w", "y", "w"])
    assert found.outputs == (("value", ()), ("gradient", ("w", "y")))
    assert found.wrt == ("w", "y")


def test_what_is_differentiated_by_is_known():
    assert gp.compile(LOSS, "w").wrt == ("w",)
    assert gp.compile("x'*x").wrt == ("x",)
    assert gp.compile(LOSS, outputs="value").wrt == ()


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"outputs": ()}, UnsupportedError, "no output is asked for\nThe outputs are value, grad"),
        ({"outputs": None}, UnsupportedError, "no output is asked for"),
        ({"outputs": "values"}, UnsupportedError, "there is no output 'values'\nThe outputs are"),
        ({"wrt": ()}, UnknownNameError, 'wrt names no variable\nWrite a name, as in wrt="w"'),
        ({"wrt": 3}, UnknownNameError, "wrt is 3, no name of a variable"),
        ({"wrt": ("w", None)}, UnknownNameError, "wrt is None, no name of a variable"),
        ({"wrt": "z"}, UnknownNameError, "z is not a variable of the expression"),
        ({"name": "my loss"}, UnsupportedError, "a function cannot be named 'my loss'\nChoose"),
        ({"name": "class"}, UnsupportedError, "a function cannot be named 'class'"),
        ({"name": 3}, UnsupportedError, "a function cannot be named 3"),
        ({"backend": None}, UnsupportedError, "there is no backend None\nThe backends are numpy"),
        ({"declare": ["X: matrix(N,d)"]}, ReadError, "texts by the names of the variables\nWrite"),
        ({"loss": 3}, UnsupportedError, "a loss is no int\nWrite a text, or an expression"),
        ({"loss": np.ones(3)}, UnsupportedError, "a loss is no ndarray"),
        (
            {"loss": gp.parse(LOSS), "declare": {"X": "matrix(N,d)"}},
            UnsupportedError,
            "declarations belong to a text",
        ),
    ],
)
def test_nonsense_is_refused_in_words(asked, error, message):
    with pytest.raises(error, match=message):
        gp.compile(**{"loss": LOSS, "wrt": "w", **asked})
