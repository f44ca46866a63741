"""The members of a chain with their shapes, inferred together because they are equal.

Names that are defined stay names, with a value of their own, except under a differential or a
derivative: there they are written out, so that they move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gradproof.core.declaration import Declaration
from gradproof.core.errors import GradproofError, ShapeError
from gradproof.documents.judging.chain import Chain
from gradproof.notation.build import literal
from gradproof.notation.infer import Inferred
from gradproof.notation.latex.resolve import understand
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Name,
    Selection,
    Transpose,
    Tree,
    fold,
    rebuild,
    walk,
)
from gradproof.notation.varied import direction_name


@dataclass(frozen=True, slots=True)
class Members:
    """A chain whose shapes are known.

    trees         the inferred members; None where a member is missing or does not fit
    clashes       why a member does not fit, by its number
    definitions   the names in use, with their inferred trees, in order
    declarations  of all variables, defined names and directions
    """

    trees: tuple[Tree | None, ...]
    clashes: Mapping[int, GradproofError]
    definitions: Mapping[str, Tree]
    declarations: Mapping[str, Declaration]
    dimensions: frozenset[str]


def members_of(chain: Chain) -> Members:
    """The chain with shapes; members that fit nothing are left out, with the reason."""
    try:
        return _fitted(chain, chain.definitions)
    except ShapeError:  # a definition that is no variable, such as a row, is written out
        members = [substituted(tree, chain.definitions) for tree in chain.members]
        return _fitted(replace(chain, members=tuple(members)), {})


def _fitted(chain: Chain, definitions: Mapping[str, Tree]) -> Members:
    written = [_in_full(tree, chain, definitions) for tree in chain.members]
    used = _used(written, definitions)
    kept: dict[int, Tree] = {}
    clashes: dict[int, GradproofError] = {}
    all_of_them = {k: tree for k, tree in enumerate(written) if tree is not None}
    try:
        return _together(chain, all_of_them, used, clashes, len(written))
    except GradproofError as error:
        if not all_of_them:
            raise
        first = error
    for number, tree in all_of_them.items():
        try:
            _joint({**kept, number: tree}, used, chain)
            kept[number] = tree
        except GradproofError as error:
            clashes[number] = error
    if not kept:
        raise first
    return _together(chain, kept, used, clashes, len(written))


def _together(
    chain: Chain,
    kept: Mapping[int, Tree],
    used: Mapping[str, Tree],
    clashes: Mapping[int, GradproofError],
    count: int,
) -> Members:
    joint, parts = _joint(kept, used, chain)
    defined = dict(zip(used, parts[len(kept) :], strict=True))
    trees: list[Tree | None] = [None] * count
    for number, part in zip(kept, parts, strict=False):
        trees[number] = part
    known = {**joint.declarations}
    for name in _moving(chain, known, used):
        if direction_name(name) not in chain.declarations:
            known[direction_name(name)] = _direction(known[name])
    return Members(tuple(trees), clashes, defined, known, joint.dimensions)


def _joint(
    kept: Mapping[int, Tree], used: Mapping[str, Tree], chain: Chain
) -> tuple[Inferred, list[Tree]]:
    """All shapes at once, as those of a sum of norms of differences: the members, then `used`."""
    whole = [tree for tree in kept.values() if not is_zero(tree)]
    if not whole:
        raise ShapeError("nothing but zeros stands here")
    pairs = list(zip(whole, [*whole[1:], whole[-1]], strict=True))
    pairs += [(tree, Name(name)) for name, tree in used.items()]
    pairs += _directions([*whole, *used.values()])
    joint = understand(_normed(pairs), chain.declarations, chain.source)
    sides = [_left_side(term) for term in _terms(joint.tree)]
    found, shape = iter(sides), sides[0].shape
    members = [
        replace(tree, shape=shape) if is_zero(tree) else next(found) for tree in kept.values()
    ]
    return joint, [*members, *sides[len(whole) : len(whole) + len(used)]]


def _normed(pairs: Sequence[tuple[Tree, Tree]]) -> Tree:
    total: Tree | None = None
    for one, other in pairs:
        term = Call("norm2", (Binary("-", one, other),))
        total = term if total is None else Binary("+", total, term)
    assert total is not None
    return total


def _terms(tree: Tree) -> list[Tree]:
    terms: list[Tree] = []
    while isinstance(tree, Binary):
        terms.append(tree.right)
        tree = tree.left
    return [tree, *reversed(terms)]


def _left_side(term: Tree) -> Tree:
    assert isinstance(term, Call)
    (difference,) = term.arguments
    assert isinstance(difference, Binary)
    return difference.left


def is_zero(tree: Tree) -> bool:
    """Whether a member is a bare 0, which has the shape of whatever it equals."""
    return isinstance(tree, Literal) and tree.value == 0


def varied_nowhere(chain: Chain, numbers: Iterable[int]) -> str:
    """A name by which a member differentiates what it does not occur in, known nowhere else.

    It may be a way of writing that was not understood, so that the zero would refute nothing.
    """
    known = chain.declarations.keys() | chain.definitions.keys()
    for number in numbers:
        for part in walk(chain.members[number] or Literal(Fraction(0))):
            if isinstance(part, Call) and part.function == "derivative":
                whole = _names([substituted(part.arguments[0], chain.definitions)])
                varied = [_base(by) for by in part.arguments[1:]]
                absent = _names(varied).keys() - whole.keys() - known
                if absent:
                    return min(absent)
    return ""


def _base(tree: Tree) -> Tree:
    """X of X_ij, which has the indices i and j too."""
    return tree.base if isinstance(tree, Selection) else tree


def _names(trees: Sequence[Tree | None]) -> dict[str, Tree]:
    return {
        part.name: part
        for tree in trees
        if tree is not None
        for part in walk(tree)
        if isinstance(part, Name)
    }


def _directions(trees: Sequence[Tree]) -> list[tuple[Tree, Tree]]:
    """dx has the shape of x."""
    names = _names(trees)
    moved = [name for name in names if direction_name(name) in names]
    return [(names[direction_name(name)], names[name]) for name in moved]


def _moving(chain: Chain, known: Mapping[str, Declaration], used: Mapping[str, Tree]) -> list[str]:
    """The variables that have a direction."""
    free = [
        name
        for name, declared in known.items()
        if declared.kind != "index" and name not in used and name not in chain.constant
    ]
    if chain.moving is not None:
        return [name for name in free if name in chain.moving]
    directions = [direction_name(name) for name in free]
    named = [name for name in free if direction_name(name) in known]
    if not named and not any(map(_has_differential, (*chain.members, *used.values()))):
        return []
    return named or [name for name in free if name not in directions]


def _has_differential(tree: Tree | None) -> bool:
    parts = () if tree is None else walk(tree)
    return any(isinstance(part, Call) and part.function == "differential" for part in parts)


def _direction(declared: Declaration) -> Declaration:
    """dX: of the kind of X, and symmetric or diagonal where X stays so."""
    structure = next((f for f in ("diagonal", "symmetric") if f in declared.facts), None)
    facts = frozenset({structure, "symmetric"}) if structure else frozenset()
    return Declaration(direction_name(declared.name), declared.kind, declared.axes, facts)


def _used(trees: Sequence[Tree | None], definitions: Mapping[str, Tree]) -> dict[str, Tree]:
    """The definitions that occur, directly or through others, in order."""
    found: set[str] = set()
    for name in reversed(list(definitions)):
        needed = _names([*trees, *(definitions[other] for other in found)])
        if name in needed:
            found.add(name)
    return {name: tree for name, tree in definitions.items() if name in found}


def substituted(tree: Tree | None, definitions: Mapping[str, Tree]) -> Tree | None:
    """The tree with every defined name written out."""
    if tree is None:
        return None
    for name in reversed(list(definitions)):
        tree = _replaced(tree, name, definitions[name])
    return tree


def _replaced(tree: Tree, name: str, by: Tree) -> Tree:
    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Name) and node.name == name:
            return by
        return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def _in_full(tree: Tree | None, chain: Chain, definitions: Mapping[str, Tree]) -> Tree | None:
    """Defined names written out where they are differentiated; du of a defined u is d(u)."""
    if tree is None:
        return None
    known = {*definitions, *chain.declarations}
    moved = {
        direction_name(name): name for name in definitions if direction_name(name) not in known
    }

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        match node:
            case Name(name) if name in moved:
                return Call("differential", (_full(Name(moved[name]), definitions),), node.span)
            case Call("differential", _):
                return replace(node, arguments=(_full(parts[0], definitions),))
            case Call("derivative", (_, by)):
                kept = {n: t for n, t in definitions.items() if n not in _names([by])}
                return replace(node, arguments=(_full(parts[0], kept), by))
            case _:
                return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def _full(tree: Tree, definitions: Mapping[str, Tree]) -> Tree:
    full = substituted(tree, definitions)
    assert full is not None
    return full


def readings(tree: Tree, declarations: Mapping[str, Declaration]) -> tuple[Tree, ...]:
    """The tree, and again with derivatives by symmetric variables projected, (G + G′)/2."""
    projected = fold(tree, lambda node, parts: _projected(node, parts, declarations))
    return (tree,) if projected == tree else (tree, projected)


def _projected(
    node: Tree, parts: tuple[Tree, ...], declarations: Mapping[str, Declaration]
) -> Tree:
    whole = rebuild(node, parts) if parts else node
    match whole:
        case Call("derivative", (function, Name(name))) if (
            name in declarations
            and "symmetric" in declarations[name].facts
            and function.shape == SCALAR
        ):
            turned = Transpose(whole, shape=whole.shape)
            both = Binary("+", whole, turned, shape=whole.shape)
            return Binary("/", both, literal(2), shape=whole.shape)
        case _:
            return whole
