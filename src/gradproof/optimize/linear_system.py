"""The linear equation H w = b in the shape in which it is written and solved.

    scalar, entry by entry   c .* w = b        w = b ./ c
    left                     P W = B           W = P⁻¹ B
    right                    W Q = B           W = B Q⁻¹
    both                     P W Q = B         W = P⁻¹ B Q⁻¹
    sum                      P W + W Q = B     vec W = (I ⊗ P + Q ⊗ I)⁻¹ vec B
    rows, columns            M(i) W[i] = B[i]  each by its own inverse
    vec                      K vec W = vec B   vec W = K⁻¹ vec B

The terms of H with a Kronecker delta between the columns of W and those of the gradient make P,
those with one between the rows Q; in a sum of both they are symmetric.  What has none of these
shapes is written by Kronecker products
(Magnus & Neudecker, Matrix Differential Calculus (2019), chapter 2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from gradproof.algebra.simplify import simplify
from gradproof.core.canonical import unit_and_coefficient
from gradproof.core.contract import contract, permute
from gradproof.core.dimension import times
from gradproof.core.node import Contraction, Factor, Node, Sum
from gradproof.core.rational import Rational
from gradproof.core.sum import add
from gradproof.ops.structure import merge

Form = Literal["entrywise", "left", "right", "both", "sum", "rows", "columns", "vec"]
BY_ITSELF: tuple[Form, Form] = ("rows", "columns")
Term = tuple[Rational, Contraction]


@dataclass(frozen=True, slots=True)
class LinearSystem:
    """The operators that stand around the unknown, and what the equation equals.

    left      c of `entrywise`, P, K of `vec`, or all M(i), the axis of i first
    right     Q
    constant  b or B, of the axes of the unknown
    """

    form: Form
    left: Node | None
    right: Node | None
    constant: Node

    @property
    def operators(self) -> tuple[Node, ...]:
        """P, Q, or what stands in their place."""
        return tuple(part for part in (self.left, self.right) if part is not None)


def linear_system(hessian: Node, constant: Node) -> LinearSystem:
    """The equation `hessian` · w = `constant`, by the first form that it has."""
    terms = _products(hessian)
    if not constant.axes:
        return LinearSystem("entrywise", hessian, None, constant)
    if terms is not None and all(_is_diagonal(term) for _, term in terms):
        half = len(constant.axes)
        diagonal = _joined(terms, lambda term: _restricted(term, term.output[:half]))
        return LinearSystem("entrywise", diagonal, None, constant)
    if len(constant.axes) == 1:
        return LinearSystem("left", hessian, None, constant)
    return _of_matrix(hessian, terms or [], constant)


def _of_matrix(hessian: Node, terms: Sequence[Term], constant: Node) -> LinearSystem:
    by_rows = [(weight, term) for weight, term in terms if _is_delta(term, 1)]
    others = [(weight, term) for weight, term in terms if not _is_delta(term, 1)]
    by_columns = [(weight, term) for weight, term in terms if _is_delta(term, 0)]
    if by_rows and not others:
        return LinearSystem("left", _rows_of(by_rows), None, constant)
    if by_columns and len(by_columns) == len(terms):
        return LinearSystem("right", None, _columns_of(by_columns), constant)
    if by_rows and others and all(_is_delta(term, 0) for _, term in others):
        return LinearSystem("sum", _rows_of(by_rows), _columns_of(others), constant)
    if len(terms) == 1:
        pair = _separated(*terms[0])
        if pair is not None:
            return LinearSystem("both", pair[0], pair[1], constant)
    for axis, form in enumerate(BY_ITSELF):
        if terms and all(term.output[axis] == term.output[axis + 2] for _, term in terms):
            return LinearSystem(form, _each(terms, axis), None, constant)
    return LinearSystem("vec", _stacked(hessian), None, constant)


def _each(terms: Sequence[Term], axis: int) -> Node:
    """M of M(i) W[i]: the axis of i, then those of the matrix."""
    return _joined(
        terms,
        lambda term: _restricted(
            term, (term.output[axis], term.output[1 - axis], term.output[3 - axis])
        ),
    )


def _rows_of(terms: Sequence[Term]) -> Node:
    """P of P W."""
    return _joined(terms, lambda term: _restricted(term, (term.output[0], term.output[2])))


def _columns_of(terms: Sequence[Term]) -> Node:
    """Q of W Q."""
    return _joined(terms, lambda term: _restricted(term, (term.output[3], term.output[1])))


def _products(hessian: Node) -> list[Term] | None:
    """The terms as contractions; None where one of them is none."""
    terms = hessian.terms if isinstance(hessian, Sum) else ((1, hessian),)
    found = [(weight, term) for weight, term in terms if isinstance(term, Contraction)]
    return found if len(found) == len(terms) else None


def _joined(terms: Sequence[Term], part: Callable[[Contraction], Node]) -> Node:
    parts = [(weight, part(term)) for weight, term in terms]
    return simplify(add(parts, parts[0][1].axes))


def _restricted(term: Contraction, output: tuple[int, ...]) -> Node:
    """The product with other axes, which are among its letters."""
    return _product(term, term.coefficient, term.factors, output)


def _product(
    term: Contraction, coefficient: Rational, factors: Sequence[Factor], output: tuple[int, ...]
) -> Node:
    sizes = {letter: term.dimensions[letter] for letter in output}
    return contract(coefficient, factors, output, sizes)


def _is_diagonal(term: Contraction) -> bool:
    """Whether H maps each entry of w to a multiple of itself."""
    half = len(term.output) // 2
    return term.output[:half] == term.output[half:] and len(set(term.output)) == half


def _is_delta(term: Contraction, axis: int) -> bool:
    """Whether H leaves this axis of W as it is."""
    letter = term.output[axis]
    free = all(letter not in factor.letters for factor in term.factors)
    return letter == term.output[axis + 2] and term.output.count(letter) == 2 and free


def _outer(term: Contraction) -> Node:
    """vec(A) vec(B)′, where the axes of the gradient and those of W share no factor."""
    reached = _reached(term, set(term.output[:2]))
    ahead = [f for f in term.factors if not f.letters or not reached.isdisjoint(f.letters)]
    behind = [factor for factor in term.factors if factor not in ahead]
    A = _product(term, term.coefficient, ahead, term.output[1::-1])
    B = _product(term, 1, behind, term.output[:1:-1])
    return contract(1, [(merge(A, (2,)), (0,), 1), (merge(B, (2,)), (1,), 1)], (0, 1))


def _separated(weight: Rational, term: Contraction) -> tuple[Node, Node] | None:
    """P and Q of P W Q, where the rows and the columns of W share no factor."""
    i, j, k, m = term.output
    reached = _reached(term, {i, k})
    if reached & {j, m}:
        return None
    others = [f for f in term.factors if f.letters and reached.isdisjoint(f.letters)]
    rows = [factor for factor in term.factors if factor not in others]
    P = _product(term, weight * term.coefficient, rows, (i, k))
    Q = _product(term, 1, others, (m, j))
    return simplify(P), simplify(Q)


def _reached(term: Contraction, letters: set[int]) -> set[int]:
    """The letters that factors connect with these."""
    reached = set(letters)
    for _ in term.factors:
        for factor in term.factors:
            if not reached.isdisjoint(factor.letters):
                reached.update(factor.letters)
    return reached


def _stacked(hessian: Node) -> Node:
    """K with K vec W = vec(H W), a Kronecker product or a diagonal matrix for each term."""
    parts = []
    for weight, term in hessian.terms if isinstance(hessian, Sum) else ((1, hessian),):
        coefficient, unit = unit_and_coefficient(term)
        parts.append((weight * coefficient, _term_stacked(unit)))
    return add(parts, parts[0][1].axes)


def _term_stacked(term: Node) -> Node:
    if isinstance(term, Contraction):
        if _is_diagonal(term) and not any(factor.letters for factor in term.factors):
            return contract(term.coefficient, term.factors, (0, 0), {0: times(*term.axes[1::-1])})
        if _is_diagonal(term):
            entries = merge(permute(_restricted(term, term.output[:2]), (1, 0)), (2,))
            return contract(1, [(entries, (0,), 1)], (0, 0))
        if not _reached(term, set(term.output[:2])) & set(term.output[2:]):
            return _outer(term)
    return merge(permute(term, (1, 0, 3, 2)), (2, 2))
