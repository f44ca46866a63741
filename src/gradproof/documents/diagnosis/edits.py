"""Slips of order and naming: a transpose, a number, a name, the order of factors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations

from gradproof.documents.diagnosis.case import Candidate, Case
from gradproof.documents.diagnosis.places import Path, at, factors, places, product, put
from gradproof.notation.build import EQUIVARIANT, literal
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Name,
    Negation,
    Transpose,
    Tree,
    fold,
    is_scalar,
    rebuild,
    walk,
    weight_of,
)
from gradproof.notation.write_unicode import unicode


def transposes(case: Case) -> Iterator[Candidate]:
    """One part transposed, or its transpose dropped; small parts first."""
    for path, node in sorted(places(case.wrong), key=lambda place: weight_of(place[1])):
        if is_scalar(node) or isinstance(node, Literal) or (not path and case.fits):
            continue
        match node:
            case Transpose(operand):
                said = f"{unicode(node)} should be {unicode(operand)}: a transpose too much"
                yield Candidate(put(case.wrong, path, operand), said)
            case Call("eye" | "ones" | "diag"):
                continue
            case _:
                if _moves_out(case.wrong, path):
                    continue
                turned = Transpose(node, shape=None if node.shape is None else node.shape[::-1])
                said = f"transpose missing: {unicode(node)} should be {unicode(turned)}"
                yield Candidate(put(case.wrong, path, turned), said)


def _moves_out(tree: Tree, path: Path) -> bool:
    """Whether the same transpose is tried further out, as that of f(X) for X."""
    if not path:
        return False
    parent = at(tree, path[:-1])
    if isinstance(parent, Call) and parent.function in EQUIVARIANT:
        return True
    return isinstance(parent, Transpose)


def numbers(case: Case) -> Iterator[Candidate]:
    """Another number where one is written."""
    for path, node in places(case.wrong):
        if not isinstance(node, Literal):
            continue
        v = node.value
        tried = [v * 2, v / 2, v + 1, v - 1, 1 / v if v else v, v * v, -v, Fraction(1), Fraction(2)]
        tried += [Fraction(3), Fraction(4), v * 3, v / 3, v * 4, v / 4]
        for other in dict.fromkeys(tried):
            if other != v:
                said = f"the number {unicode(node)} should be {unicode(literal(other))}"
                yield Candidate(put(case.wrong, path, literal(other)), said)


def swapped_names(case: Case) -> Iterator[Candidate]:
    """Two vectors or scalars exchanged everywhere."""
    yield from _swaps(case, matrices=False)


def swapped_matrices(case: Case) -> Iterator[Candidate]:
    """Two matrices exchanged everywhere."""
    yield from _swaps(case, matrices=True)


def _swaps(case: Case, *, matrices: bool) -> Iterator[Candidate]:
    known = case.members.declarations
    names = {part.name: part for part in walk(case.wrong) if isinstance(part, Name)}
    names = {
        name: part
        for name, part in names.items()
        if name in known and (len(known[name].axes) == 2) == matrices
    }
    for one, other in combinations(names, 2):
        tree = _exchanged(case.wrong, one, other)
        if names[one].shape == names[other].shape or not case.fits:
            said = f"{unicode(names[one])} and {unicode(names[other])} are swapped"
            yield Candidate(tree, said)


def other_names(case: Case) -> Iterator[Candidate]:
    """A name of the same shape in the place of another."""
    known = {
        part.name: part
        for tree in (case.wrong, case.about, *case.members.definitions.values())
        for part in walk(tree)
        if isinstance(part, Name) and part.name in case.members.declarations
    }
    used = {part.name for part in walk(case.wrong) if isinstance(part, Name)}
    for path, node in places(case.wrong):
        if not isinstance(node, Name):
            continue
        for name, part in known.items():
            if name != node.name and part.shape == node.shape and part.shape is not None:
                apart = f"{unicode(node)} is not {unicode(part)}"
                said = f"{unicode(node)} should be {unicode(part)}"
                said = said if name in used else f"{said}: {apart}"
                yield Candidate(put(case.wrong, path, part), said)


def _exchanged(tree: Tree, one: str, other: str) -> Tree:
    names = {one: other, other: one}

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Name) and node.name in names:
            return Name(names[node.name], shape=node.shape)
        return rebuild(node, parts) if parts else node

    return replace(fold(tree, combine), shape=None)


def commuted(case: Case) -> Iterator[Candidate]:
    """The factors of a product in another order."""
    for path, node in places(case.wrong):
        if not isinstance(node, Binary) or node.operator != "*":
            continue
        if path and _is_factor(case.wrong, path):
            continue
        chain = [f for part in factors(node) for f in _opened(part)]
        arrays = [k for k, p in enumerate(chain) if not is_scalar(p) and not is_number(p)]
        if not 2 <= len(arrays) <= 6:
            continue
        for order in _orders(len(arrays)):
            parts = list(chain)
            for place, source in zip(arrays, order, strict=True):
                parts[place] = chain[arrays[source]]
            said = f"the order of the factors of {unicode(node)}: matrices do not commute"
            minus = parts[0] == literal(-1)
            tree = Negation(product(parts[1:])) if minus else product(parts)
            yield Candidate(put(case.wrong, path, tree), said)


def commuted_everywhere(case: Case) -> Iterator[Candidate]:
    """The factors of every product of two in the other order."""
    tree = replace(fold(case.wrong, _turned_products), shape=None)
    if tree != case.wrong:
        said = "the order of the factors of the products: matrices do not commute"
        yield Candidate(tree, said)


def _turned_products(node: Tree, parts: tuple[Tree, ...]) -> Tree:
    match node:
        case Binary("*", left, right) if not is_scalar(left) and not is_scalar(right):
            return Binary("*", parts[1], parts[0])
        case _:
            return rebuild(node, parts) if parts else node


def exchanged_sizes(case: Case) -> Iterator[Candidate]:
    """Two sizes exchanged where they stand as numbers."""
    sizes = {p.name for p in walk(case.wrong) if isinstance(p, Name)} & case.members.dimensions
    for one, other in combinations(sorted(sizes), 2):
        said = f"{one} and {other} are exchanged"
        yield Candidate(_exchanged(case.wrong, one, other), said)


def exchanged_arguments(case: Case) -> Iterator[Candidate]:
    """B ⊗ A where A ⊗ B is right."""
    for path, node in places(case.wrong):
        match node:
            case Call("kron", (left, right)):
                turned = Call("kron", (right, left))
                said = f"the Kronecker product does not commute: {unicode(node)}"
                said += f" should be {unicode(turned)}"
                yield Candidate(put(case.wrong, path, turned), said)


def is_number(part: Tree) -> bool:
    """Whether a number stands here, which commutes with everything."""
    return isinstance(part, Literal) or (isinstance(part, Negation) and is_number(part.operand))


def _opened(part: Tree) -> list[Tree]:
    """X⁻² as X⁻¹ X⁻¹ and X² as X X, so that a factor can go between."""
    match part:
        case Negation(operand) if len(_opened(operand)) > 1:
            return [literal(-1), *_opened(operand)]
        case Binary("^", base, Literal(value)) if not is_scalar(part) and value in (2, 3):
            return [base] * int(value)
        case Binary("^", base, Negation(Literal(value))) if not is_scalar(part) and value in (2, 3):
            return [Call("inv", (base,), shape=base.shape)] * int(value)
        case Binary("^", base, Literal(value)) if not is_scalar(part) and value in (-2, -3):
            return [Call("inv", (base,), shape=base.shape)] * -int(value)
        case Binary("^", Call("inv") as base, Literal(value)) if value in (2, 3):
            return [base] * int(value)
        case _:
            return [part]


def _is_factor(tree: Tree, path: Path) -> bool:
    parent = at(tree, path[:-1])
    return isinstance(parent, Binary) and parent.operator == "*"


def _orders(count: int) -> list[tuple[int, ...]]:
    """Orders of factors, those with one exchange or one factor moved first."""
    plain = tuple(range(count))
    found: dict[tuple[int, ...], None] = {}
    for i, j in combinations(range(count), 2):
        swapped = list(plain)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        found[tuple(swapped)] = None
    for i, j in permutations(range(count), 2):
        moved = [k for k in plain if k != i]
        moved.insert(j, i)
        found[tuple(moved)] = None
    return [order for order in found if order != plain][:24]
