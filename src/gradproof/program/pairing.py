"""One product of two lettered arrays, said as a person would: @, outer, *, a sum, solve.

What is none of these is an einsum.
"""

from __future__ import annotations

from gradproof.program.arrange import arranged, einsum, multiplied, reduced
from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Letters
from gradproof.program.selector import pair_with_selector, selected_value
from gradproof.program.symmetric import half_product


def pair(
    builder: Builder, left: Factor, right: Factor, wanted: frozenset[int], layout: Letters = ()
) -> Factor:
    """The product of two factors, summed over the letters that are not wanted.

    layout: the order in which the letters of the result are wanted, where it costs nothing.
    """
    for selector, other in ((left, right), (right, left)):
        if selected_value(builder, selector) is not None:
            found = pair_with_selector(builder, selector, other, wanted)
            if found is not None:
                return found
    left, right = (
        reduced(builder, one, wanted | set(other.letters))
        for one, other in ((left, right), (right, left))
    )
    shared = set(left.letters) & set(right.letters)
    gone = shared - wanted
    if not gone:
        return _without_sum(builder, left, right, layout)
    if gone == shared:
        return _contracted(builder, left, right, gone, layout)
    if set(left.letters) == set(right.letters) and len(left.letters) == 2:
        return reduced(builder, _without_sum(builder, left, right), wanted)
    return _batched(builder, left, right, gone, layout)


def _without_sum(builder: Builder, left: Factor, right: Factor, layout: Letters = ()) -> Factor:
    """u v′, diag(v) A = v[:, None] ∘ A, A diag(v) = A ∘ v, A ∘ B, by broadcasting."""
    if len(left.letters) == 1 == len(right.letters) and left.letters != right.letters:
        letters = left.letters + right.letters
        axes = builder.axes(letters)
        return Factor(builder.add("outer", (left.step, right.step), (), axes), letters)
    target = _broadcast_letters(left.letters, right.letters, layout)
    for over, under in ((left, right), (right, left)):
        divisor = _divisor(builder, under)
        if divisor is not None and set(under.letters) <= set(over.letters):
            operands = (arranged(builder, over, target), arranged(builder, divisor, target))
            return Factor(builder.add("divide", operands, (), builder.axes(target)), target)
    one, other = arranged(builder, left, target), arranged(builder, right, target)
    if one == other:
        return Factor(multiplied(builder, one, other), target)
    return Factor(builder.add("multiply", (one, other), (), builder.axes(target)), target)


def _divisor(builder: Builder, factor: Factor) -> Factor | None:
    """v where the factor is 1/v."""
    step = builder.steps[factor.step]
    if step.operation == "divide" and step.operands[0] == builder.number(1):
        return factor._replace(step=step.operands[1])
    return None


def _broadcast_letters(left: Letters, right: Letters, layout: Letters) -> Letters:
    if set(right) <= set(left):
        return left
    if set(left) <= set(right):
        return right
    return _in_layout(tuple(dict.fromkeys(left + right)), layout)


def _in_layout(letters: Letters, layout: Letters) -> Letters:
    """The letters in the order of the layout, if it has them all."""
    if set(letters) <= set(layout):
        return tuple([letter for letter in layout if letter in letters])
    return letters


def _contracted(
    builder: Builder, left: Factor, right: Factor, gone: set[int], layout: Letters
) -> Factor:
    """The sum over all the letters that two factors share."""
    if len(left.letters) <= 2 and len(right.letters) <= 2:
        if len(gone) == 1:
            return _matrix_product(builder, left, right, next(iter(gone)), layout)
        return _inner_product(builder, left, right)
    order = [letter for letter in left.letters if letter in gone]
    places = tuple(
        [tuple([side.letters.index(letter) for letter in order]) for side in (left, right)]
    )
    letters = tuple([own for own in left.letters + right.letters if own not in gone])
    axes = builder.axes(letters)
    return Factor(builder.add("tensordot", (left.step, right.step), places, axes), letters)


