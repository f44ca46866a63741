"""The shapes of one expression as a problem: its nodes in order, its names, what is still open.

Nothing recurses, so a sum of thousands of terms is no deeper than a sum of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.core.errors import ReadError, ShapeError
from gradproof.notation.clashes import bad_index
from gradproof.notation.extents import extent_names
from gradproof.notation.signatures import Rule
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    is_place,
)
from gradproof.notation.unify import Pair, Sizes
from gradproof.notation.vocabulary import KNOWN

Scope = Mapping[str, int]
_NO_SCOPE: Scope = MappingProxyType({})


class Constraint(NamedTuple):
    """A rule that has not answered yet, its operands' shapes, and the shape it will answer."""

    rule: Rule
    node: Tree
    operands: tuple[Pair, ...]
    result: Pair


class Index(NamedTuple):
    """An index: the size in which it counts, and its axes when it is an array of indices."""

    bound: int
    axes: tuple[int, ...] = ()


@dataclass(slots=True)
class Problem:
    """The shapes of one expression while they are being found.

    `order` lists the nodes, children first, each with its bound indices (a binder with those
    that it binds), and `shapes` their shapes alongside.  `tensors` are those declared, `open` the
    undeclared variables by first appearance, `extents` the names that stand for sizes, as far as
    they occur; `index_names` and `indices` are the indices that no binder binds, `index_ranks` how
    many indices stand in those that are arrays; `unruled` holds the identities of sums with a
    number that may be of any shape, `wide` the axes of nodes that have more than two, by identity.
    """

    declarations: Mapping[str, Declaration]
    source: str | None
    sizes: Sizes = field(default_factory=Sizes)
    order: list[tuple[Tree, Scope]] = field(default_factory=list)
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    names: dict[str, Pair] = field(default_factory=dict)
    tensors: dict[str, tuple[int, ...]] = field(default_factory=dict)
    open: dict[str, Name] = field(default_factory=dict)
    index_names: dict[str, Name] = field(default_factory=dict)
    index_ranks: dict[str, int] = field(default_factory=dict)
    indices: dict[str, Index] = field(default_factory=dict)
    extents: set[str] = field(default_factory=set)
    known_extents: set[str] = field(default_factory=set)
    selected: set[int] = field(default_factory=set)
    pending: list[Constraint] = field(default_factory=list)
    unruled: frozenset[int] = frozenset()
    wide: dict[int, tuple[int, ...]] = field(default_factory=dict)


def state(tree: Tree, declarations: Mapping[str, Declaration], source: str | None) -> Problem:
    """The problem of a tree's shapes, before any of them is known."""
    problem = Problem(declarations, source)
    axes = {axis for declaration in declarations.values() for axis in declaration.axes}
    axes |= {declaration.bound or ONE for declaration in declarations.values()}
    problem.known_extents.update(*(axis.names() for axis in axes))
    _arrange(problem, tree)
    for name in problem.index_names.values():
        problem.indices[name.name] = _free_index(problem, name)
    return problem


def _arrange(problem: Problem, tree: Tree) -> None:
    """Lists the nodes, children first, and notes which names are sizes and which are indices."""
    waiting: list[tuple[Tree, Scope]] = [(tree, _NO_SCOPE)]
    order = problem.order
    while waiting:
        item = node, scope = waiting.pop()
        order.append(item)
        match node:
            case Name() | Literal():
                pass
            case Binary():
                waiting.append((node.left, scope))
                waiting.append((node.right, scope))
            case Negation() | Transpose():
                waiting.append((node.operand, scope))
            case Call():
                if KNOWN[node.function].signature != "sizes":
                    waiting.extend((argument, scope) for argument in node.arguments)
                else:
                    _note_extents(problem, node)
            case Selection():
                waiting.append((node.base, scope))
                _note_indices(problem, node.indices, scope)
            case Binder():
                order[-1] = (node, {**scope, **_bound(problem, node)})
                waiting.append((node.body, order[-1][1]))
    order.reverse()


def _bound(problem: Problem, node: Binder) -> dict[str, int]:
    """The size in which each index of a binder counts: as written, or still open."""
    bound = {name: problem.sizes.fresh(large=True) for name in node.indices}
    for name, written in zip(node.indices, node.ranges, strict=False):
        if written is not None:
            bound[name] = problem.sizes.number(written)
            problem.known_extents |= written.names()
    return bound


def _note_extents(problem: Problem, node: Call) -> None:
    for argument in node.arguments:
        for name in extent_names(argument):
            declared = problem.declarations.get(name)
            if declared is not None:
                raise ShapeError(
                    f"{name} is declared a {declared.kind}, and a size is needed here",
                    source=problem.source,
                    span=argument.span,
                    hint="Write the name of a dimension; it needs no declaration.",
                )
            problem.extents.add(name)
            problem.known_extents.add(name)


def _note_indices(problem: Problem, indices: tuple[Tree, ...], scope: Scope) -> None:
    for index in indices:
        match index:
            case Name(name) if name in scope:
                problem.selected.add(scope[name])
            case Name(name):
                problem.index_names[name] = index
            case Selection(Name(name) as array, inner):
                if name in scope:
                    raise bad_index(array, "one index, and no array of them", problem.source)
                problem.index_names[name] = array
                problem.index_ranks[name] = max(len(inner), problem.index_ranks.get(name, 0))
                _note_indices(problem, inner, scope)
            case _ if not is_place(index):
                raise ReadError(
                    "an index is a name, or an entry of an array of indices",
                    source=problem.source,
                    span=index.span,
                )


def _free_index(problem: Problem, index: Name) -> Index:
    declared, sizes = problem.declarations.get(index.name), problem.sizes
    if declared is None:
        if index.name in problem.known_extents:
            raise bad_index(index, "a dimension", problem.source)
        rank = problem.index_ranks.get(index.name, 0)
        return Index(sizes.fresh(large=True), tuple(sizes.fresh(large=True) for _ in range(rank)))
    if declared.kind != "index":
        raise bad_index(index, f"declared a {declared.kind}", problem.source)
    bound = sizes.number(declared.bound) if declared.bound else sizes.fresh()
    return Index(bound, tuple(sizes.number(axis) for axis in declared.axes))
