"""Terms with ∂zᵢ/∂x collected, what stands before it written as a vector: Σᵢ (p − t)ᵢ ∂zᵢ/∂x."""

from __future__ import annotations

from dataclasses import replace

from gradproof.algebra.simplify import simplify
from gradproof.core.dimension import Dimension
from gradproof.core.errors import GradproofError
from gradproof.derivation.by_components.entries import Writer
from gradproof.derivation.by_components.indices import BOUND, Letters, closed, free_indices, index
from gradproof.derivation.by_components.parts import Parts
from gradproof.derivation.by_components.terms import (
    Term,
    renamed_indices,
    term_of,
    tree_of,
    trees_in,
)
from gradproof.notation.build import literal
from gradproof.notation.lower import lower
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Name, Selection, Tree, is_row, is_scalar


def collected(terms: list[Term], parts: Parts, letters: Letters) -> list[Term]:
    """Σᵢ aᵢ ∂zᵢ/∂x + Σᵢ bᵢ ∂zᵢ/∂x = Σᵢ (a + b)ᵢ ∂zᵢ/∂x, where a + b is a formula."""
    groups: dict[object, list[Term]] = {}
    for place, term in enumerate(terms):
        base = _base(term)
        groups.setdefault(place if base is None else base, []).append(term)
    found: list[Term] = []
    for group in groups.values():
        one = _as_one(group, parts, letters) if len(group) > 1 else None
        found += group if one is None else [one]
    return found


def _base(term: Term) -> Tree | None:
    """z of ∂zᵢ/∂x, where i is summed over."""
    match term.pending:
        case Selection(base, indices):
            names = [i.name for i in indices if isinstance(i, Name)]
            bound = {name for name, _ in term.bound}
            whole = len(set(names)) == len(indices) and bound.issuperset(names)
            return base if whole else None
        case Name() as scalar:
            return scalar
        case _:
            return None


def _as_one(group: list[Term], parts: Parts, letters: Letters) -> Term | None:
    first = group[0]
    at = _indices(first)
    used = {name for term in group for name, _ in term.bound}
    used |= frozenset().union(*[names_in(tree) for term in group for tree in trees_in(term)])
    letters = Letters(letters.lasting | used)
    known = dict(first.bound)
    sizes = {name: known[name] for name in at}
    factors = [_at(term, at, letters) for term in group]
    coefficient = tree_of(factors, literal(0))
    sizes = {**_free(coefficient, parts), **sizes}
    if len(sizes) > 2:
        return None
    whole = closed(coefficient, sizes)
    try:
        tree = matrix_tree(simplify(lower(whole, parts.known)), parts.context)
    except (NoMatrixForm, GradproofError):
        return None
    writer = Writer(lambda part: not is_scalar(part), letters)
    names = tuple([index(name) for name in sizes])
    if is_row(tree):
        return None
    factor = term_of(writer.entry(tree, names))
    bound = tuple([(name, sizes[name]) for name in at])
    return Term(factor.coefficient, bound, factor.factors, first.pending)


def _free(tree: Tree, parts: Parts) -> dict[str, Dimension]:
    """The indices of the function itself, or of xₖ, that a factor has."""
    return free_indices(tree, parts.known)


def _indices(term: Term) -> list[str]:
    match term.pending:
        case Selection(_, indices):
            return [i.name for i in indices if isinstance(i, Name)]
        case _:
            return []


def _at(term: Term, at: list[str], letters: Letters) -> Term:
    """What stands before ∂zᵢ/∂x, for this i."""
    own = _indices(term)
    others = [name for name, _ in term.bound if name not in own]
    fresh = {name: index(letters.fresh(BOUND)) for name in others}
    names = {**fresh, **{old: index(new) for old, new in zip(own, at, strict=True)}}
    moved = renamed_indices(replace(term, pending=None), names)
    bound = tuple([(fresh[name].name, axis) for name, axis in term.bound if name in fresh])
    return replace(moved, bound=bound)
