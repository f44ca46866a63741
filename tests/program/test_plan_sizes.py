"""The sizes that a plan is made for change the order of its steps, never the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.core.errors import GradproofError
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import read
from gradproof.program.backends.numpy import NUMPY
from gradproof.program.source import source
from tests.program.points import SIZES, declared, drawn
from tests.program.test_plan_selection import SELECTIONS, used_in
from tests.program.test_programs import EXPRESSIONS

UNNAMED = (".^y", "^(1/2)", "lambda")  # powers of negative numbers, and a word of Python
TEXTS = [
    (text, declarations)
    for text, declarations, *_ in (*EXPRESSIONS, *SELECTIONS)
    if not any(part in text for part in UNNAMED)
]


def together(text, variables):
    """The value, a multiple of it and its sum of squares, as far as they can be written."""
    for texts in ((f"-3*({text})", text, f"sum(({text}).*({text}))"), (text,)):
        try:
            return {f"out{place}": read(own, variables).tree for place, own in enumerate(texts)}
        except GradproofError:
            continue
    raise AssertionError(text)


@pytest.mark.parametrize(("text", "declarations"), TEXTS, ids=[row[0] for row in TEXTS])
def test_planned_for_other_sizes(text, declarations):
    variables = used_in(text, declared(declarations))
    arrays = drawn(variables)
    trees = together(text, variables)
    rng = np.random.default_rng(len(text))
    sizes = {name: int(rng.choice([1, 3, 50, 5000])) for name in SIZES}
    namespace = {}
    exec(source(NUMPY, "f", trees, variables, {}, sizes), namespace)  # our own text
    results = namespace["f"](**arrays)
    for tree, found in zip(trees.values(), results if len(trees) > 1 else [results], strict=True):
        expected = evaluate(tree, arrays, SIZES)
        assert np.shape(found) == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)
