"""Diagnoses: the slip is named, what is said to be right is right, and nothing else is accused."""

from pathlib import Path

import pytest

from gradproof.documents.diagnosis.places import places, put
from gradproof.documents.judging.judge import Chain, judge
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Negation,
    Transpose,
    Tree,
)
from gradproof.notation.write_text import text
from tests.documents.judged import cases, chain_of, derivative_chain, written

WRONG = cases("wrong_public.jsonl")
HERE = Path(__file__).parent
GOLDEN = HERE / "diagnoses.txt"
CLAIMS = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (HERE / "wrong_claims.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
PUBLISHED = [case for case in cases("public.jsonl") if case["closed_form_text"]]


def recorded() -> dict[str, str]:
    """The reviewed diagnosis of each wrong claim."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" | ", 1) for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["id"])
def test_diagnoses_are_as_reviewed(case):
    judgement = judge(chain_of(case))[case["wrong_step"] - 1]
    assert judgement.diagnosis == recorded()[case["id"]]


@pytest.mark.parametrize(("claims", "declarations", "said"), CLAIMS, ids=lambda part: part)
def test_slips_are_named(claims, declarations, said):
    judgement = judge(written(f"{claims} | {declarations}"))[-1]
    assert judgement.verdict.kind == "refuted"
    assert said in judgement.diagnosis


@pytest.mark.parametrize(("claims", "declarations", "said"), CLAIMS, ids=lambda part: part)
def test_what_is_said_to_be_right_is_right(claims, declarations, said):
    chain = written(f"{claims} | {declarations}")
    right = judge(chain)[-1].right
    if right is not None:
        holds_at_other_points(Chain((chain.members[0], right), chain.declarations))


def holds_at_other_points(chain: Chain) -> None:
    (again,) = judge(chain, rng=7)
    assert again.verdict, again.verdict


@pytest.mark.parametrize("case", PUBLISHED[::4], ids=lambda case: case["id"])
def test_changed_formulas_are_refuted_and_mended(case):
    """Every change of a published formula that is found wrong is mended by what is said."""
    formula = parse_text(case["closed_form_text"])
    mutants = [tree for _, tree in changes(formula)]
    changed = mutants[sum(map(ord, case["id"])) % len(mutants)] if mutants else formula
    chain = derivative_chain(case, text(changed))
    (judgement,) = judge(chain)
    if judgement.verdict or judgement.verdict.kind == "not understood":
        assert not judgement.diagnosis
        return
    if judgement.right is not None:
        members = (chain.members[0], judgement.right)
        holds_at_other_points(
            Chain(members, chain.declarations, chain.definitions, smaller=chain.smaller)
        )


def changes(tree: Tree) -> list[tuple[str, Tree]]:
    """The formula with one sign, transpose, number, term, factor or inverse changed."""
    found: list[tuple[str, Tree]] = []
    for path, node in places(tree):
        found += [(kind, put(tree, path, new)) for kind, new in _changed(node)]
    return found


def _changed(node: Tree) -> list[tuple[str, Tree]]:
    match node:
        case Binary("+", left, right):
            return [("sign", Binary("-", left, right)), ("term", left), ("term", right)]
        case Binary("-", left, right):
            return [("sign", Binary("+", left, right)), ("term", left)]
        case Binary("*" | ".*", left, right):
            return [("factor", left), ("factor", right)]
        case Binary("/" | "./" | "^" | ".^", left, _):
            return [("factor", left)]
        case Transpose(operand):
            return [("transpose", operand)]
        case Negation(operand):
            return [("sign", operand)]
        case Literal(value):
            return [("number", Literal(value + 1))]
        case Call("inv", (operand,)):
            return [("inverse", operand)]
        case _:
            return []
