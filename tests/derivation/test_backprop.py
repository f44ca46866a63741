"""Derivations by backpropagation: true in every step, and written as a lecturer would."""

from __future__ import annotations

from random import Random

import pytest

import gradproof as gp
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.backprop.kinds import BACKWARD, backward_words
from gradproof.derivation.writing.latex import words
from tests.support.random_expressions import SCALAR, declared, term
from tests.support.styles import asked, blocks, false_steps, written

STYLE = "backprop"


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


def test_what_is_used_twice_receives_two_adjoints():
    derivation = gp.derive("norm2(tanh(W*x))^2 + sum(tanh(W*x))", "x", style=STYLE)
    assert (
        "adjoints of equal inputs add up"
        in gp.derive("norm2(X*w - y)^2 + norm2(w)^2", "w", style=STYLE).written()
    )
    assert [str(tree) for tree in derivation.definitions].count("h") == 1
    assert not false_steps(derivation)


def test_names_of_nodes_are_free():
    text = "norm2(z*w - r)^2 + L + p"
    known = {"z": "matrix(n,d)", "r": "vector(n)", "L": "scalar", "p": "scalar"}
    derivation = gp.derive(text, "w", style=STYLE, declare=known)
    assert not {"z", "r", "L", "p", "n", "d"} & derivation.definitions.keys()


def test_a_jacobian_is_accumulated_backwards():
    derivation = gp.derive("tanh(W*x + b)", "x", style=STYLE)
    assert not false_steps(derivation)
    assert "J_z" in derivation.definitions


def test_a_linear_map_is_refused_with_advice():
    derivation = gp.derive("A*X*B", "X", style=STYLE)
    with pytest.raises(UnsupportedError, match="differential"):
        _ = derivation.steps


@pytest.mark.parametrize("kind", sorted(BACKWARD))
def test_the_words_of_every_rule_can_be_set_in_latex(kind):
    assert words(backward_words(kind)).isascii()


@pytest.mark.parametrize("question", [question for question, _ in blocks(STYLE)])
def test_derivations_are_set_in_latex_and_mathml(question):
    derivation = asked(question, STYLE)
    assert derivation.written("latex").startswith("\\begin{align*}")
    assert derivation.written("mathml").startswith("<math")
