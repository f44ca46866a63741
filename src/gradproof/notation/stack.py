"""The precedence machine that every reader feeds: operands, and operators that wait for theirs.

A reader cuts its notation into tokens and says of each what it opens, closes, joins or ends; here
operators are finished by binding strength on an explicit stack, so that no text is too deep.

What is bounded, because everything after the reader recurses over the tree: brackets and the
tree's height are at most 200, where the left operand of a left-associative operator does not
count.  A flat chain such as a sum of a thousand terms is a left-deep tree, of at most 5,000
operators: code that meets such a tree must go down its left spine by a loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from gradproof.core.errors import Span
from gradproof.notation import misreadings
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place as place_of
from gradproof.notation.tree import Binary, Negation, Operator, Tree

DEEPEST = 200
OPERATORS = 5_000

OPENING = 0
ANY = 1
SUM = 10
GOVERNED = 12
ENTRYWISE = 15
PRODUCT = 20
NEGATION = 30
POWER = 40


class Operand(NamedTuple):
    """A finished operand; its place includes the brackets around it, which its tree forgets."""

    tree: Tree
    height: int
    place: Span


class Pending(NamedTuple):
    """An operator or an open bracket that waits for what comes after it.

    `below` counts the operands before an open bracket; `name` is the function being called.
    `make` builds what is neither a sign nor a binary operator; `prefix` operators have no left
    operand.
    """

    token: Token
    binding: int
    below: int = 0
    name: Token | None = None
    make: Callable[..., Any] | None = None
    prefix: bool = False


@dataclass(slots=True)
class Stack:
    """Where a reader is."""

    tokens: list[Token]
    position: int = 0
    brackets: int = 0
    operands: list[Operand] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)


def push(stack: Stack, tree: Tree, height: int, place: Span) -> None:
    """Puts a finished operand on the stack."""
    if height > DEEPEST:
        raise misreadings.too_deep(place, DEEPEST)
    stack.operands.append(Operand(tree, height, place))


def reduce(stack: Stack, binding: int) -> None:
    """Finishes the waiting operators that bind at least this tightly."""
    pending, operands = stack.pending, stack.operands
    while pending and pending[-1].binding >= binding:
        item = pending.pop()
        right = operands.pop()
        if item.prefix:
            place = Span(item.token.start, right.place.stop)
            tree = Negation(right.tree, place) if item.make is None else item.make(right, place)
            push(stack, tree, right.height + 1, place)
            continue
        left = operands.pop()
        place = Span(left.place.start, right.place.stop)
        below = left.height + 1 if item.binding == POWER else left.height
        if item.make is None:
            tree = Binary(cast("Operator", item.token.kind), left.tree, right.tree, place)
        else:
            tree, below = item.make(left, right, place), left.height + 1
        push(stack, tree, max(below, right.height + 1), place)


def negate(stack: Stack, sign: Token) -> None:
    """A minus sign before its operand."""
    stack.pending.append(Pending(sign, NEGATION, prefix=True))


def open_bracket(
    stack: Stack,
    bracket: Token,
    name: Token | None = None,
    make: Callable[..., Any] | None = None,
) -> None:
    """Whatever follows is inside, up to the closing bracket."""
    stack.brackets += 1
    if stack.brackets > DEEPEST:
        raise misreadings.too_deep(place_of(bracket), DEEPEST)
    stack.pending.append(Pending(bracket, OPENING, len(stack.operands), name, make))


def close_bracket(stack: Stack, bracket: Token) -> tuple[Pending, list[Operand]]:
    """The bracket that was open, and the operands inside."""
    reduce(stack, ANY)
    if not stack.pending:
        raise misreadings.never_opened(bracket)
    opened = stack.pending.pop()
    stack.brackets -= 1
    parts = stack.operands[opened.below :]
    del stack.operands[opened.below :]
    return opened, parts
