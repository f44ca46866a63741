"""The verdicts on a chain in the light of what the document says around it.

Conditions add facts.  A chain that ends with = 0 and is not zero everywhere is an equation, which
holds from there on: what is false in general is asked again at its solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradproof.checking.verdict import Verdict
from gradproof.documents.blocks import by_blocks
from gradproof.documents.chains import differentiates, with_facts
from gradproof.documents.conditions import Fact, facts_of
from gradproof.documents.equations import Equation, written_out
from gradproof.documents.judge import Chain, Judgement, judge
from gradproof.documents.notebook import Notebook
from gradproof.documents.statements import Statement
from gradproof.notation.tree import Literal, Tree

AT_THE_SOLUTION = "where the equation above holds"


def judged(
    chain: Chain, conditions: Sequence[Statement], notebook: Notebook, rng: int
) -> tuple[Judgement | None, ...]:
    """A judgement for each =; None for one that sets an equation instead of claiming something."""
    chain = by_blocks(chain)
    facts, unread = _facts(conditions, notebook)
    found = judge(with_facts(chain, facts) if facts else chain, rng)
    if all(judgement.verdict for judgement in found):
        return found
    if unread:
        return tuple(_doubted(judgement, unread) for judgement in found)
    if _is_zero(chain.members[-1]) and notebook.gradient_by:
        return _as_equation(chain, found, notebook, rng)
    return _at_the_solution(chain, found, notebook, rng)


def _facts(conditions: Sequence[Statement], notebook: Notebook) -> tuple[list[Fact], str]:
    facts: list[Fact] = []
    for condition in conditions:
        found = facts_of(condition, notebook)
        if found is None:
            return facts, "the condition under which this is claimed was not understood"
        facts += found
    return facts, ""


def _doubted(judgement: Judgement, reason: str) -> Judgement:
    if judgement.verdict:
        return judgement
    return Judgement(Verdict("not understood", message=reason), against=judgement.against)


def _is_zero(tree: Tree | None) -> bool:
    return isinstance(tree, Literal) and tree.value == 0


def _as_equation(
    chain: Chain, found: tuple[Judgement, ...], notebook: Notebook, rng: int
) -> tuple[Judgement | None, ...]:
    """What is not zero everywhere is set equal to zero: the rest of the chain is judged alone."""
    first = next((tree for tree in chain.members if tree is not None), None)
    if first is None or found[-1].verdict.kind != "refuted":
        return found
    left = written_out(first, chain.definitions)
    notebook.equation = Equation(left, None, notebook.gradient_by, chain.declarations)
    if len(chain.members) == 2:
        return (None,)
    return (*judge(replace(chain, members=chain.members[:-1]), rng), None)


def _at_the_solution(
    chain: Chain, found: tuple[Judgement, ...], notebook: Notebook, rng: int
) -> tuple[Judgement, ...]:
    """A rearranged equation holds where the equation holds."""
    equation = notebook.equation
    if equation is None or any(differentiates(tree) for tree in chain.members):
        return found
    there = judge(replace(chain, at=equation.at), rng)
    return tuple(
        replace(new, verdict=replace(new.verdict, message=AT_THE_SOLUTION)) if new.verdict else old
        for old, new in zip(found, there, strict=True)
    )
