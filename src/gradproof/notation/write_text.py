"""Trees as text in the input syntax, with the fewest parentheses that read back the same.

The same means: an equal tree, but that a minus sign before a product may go to its first factor
and that fractions are read as divisions.
Two kinds of parentheses are kept though the reader does not need them, because people do:
those of nested powers and those that `stands_apart` speaks of, as in (x'*y)*z.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import assert_never

from gradproof.notation.precedence import (
    NEEDED,
    STRENGTH,
    Piece,
    Strength,
    holds,
    stands_apart,
)
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Operator,
    Selection,
    Transpose,
    Tree,
    fold,
)

ENDS_IN_NUMBER = re.compile(r"(?<!\w)\d+$")


def text(tree: Tree) -> str:
    """The expression in the input syntax.

    >>> X, w, y = Name("X"), Name("w"), Name("y")
    >>> text(Binary("*", Transpose(X), Binary("-", Binary("*", X, w), y)))
    "X'*(X*w - y)"
    """
    return fold(tree, _piece).text


def short(tree: Tree, width: int = 40) -> str:
    """The text of a tree, cut to `width` characters: for error messages."""
    whole = text(tree)
    return whole if len(whole) <= width else whole[: width - 1].rstrip() + "…"


def _piece(tree: Tree, parts: tuple[Piece, ...]) -> Piece:
    match tree:
        case Literal(value):
            return _number(value)
        case Name(name):
            return Piece(name, Strength.ATOM)
        case Negation():
            return _negated(parts[0])
        case Transpose():
            return Piece(_operand(parts[0], Strength.POSTFIX) + "'", Strength.POSTFIX)
        case Binary():
            return _binary(tree, *parts)
        case Call(function):
            return Piece(f"{function}({_listed(parts)})", Strength.ATOM)
        case Selection():
            base = _operand(parts[0], Strength.POSTFIX)
            return Piece(f"{base}[{_listed(parts[1:])}]", Strength.POSTFIX)
        case Binder(function, indices):
            return Piece(f"{function}({', '.join(indices)}, {parts[0].text})", Strength.ATOM)
        case _:
            assert_never(tree)


def _number(value: Fraction) -> Piece:
    signed = value < 0
    if value.denominator != 1:
        return Piece(str(value), Strength.PRODUCT, signed)
    return Piece(str(value), Strength.SIGN if signed else Strength.ATOM, signed)


def _negated(piece: Piece) -> Piece:
    """-(a*b) is written -a*b: that reads as (-a)*b, which is the same."""
    operand = _operand(piece, Strength.PRODUCT, after_operator=True)
    strength = Strength.PRODUCT if piece.strength is Strength.PRODUCT else Strength.SIGN
    return Piece("-" + operand, strength, signed=True)


def _binary(tree: Binary, left: Piece, right: Piece) -> Piece:
    strength = STRENGTH[tree.operator]
    needed_left, needed_right = NEEDED[strength]
    if stands_apart(tree):
        needed_left = Strength.POWER
    one = _operand(left, needed_left)
    other = _operand(right, needed_right, after_operator=True)
    written = one + _spelled(tree.operator, one) + other
    return Piece(written, strength, one.startswith("-"))


def _spelled(operator: Operator, left: str) -> str:
    """The operator; a dot after a number would be read as a decimal point."""
    spaced = operator in ("+", "-") or (operator[0] == "." and ENDS_IN_NUMBER.search(left))
    return f" {operator} " if spaced else operator


def _operand(piece: Piece, least: Strength, *, after_operator: bool = False) -> str:
    return piece.text if holds(piece, least, after_operator=after_operator) else f"({piece.text})"


def _listed(parts: tuple[Piece, ...]) -> str:
    return ", ".join(part.text for part in parts)
