"""Conditions: … if A = Aᵀ, … for x > 0; and λ > 0 as a statement of its own."""

from __future__ import annotations

import re
from types import MappingProxyType

from gradproof.core.errors import GradproofError
from gradproof.documents.meaning.domains import memberships
from gradproof.documents.meaning.notebook import Notebook
from gradproof.documents.reading.statements import Statement
from gradproof.notation.tree import Binary, Binder, Call, Literal, Name, Selection, Transpose, Tree

Fact = tuple[str, str]

_GREATER = frozenset([">", "\\gt", "≥", "\\ge", "\\geq", "\\geqslant"])
_LESS = frozenset(["<", "\\lt", "≤", "\\le", "\\leq", "\\leqslant"])
# What a sign between a name and 0 says of it; that it is not 0, every random number obeys.
_SIGNS = MappingProxyType(
    dict.fromkeys(_GREATER, "positive")
    | dict.fromkeys(["\\succ", "\\succeq"], "posdef")
    | dict.fromkeys(["≠", "\\ne", "\\neq"], "")
)
_MIRRORED = MappingProxyType(
    dict.fromkeys(_LESS, "positive") | dict.fromkeys(["\\prec", "\\preceq"], "posdef")
)
_ZERO = re.compile(r"0|\\(?:mathbf|boldsymbol|bm)\s*\{?\s*0\s*\}?")
_NORMS = frozenset(["norm2", "norm of index 2", "norm"])


def facts_of(condition: Statement, notebook: Notebook) -> list[Fact] | None:
    """The facts (variable, fact) that a condition states; None where it is not understood."""
    if len(condition.members) != 2:
        return None
    left, right = condition.members
    sign = condition.relations[0]
    try:
        if sign.sign == "in":
            said = memberships(left.latex, right.latex, notebook.symbols, notebook.declarations)
            return [(declared.name, fact) for declared in said for fact in declared.facts]
        if sign.sign == "other":
            return _inequality(left.latex, sign.written, right.latex, notebook)
        one, other = notebook.read(left.latex), notebook.read(right.latex)
    except GradproofError:
        return None
    fact = _equality(one, other) or _equality(other, one)
    return None if fact is None or sign.sign != "=" else [fact]


def _inequality(left: str, sign: str, right: str, notebook: Notebook) -> list[Fact] | None:
    """λ > 0, A ≻ 0, 0 < λ, x ≠ 0, of names that have no definition, perhaps several."""
    if _ZERO.fullmatch(right.strip()) and sign in _SIGNS:
        fact, names = _SIGNS[sign], left
    elif _ZERO.fullmatch(left.strip()) and sign in _MIRRORED:
        fact, names = _MIRRORED[sign], right
    else:
        return None
    trees = [notebook.read(name) for name in names.split(",")]
    if not fact:
        return []
    found = [(tree.name, fact) for tree in trees if isinstance(tree, Name)]
    return found if len(found) == len(trees) else None


def _equality(one: Tree, other: Tree) -> Fact | None:
    match one, other:
        case Name(name), Transpose(Name(same)) if name == same:
            return name, "symmetric"
        case Binary("*", Transpose(Name(name)), Name(same)), Call("eye") if name == same:
            return name, "orthogonal"
        case Binder("sum", (index,), Selection(Name(name), (Name(same),))), Literal(value) if (
            value == 1 and index == same
        ):
            return name, "simplex"
        case Call(norm, (Name(name),)), Literal(value) if value == 1 and norm in _NORMS:
            return name, "unit"
        case Binary("*", Transpose(Name(name)), Name(same)), Literal(value) if (
            value == 1 and name == same
        ):
            return name, "unit"
        case _:
            return None
