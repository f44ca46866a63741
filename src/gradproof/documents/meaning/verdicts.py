"""The verdicts on a chain in the light of what the document says around it.

Conditions add facts.  A chain that ends with = 0 and is not zero everywhere is an equation, which
holds from there on: what is false in general is asked again at its solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.random import default_rng

from gradproof.checking.verdict import Verdict
from gradproof.checking.verify import relative_error
from gradproof.core.errors import GradproofError
from gradproof.documents.judging.judge import Chain, Judgement, judge
from gradproof.documents.judging.members import members_of
from gradproof.documents.judging.points import Points, points_of
from gradproof.documents.meaning.blocks import by_blocks
from gradproof.documents.meaning.chains import differentiates, reached, with_facts
from gradproof.documents.meaning.conditions import Fact, facts_of
from gradproof.documents.meaning.equations import Equation, written_out
from gradproof.documents.meaning.notebook import Notebook
from gradproof.documents.reading.statements import Statement
from gradproof.notation.tree import Literal, Tree

MOST_GRADIENTS = 4
MOST_POINTS = 3
NOTHING = 1e-6


def judged(
    chain: Chain, conditions: Sequence[Statement], notebook: Notebook, rng: int
) -> tuple[Judgement | None, ...]:
    """A judgement for each =; None for one that sets an equation instead of claiming something."""
    chain = by_blocks(chain)
    facts, unread = _facts(conditions, notebook)
    facts += _stated(chain, notebook)
    chain = with_facts(chain, facts) if facts else chain
    found = judge(chain, rng)
    if all(judgement.verdict for judgement in found):
        return found
    if not unread and not _taken_up(facts, chain):
        unread = "what is said of a variable here fits no variable of its shape"
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


def _stated(chain: Chain, notebook: Notebook) -> list[Fact]:
    """What the document has stated of the names of a chain, as λ > 0."""
    if not notebook.facts:
        return []
    names = reached([tree for tree in chain.members if tree is not None], chain.definitions)
    return [
        (name, fact) for name, fact in notebook.facts if name in names - chain.definitions.keys()
    ]


def _taken_up(facts: Sequence[Fact], chain: Chain) -> bool:
    """Whether all facts are now those of the variables: UᵀU = I of an oblong U is none."""
    known = chain.declarations
    names = reached([tree for tree in chain.members if tree is not None], chain.definitions)
    return all(
        name in known and fact in known[name].facts
        for name, fact in facts
        if name in names and fact != "positive"
    )


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
    """A rearranged equation holds where the equation holds, or where a gradient vanishes."""
    if any(differentiates(tree) for tree in chain.members):
        return found
    equation = notebook.equation
    if equation is not None:
        found = _where_it_holds(chain, found, equation, rng)
    for gradient in reversed(notebook.gradients[-MOST_GRADIENTS:]):
        if all(judgement.verdict for judgement in found):
            break
        if _vanishing_tells(replace(chain, at=gradient.at), gradient.unknown, rng):
            found = _where_it_holds(chain, found, gradient, rng)
    return found


def _where_it_holds(
    chain: Chain, found: tuple[Judgement, ...], equation: Equation, rng: int
) -> tuple[Judgement, ...]:
    there = judge(replace(chain, at=equation.at), rng)
    return tuple(
        replace(new, verdict=replace(new.verdict, message=equation.where))
        if new.verdict and not old.verdict
        else old
        for old, new in zip(found, there, strict=True)
    )


def _vanishing_tells(chain: Chain, unknown: str, rng: int) -> bool:
    """Whether all members are equal there, and none of them is nothing but a part that vanishes.

    Where 2∇f = ∇f is claimed, both sides vanish with the gradient, and the claim is false.
    """
    try:
        members = members_of(chain)
        trees = [tree for tree in members.trees if tree is not None]
        points = points_of(members, chain, default_rng(rng))
        if unknown not in members.declarations or len(trees) < len(chain.members):
            return False
        return any(_equal_and_not_zero(points, trees, number) for number in range(MOST_POINTS))
    except (GradproofError, ValueError):
        return False


def _equal_and_not_zero(points: Points, trees: Sequence[Tree], number: int) -> bool:
    values = [points.value(tree, number) for tree in trees]
    known = [value for value in values if value is not None]
    if len(known) < len(trees) or any(np.abs(v).max(initial=0.0) < NOTHING for v in known):
        return False
    return all(relative_error(known[0], value) < NOTHING for value in known[1:])
