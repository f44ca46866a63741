"""One product of two lettered arrays, said as a person would: @, outer, *, a sum, solve.

What is none of these is an einsum.
"""

from __future__ import annotations

from gradproof.program.arrange import arranged, einsum, multiplied, reduced, turned_matrix
from gradproof.program.plan import Builder, Step
from gradproof.program.product import Factor, Letters


def pair(builder: Builder, left: Factor, right: Factor, wanted: frozenset[int]) -> Factor:
    """The product of two factors, summed over the letters that are not wanted."""
    shared = set(left.letters) & set(right.letters)
    gone = shared - wanted
    if not gone:
        return _without_sum(builder, left, right)
    if gone == shared:
        if len(gone) == 1 and len(left.letters) <= 2 and len(right.letters) <= 2:
            return _matrix_product(builder, left, right, gone.pop())
        if len(gone) == 2 == len(left.letters) == len(right.letters):
            return _inner_product(builder, left, right)
    same = set(left.letters) == set(right.letters)
    if same and len(left.letters) == 2:
        return reduced(builder, _without_sum(builder, left, right), wanted)
    result = tuple(
        letter for letter in dict.fromkeys(left.letters + right.letters) if letter in wanted
    )
    return Factor(einsum(builder, (left, right), result), result)


def _without_sum(builder: Builder, left: Factor, right: Factor) -> Factor:
    """u v′, diag(v) A = v[:, None] ∘ A, A diag(v) = A ∘ v, A ∘ B, by broadcasting."""
    if len(left.letters) == 1 == len(right.letters) and left.letters != right.letters:
        letters = left.letters + right.letters
        axes = builder.axes(letters)
        return Factor(builder.add("outer", (left.step, right.step), (), axes), letters)
    target = _broadcast_letters(left.letters, right.letters)
    if target not in (left.letters, right.letters):
        return Factor(einsum(builder, (left, right), target), target)
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


def _broadcast_letters(left: Letters, right: Letters) -> Letters:
    if set(right) <= set(left):
        return left
    if set(left) <= set(right):
        return right
    return tuple(dict.fromkeys(left + right))


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


def _matrix_product(builder: Builder, left: Factor, right: Factor, inner: int) -> Factor:
    """AB over the letter `inner`, with as few transpositions as can be."""
    for one, other in ((left, right), (right, left)):
        if is_inverse(builder, one) and inner in one.letters:
            return solved(builder, one, other, inner)
    if _prefers_swap(left, right, inner):
        left, right = right, left
    outer_left = tuple(letter for letter in left.letters if letter != inner)
    outer_right = tuple(letter for letter in right.letters if letter != inner)
    operands = (
        arranged(builder, left, (*outer_left, inner)),
        arranged(builder, right, (inner, *outer_right)),
    )
    letters = outer_left + outer_right
    if len(letters) == 2:
        turned = Step(
            "matmul",
            tuple(turned_matrix(builder, operand) for operand in reversed(operands)),
            (),
            builder.axes(letters[::-1]),
        )
        if turned in builder.places:
            return Factor(builder.places[turned], letters[::-1])
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
    rest = tuple(letter for letter in other.letters if letter != inner)
    right_side = arranged(builder, other, (inner, *rest))
    axes = builder.axes((result, *rest))
    step = builder.add("solve", (system, right_side), (), axes)
    return Factor(step, (result, *rest))
