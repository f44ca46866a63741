"""Whatever a contraction is, what is printed for it has its value: nothing is dropped in print."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradproof.algebra.simplify import simplify
from gradproof.core.contract import contract
from gradproof.core.node import Node
from gradproof.core.sum import add
from gradproof.notation.declare import declare as read_declaration
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import infer
from gradproof.notation.lower import lower
from gradproof.notation.parser import parse_text
from gradproof.notation.raising.components import components_tree
from gradproof.notation.raising.context import context_of
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Tree
from gradproof.notation.write_text import text as written
from tests.support.claims import close
from tests.support.tensors import worth

DECLARED = {
    "s": "positive scalar",
    "x": "positive vector(n)",
    "y": "positive vector(n)",
    "a": "positive vector(m)",
    "A": "positive matrix(m,n)",
    "B": "positive matrix(n,m)",
    "X": "positive matrix(n,n)",
    "S": "symmetric(n)",
    "D": "diagonal(n)",
}
SIZES = {"m": 2, "n": 3}
RNG = np.random.default_rng(11)
VALUES = {
    "s": np.array(1.3),
    **{name: RNG.uniform(0.5, 1.5, 3) for name in "xy"},
    "a": RNG.uniform(0.5, 1.5, 2),
    "A": RNG.uniform(0.5, 1.5, (2, 3)),
    "B": RNG.uniform(0.5, 1.5, (3, 2)),
    "X": RNG.uniform(0.5, 1.5, (3, 3)),
    "S": (lambda square: square + square.T)(RNG.uniform(0.5, 1.5, (3, 3))),
    "D": np.diag(RNG.uniform(0.5, 1.5, 3)),
}
KNOWN = {name: read_declaration(name, words) for name, words in DECLARED.items()}
MATERIAL = (
    "s", "x", "y", "a", "A", "B", "X", "S", "D", "x + y", "X + S", "A + B'", "A - B'", "exp(x)",
    "tanh(X)", "A*x", "X*S", "diag(x)", "x*a'", "inv(X)", "eye(n)", "softmax(x)", "norm2(x)",
)  # fmt: skip


WITH_ZEROS = ("eye(n)", "D", "diag(x)", "A - B'")


def node_of(text: str) -> Node:
    inferred = infer(parse_text(text), KNOWN, text)
    return lower(inferred.tree, inferred.declarations)


def printed(node: Node) -> tuple[Tree, bool]:
    """The tree that is shown for a node, and whether it is a matrix formula."""
    plain = parse_text("s")
    context = context_of(infer(plain, KNOWN).tree, {}, simplify)
    try:
        return matrix_tree(node, context), True
    except NoMatrixForm:
        return components_tree(node, context, frozenset({*DECLARED, "m", "n"})), False


def assert_printed_with_its_value(node: Node) -> None:
    tree, _ = printed(node)
    text = written(tree)
    again = infer(parse_text(text), KNOWN, text).tree
    value = evaluate(again, VALUES, SIZES)
    assert close(value, worth(node, VALUES, SIZES), 1e-9), text


@st.composite
def contractions(draw: st.DrawFn, most: int = 5) -> Node:
    """Products of materials: a letter is of one dimension, 0–3 of n and 10–12 of m."""
    factors = []
    for text in draw(st.lists(st.sampled_from(MATERIAL), min_size=1, max_size=most)):
        node = node_of(text)
        places = tuple(draw(_letter(str(axis))) for axis in node.axes)
        exponents = (1,) if text in WITH_ZEROS else (1, 1, 1, 1, 2, -1)
        factors.append((node, places, draw(st.sampled_from(exponents))))
    used = sorted({letter for _, places, _ in factors for letter in places})
    output = tuple(draw(st.lists(st.sampled_from(used), max_size=2))) if used else ()
    return contract(draw(st.sampled_from((1, 2, -1))), factors, output)


def _letter(axis: str) -> st.SearchStrategy[int]:
    return st.integers(0, 3) if axis == "n" else st.integers(10, 12)


def settled(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


@settled(500)
@given(contractions(3))
def test_a_small_product_is_printed_with_its_value(node):
    assert_printed_with_its_value(node)


@settled(400)
@given(contractions(6))
def test_a_product_is_printed_with_its_value(node):
    assert_printed_with_its_value(node)


@settled(300)
@given(contractions(4))
def test_a_simplified_product_is_printed_with_its_value(node):
    assert_printed_with_its_value(simplify(node))


@settled(200)
@given(st.lists(contractions(3), min_size=2, max_size=3), st.sampled_from((1, -2)))
def test_a_sum_is_printed_with_its_value(nodes, weight):
    fitting = [node for node in nodes if node.axes == nodes[0].axes]
    total = add([(weight if k else 1, node) for k, node in enumerate(fitting)], nodes[0].axes)
    assert_printed_with_its_value(total)


@pytest.mark.parametrize("text", MATERIAL)
def test_what_is_written_is_printed_with_its_value(text):
    assert_printed_with_its_value(node_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "x'*X*y", "(A*x)'*a", "tr(A*B)", "A*diag(x)*B", "diag(x)*X*diag(y)", "x.*(X*y)", "x*y'",
        "diag(X)", "diag(diag(X))", "sum(X)", "(X.*S)*x", "tr(X*S*X)", "norm2(A)^2", "x'*x",
        "inv(X)*x", "X.*(x*y')", "A*X*B", "(A*x).*a", "ones(m)*x'", "(x./y)'*x", "sum(x.^3./y)",
        "(x.^2)'*(1./y)", "x.^2./y.^3", "sum(X.^2)", "sum(X.^3)", "tr(diag(x)*X)",
    ],
)  # fmt: skip
def test_what_has_a_matrix_form_is_printed_in_one(text):
    tree, is_matrix = printed(node_of(text))
    assert is_matrix, written(tree)
    assert_printed_with_its_value(node_of(text))
