"""Sums of products in index notation: 2 Σᵢⱼ rᵢ Xᵢⱼ δⱼₖ.

Each term is a number, powers of scalars, indices that are summed over, and at most one ∂u/∂xₖ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from fractions import Fraction

from gradproof.core.dimension import Dimension
from gradproof.core.rational import Rational, exact, magnitude
from gradproof.derivation.by_components.indices import BOUND, Letters, free_names, index, put
from gradproof.notation.build import divided, literal, negated, raised, size_tree, times, total
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Tree,
    is_scalar,
    walk,
)

Powers = tuple[tuple[Tree, Rational], ...]
Bound = tuple[tuple[str, Dimension], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient · Σ over `bound` of the product of `factors` and of ∂(pending)/∂xₖ."""

    coefficient: Rational = 1
    bound: Bound = ()
    factors: Powers = ()
    pending: Tree | None = None


def multiplied(left: Term, right: Term) -> Term:
    """left · right, powers of one scalar added up."""
    powers = dict(left.factors)
    for base, power in right.factors:
        powers[base] = exact(Fraction(powers.get(base, 0)) + power)
    return Term(
        exact(Fraction(left.coefficient) * right.coefficient),
        (*left.bound, *right.bound),
        tuple([(base, power) for base, power in powers.items() if power]),
        left.pending if right.pending is None else right.pending,
    )


def term_of(tree: Tree) -> Term:
    """A scalar without ∂ as a product."""
    match tree:
        case Literal(value):
            return Term(exact(value))
        case Negation(operand):
            return multiplied(Term(-1), term_of(operand))
        case Binary("*" | ".*", left, right) if is_scalar(left) and is_scalar(right):
            return multiplied(term_of(left), term_of(right))
        case Binary("/" | "./", left, right) if is_scalar(left):
            return multiplied(term_of(left), inverted(term_of(right)))
        case Binary("^" | ".^", base, Literal(value)) if not isinstance(base, Literal):
            return Term(1, (), ((base, exact(value)),))
        case Call("sqrt", (base,)):
            return Term(1, (), ((base, exact(Fraction(1, 2))),))
        case _:
            return Term(1, (), ((tree, 1),))


def inverted(term: Term) -> Term:
    """1/term."""
    powers = tuple([(base, exact(-Fraction(power))) for base, power in term.factors])
    return Term(exact(1 / Fraction(term.coefficient)), (), powers)


def summed(term: Term, bound: Bound) -> Term:
    """Σ over more indices."""
    return replace(term, bound=(*bound, *term.bound))


# ------------------------------------------------------------------------------------- as a tree
def tree_of(terms: Iterable[Term], by: Tree) -> Tree:
    """The sum as it is written, common factors in front; `by` is the xₖ under the ∂."""
    known = [counted(term) for term in terms]
    if not known:
        return literal(0)
    if len(known) == 1:
        return _written(known[0], by)
    shared, rest = _common(known)
    inner = total([_written(term, by) for term in rest])
    return inner if shared == Term() else _written(shared, by, inner)


def counted(term: Term) -> Term:
    """Σᵢ of what has no i counts its terms."""
    used = _names(term)
    idle = [(name, axis) for name, axis in term.bound if name not in used]
    for _, axis in idle:
        term = multiplied(term, term_of(size_tree(axis)))
    return replace(term, bound=tuple([pair for pair in term.bound if pair not in idle]))


def trees_in(term: Term) -> list[Tree]:
    """The factors, and what is under the ∂."""
    trees = [base for base, _ in term.factors]
    return trees if term.pending is None else [*trees, term.pending]


def _names(term: Term) -> frozenset[str]:
    return frozenset().union(*map(free_names, trees_in(term)))


def _common(terms: list[Term]) -> tuple[Term, list[Term]]:
    """What all terms have in common outside their sums."""
    shared = {
        (base, power)
        for base, power in terms[0].factors
        if not free_names(base) & {name for term in terms for name, _ in term.bound}
    }
    for term in terms[1:]:
        shared &= set(term.factors)
    sizes = {magnitude(term.coefficient) for term in terms}
    size = sizes.pop() if len(sizes) == 1 else 1
    if all(term.coefficient < 0 for term in terms):
        size = -size
    front = tuple([factor for factor in terms[0].factors if factor in shared])
    rest = [
        replace(
            term,
            coefficient=exact(Fraction(term.coefficient) / Fraction(size)),
            factors=tuple([factor for factor in term.factors if factor not in shared]),
        )
        for term in terms
    ]
    return Term(size, (), front), rest


