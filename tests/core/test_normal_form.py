"""Equal means identical: what theorems of matrix algebra cost no rule, and no order of writing."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.core.apply import apply
from gradproof.core.canonical import identity, ones
from gradproof.core.contract import contract, permute, scale, size, transpose
from gradproof.core.dimension import dimension, plus, times
from gradproof.core.node import Contraction, Node, Number, Sum, number, symbol
from gradproof.core.sum import add
from gradproof.notation.declare import declare as read_declaration
from gradproof.notation.infer import infer
from gradproof.notation.lower import lower
from gradproof.notation.parser import parse_text
from gradproof.ops import OPERATIONS
from tests.support.claims import close
from tests.support.tensors import worth

DECLARED = {
    **dict.fromkeys("st", "scalar"),
    **dict.fromkeys("xyuv", "vector(n)"),
    **dict.fromkeys("ab", "vector(m)"),
    "A": "matrix(m,n)",
    "B": "matrix(n,p)",
    "C": "matrix(p,m)",
    "F": "matrix(m,n)",
    "X": "matrix(n,n)",
    "Y": "matrix(n,n)",
    "S": "symmetric(n)",
    "T": "symmetric(n)",
    "P": "posdef(n)",
    "D": "diagonal(n)",
    "c": "index(m)",
}


def node_of(text: str) -> Node:
    declarations = {name: read_declaration(name, words) for name, words in DECLARED.items()}
    inferred = infer(parse_text(text), declarations, text)
    return lower(inferred.tree, inferred.declarations)


IDENTICAL = (
    # transposes
    ("(A*B)'", "B'*A'"),
    ("A''", "A"),
    ("(A + F)'", "A' + F'"),
    ("(A*B*C)'", "C'*B'*A'"),
    ("(x*a')'", "a*x'"),
    ("(2*A)'", "2*A'"),
    ("tanh(A)'", "tanh(A')"),
    ("inv(X)'", "inv(X')"),
    ("pinv(A)'", "pinv(A')"),
    ("det(X')", "det(X)"),
    ("norm2(A')", "norm2(A)"),
    ("expm(X')", "expm(X)'"),
    # products and traces
    ("A*(B*C)", "(A*B)*C"),
    ("tr(A*B*C)", "tr(B*C*A)"),
    ("tr(A*B*C)", "tr(C'*B'*A')"),
    ("tr(X')", "tr(X)"),
    ("tr(X*Y)", "tr(Y*X)"),
    ("x'*y", "y'*x"),
    ("x'*X*y", "y'*X'*x"),
    ("inner(a, A*x)", "inner(A'*a, x)"),
    ("inner(a, A*x)", "tr(x*a'*A)"),
    ("inner(A, F)", "tr(A'*F)"),
    ("inner(A, F)", "sum(A.*F)"),
    ("outer(x, a)", "x*a'"),
    ("(x*y')*u", "(y'*u)*x"),
    ("norm2(x)^2", "x'*x"),
    ("norm2(A)^2", "tr(A'*A)"),
    ("norm2(A)^2", "sum(A.^2)"),
    ("norm2(3*x)^2", "9*x'*x"),
    ("sqrt(x'*x)", "norm2(x)"),
    ("x'*x*x", "x*(x'*x)"),
    ("(x'*y)^2", "(y'*x)*(x'*y)"),
    # identities, ones and diagonals
    ("A*eye(n)", "A"),
    ("eye(m)*A", "A"),
    ("tr(eye(n))", "n"),
    ("sum(ones(n))", "n"),
    ("sum(A)", "ones(m)'*A*ones(n)"),
    ("mean(A)", "sum(A)/(m*n)"),
    ("diag(v)*u", "v.*u"),
    ("diag(v)*A'", "(v*ones(m)').*A'"),
    ("diag(diag(v))", "v"),
    ("diag(X)", "(X.*eye)*ones(n)"),
    ("tr(X)", "sum(diag(X))"),
    ("tr(diag(v))", "sum(v)"),
    ("x.*y.*u", "u.*(y.*x)"),
    ("x./y", "y.^(-1).*x"),
    ("x.^2./x", "x"),
    ("x./x", "ones(n)"),
    ("diag(u)*diag(v)", "diag(u.*v)"),
    ("eye(n) + zeros(n,n)", "eye(n)"),
    # what is symmetric
    ("S'", "S"),
    ("x'*S*y", "y'*S*x"),
    ("(S*T)'", "T*S"),
    ("tr(S*T*X)", "tr(X'*T*S)"),
    ("inv(P)'", "inv(P)"),
    ("(S + T)'", "S + T"),
    ("(X + X')'", "X + X'"),
    ("(X*X')'", "X*X'"),
    ("D*D", "D.*D"),
    ("D*u", "diag(D).*u"),
    # sums over an index, selections
    ("sum(j, x[j]*y[j])", "x'*y"),
    ("sum(i, j, A[i,j]*a[i]*x[j])", "a'*A*x"),
    ("sum(i, j, X[i,j]*X[j,i])", "tr(X*X)"),
    ("sum(i, A[i])", "A'*ones(m)"),
    ("sum(i, A[i]*A[i]')", "A'*A"),
    ("array(i, j, x[i]*y[j])", "x*y'"),
    ("array(i, j, A[j,i])", "A'"),
    ("array(i, A[i]'*x)", "A*x"),
    ("A[c]'*x", "(A*x)[c]"),
    ("(A*B)[c]", "B'*A[c]"),
    # sums and exact coefficients
    ("A + F", "F + A"),
    ("A + A", "2*A"),
    ("A - A", "zeros(m,n)"),
    ("0.1*A + 0.2*A", "0.3*A"),
    ("A/3 + A/6", "A/2"),
    ("s*A + A*s", "2*s*A"),
    ("-(A - F)", "F - A"),
    ("2*(A + F)", "2*A + 2*F"),
    ("1/3 + 1/6", "1/2"),
    ("3 - 2 + 4^(1/2)", "3"),
    ("x'*y + y'*x", "2*(x'*y)"),
    ("s*t - t*s", "0"),
    # powers
    ("X^2", "X*X"),
    ("X^3", "X*X*X"),
    ("X^0", "eye(n)"),
    ("X^-1", "inv(X)"),
    ("s^2*s^-1", "s"),
    ("s^(1/2)*s^(1/2)", "s"),
    ("(2*s)^2", "4*s^2"),
    ("(A.*F).^2", "A.^2.*F.^2"),
)


@pytest.mark.parametrize(("one", "other"), IDENTICAL)
def test_equal_by_a_law_means_identical(one, other):
    assert node_of(one) is node_of(other)


DIFFERENT = (
    ("A'*A", "A*A'"),
    ("X*Y", "Y*X"),
    ("X*Y", "X.*Y"),
    ("tr(X*Y')", "tr(X*Y)"),
    ("tr(X)", "sum(X)"),
    ("x*y'", "y*x'"),
    ("diag(v)", "v*v'"),
    ("sqrt(s^2)", "s"),
    ("norm2(x)", "norm1(x)"),
    ("S*T", "T*S"),
    ("(x'*y)*u", "(x'*u)*y"),
    ("exp(A)", "exp(F)"),
    ("X^2", "X.^2"),
    ("x'*X*y", "y'*X*x"),
    ("sum(i, X[i,i])", "sum(i, j, X[i,j])"),
    ("tr(X*X'*X*X)", "tr(X*X*X'*X')"),
)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_is_not_identified(one, other):
    assert node_of(one) is not node_of(other)


# ---------------------------------------------------------------- the presentation is forgotten
n, m = dimension("n"), dimension("m")
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
SIZES = {"n": 3, "m": 4}
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


# ------------------------------------------------------------------------ small truths
def test_coefficients_are_exact():
    third = scale(Fraction(1, 3), symbol("x", (n,)))
    assert isinstance(third, Contraction)
    assert third.coefficient == Fraction(1, 3)
    assert add([(3, third)], (n,)) is symbol("x", (n,))
    whole = scale(Fraction(6, 3), symbol("x", (n,)))
    assert isinstance(whole, Contraction)
    assert type(whole.coefficient) is int
    assert isinstance(node_of("0.1 + 0.2"), Number)
    assert node_of("0.1 + 0.2").value == Fraction(3, 10)


def test_no_term_of_a_sum_carries_a_coefficient():
    total = node_of("2*A - 3/4*F + s*A")
    assert isinstance(total, Sum)
    for weight, term in total.terms:
        assert weight in (1, 2, Fraction(-3, 4))
        assert not isinstance(term, Contraction) or term.coefficient == 1
    keys = [term.key for _, term in total.terms]
    assert keys == sorted(keys)


def test_zero_is_one_node_of_its_axes():
    assert node_of("0*A") is ones((m, n), 0)
    assert node_of("A - A") is ones((m, n), 0)
    assert node_of("tr(X - X)") is number(0)
    assert node_of("s*zeros(m,n)*x") is ones((m,), 0)


def test_sizes_are_numbers_that_stay_symbols():
    assert size(plus(n, dimension(1))) is add([(1, size(n)), (1, number(1))], ())
    assert size(times(n, m)) is contract(1, [(size(n), (), 1), (size(m), (), 1)], ())
    assert contract(1, [(identity(n), (0, 0), 1)], ()) is size(n)
    assert node_of("tr(eye(n)) - n") is number(0)
    assert node_of("sum(ones(m,n))") is node_of("m*n")


def test_dimensions_are_equal_as_polynomials():
    assert times(n, m) == times(m, n)
    assert plus(times(n, m), n) == times(n, plus(m, dimension(1)))
    assert plus(n, n) == times(dimension(2), n)


PROGRAM = """
from tests.core.test_normal_form import IDENTICAL, node_of
from random import Random
import gradproof as gp
from tests.support.random_expressions import declared, expression
for one, other in IDENTICAL[::7]:
    print(one, node_of(one).key, node_of(other).key)
for seed in range(20):
    text = str(expression(Random(seed).choice, 3))
    print(gp.simplify(text, declare=declared(text)).text)
for loss in ("norm2(X*w - y)^2", "-t'*log(softmax(W'*x))", "sum(j, log(sigmoid(-V[j]'*W*u)))"):
    for name in gp.parse(loss).variables:
        print(gp.derive(loss, name).text, gp.derive(loss, name).conditions)
"""


def test_keys_and_formulas_are_the_same_in_every_process():
    outputs = set()
    for seed in ("0", "1", "4242"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) > 30
