"""What our LaTeX writer prints, the LaTeX reader reads back to the same value."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gradproof.core.errors import DataError, GradproofError
from gradproof.notation.declare import declare
from gradproof.notation.evaluate import NonFinite, Singular, evaluate
from gradproof.notation.infer import infer
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.latex.resolve import understand
from gradproof.notation.parser import parse_text
from gradproof.notation.write_latex import latex
from gradproof.numeric.sampling import draw
from tests.conformance.cases import load
from tests.support.random_expressions import declared, expression

CASES = load()
SIZES = {"m": 2, "n": 3, "p": 4, "q": 5, "k": 6}


def read_back(written, inferred):
    known = inferred.declarations
    dimensions = inferred.dimensions - known.keys()
    symbols = Symbols(known, dimensions=frozenset(dimensions))
    return understand(parse_latex(written, symbols), known, written)


def agrees(one, other, values, sizes):
    try:
        first = evaluate(one.tree, values, sizes)
    except (NonFinite, Singular, DataError):
        return True
    second = evaluate(other.tree, values, sizes)
    scale = max(np.abs(first).max(initial=0), 1e-3)
    return first.shape == second.shape and np.abs(first - second).max(initial=0) <= 1e-8 * scale


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_results(case):
    values, sizes = case.sample(seed=1)
    result = case.derive().result
    inferred = result.inferred
    if result.direction is not None:
        shape = [axis.size(sizes) for axis in result.direction.axes]
        values[result.direction.name] = np.random.default_rng(2).standard_normal(shape)
    again = read_back(result.latex, inferred)
    assert agrees(inferred, again, values, sizes), result.latex


@pytest.mark.parametrize("seed", range(300))
def test_random_expressions(seed):
    source = str(expression(random.Random(seed).choice, 3))
    known = {name: declare(name, words) for name, words in declared(source).items()}
    inferred = infer(parse_text(source), known, source)
    rng = np.random.default_rng(seed)
    values = {name: draw(known[name], SIZES, rng, 0) for name in inferred.declarations}
    written = latex(inferred.tree)
    try:
        again = read_back(written, inferred)
    except GradproofError as error:
        raise AssertionError(f"{source}\n{written}\n{error}") from None
    assert agrees(inferred, again, values, SIZES), f"{source}\n{written}"