def _written(term: Term, by: Tree, inner: Tree | None = None) -> Tree:
    names = {name for name, _ in term.bound}
    outside = [factor for factor in term.factors if not free_names(factor[0]) & names]
    inside = [factor for factor in term.factors if free_names(factor[0]) & names]
    last = [inner] if inner is not None else []
    if term.pending is not None:
        last = [Call("derivative", (term.pending, by), shape=SCALAR)]
    if not names:
        return _product(term.coefficient, outside, last)
    body = _product(1, inside, last)
    whole = Binder("sum", tuple([name for name, _ in term.bound]), body, shape=SCALAR)
    return _product(term.coefficient, outside, [whole])


def _product(
    coefficient: Rational, factors: Iterable[tuple[Tree, Rational]], last: list[Tree]
) -> Tree:
    """coefficient · factors · last, as a fraction where powers are negative."""
    size = Fraction(coefficient)
    above: list[Tree] = []
    below: list[Tree] = []
    for base, power in factors:
        (above if power > 0 else below).append(raised(base, magnitude(power)))
    if below:
        above = [*([literal(abs(size.numerator))] if abs(size.numerator) != 1 else []), *above]
        below = [*([literal(size.denominator)] if size.denominator != 1 else []), *below]
        front = divided(times(above or [literal(1)]), times(below))
        tree = times([front, *last])
        if above == [] and last:
            tree = divided(times(last), times(below))
    else:
        number = [literal(exact(abs(size)))] if abs(size) != 1 else []
        tree = times([*number, *above, *last] or [literal(1)])
    return negated(tree) if size < 0 else tree


# ------------------------------------------------------------------------------------------ δ
def collapsed(term: Term) -> Term:
    """Σⱼ Xᵢⱼ δⱼₖ = Xᵢₖ: each δ of an index that is summed over is used up."""
    while True:
        found = _delta_of(term)
        if found is None:
            return term
        factor, gone, kept = found
        rest = replace(
            term,
            bound=tuple([pair for pair in term.bound if pair[0] != gone]),
            factors=tuple([pair for pair in term.factors if pair[0] is not factor]),
        )
        term = renamed_indices(rest, {gone: kept})


def _delta_of(term: Term) -> tuple[Tree, str, Name] | None:
    bound = [name for name, _ in term.bound]
    for base, power in term.factors:
        match base:
            case Selection(Call("eye"), (Name(one) as left, Name(other) as right)) if power > 0:
                if one in bound:
                    return base, one, right
                if other in bound:
                    return base, other, left
    return None


def renamed_indices(term: Term, names: Mapping[str, Name]) -> Term:
    """The term with other letters."""
    factors = Term()
    for base, power in term.factors:
        moved = put(base, names)
        if not _is_one(moved):
            factors = multiplied(factors, Term(1, (), ((moved, power),)))
    pending = None if term.pending is None else put(term.pending, names)
    return replace(term, factors=factors.factors, pending=pending)


def _is_one(tree: Tree) -> bool:
    """δᵢᵢ."""
    match tree:
        case Selection(Call("eye"), (Name(one), Name(other))):
            return one == other
        case _:
            return False


def relettered(term: Term, taken: Set[str]) -> Term:
    """The term with the first letters that are free for its summed indices."""
    inner = frozenset().union(*map(names_in, trees_in(term))) - {name for name, _ in term.bound}
    letters = Letters(taken | inner)
    sizes = dict(term.bound)
    order = [*dict.fromkeys([*_order(term), *sizes])]
    names = {name: letters.fresh(BOUND) for name in order}
    moved = renamed_indices(term, {old: index(new) for old, new in names.items()})
    return replace(moved, bound=tuple([(names[name], sizes[name]) for name in order]))


def merged(terms: Iterable[Term]) -> list[Term]:
    """Like terms added up."""
    found: dict[object, Term] = {}
    for term in terms:
        place = (frozenset(term.factors), term.pending, frozenset(term.bound))
        known = found.get(place)
        if known is not None:
            term = replace(known, coefficient=exact(Fraction(known.coefficient) + term.coefficient))
        found[place] = term
    return [term for term in found.values() if term.coefficient]


def _order(term: Term) -> list[str]:
    """The summed indices by first use."""
    bound = {name for name, _ in term.bound}
    seen = [p.name for tree in trees_in(term) for p in walk(tree) if isinstance(p, Name)]
    return [name for name in dict.fromkeys(seen) if name in bound]


def under(outer: Term, inner: Term, letters: Letters) -> Term:
    """outer · inner, the sums of the inner one over letters that the outer one does not have."""
    seen = frozenset().union(*map(names_in, trees_in(outer))) | {name for name, _ in outer.bound}
    names = {name: letters.fresh(BOUND) for name, _ in inner.bound if name in seen}
    if names:
        moved = renamed_indices(inner, {old: index(new) for old, new in names.items()})
        inner = replace(moved, bound=tuple([(names.get(n, n), axis) for n, axis in inner.bound]))
    return multiplied(outer, inner)
