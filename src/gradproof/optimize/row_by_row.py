"""Equations that hold for each row of W by itself, or for each column, with a matrix of its own.

    M(i) W[i] = B[i]    array(i, j, (inv(M(i)) B[i])[j])

So it is in a factorisation with weights, Σ Pᵢⱼ (UV′ − Y)²ᵢⱼ by U: M(i) = V′ diag(P[i]) V.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.algebra.simplify import simplify
from gradproof.core.apply import apply
from gradproof.core.contract import contract, transpose
from gradproof.core.dimension import ONE
from gradproof.core.node import Contraction, Node, Sum, symbol
from gradproof.core.sum import add
from gradproof.notation.build import call, shape_of, times, transposed
from gradproof.notation.tree import SCALAR, Binder, Name, Selection, Tree
from gradproof.ops.structure import selector
from gradproof.optimize.affine import AffineGradient, formula
from gradproof.optimize.linear_system import LinearSystem

LETTERS = "ijklrstuvabcdefgh"


@dataclass(frozen=True, slots=True)
class RowEquations:
    """matrix · unknown = constant for the row or column `index`; `other` numbers the entries."""

    matrix: Tree
    unknown: Tree
    constant: Tree
    index: str
    other: str


def row_equations(found: AffineGradient, system: LinearSystem) -> RowEquations:
    """The equations of one row, by the name of its index."""
    assert system.left is not None
    index, other = [letter for letter in LETTERS if letter not in found.taken][:2]
    rows = system.form == "rows"
    constant = system.constant if rows else transpose(system.constant)
    variable = Name(found.variable.name, shape=found.variable.axes)
    base: Tree = variable if rows else transposed(variable)
    length = shape_of(base)[1]

    def tree(node: Node) -> Tree:
        return formula(node, found.context, found.taken | {index, other})

    return RowEquations(
        matrix=tree(_row(system.left, index)),
        unknown=Selection(base, (Name(index, shape=SCALAR),), shape=(length, ONE)),
        constant=tree(_row(constant, index)),
        index=index,
        other=other,
    )


def _row(node: Node, index: str) -> Node:
    """node[index], …, for an index that counts in the first axis."""
    terms = node.terms if isinstance(node, Sum) else ((1, node),)
    parts = [(weight, _row_of_term(term, index)) for weight, term in terms]
    return simplify(add(parts, node.axes[1:]))


def _row_of_term(term: Node, index: str) -> Node:
    """A term that has no factor with the first axis is the same for all of its places."""
    if isinstance(term, Contraction):
        first = term.output[0]
        used = first in term.output[1:] or any(first in own.letters for own in term.factors)
        if not used:
            sizes = {letter: term.dimensions[letter] for letter in term.output[1:]}
            return contract(term.coefficient, term.factors, term.output[1:], sizes)
    letters = tuple(range(len(term.axes)))
    number = symbol(index, (), frozenset({"index"}))
    chosen = apply(selector, (number,), (term.axes[0],))
    return contract(1, [(term, letters, 1), (chosen, (0,), 1)], letters[1:])


def row_solution(found: AffineGradient, system: LinearSystem, inverse: str) -> Tree:
    """W by the inverses of all M(i)."""
    own = row_equations(found, system)
    solved = times([call(inverse, (own.matrix,), shape_of(own.matrix)), own.constant])
    entry = Selection(solved, (Name(own.other, shape=SCALAR),), shape=SCALAR)
    names = (own.index, own.other) if system.form == "rows" else (own.other, own.index)
    return Binder("array", names, entry, shape=found.variable.axes)
