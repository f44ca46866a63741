"""Verdicts: wrong steps are refuted, right ones around them and equivalent forms are not."""

import numpy as np
import pytest

from gradproof.checking.points import Sample
from gradproof.documents.judging.judge import Chain, judge
from gradproof.notation.declare import declare
from gradproof.notation.parser import parse_text
from tests.documents.judged import cases, chain_of, derivative_chain, written

WRONG = cases("wrong_public.jsonl")
RIGHT = cases("ok_public.jsonl")
HOLD = ("proved", "agrees")
PUBLISHED = [case for case in cases("public.jsonl") if case["closed_form_text"]]


def kinds(chain: Chain) -> list[str]:
    return [judgement.verdict.kind for judgement in judge(chain)]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["id"])
def test_the_wrong_step_alone_is_refuted(case):
    for step, judgement in enumerate(judge(chain_of(case)), 1):
        if step == case["wrong_step"]:
            assert judgement.verdict.kind == "refuted"
        else:
            assert judgement.verdict.kind in ("proved", "agrees")
            assert not judgement.diagnosis


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case["id"])
def test_right_chains_hold(case):
    assert set(kinds(chain_of(case))) <= {"proved", "agrees"}


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["id"])
def test_what_should_stand_there_holds(case):
    steps = [*case["steps"][: case["wrong_step"]], {"text": case["right_text"]}]
    assert set(kinds(chain_of({**case, "steps": steps}))) <= {"proved", "agrees"}


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_published_derivatives_hold(case):
    assert kinds(derivative_chain(case, case["closed_form_text"])) in (["proved"], ["agrees"])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x'*A*x = x'*A'*x = 2*x'*A*x = 2*x'*A'*x | A: matrix(n,n)", "proved refuted proved"),
        ("x'*A*x = 2*x'*A*x = x'*A'*x = x'*A*x | A: matrix(n,n)", "refuted proved proved"),
        ("x'*A*x = 2*x'*A*x = 3*x'*A*x = x'*A*x | A: matrix(n,n)", "refuted refuted proved"),
        ("tr(A*B) = A*B = tr(B*A) | A: matrix(m,n); B: matrix(n,m)", "refuted proved"),
    ],
)
def test_what_follows_a_wrong_member(line, expected):
    assert kinds(written(line)) == expected.split()


def test_a_member_that_returns_is_compared_with_the_last_right_one():
    judgements = judge(written("tr(A*B) = tr(A)*tr(B) = tr(B*A) | A: matrix(n,n); B: matrix(n,n)"))
    assert [judgement.against for judgement in judgements] == [0, 0]


def test_shapes_that_cannot_be_are_refuted_with_both():
    (judgement,) = judge(written("derivative(a'*X*b, X) = b*a' | X: matrix(m,n)"))
    assert judgement.verdict.kind == "refuted"
    assert "m×n and n×m" in judgement.verdict.message


def test_a_counterexample_has_the_values_of_both_sides():
    (judgement,) = judge(written("A*B = B*A | A: matrix(n,n); B: matrix(n,n)"))
    example = judgement.verdict.counterexample
    assert np.allclose(example["A"] @ example["B"], example["left"])
    assert np.allclose(example["B"] @ example["A"], example["right"])


@pytest.mark.parametrize(
    "claim", ["inv(X)", "2*inv(X)/2", "(inv(X) + inv(X)')/2"], ids=lambda claim: claim
)
def test_a_symmetric_variable_may_vary_symmetrically_or_freely(claim):
    assert kinds(written(f"derivative(logdet(X), X) = {claim} | X: posdef(n)")) == ["agrees"]


@pytest.mark.parametrize("claim", ["A", "A'", "(A + A')/2"])
def test_the_projected_gradient_is_accepted_beside_the_free_one(claim):
    expected = "refuted" if claim == "A" else "agrees"
    chain = written(f"derivative(tr(A*X), X) = {claim} | A: matrix(n,n); X: symmetric(n)")
    assert kinds(chain) == [expected]


def test_facts_hold_at_the_points():
    assert kinds(written("sum(p) = 1 | p: simplex(n)"))[0] in ("proved", "agrees")
    assert kinds(written("sum(p) = 1 | p: vector(n)")) == ["refuted"]


def test_definitions_stand_for_what_they_say():
    members = ("derivative(norm2(r)^2, w)", "2*X'*r", "2*X'*r + 0*w")
    chain = Chain(tuple(map(parse_text, members)), {}, {"r": parse_text("X*w - y")})
    assert kinds(chain) == ["proved", "proved"]


