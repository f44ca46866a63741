"""What a notation must be able to spell: the parts of formulas, as a record of functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from gradproof.notation.precedence import Piece, Strength, holds

Mark = Literal["T", "-1", "-T", "+"]
Norm = Literal["entrywise one", "euclidean", "frobenius", "spectral", "nuclear", "unknown"]
Constant = Literal["one", "ones", "zeros", "eye", "delta"]


@dataclass(frozen=True, slots=True)
class Style:
    """How the parts of a formula are spelled in one notation."""

    signs: MappingProxyType[str, str]
    name: Callable[[str], Piece]
    number: Callable[[Fraction], Piece]
    constant: Callable[[Constant, str], Piece]
    parenthesised: Callable[[str], str]
    juxtaposed: Callable[[Piece, Piece], str]
    divided: Callable[[Piece, Piece], Piece]
    marked: Callable[[str, Mark], str]
    power: Callable[[str, Piece, bool], Piece]
    root: Callable[[Piece], Piece]
    norm: Callable[[Norm, str], str]
    absolute: Callable[[str], str]
    paired: Callable[[str, str], str]
    call: Callable[[str, tuple[str, ...]], str]
    selected: Callable[[Piece, tuple[str, ...]], str]
    summed: Callable[[tuple[str, ...], str], str]
    components: Callable[[tuple[str, ...], str], str]
    blocks: Callable[[list[list[str]]], str]
    differential: Callable[[Piece], str]
    derived: Callable[[Piece, tuple[Piece, ...]], str]


def within(style: Style, piece: Piece, least: Strength, *, after_operator: bool = False) -> Piece:
    """`piece`, in parentheses if it would not hold together without them."""
    if holds(piece, least, after_operator=after_operator):
        return piece
    return Piece(style.parenthesised(piece.text), Strength.ATOM, form="parentheses")
