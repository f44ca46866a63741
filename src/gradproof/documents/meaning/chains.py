"""From the trees of a claim to a chain for the judge: what is defined, and what moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradproof.core.declaration import Declaration, closure
from gradproof.core.errors import GradproofError
from gradproof.documents.judging.judge import Chain
from gradproof.documents.judging.members import members_of
from gradproof.documents.meaning.conditions import Fact
from gradproof.documents.meaning.notebook import Notebook
from gradproof.documents.meaning.substitution import (
    free_names,
    in_order,
    substitute,
    without_capture,
)
from gradproof.documents.meaning.unknown_functions import (
    random_functions,
    random_names,
    unknown_calls,
    variable_of,
    with_any_functions,
)
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Call, Name, Tree, walk

Trees = Sequence[Tree | None]
_SQUARE = frozenset({"symmetric", "posdef", "orthogonal"})


def chain_of(trees: Trees, notebook: Notebook) -> Chain:
    """The chain; a member that would say what the derivative of any function is, is left out.

    Raises UnsupportedError where a function is differentiated of which too little is known.
    """
    fields = fields_of(trees, notebook)
    trees = [None if tree is None else with_any_functions(tree, fields) for tree in trees]
    in_full = [None if tree is None else _with_derivatives(tree, notebook) for tree in trees]
    readable = [tree for tree in in_full if tree is not None]
    unknown = random_functions(readable, notebook.definitions)
    free = frozenset[str]().union(*map(free_names, readable))
    members = [_unless_free(tree, unknown) for tree in in_full]
    defined = in_order({**notebook.definitions, **unknown})
    return Chain(
        tuple(None if tree is None else without_capture(tree, free) for tree in members),
        {name: d for name, d in notebook.declarations.items() if name not in unknown},
        {name: without_capture(tree, free) for name, tree in defined.items()},
        moving=_moving(readable, notebook),
        constant=frozenset(notebook.constant) | random_names(readable),
        sizes=notebook.sizes,
    )


def fields_of(trees: Trees, notebook: Notebook) -> dict[str, tuple[str, ...]]:
    """The functions that a claim calls and nobody defined, with the names of their arguments."""
    called = {name for tree in trees if tree is not None for name in unknown_calls(tree)}
    return {name: notebook.fields.get(name, ()) for name in called}


def _with_derivatives(tree: Tree, notebook: Notebook) -> Tree:
    """The tree in which names that stand for derivatives are written out: δ for ∂L/∂Y."""
    definitions = notebook.definitions
    derived = frozenset(name for name, body in definitions.items() if differentiates(body))
    if not derived:
        return tree
    resting = {n for n, body in definitions.items() if reached([body], definitions) & derived}
    for _ in definitions:
        found = names_in(tree) & (derived | resting)
        if not found:
            break
        tree = substitute(tree, {name: definitions[name] for name in found})
    return tree


def differentiates(tree: Tree | None) -> bool:
    """Whether a tree has a derivative or a differential in it."""
    return tree is not None and any(
        isinstance(part, Call) and part.function in ("derivative", "differential")
        for part in walk(tree)
    )


def _unless_free(tree: Tree | None, unknown: Mapping[str, Tree]) -> Tree | None:
    if tree is None or not unknown or names_in(tree) & unknown.keys():
        return tree
    return None


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
    present = {part.name for part in parts if isinstance(part, Name)}
    names = {name for operand in operands for name in names_in(operand)}
    written = {variable_of(operand) for operand in operands} - notebook.definitions.keys() - {""}
    written |= {name for name in names if f"d{name}" in present}
    if written:
        return frozenset(written)
    functions = [notebook.functions[name] for name in names & notebook.functions.keys()]
    return frozenset(name for f in functions for name in f.parameters) or None


def with_facts(chain: Chain, facts: Sequence[Fact]) -> Chain:
    """The chain with what its conditions say of its variables."""
    try:
        inferred = members_of(chain).declarations
    except GradproofError:
        return chain
    known: dict[str, Declaration] = dict(chain.declarations)
    for name, fact in facts:
        declared = known.get(name) or inferred.get(name)
        if declared is not None and _is_of(fact, declared):
            known[name] = replace(declared, facts=closure([*declared.facts, fact]))
    return replace(chain, declarations=known)


def _is_of(fact: str, declared: Declaration) -> bool:
    """Whether a fact is one of variables of this kind: A > 0 of a matrix has two meanings."""
    match declared.kind:
        case "matrix":
            return fact in _SQUARE and declared.axes[0] == declared.axes[1]
        case "vector":
            return fact not in _SQUARE
        case _:
            return fact not in _SQUARE | {"simplex", "unit"}


def reached(trees: Sequence[Tree], definitions: Mapping[str, Tree]) -> set[str]:
    """The names in trees, and in the definitions of these names, and so on."""
    found: set[str] = set()
    waiting = list(trees)
    while waiting:
        new = names_in(waiting.pop()) - found
        found |= new
        waiting.extend(definitions[name] for name in new if name in definitions)
    return found
