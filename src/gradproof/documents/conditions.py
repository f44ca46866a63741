"""Conditions of a claim: … if A = Aᵀ, … for x > 0."""

from __future__ import annotations

from gradproof.core.errors import GradproofError
from gradproof.documents.domains import memberships
from gradproof.documents.notebook import Notebook
from gradproof.documents.statements import Statement
from gradproof.notation.tree import Binary, Call, Name, Transpose, Tree

Fact = tuple[str, str]


def facts_of(condition: Statement, notebook: Notebook) -> list[Fact] | None:
    """The facts (variable, fact) that a condition states; None where it is not understood."""
    if len(condition.members) != 2:
        return None
    left, right = condition.members
    try:
        if condition.relations[0].sign == "in":
            said = memberships(left.latex, right.latex, notebook.symbols, notebook.declarations)
            return [(declared.name, fact) for declared in said for fact in declared.facts]
        if condition.relations[0].sign != "=":
            return None
        one, other = notebook.read(left.latex), notebook.read(right.latex)
    except GradproofError:
        return None
    fact = _equality(one, other) or _equality(other, one)
    return None if fact is None else [fact]


def _equality(one: Tree, other: Tree) -> Fact | None:
    match one, other:
        case Name(name), Transpose(Name(same)) if name == same:
            return name, "symmetric"
        case Binary("*", Transpose(Name(name)), Name(same)), Call("eye") if name == same:
            return name, "orthogonal"
        case _:
            return None