def _batched(
    builder: Builder, left: Factor, right: Factor, gone: set[int], layout: Letters
) -> Factor:
    """A product for every value of the letters that both have and that are kept."""
    shared = set(left.letters) & set(right.letters)
    batch = tuple([letter for letter in left.letters if letter in shared - gone])
    rows = tuple([letter for letter in left.letters if letter not in shared])
    columns = tuple([letter for letter in right.letters if letter not in shared])
    if len(gone) == 1 and len(rows) == 1 == len(columns):
        operands = (
            arranged(builder, left, (*batch, *rows, *gone), full=True),
            arranged(builder, right, (*batch, *gone, *columns), full=True),
        )
        letters = (*batch, *rows, *columns)
        return Factor(builder.add("matmul", operands, (), builder.axes(letters)), letters)
    result = _in_layout((*batch, *rows, *columns), layout)
    return Factor(einsum(builder, (left, right), result), result)


def _inner_product(builder: Builder, left: Factor, right: Factor) -> Factor:
    """tr(AB) = Σ A ∘ B′, and tr(A⁻¹B) as the trace of the solution X of AX = B."""
    for one, other in ((left, right), (right, left)):
        if is_inverse(builder, one):
            first, second = one.letters
            solution = solved(builder, one, other, second)
            aligned = solution._replace(letters=(first, first))
            return reduced(builder, aligned, frozenset())
    return reduced(builder, _without_sum(builder, left, right), frozenset())


def is_inverse(builder: Builder, factor: Factor) -> bool:
    """Whether the factor is A⁻¹ for one matrix A, so that a product with it is a solution."""
    return builder.steps[factor.step].operation == "inverse" and len(factor.letters) == 2


def _matrix_product(
    builder: Builder, left: Factor, right: Factor, inner: int, layout: Letters
) -> Factor:
    """AB over the letter `inner`: in the layout, or with as few transpositions as can be."""
    for one, other in ((left, right), (right, left)):
        if is_inverse(builder, one) and inner in one.letters:
            return solved(builder, one, other, inner)
    half = half_product(builder, left, right, inner)
    if half is not None:
        return half
    result = tuple([own for own in left.letters + right.letters if own != inner])
    laid_out = len(result) == 2 and set(result) <= set(layout)
    if _in_layout(result, layout) != result if laid_out else _prefers_swap(left, right, inner):
        left, right = right, left
    outer_left = tuple([letter for letter in left.letters if letter != inner])
    outer_right = tuple([letter for letter in right.letters if letter != inner])
    operands = (
        arranged(builder, left, (*outer_left, inner)),
        arranged(builder, right, (inner, *outer_right)),
    )
    letters = outer_left + outer_right
    return Factor(builder.add("matmul", operands, (), builder.axes(letters)), letters)


def _prefers_swap(left: Factor, right: Factor, inner: int) -> bool:
    """Whether BA′… spares transpositions: A′B′ = (BA)′, and u′A′ = (Au)′."""
    left_turned = len(left.letters) == 2 and left.letters[0] == inner
    right_turned = len(right.letters) == 2 and right.letters[1] == inner
    if len(left.letters) == 2:
        return left_turned and right_turned
    return right_turned


def solved(builder: Builder, inverse: Factor, other: Factor, inner: int) -> Factor:
    """A⁻¹B, or A⁻ᵀB where `inner` is the row letter of A⁻¹, as the solution of an equation."""
    matrix = builder.steps[inverse.step].operands[0]
    row, column = inverse.letters
    result, order = (row, (row, column)) if inner == column else (column, (column, row))
    system = arranged(builder, Factor(matrix, (row, column)), order)
    rest = tuple([letter for letter in other.letters if letter != inner])
    right_side = arranged(builder, other, (inner, *rest))
    axes = builder.axes((result, *rest))
    step = builder.add("solve", (system, right_side), (), axes)
    return Factor(step, (result, *rest))
