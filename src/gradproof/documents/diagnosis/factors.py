"""Factors lost and factors too many, at any place of the formula."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.core.dimension import ONE
from gradproof.documents.diagnosis.case import Candidate, Case, is_calculus
from gradproof.documents.diagnosis.places import places, put
from gradproof.notation.build import eye_tree, literal, ones_tree
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Name,
    Negation,
    Operator,
    Transpose,
    Tree,
    is_column,
    is_scalar,
    walk,
    weight_of,
)
from gradproof.notation.write_unicode import unicode

MOST_PARTS = 24


def extra_factors(case: Case) -> Iterator[Candidate]:
    """One factor left out."""
    for path, node in places(case.wrong):
        if not isinstance(node, Binary) or node.operator not in ("*", ".*", "/", "./"):
            continue
        for kept, gone in ((node.left, node.right), (node.right, node.left)):
            if node.operator in ("/", "./") and kept is node.right:
                continue
            tree = put(case.wrong, path, kept)
            yield Candidate(tree, f"the factor {unicode(gone)} is too much")


def lost_factors(case: Case) -> Iterator[Candidate]:
    """A part of the formulas put in as a factor, entry by entry or as a matrix."""
    parts = _parts(case)
    spots = [(path, node) for path, node in places(case.wrong) if not isinstance(node, Literal)]
    spots.sort(key=lambda spot: -weight_of(spot[1]))
    for part in parts:
        for path, node in spots:
            if (node.shape is not None and len(node.shape) > 2) or part.shape is None:
                continue
            for tree in _with_factor(node, part) if node.shape else _beside(node, part):
                said = f"the factor {unicode(part)} is lost"
                yield Candidate(put(case.wrong, path, tree), said)


def _beside(node: Tree, part: Tree) -> Iterator[Tree]:
    """part·node and node·part, where shapes are not known yet."""
    if weight_of(part) < 6:
        yield Binary("*", part, node)
        yield Binary("*", node, part)


def _with_factor(node: Tree, part: Tree) -> Iterator[Tree]:
    """part·node, node/part and part ⊙ node, where the shape stays."""
    if is_scalar(part):
        yield Binary("*", part, node, shape=node.shape)
        yield Binary("/", node, part, shape=node.shape)
    elif part.shape == node.shape:
        yield Binary(".*", part, node, shape=node.shape)
        yield Binary("./", node, part, shape=node.shape)
    if not is_scalar(part) and not is_scalar(node):
        assert part.shape is not None
        assert node.shape is not None
        if part.shape[0] == part.shape[1] == node.shape[0]:
            yield Binary("*", part, node, shape=node.shape)
        if part.shape[0] == part.shape[1] == node.shape[1] and ONE not in node.shape:
            yield Binary("*", node, part, shape=node.shape)


def _parts(case: Case) -> list[Tree]:
    """Names and small parts of the formulas, and the slopes of the functions in them."""
    sources = (case.about, case.wrong, *case.members.definitions.values())
    found: dict[Tree, None] = {}
    for tree in sources:
        for part in walk(tree):
            if part.shape is None or len(part.shape) > 2 or is_calculus(part):
                continue
            if isinstance(part, Name) and not _is_variable(part, case):
                continue
            if not isinstance(part, Literal | Negation):
                found[part] = None
            if isinstance(part, Call) and part.function == "norm2":
                found[Binary("^", part, literal(2), shape=SCALAR)] = None
            if not case.fits and is_column(part):
                found[Transpose(part, shape=(part.shape or ())[::-1])] = None
            found.update(dict.fromkeys(_slopes(part)))
    for size in sorted(case.members.dimensions):
        found[Name(size, shape=SCALAR)] = None
    for axis in case.shape if not case.fits else ():
        found.update({eye_tree(axis): None, ones_tree((axis, ONE)): None})
    known = [Name(name, shape=tree.shape) for name, tree in case.members.definitions.items()]
    found = {**dict.fromkeys(known), **found}
    return sorted(found, key=weight_of)[:MOST_PARTS]


def _is_variable(part: Name, case: Case) -> bool:
    known = case.members.declarations.get(part.name)
    return known is not None and known.kind != "index"


def _slopes(part: Tree) -> Iterator[Tree]:
    """1 − h² for h = tanh u, and 1 − p for p = σ(u)."""
    if isinstance(part, Call) and part.function in ("tanh", "sigmoid") and part.shape is not None:
        one = literal(1) if is_scalar(part) else ones_tree(part.shape)
        power: Operator = "^" if is_scalar(part) else ".^"
        square = Binary(power, part, literal(2), shape=part.shape)
        inner = square if part.function == "tanh" else part
        yield Binary("-", one, inner, shape=part.shape)