def test_the_differential_of_a_defined_name_is_that_of_what_it_stands_for():
    members = ("differential(norm2(r)^2)", "2*r'*dr", "2*r'*X*dw")
    chain = Chain(tuple(map(parse_text, members)), {}, {"r": parse_text("X*w - y")})
    assert set(kinds(chain)) <= {"proved", "agrees"}


def test_a_derivative_by_a_defined_name_stops_there():
    members = ("derivative(norm2(r)^2, r)", "2*r")
    chain = Chain(tuple(map(parse_text, members)), {}, {"r": parse_text("X*w - y")})
    assert set(kinds(chain)) <= {"proved", "agrees"}


def test_without_directions_all_variables_move_but_constants():
    members = tuple(map(parse_text, ("differential(A*x)", "A*differential(x)")))
    assert kinds(Chain(members)) == ["refuted"]
    assert set(kinds(Chain(members, constant=frozenset({"A"})))) <= {"proved", "agrees"}


def test_zero_has_the_shape_of_what_it_equals():
    members = tuple(map(parse_text, ("A - A", "0")))
    assert kinds(Chain(members, {"A": declare("A", "matrix(m,n)")})) == ["proved"]


def test_equalities_hold_where_the_equations_in_force_hold():
    def at_the_minimiser(sample: Sample) -> Sample:
        solved = np.linalg.lstsq(sample.values["X"], sample.values["y"], rcond=None)[0]
        return sample.moved("w", solved)

    members = tuple(map(parse_text, ("X'*X*w", "X'*y")))
    known = {"X": declare("X", "matrix(n,d)"), "w": declare("w", "vector(d)")}
    assert kinds(Chain(members, known)) == ["refuted"]
    assert kinds(Chain(members, known, at=at_the_minimiser)) == ["agrees"]


def test_members_that_could_not_be_read_are_passed_over():
    members = (parse_text("tr(A*B)"), None, parse_text("tr(B*A)"), parse_text("tr(A)*tr(B)"))
    assert kinds(Chain(members)) == ["not understood", "proved", "refuted"]


@pytest.mark.parametrize(
    "line",
    [
        "log(-norm2(x)^2) = 0*norm2(x) | x: vector(n)",
        "inv(x*x') = inv(x*x') + eye(n) | x: vector(n)",
    ],
)
def test_what_has_no_value_anywhere_is_not_understood(line):
    assert kinds(written(line)) == ["not understood"]


@pytest.mark.parametrize("line", ["t = tr(t) | t: scalar", "tr(inv(t)) = 1/t | t: scalar positive"])
def test_matrix_functions_of_numbers_raise_nothing(line):
    assert kinds(written(line)) != ["refuted"]


def test_two_by_two_matrices_do_not_decide():
    line = "det(eye(n) + A) = 1 + tr(A) + det(A) | A: matrix(n,n)"
    assert kinds(written(line)) == ["refuted"]


def test_a_slip_inside_a_case_is_found():
    loss = "relu(norm2(a - p)^2 - norm2(a - q)^2 + m)"
    slope = "2*(q - p)*(1 + sign(norm2(a - p)^2 - norm2(a {} q)^2 + m))/2"
    known = "a: vector(n); p: vector(n); q: vector(n); m: scalar"
    assert kinds(written(f"derivative({loss}, a) = {slope.format('-')} | {known}")) != ["refuted"]
    assert kinds(written(f"derivative({loss}, a) = {slope.format('+')} | {known}")) == ["refuted"]


def test_a_declared_direction_keeps_its_structure():
    line = "tr(A*dX) = tr(A'*dX) | A: matrix(n,n); X: matrix(n,n); dX: symmetric(n)"
    assert set(kinds(written(line))) <= {"proved", "agrees"}


def test_a_derivative_by_what_occurs_nowhere_refutes_nothing():
    assert kinds(written("derivative(x'*x, y) = 2*x | x: vector(n)")) == ["not understood"]
    assert kinds(written("derivative(x'*x, y) = 2*x | x: vector(n); y: vector(n)")) == ["refuted"]


def test_functions_of_square_matrices_may_be_meant_as_series():
    assert kinds(written("derivative(tr(sin(X)), X) = cos(X)' | X: matrix(n,n)"))[0] in HOLD
    assert kinds(written("derivative(sum(sin(X)), X) = cos(X) | X: matrix(n,n)"))[0] in HOLD
    assert kinds(written("derivative(tr(sin(X)), X) = sin(X)' | X: matrix(n,n)")) == ["refuted"]
