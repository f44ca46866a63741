"""Products that are symmetric because they are made so: X′X and X′ diag(w) X, half the work."""

from __future__ import annotations

from gradproof.core.dimension import ONE
from gradproof.program.plan import Builder
from gradproof.program.product import Factor
from gradproof.program.properties import nonnegative


def half_product(builder: Builder, left: Factor, right: Factor, inner: int) -> Factor | None:
    """X′X, XX′ or either with weights between; X′ diag(w) X is (√w ∘ X)′(√w ∘ X) for w ≥ 0."""
    if len(left.letters) != 2 or len(right.letters) != 2:
        return None
    axis = left.letters.index(inner)
    if right.letters.index(inner) != axis:
        return None
    letters = (left.letters[1 - axis], right.letters[1 - axis])
    axes = builder.axes(letters)
    if left.step == right.step:
        return Factor(builder.add("gram", (left.step,), (axis,), axes), letters)
    for one, other in ((left, right), (right, left)):
        weights = _weights(builder, one.step, other.step, axis)
        if weights is None:
            continue
        if nonnegative(builder, weights):
            scaled = _scaled_by_root(builder, other.step, weights, axis)
            return Factor(builder.add("gram", (scaled,), (axis,), axes), letters)
        step = builder.add("weighted_gram", (other.step, weights), (axis,), axes)
        return Factor(step, letters)
    return None


def _weights(builder: Builder, product: int, matrix: int, axis: int) -> int | None:
    """w, where the product is the matrix with its rows (axis 0) or columns multiplied by w."""
    step = builder.steps[product]
    if step.operation != "multiply" or matrix not in step.operands:
        return None
    scale = step.operands[1 - step.operands.index(matrix)]
    found = builder.steps[scale]
    if axis == 0 and found.operation == "rearrange" and found.parameters == (0, None):
        return found.operands[0]
    return scale if axis == 1 and len(found.axes) == 1 else None


def _scaled_by_root(builder: Builder, matrix: int, weights: int, axis: int) -> int:
    """√w ∘ X along an axis."""
    own = builder.steps[weights]
    root = builder.add("sqrt", (weights,), (), own.axes)
    if axis == 0:
        column = (own.axes[0], builder.steps[matrix].axes[1])
        root = builder.add("rearrange", (root,), (0, None), (own.axes[0], ONE))
        return builder.add("multiply", (root, matrix), (), column)
    return builder.add("multiply", (matrix, root), (), builder.steps[matrix].axes)
