r"""The readings of `\cdot`: the product, or the inner product of two columns, whichever fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gradproof.core.declaration import Declaration
from gradproof.notation.latex.reading import Reading
from gradproof.notation.stack import Operand
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    fold,
    rebuild,
    walk,
)

DOT = "dot product"
MOST = 6
_VECTORS = frozenset("pqrsuvwxyz")


def dotted(reading: Reading, left: Tree, right: Tree) -> Tree:
    r"""a \cdot b, where at least one side can be no column: a product; else decided later."""
    if _is_no_column(reading, left) or _is_no_column(reading, right):
        return Binary("*", left, right)
    return Call(DOT, (left, right))


def read_dot(reading: Reading, left: Operand, right: Operand) -> Tree:
    """The tree of a dot between two operands."""
    tree = dotted(reading, left.tree, right.tree)
    return replace(tree, span=left.place.to(right.place))


def _is_no_column(reading: Reading, tree: Tree) -> bool:
    match tree:
        case Literal() | Transpose():
            return True
        case Negation(operand):
            return _is_no_column(reading, operand)
        case Binary("/", Literal(), Literal()):
            return True
        case Name(name):
            declared = reading.symbols.declarations.get(name)
            return declared is not None and declared.kind != "vector"
        case _:
            return False


def readings(tree: Tree, declarations: Mapping[str, Declaration]) -> Iterator[Tree]:
    """The trees that a formula may be, the most usual first.

    A dot is the product, but between two bare letters that are vectors by habit the inner
    product; where that does not fit, one dot or all of them are read the other way.
    """
    dots = [part for part in walk(tree) if isinstance(part, Call) and part.function == DOT]
    if not dots:
        yield tree
        return
    usual = frozenset(number for number, dot in enumerate(dots) if _is_habitual(dot, declarations))
    yield _read_as(tree, usual)
    if len(dots) <= MOST:
        for number in range(len(dots)):
            yield _read_as(tree, usual ^ {number})
    everywhere = frozenset(range(len(dots)))
    if len(dots) > 1:
        yield _read_as(tree, everywhere)
    yield _read_as(tree, frozenset())


def _is_habitual(dot: Call, declarations: Mapping[str, Declaration]) -> bool:
    sides = [side.base if isinstance(side, Selection) else side for side in dot.arguments]
    return all(
        isinstance(side, Name) and side.name[:1] in _VECTORS and side.name not in declarations
        for side in sides
    )


def _read_as(tree: Tree, inner: frozenset[int]) -> Tree:
    """The tree in which the dots of these numbers are inner products, the others products."""
    numbers = {
        id(part): number
        for number, part in enumerate(
            part for part in walk(tree) if isinstance(part, Call) and part.function == DOT
        )
    }

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Call) and node.function == DOT:
            if numbers[id(node)] in inner:
                return Call("inner", parts, node.span)
            return Binary("*", parts[0], parts[1], node.span)
        return rebuild(node, parts) if parts else node

    return fold(tree, combine)
