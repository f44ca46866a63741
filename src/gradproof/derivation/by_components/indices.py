"""Letters for indices, and entries of what the indices select."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.notation.build import eye_tree, literal, ones_tree, shape_of, times
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import (
    SCALAR,
    Binder,
    Call,
    Name,
    Negation,
    Selection,
    Shape,
    Transpose,
    Tree,
    children,
    is_scalar,
    rebuild,
    walk,
)

BOUND = "ijrstuvabcpqfgh"
FREE = "ij"
VARIED = "klmn"


class Letters:
    """A supply of index names that are not taken."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.lasting = frozenset(self.taken)

    def from_here(self) -> Letters:
        """A supply to which the letters given out so far do not belong."""
        return Letters(self.taken)

    def fresh(self, wanted: str) -> str:
        """The first free letter of those wanted, numbered if need be."""
        for round_ in count():
            for letter in wanted:
                name = letter if round_ == 0 else f"{letter}{round_}"
                if name not in self.taken:
                    self.taken.add(name)
                    return name
        raise AssertionError


def index(name: str) -> Name:
    """An index as a tree."""
    return Name(name, shape=SCALAR)


def axes_of(shape: Shape) -> tuple[Dimension, ...]:
    """The axes that have indices: a row or a column has one."""
    return tuple([axis for axis in shape if axis != ONE])


def delta(one: Tree, other: Tree, axis: Dimension) -> Tree:
    """δ as an entry of the identity."""
    return Selection(eye_tree(axis), (one, other), shape=SCALAR)


def selected(tree: Tree, indices: tuple[Tree, ...]) -> Tree:
    """The entry of a tree: (X′)ᵢⱼ is Xⱼᵢ, and (U[c])ᵢ is an entry of U."""
    if is_scalar(tree):
        return tree
    match tree:
        case Transpose(operand):
            return selected(operand, indices[::-1])
        case Negation(operand):
            return Negation(selected(operand, indices), shape=SCALAR)
        case Selection(base, first) if all(is_scalar(i) for i in first):
            return selected(base, (*first, *indices))
        case Selection():
            raise UnsupportedError("entries of rows that an index vector names")
        case Call("ones"):
            return literal(1)
        case _:
            return Selection(tree, indices, shape=SCALAR)


def free_names(tree: Tree) -> frozenset[str]:
    """The names in a tree that no sum in it binds."""
    match tree:
        case Name(name):
            return frozenset({name})
        case Binder(indices=bound):
            return free_names(tree.body) - frozenset(bound)
        case _:
            parts = children(tree)
            return frozenset().union(*map(free_names, parts)) if parts else frozenset()


def put(tree: Tree, names: Mapping[str, Name]) -> Tree:
    """The tree with other letters for its free indices."""
    match tree:
        case Name(name):
            return names.get(name, tree)
        case Binder(indices=bound):
            inside = {old: new for old, new in names.items() if old not in bound}
            return rebuild(tree, (put(tree.body, inside),))
        case _:
            parts = children(tree)
            return rebuild(tree, tuple([put(part, names) for part in parts])) if parts else tree


def free_indices(tree: Tree, known: Iterable[str]) -> dict[str, Dimension]:
    """The indices that select in a tree and are neither bound nor declared, and what they count."""
    found: dict[str, Dimension] = {}
    bound = {i for part in walk(tree) if isinstance(part, Binder) for i in part.indices}
    for part in walk(tree):
        if isinstance(part, Selection):
            for place, axis in zip(part.indices, axes_of(shape_of(part.base)), strict=False):
                if isinstance(place, Name) and place.name not in bound:
                    found.setdefault(place.name, axis)
    return {name: axis for name, axis in found.items() if name not in set(known)}


def closed(tree: Tree, free: dict[str, Dimension]) -> Tree:
    """The array of a tree with free indices."""
    if not free:
        return tree
    missing = [
        Selection(ones_tree((axis, ONE)), (index(name),), shape=SCALAR)
        for name, axis in free.items()
        if name not in names_in(tree)
    ]
    axes = tuple(free.values())
    shape = axes if len(axes) > 1 else (*axes, ONE)
    return Binder("array", tuple(free), times([tree, *missing]), shape=shape)
