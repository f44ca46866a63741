"""Derivations in components: true in every step, and written as a lecturer would."""

from __future__ import annotations

from random import Random

import pytest

import gradproof as gp
from tests.support.random_expressions import SCALAR, declared, term
from tests.support.styles import asked, blocks, false_steps, written

STYLE = "components"


@pytest.mark.parametrize(
    ("question", "answer"), list(blocks(STYLE)), ids=lambda text: text.partition("\n")[0]
)
def test_derivations_read_as_in_a_lecture(question, answer):
    derivation = asked(question, STYLE)
    assert written(derivation) == answer
    assert {verdict.kind for verdict in derivation.prove_steps()} == {"agrees"}


def test_random_gradients_come_out_in_true_steps():
    random = Random(5)
    for _ in range(30):
        text = str(term(lambda options: options[random.randrange(len(options))], 4, SCALAR, "", ()))
        known = declared(text)
        names = [name for name, words in known.items() if not words.startswith("index")]
        if names:
            derivation = gp.derive(text, random.choice(names), style=STYLE, declare=known)
            assert derivation.steps[-1].after == derivation.result.inferred.tree, text
            assert not false_steps(derivation), text


def test_indices_that_are_bound_do_not_clash():
    derivation = gp.derive("sum(i, log(1 + exp(-y[i]*(X[i]'*w))))", "w", style=STYLE)
    assert {verdict.kind for verdict in derivation.prove_steps()} == {"agrees"}


def test_a_linear_map_ends_in_its_differential():
    derivation = gp.derive("A*X*B", "X", style=STYLE)
    assert derivation.steps[-1].after == derivation.result.inferred.tree
    assert not false_steps(derivation)


def test_what_has_no_components_is_derived_in_one_true_step():
    derivation = gp.derive("tr(expm(t*A))", "t", style=STYLE)
    assert len(derivation.steps) == 1
    assert not false_steps(derivation)
