"""Every case of the suite: the emitted program gives the case's value, and its derivative too."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import read
from gradproof.program.compiled import compiled
from tests.program.points import CASES, case_declarations, case_point

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])


def closed_form(case):
    """The closed form with its auxiliary definitions put in."""
    text = case["closed_form_text"]
    for definition in reversed(case.get("closed_form_where", [])):
        name, meaning = definition["text"].split("=", 1)
        text = re.sub(rf"\b{name.strip()}\b(?!\()", lambda _, m=meaning: f"({m.strip()})", text)
    return text


def reference(case, arrays):
    """The value by the NumPy source that the suite gives."""
    namespace = {"xp": np}
    exec(case["numpy"], namespace)  # the suite's own file
    return namespace["f"](**{name: arrays[name] for name in case["variables"]})


def assert_close(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.size == expected.size
    scale = max(np.abs(expected).max(), 1e-3)
    assert np.abs(found.ravel() - expected.ravel()).max() <= 1e-10 * scale


@each_case
def test_value_and_derivative(case):
    declarations = case_declarations(case)
    texts = {"value": case["text"]}
    if case["closed_form_text"]:
        texts["gradient"] = closed_form(case)
    outputs = {name: read(text, declarations).tree for name, text in texts.items()}
    program = compiled("loss", outputs, declarations, texts)
    sizes, arrays = case_point(case)
    result = program(**arrays)
    assert_close(result.value, reference(case, arrays))
    for name, tree in outputs.items():
        expected = evaluate(tree, arrays, sizes)
        assert np.shape(getattr(result, name)) == expected.shape
        assert_close(getattr(result, name), expected)
    assert max(map(len, program.source.splitlines())) <= 88
