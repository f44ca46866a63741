"""The matrix language: the tree of what a person writes.  Only this tree is parsed or printed.

Seven closed kinds.  A tree keeps what was written (a difference is not yet a sum with a
coefficient, a transpose is not yet gone), where it was written (`span`) and, once
inferred, its shape.  Neither place nor shape takes part in equality.

Shapes here are pairs (rows, columns): a scalar is (1, 1), a column vector (n, 1), a row
vector (1, n), a matrix (m, n).  Only declared tensors and `array(i, j, k, …)` have more axes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeVar
from typing import Literal as OneOf

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.errors import Span

Shape = tuple[Dimension, ...]
Operator = OneOf["+", "-", "*", "/", "^", ".*", "./", ".^"]

SCALAR: Shape = (ONE, ONE)


def _cached_hash(tree: Any) -> int:
    """The hash of what takes part in equality, worked out once: trees are keys of many tables."""
    known: int | None = tree._hash
    if known is None:
        known = hash((type(tree).__name__, _own(tree), children(tree)))
        object.__setattr__(tree, "_hash", known)
    return known


@dataclass(frozen=True, slots=True)
class Literal:
    """A number: exact, as written (0.5 is 1/2)."""

    value: Fraction
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)
    _weight: int = field(default=0, init=False, repr=False, compare=False)
    __hash__ = _cached_hash


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, an index, a dimension used as a number, or the constant `pi`."""

    name: str
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)
    _weight: int = field(default=0, init=False, repr=False, compare=False)
    __hash__ = _cached_hash


@dataclass(frozen=True, slots=True)
class Negation:
    """−operand."""

    operand: Tree
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)
    _weight: int = field(default=0, init=False, repr=False, compare=False)
    __hash__ = _cached_hash


@dataclass(frozen=True, slots=True)
class Transpose:
    """operand′."""

    operand: Tree
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)
    _weight: int = field(default=0, init=False, repr=False, compare=False)
    __hash__ = _cached_hash


@dataclass(frozen=True, slots=True)
class Binary:
    """left operator right, with the operators of the text language."""

    operator: Operator
    left: Tree
    right: Tree
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)
    _weight: int = field(default=0, init=False, repr=False, compare=False)
    __hash__ = _cached_hash


@dataclass(frozen=True, slots=True)
class Call:
    """function(arguments…), by the name that the text language gives the function."""

    function: str
    arguments: tuple[Tree, ...]
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)
    _weight: int = field(default=0, init=False, repr=False, compare=False)
    __hash__ = _cached_hash


@dataclass(frozen=True, slots=True)
class Selection:
    """base[i] or base[i, j]: a row, a component, or the rows named by an index vector.

    `X[i]` of a matrix is its row i as a column vector, `x[i]` of a vector its component;
    with an index *vector* w, `U[w]` is the matrix of the rows w, and `U[w[i]]` its row i.
    """

    base: Tree
    indices: tuple[Tree, ...]
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)
    _weight: int = field(default=0, init=False, repr=False, compare=False)
    __hash__ = _cached_hash


@dataclass(frozen=True, slots=True)
class Binder:
    """sum(i, j, body), or array(i, j, …, body): a tensor by its components.

    `ranges` are the sizes that the indices were written to count in, as in Σ from 1 to N; None
    where it is the size of what the index selects from.
    """

    function: OneOf["sum", "array"]
    indices: tuple[str, ...]
    body: Tree
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False)
    ranges: tuple[Dimension | None, ...] = field(default=(), compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)
    _weight: int = field(default=0, init=False, repr=False, compare=False)
    __hash__ = _cached_hash


def _own(tree: Tree) -> object:
    """What distinguishes a tree besides its kind and its subtrees."""
    match tree:
        case Literal(value):
            return value
        case Name(name):
            return name
        case Binary(operator):
            return operator
        case Call(function):
            return function
        case Binder(function, indices):
            return function, indices
        case _:
            return None


Tree = Literal | Name | Negation | Transpose | Binary | Call | Selection | Binder


def children(tree: Tree) -> tuple[Tree, ...]:
    """The immediate subtrees, left to right."""
    match tree:
        case Binary():
            return (tree.left, tree.right)
        case Literal() | Name():
            return ()
        case Negation() | Transpose():
            return (tree.operand,)
        case Call():
            return tree.arguments
        case Selection():
            return (tree.base, *tree.indices)
        case Binder():
            return (tree.body,)


def rebuild(tree: Tree, parts: tuple[Tree, ...]) -> Tree:
    """`tree` with other immediate subtrees; the only place where a tree is put together again."""
    match tree:
        case Literal() | Name():
            return tree
        case Negation() | Transpose():
            return replace(tree, operand=parts[0])
        case Binary():
            return replace(tree, left=parts[0], right=parts[1])
        case Call():
            return replace(tree, arguments=parts)
        case Selection():
            return replace(tree, base=parts[0], indices=parts[1:])
        case Binder():
            return replace(tree, body=parts[0])


def weight_of(tree: Tree) -> int:
    """How much there is to read: the number of symbols, functions and operators."""
    unweighed, pending = [], [tree]
    while pending:
        part = pending.pop()
        if not part._weight:
            unweighed.append(part)
            pending.extend(children(part))
    for part in reversed(unweighed):
        weight = 1 + sum([child._weight for child in children(part)])
        object.__setattr__(part, "_weight", weight)
    return tree._weight


def walk(tree: Tree) -> Iterator[Tree]:
    """Every subtree, parents first, left to right."""
    pending = [tree]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))


Result = TypeVar("Result")


def fold(tree: Tree, combine: Callable[[Tree, tuple[Result, ...]], Result]) -> Result:
    """The value of a tree from the values of its subtrees, bottom-up and without recursion.

    >>> x = Name("x")
    >>> fold(Binary("+", x, Negation(x)), lambda node, parts: 1 + sum(parts))
    4
    """
    values: list[Result] = []
    for node in reversed(list(walk(tree))):
        parts = tuple([values.pop() for _ in children(node)])
        values.append(combine(node, parts))
    return values.pop()


def is_place(index: Tree) -> bool:
    """Whether an index is a number, which counts from 0: x[0] is the first component."""
    return isinstance(index, Literal) and index.value.denominator == 1 and index.value >= 0


def with_shape(tree: Tree, shape: Shape) -> Tree:
    """The same tree, of this shape."""
    return replace(tree, shape=shape)


def index_names(index: Tree) -> tuple[Name, ...]:
    """The names in an index as written: one, or an array of indices and what stands in it."""
    return tuple(part for part in walk(index) if isinstance(part, Name))


def is_scalar(tree: Tree) -> bool:
    """Whether an inferred tree is a scalar."""
    return tree.shape == SCALAR


def is_column(tree: Tree) -> bool:
    """Whether an inferred tree is a column vector."""
    shape = tree.shape
    return shape is not None and len(shape) == 2 and shape[1] == ONE and shape[0] != ONE


def is_row(tree: Tree) -> bool:
    """Whether an inferred tree is a row vector."""
    shape = tree.shape
    return shape is not None and len(shape) == 2 and shape[0] == ONE and shape[1] != ONE
