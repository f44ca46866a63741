"""When an operand needs parentheses: one order of binding strength for every writer.

The order is MATLAB's: transposes and selections, powers, signs, products, sums.
Formulas for people (Unicode, LaTeX, MathML) have two strengths more: what a Σ sign governs
reaches to the next + or −, and ⊙ and ⊗ bind less than the juxtaposition around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from gradproof.notation.tree import Binary, Negation, Tree, is_scalar


class Strength(IntEnum):
    """How strongly the outermost operation of a written piece holds it together."""

    SUM = 1
    GOVERNED = 2
    ENTRYWISE = 3
    PRODUCT = 4
    SIGN = 5
    POWER = 6
    POSTFIX = 7
    ATOM = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A written subtree: its text, its strength and whether it begins with a minus sign.

    What a neighbour must know of a formula is named by `form`, the outermost operation;
    `first` and `last`, the forms of the factors at its ends; and `core`, the text under a
    superscript.
    """

    text: str
    strength: Strength
    signed: bool = False
    form: str = ""
    core: str = ""
    ends: tuple[str, str] | None = None

    @property
    def first(self) -> str:
        """The form of the first factor."""
        return self.ends[0] if self.ends else self.form

    @property
    def last(self) -> str:
        """The form of the last factor."""
        return self.ends[1] if self.ends else self.form


STRENGTH = MappingProxyType(
    {
        "+": Strength.SUM,
        "-": Strength.SUM,
        "*": Strength.PRODUCT,
        "/": Strength.PRODUCT,
        ".*": Strength.PRODUCT,
        "./": Strength.PRODUCT,
        "^": Strength.POWER,
        ".^": Strength.POWER,
    }
)

NEEDED = MappingProxyType(
    {
        Strength.SUM: (Strength.SUM, Strength.GOVERNED),
        Strength.PRODUCT: (Strength.PRODUCT, Strength.POWER),
        Strength.POWER: (Strength.POSTFIX, Strength.ATOM),
    }
)


def holds(piece: Piece, least: Strength, *, after_operator: bool = False) -> bool:
    """Whether `piece` needs no parentheses where `least` is asked of it.

    After an operator a leading minus sign would be the second of two signs in a row.
    """
    return piece.strength >= least and not (after_operator and piece.signed)


def stands_apart(tree: Binary) -> bool:
    """Whether the left factor of a product keeps parentheses for the sake of people.

    Left to right is the rule, but few would read a.*X*b as (a.*X)*b, or x'*y*z as (x'*y)*z.
    """
    left = tree.left.operand if isinstance(tree.left, Negation) else tree.left
    if tree.operator not in ("*", ".*", "./") or not isinstance(left, Binary):
        return False
    if is_inner_product(left):
        return tree.operator != "./"
    known = all(part.shape is not None for part in (left.left, left.right, tree.right))
    if not known or any(is_scalar(part) for part in (left.left, left.right, tree.right)):
        return False
    return {left.operator, tree.operator} in ({"*", ".*"}, {"*", "./"})


def is_inner_product(tree: Tree) -> bool:
    """Whether a product of vectors or matrices is a scalar, as x'*A*x is."""
    match tree:
        case Binary("*", _, right):
            return is_scalar(tree) and right.shape is not None and not is_scalar(right)
        case _:
            return False
