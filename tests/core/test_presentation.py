"""However a product is written, it is the same node: order, names of letters and grouping go."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.core.apply import apply
from gradproof.core.contract import contract, permute, scale, transpose
from gradproof.core.dimension import dimension
from gradproof.core.node import Node, number, symbol
from gradproof.core.sum import add
from gradproof.ops import OPERATIONS
from tests.support.claims import close
from tests.support.tensors import worth

n = dimension("n")
SYMMETRIC = frozenset({"symmetric"})
MATERIAL = (
    symbol("s"),
    symbol("x", (n,)),
    symbol("y", (n,)),
    symbol("X", (n, n)),
    symbol("S", (n, n), SYMMETRIC),
    symbol("K", (n, n, n)),
    apply(OPERATIONS["tanh"], (symbol("X", (n, n)),)),
    apply(OPERATIONS["exp"], (symbol("S", (n, n), SYMMETRIC),)),
    add([(1, symbol("x", (n,))), (2, symbol("y", (n,)))], (n,)),
)
SIZES = {"n": 3}
VALUES = {
    name: np.random.default_rng(place).uniform(0.5, 1.5, (3,) * rank)
    for place, (name, rank) in enumerate(
        [("s", 0), ("x", 1), ("y", 1), ("X", 2), ("S", 2), ("K", 3)]
    )
}
VALUES["S"] = VALUES["S"] + VALUES["S"].T

Presentation = tuple[int, list[tuple[Node, tuple[int, ...], int]], tuple[int, ...]]


@st.composite
def presentations(draw: st.DrawFn, most: int = 5, symmetric_only: bool = False) -> Presentation:
    """A coefficient, factors with letters 0 to 4 and exponents, and output letters."""
    letters = st.integers(0, 4)
    factors = []
    for node in draw(st.lists(st.sampled_from(MATERIAL), min_size=1, max_size=most)):
        places = tuple(draw(letters) for _ in node.axes)
        factors.append((node, places, draw(st.sampled_from((1, 1, 1, 2, -1)))))
    used = sorted({letter for _, places, _ in factors for letter in places})
    output = tuple(draw(st.lists(st.sampled_from(used), max_size=3))) if used else ()
    return draw(st.sampled_from((1, 2, -3))), factors, output


def made(presentation: Presentation) -> Node:
    coefficient, factors, output = presentation
    return contract(coefficient, factors, output)


def by_einsum(presentation: Presentation) -> np.ndarray:
    """The same product, straight from its definition."""
    coefficient, factors, output = presentation
    used = {letter for _, places, _ in factors for letter in places}
    total = np.zeros((3,) * len(output))
    bound = sorted(used - set(output))
    for place in np.ndindex(*(3,) * len(used)):
        at = dict(zip([*dict.fromkeys(output), *bound], place, strict=True))
        term = float(coefficient)
        for node, letters, exponent in factors:
            term *= worth(node, VALUES, SIZES)[tuple(at[x] for x in letters)] ** exponent
        total[tuple(at[x] for x in output)] += term
    return total


@settings(max_examples=150, deadline=None, derandomize=True)
@given(presentations(most=3))
def test_the_normal_form_has_the_value_of_the_product(presentation):
    value = worth(made(presentation), VALUES, SIZES)
    assert close(value, by_einsum(presentation), 1e-10)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(presentations(), st.randoms(use_true_random=False))
def test_order_and_names_of_letters_do_not_matter(presentation, chance):
    coefficient, factors, output = presentation
    names = chance.sample(range(100), 5)
    shuffled = [
        (node, _turned(node, tuple(names[x] for x in letters), chance), exponent)
        for node, letters, exponent in factors
    ]
    chance.shuffle(shuffled)
    other = contract(coefficient, shuffled, tuple(names[x] for x in output))
    assert other is made(presentation)


def _turned(node: Node, letters: tuple[int, ...], chance) -> tuple[int, ...]:
    """The letters of a symmetric node, in either order."""
    symmetric = len(letters) == 2 and transpose(node) is node
    return letters[::-1] if symmetric and chance.random() < 0.5 else letters


@settings(max_examples=300, deadline=None, derandomize=True)
@given(presentations(), st.randoms(use_true_random=False))
def test_grouping_does_not_matter(presentation, chance):
    """A product of a product is the product of all: of factors that share letters with the rest."""
    coefficient, factors, output = presentation
    cut = chance.randrange(len(factors) + 1)
    inside, outside = factors[:cut], factors[cut:]
    kept = {letter for _, letters, _ in outside for letter in letters} | set(output)
    own = {letter for _, letters, _ in inside for letter in letters}
    joint = tuple(sorted(kept & own, key=lambda letter: chance.random()))
    grouped = contract(1, inside, joint)
    assert contract(coefficient, [*outside, (grouped, joint, 1)], output) is made(presentation)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(presentations(), st.randoms(use_true_random=False))
def test_permuted_outputs_are_permuted_axes(presentation, chance):
    coefficient, factors, output = presentation
    order = tuple(chance.sample(range(len(output)), len(output)))
    turned = contract(coefficient, factors, tuple(output[k] for k in order))
    assert turned is permute(made(presentation), order)
    back = tuple(sorted(range(len(order)), key=order.__getitem__))
    assert permute(turned, back) is made(presentation)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(presentations(most=3), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_sums_merge_in_any_order_and_grouping(parts, chance):
    weights = [chance.choice((1, -2, Fraction(1, 3))) for _ in parts]
    nodes = [
        (weight, made((c, factors, ())))
        for weight, (c, factors, _) in zip(weights, parts, strict=True)
    ]
    whole = add(nodes, ())
    mixed = chance.sample(nodes, len(nodes))
    assert add(mixed, ()) is whole
    head, *tail = mixed
    assert add([head, (1, add(tail, ()))], ()) is whole
    assert add([*nodes, *[(-weight, node) for weight, node in nodes]], ()) is number(0)
    assert add([*nodes, (1, whole)], ()) is scale(2, whole)


def test_graphs_that_only_look_alike_are_told_apart():
    """Two triangles and a hexagon: every letter meets the same, yet the tensors differ."""
    S = symbol("S", (n, n), SYMMETRIC)
    triangles = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)]
    hexagon = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5)]
    apart = contract(1, [(S, edge, 1) for edge in triangles], ())
    ring = contract(1, [(S, edge, 1) for edge in hexagon], ())
    assert apart is not ring
    triangle = contract(1, [(S, edge, 1) for edge in triangles[:3]], ())
    assert apart is contract(1, [(triangle, (), 2)], ())
    for order in list(permutations(range(6)))[::37]:
        turned = [(S, (order[i], order[j]), 1) for i, j in hexagon]
        assert contract(1, turned, ()) is ring


def test_a_regular_ring_has_one_presentation():
    """x′-free products of one matrix around a ring: every rotation is the same node."""
    X = symbol("X", (n, n))
    for length in range(2, 9):
        ring = [(X, (k, (k + 1) % length), 1) for k in range(length)]
        whole = contract(1, ring, ())
        for turn in range(length):
            assert contract(1, ring[turn:] + ring[:turn], ()) is whole
        reverse = [(X, ((k + 1) % length, k), 1) for k in range(length)]
        assert contract(1, reverse, ()) is whole


def test_repeated_letters_tell_factors_apart():
    """Each letter stands once in each place, but in one factor the first and the last are equal."""
    K = symbol("K", (n, n, n))
    places = [(1, 0, 2), (0, 1, 0), (2, 2, 1)]
    made_once = {
        contract(1, [(K, tuple(names[x] for x in letters), 1) for letters in order], ())
        for names in permutations(range(3))
        for order in permutations(places)
    }
    assert len(made_once) == 1
