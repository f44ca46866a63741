"""Kinds and sizes of a whole expression, found from how its parts meet.

Declarations come first; then what the operators and functions demand, by unification; and only
what stays open after that is decided by the habits of letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.core.errors import GradproofError, ShapeError
from gradproof.notation.added_numbers import added_number
from gradproof.notation.clashes import undetermined
from gradproof.notation.constraints import constrain
from gradproof.notation.habits import decide
from gradproof.notation.parser import parse_text
from gradproof.notation.problem import Problem, Scope, state
from gradproof.notation.selecting import filled_index
from gradproof.notation.sizes import name_sizes
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Shape,
    Transpose,
    Tree,
    children,
    index_names,
    rebuild,
)
from gradproof.notation.unify import SCALAR_PAIR
from gradproof.notation.vocabulary import KNOWN


@dataclass(frozen=True, slots=True)
class Inferred:
    """An expression with all its shapes, its variables, and the names of its sizes."""

    tree: Tree
    declarations: Mapping[str, Declaration]
    dimensions: frozenset[str]


def read(source: str, declarations: Mapping[str, Declaration] | None = None) -> Inferred:
    """The expression that a text means: parsed, with every kind and size inferred.

    `declarations` says what is known of the variables.  Raises ReadError for a text that is no
    expression and ShapeError for shapes that do not fit, both with the place and advice.

    >>> print(*read("norm2(X*w - y)^2").declarations.values(), sep="; ")
    X: matrix m×n; w: vector n; y: vector m
    """
    return infer(parse_text(source), declarations or {}, source)


def infer(
    tree: Tree, declarations: Mapping[str, Declaration], source: str | None = None
) -> Inferred:
    """The same tree with every shape filled in, and what each of its variables is.

    `source` is the text that the tree was read from, for the carets of errors.  Variables are in
    the order of `declarations`, then of appearance.  Raises ReadError and ShapeError.
    """
    try:
        problem = state(tree, declarations, source)
        constrain(problem)
        decide(problem)
        name_sizes(problem)
        filled = _fill(problem)
    except ShapeError as error:
        raise _placed(added_number(tree, declarations, source) or error, source) from None
    except GradproofError as error:
        raise _placed(error, source) from None
    variables = _variables(problem)
    return Inferred(filled, MappingProxyType(variables), _dimension_names(problem, variables))


def _placed(error: GradproofError, source: str | None) -> GradproofError:
    return error if source is None else error.at(source)


def _fill(problem: Problem) -> Tree:
    """The tree again, with shapes."""
    shapes: dict[tuple[int, ...], Shape] = {SCALAR_PAIR: SCALAR}
    finished: list[Tree] = []
    for (node, scope), variables in zip(problem.order, problem.shapes, strict=True):
        shape = shapes.get(variables)
        if shape is None:
            shape = shapes[variables] = _found_shape(problem, node, variables)
        finished.append(_filled(problem, node, scope, shape, finished))
    return finished[0]


def _found_shape(problem: Problem, node: Tree, variables: tuple[int, ...]) -> Shape:
    sizes = [problem.sizes.dimension(variable) for variable in variables]
    shape = tuple(size for size in sizes if size is not None)
    if len(shape) < len(sizes):
        raise undetermined(node, problem.source)
    return shape


def _filled(problem: Problem, node: Tree, scope: Scope, shape: Shape, finished: list[Tree]) -> Tree:
    span = node.span
    match node:
        case Name():
            return Name(node.name, span, shape)
        case Literal():
            return Literal(node.value, span, shape)
        case Binary():
            right, left = finished.pop(), finished.pop()
            return Binary(node.operator, left, right, span, shape)
        case Negation():
            return Negation(finished.pop(), span, shape)
        case Transpose():
            return Transpose(finished.pop(), span, shape)
        case Selection():
            named = tuple(filled_index(problem, index, scope) for index in node.indices)
            return Selection(finished.pop(), named, span, shape)
        case Binder():
            return Binder(node.function, node.indices, finished.pop(), span, shape, node.ranges)
        case Call():
            return Call(node.function, _filled_arguments(node, finished), span, shape)


def _filled_arguments(node: Call, finished: list[Tree]) -> tuple[Tree, ...]:
    arguments = node.arguments
    if KNOWN[node.function].signature == "sizes":
        return tuple(_as_number(size) for size in arguments)
    first = len(finished) - len(arguments)
    parts = tuple(finished[first:])
    del finished[first:]
    return parts


def _as_number(size: Tree) -> Tree:
    """A size argument, each part of it a scalar; the reader bounds its length."""
    parts = tuple(_as_number(part) for part in children(size))
    return replace(rebuild(size, parts), shape=SCALAR)


def _variables(problem: Problem) -> dict[str, Declaration]:
    """The variables that occur: those declared, then the others by first appearance."""
    found = {
        name: declared
        for name, declared in problem.declarations.items()
        if name in problem.names or name in problem.tensors or name in problem.indices
    }
    if problem.indices.keys() <= found.keys():
        return found | {name: _inferred_variable(problem, name) for name in problem.open}
    for node, scope in problem.order:
        if isinstance(node, Name) and node.name in problem.open:
            found.setdefault(node.name, _inferred_variable(problem, node.name))
        elif isinstance(node, Selection):
            for index in [name for part in node.indices for name in index_names(part)]:
                if index.name not in scope:
                    found.setdefault(index.name, _inferred_index(problem, index.name))
    return found


def _dimension_names(problem: Problem, variables: dict[str, Declaration]) -> frozenset[str]:
    names = set(problem.extents)
    for variable in variables.values():
        for axis in (*variable.axes, variable.bound or ONE):
            names |= axis.names()
    return frozenset(names)


def _inferred_variable(problem: Problem, name: str) -> Declaration:
    rows, columns = (problem.sizes.dimension(size) or ONE for size in problem.names[name])
    if columns != ONE:
        return Declaration(name, "matrix", (rows, columns))
    return Declaration(name, "scalar") if rows == ONE else Declaration(name, "vector", (rows,))


def _inferred_index(problem: Problem, name: str) -> Declaration:
    index, sizes = problem.indices[name], problem.sizes
    axes = tuple([sizes.dimension(axis) or ONE for axis in index.axes])
    return Declaration(name, "index", axes, bound=sizes.dimension(index.bound))
