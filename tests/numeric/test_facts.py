"""Every fact can be drawn, and what is drawn has it, and what it implies."""

import numpy as np
import pytest

import gradproof as gp
from gradproof.core.declaration import FACTS, Declaration, closure
from gradproof.core.dimension import dimension
from gradproof.numeric.facts import FACTS_HOLD
from gradproof.numeric.sampling import draw

VECTORS = {"onehot", "simplex", "unit", "positive", "open01", "binary", "pm1", "count"}


def test_every_fact_has_its_test():
    assert set(FACTS_HOLD) == set(FACTS)


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_drawn_has_the_fact_and_all_it_implies(fact, seed):
    axes = (dimension("n"),) if fact in VECTORS else (dimension("n"), dimension("n"))
    declared = Declaration("x", "vector" if fact in VECTORS else "matrix", axes, closure([fact]))
    array = draw(declared, {"n": 4}, np.random.default_rng(seed), 0)
    assert [implied for implied in declared.facts if not FACTS_HOLD[implied](array)] == []


def test_a_formula_that_uses_a_fact_asks_for_it():
    result = gp.derive("x'*S*x", "x", declare={"S": "symmetric(n)"}).result
    with pytest.raises(gp.DataError, match="S is declared symmetric"):
        gp.evaluate(result, x=[1.0, 2.0], S=[[1.0, 2.0], [0.0, 1.0]])


def test_an_expression_as_written_does_not():
    loss = gp.parse("x'*S*x", declare={"S": "symmetric(n)"})
    assert gp.evaluate(loss, x=[1.0, 2.0], S=[[1.0, 2.0], [0.0, 1.0]]) == 9.0
