"""Chains of equalities that are claimed: read, judged, and reported = by =."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gradproof.checking.verdict import Verdict
from gradproof.core.declaration import Declaration, closure
from gradproof.core.errors import GradproofError
from gradproof.documents.conditions import Fact, facts_of
from gradproof.documents.defining import gradient_variable, is_constant
from gradproof.documents.equations import Equation, written_out
from gradproof.documents.finding import Finding
from gradproof.documents.judge import Chain, Judgement, judge
from gradproof.documents.judge_members import members_of
from gradproof.documents.notebook import Notebook
from gradproof.documents.statements import Member, Relation, Statement
from gradproof.documents.substitution import in_order
from gradproof.documents.trouble import Pages
from gradproof.documents.unknown_functions import random_functions, variable_of
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Call, Literal, Name, Tree, walk

_DIFFERENTIAL = re.compile(r"(?<![A-Za-z\\])d\s*(?:\\[A-Za-z]+|[A-Zw-z])")
AT_THE_SOLUTION = "where the equation above holds"


@dataclass(frozen=True, slots=True)
class Claim:
    """members[0] = members[1] = …, with the signs between them and the conditions said."""

    members: tuple[Member, ...]
    signs: tuple[Relation, ...]
    conditions: tuple[Statement, ...] = ()


def judge_claim(claim: Claim, notebook: Notebook, pages: Pages, rng: int) -> list[Finding]:
    """A finding for each = of a claim, or for what could not be read of it."""
    trees, findings = _read(claim, notebook, pages)
    readable = [tree for tree in trees if tree is not None]
    for tree in readable:
        notebook.gradient_by = gradient_variable(tree) or notebook.gradient_by
    if len(readable) < 2:
        return findings
    name = is_constant(readable[0], readable[-1])
    if name:
        notebook.constant.add(name)
        return findings
    doubtful = _resting_on_unread(readable, notebook)
    if doubtful:
        return [*findings, *_undecided(claim, trees, pages, doubtful)]
    try:
        chain = _chain(trees, notebook)
    except GradproofError as error:
        return [*findings, *_undecided(claim, trees, pages, error.message)]
    judged = _judged(chain, claim, notebook, rng)
    return [*findings, *_findings(claim, trees, judged, pages)]


def _read(
    claim: Claim, notebook: Notebook, pages: Pages
) -> tuple[list[Tree | None], list[Finding]]:
    trees: list[Tree | None] = []
    findings = []
    differentiates = any(_DIFFERENTIAL.search(member.latex) for member in claim.members)
    for number, member in enumerate(claim.members):
        try:
            trees.append(_tree(member, notebook, differentiates))
        except GradproofError as error:
            trees.append(None)
            findings.append(_unread_member(claim, number, error, pages))
        if not member:
            sign = claim.signs[min(number, len(claim.signs) - 1)]
            findings.append(pages.unread(sign.span.start, "a side of this = is missing"))
    return trees, findings


def _tree(member: Member, notebook: Notebook, differentiates: bool) -> Tree | None:
    return notebook.read(member.latex, differentiates=differentiates) if member else None


def _unread_member(claim: Claim, number: int, error: GradproofError, pages: Pages) -> Finding:
    """A member that cannot be read, beside the one it was to be compared with."""
    left = max(number - 1, 0)
    lhs, rhs = claim.members[left].latex, claim.members[left + 1].latex
    return pages.failed(claim.members[number].span.start, error, lhs=lhs, rhs=rhs)


def _resting_on_unread(trees: Sequence[Tree], notebook: Notebook) -> str:
    """Why nothing can be said: a name whose definition was not understood."""
    reached = _reached(trees, notebook.definitions)
    for name, line in notebook.unread.items():
        if name in reached:
            return f"what {name} stands for, in line {line}, was not understood"
    return ""


def _reached(trees: Sequence[Tree], definitions: Mapping[str, Tree]) -> set[str]:
    found: set[str] = set()
    waiting = list(trees)
    while waiting:
        new = names_in(waiting.pop()) - found
        found |= new
        waiting.extend(definitions[name] for name in new if name in definitions)
    return found


def _chain(trees: Sequence[Tree | None], notebook: Notebook) -> Chain:
    readable = [tree for tree in trees if tree is not None]
    unknown = random_functions(readable, notebook.definitions, notebook.declarations)
    definitions = in_order({**notebook.definitions, **unknown})
    return Chain(
        tuple(trees),
        {n: d for n, d in notebook.declarations.items() if n not in unknown},
        definitions,
        moving=_moving(readable, notebook),
        constant=frozenset(notebook.constant),
        sizes=notebook.sizes,
    )


def _moving(trees: Sequence[Tree], notebook: Notebook) -> frozenset[str] | None:
    """What moves in d(…): the x of every dx that is written; else the arguments of the functions.

    Where neither is written, all variables move.
    """
    parts = [part for tree in trees for part in walk(tree)]
    operands = [
        part.arguments[0]
        for part in parts
        if isinstance(part, Call) and part.function == "differential"
    ]
    names = {name for operand in operands for name in names_in(operand)}
    written = {variable_of(operand) for operand in operands} - notebook.definitions.keys() - {""}
    written |= {x for x in names if any(isinstance(p, Name) and p.name == f"d{x}" for p in parts)}
    if written:
        return frozenset(written)
    functions = [notebook.functions[name] for name in names & notebook.functions.keys()]
    return frozenset(name for f in functions for name in f.parameters) or None


def _judged(chain: Chain, claim: Claim, notebook: Notebook, rng: int) -> tuple[Judgement, ...]:
    """The verdicts, under the conditions said, and at the solution of the equation in force."""
    facts, unread = _facts(claim, notebook)
    judged = judge(_with_facts(chain, facts) if facts else chain, rng)
    if unread:
        judged = tuple(_doubted(judgement, unread) for judgement in judged)
    if all(judgement.verdict for judgement in judged):
        return judged
    if _sets_to_zero(chain, notebook):
        return _as_equation(chain, judged, notebook, rng)
    return _at_the_solution(chain, judged, notebook, rng)


def _facts(claim: Claim, notebook: Notebook) -> tuple[list[Fact], str]:
    facts: list[Fact] = []
    for condition in claim.conditions:
        found = facts_of(condition, notebook)
        if found is None:
            return facts, "the condition under which it is claimed was not understood"
        facts += found
    return facts, ""


def _doubted(judgement: Judgement, reason: str) -> Judgement:
    if judgement.verdict:
        return judgement
    return Judgement(Verdict("not understood", message=reason), against=judgement.against)


def _with_facts(chain: Chain, facts: Sequence[Fact]) -> Chain:
    """The chain with what its conditions say of its variables."""
    try:
        inferred = members_of(chain).declarations
    except GradproofError:
        return chain
    known: dict[str, Declaration] = dict(chain.declarations)
    for name, fact in facts:
        if name in inferred:
            declared = inferred[name]
            known[name] = replace(declared, facts=closure([*declared.facts, fact]))
    return replace(chain, declarations=known)


def _is_zero(tree: Tree | None) -> bool:
    return isinstance(tree, Literal) and tree.value == 0


def _sets_to_zero(chain: Chain, notebook: Notebook) -> bool:
    """Whether the chain ends with = 0 and speaks of a gradient."""
    return _is_zero(chain.members[-1]) and bool(notebook.gradient_by)


def _as_equation(
    chain: Chain, judged: tuple[Judgement, ...], notebook: Notebook, rng: int
) -> tuple[Judgement, ...]:
    """What is not zero everywhere is set equal to zero: the rest of the chain is judged alone."""
    first = next((tree for tree in chain.members if tree is not None), None)
    if first is None or judged[-1].verdict.kind != "refuted":
        return judged
    notebook.equation = Equation(
        written_out(first, chain.definitions), None, notebook.gradient_by, chain.declarations
    )
    agreed = Judgement(Verdict("not understood", message=_SET), against=judged[-1].against)
    if len(chain.members) == 2:
        return (agreed,)
    return (*judge(replace(chain, members=chain.members[:-1]), rng), agreed)


_SET = "an equation, taken to hold from here on"


def _at_the_solution(
    chain: Chain, judged: tuple[Judgement, ...], notebook: Notebook, rng: int
) -> tuple[Judgement, ...]:
    """A rearranged equation holds where the equation holds."""
    equation = notebook.equation
    if equation is None or any(_differentiates(tree) for tree in chain.members):
        return judged
    there = judge(replace(chain, at=equation.at), rng)
    return tuple(
        replace(b, verdict=replace(b.verdict, message=AT_THE_SOLUTION)) if b.verdict else a
        for a, b in zip(judged, there, strict=True)
    )


def _differentiates(tree: Tree | None) -> bool:
    return tree is not None and any(
        isinstance(part, Call) and part.function in ("derivative", "differential")
        for part in walk(tree)
    )


def _findings(
    claim: Claim, trees: Sequence[Tree | None], judged: Sequence[Judgement], pages: Pages
) -> list[Finding]:
    found = []
    for number, judgement in enumerate(judged, 1):
        if trees[number] is None or not any(trees[:number]):
            continue
        if judgement.verdict.message == _SET:
            continue
        lhs = claim.members[judgement.against].latex
        rhs = claim.members[number].latex
        offset = claim.signs[number - 1].span.start
        found.append(pages.finding(offset, lhs, rhs, judgement.verdict, judgement.diagnosis))
    return found


def _undecided(
    claim: Claim, trees: Sequence[Tree | None], pages: Pages, reason: str
) -> list[Finding]:
    """Each = that was read, as not understood."""
    return [
        pages.unread(
            sign.span.start, reason, lhs=claim.members[k].latex, rhs=claim.members[k + 1].latex
        )
        for k, sign in enumerate(claim.signs)
        if trees[k] is not None and trees[k + 1] is not None
    ]
