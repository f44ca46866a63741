"""What a step of a plan costs: operations on numbers, counted from sizes.

A product of an m×k with a k×n matrix is 2mkn operations, an elementwise function one for each
entry.  The counts of matrix functions and decompositions are those of the usual algorithms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod, sqrt
from types import MappingProxyType

from gradproof.program.plan import Plan, Step

Shape = tuple[int, ...]
Count = Callable[[Step, list[Shape], Shape], float]

# Steps that compute nothing: what a caller gives, and other views of the same entries.
VIEWS = frozenset({"argument", "number", "size", "pi", "rearrange", "diagonal"})
MOVES = frozenset(
    {
        "copy", "take", "take_along", "one_hot", "eye", "ones", "zeros", "arange", "comm", "vec",
        "diagonal_matrix", "toeplitz",
    }
)  # fmt: skip


def entries(shape: Shape) -> int:
    """How many entries an array of this shape has."""
    return prod(shape)


def _of_result(each: float) -> Count:
    return lambda step, operands, result: each * entries(result)


def _of_operands(each: float) -> Count:
    return lambda step, operands, result: each * max(map(entries, operands), default=0)


def _matmul(step: Step, operands: list[Shape], result: Shape) -> float:
    return 2.0 * entries(result) * operands[0][-1]


def _tensordot(step: Step, operands: list[Shape], result: Shape) -> float:
    summed = entries(operands[0]) * entries(operands[1]) / max(1, entries(result))
    return 2.0 * entries(result) * sqrt(summed)


def _einsum(step: Step, operands: list[Shape], result: Shape) -> float:
    """A multiplication for each factor but the first, and an addition, for every term."""
    inputs, _, output = str(step.parameters[0]).partition("->")
    sizes = {
        letter: size
        for letters, shape in zip(inputs.split(","), operands, strict=True)
        for letter, size in zip(letters, shape, strict=True)
    }
    summed = len(sizes) > len(set(output))
    return float(prod(sizes.values())) * (len(operands) - 1 + summed)


def _gram(step: Step, operands: list[Shape], result: Shape) -> float:
    """Half of a product, for the result is symmetric."""
    return float(entries(operands[0]) * (result[-1] + 1))


def _weighted_gram(step: Step, operands: list[Shape], result: Shape) -> float:
    return _gram(step, operands, result) + entries(operands[0])


def _weighted_grams(step: Step, operands: list[Shape], result: Shape) -> float:
    batch = entries(result[:-2])
    return float(batch * entries(operands[0]) * (2 * result[-1] + 1))


def _cubic(factor: float) -> Count:
    """factor·n³ for each n×n matrix of the first operand."""

    def count(step: Step, operands: list[Shape], result: Shape) -> float:
        return factor * entries(operands[0]) * operands[0][-1]

    return count


def _singular(step: Step, operands: list[Shape], result: Shape) -> float:
    """A singular value decomposition."""
    return 14.0 * entries(operands[0]) * min(operands[0][-2:])


def _substitution(step: Step, operands: list[Shape], result: Shape) -> float:
    """2n² for each column on the right."""
    return 2.0 * entries(result) * operands[0][-1]


def _solve(step: Step, operands: list[Shape], result: Shape) -> float:
    return _cubic(2 / 3)(step, operands, result) + _substitution(step, operands, result)


def _added(step: Step, operands: list[Shape], result: Shape) -> float:
    return float((len(operands) - 1) * entries(result))


def _updated(step: Step, operands: list[Shape], result: Shape) -> float:
    """Only the entries that are changed."""
    return float(max(map(entries, operands[1:])))


COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        **dict.fromkeys(VIEWS | MOVES, _of_result(0)),
        "add": _added,
        "add_at": _updated,
        "add_diagonal": _updated,
        "block_diagonal": _of_result(0),
        "scatter_add": _of_operands(1),
        "sum": _of_operands(1),
        "prod": _of_operands(1),
        "trace": lambda step, operands, result: float(min(operands[0])),
        "diagsums": _of_operands(1),
        "norm": _of_operands(2),
        "norms": _of_operands(2),
        "softmax": _of_operands(5),
        "log_softmax": _of_operands(5),
        "logsumexp": _of_operands(4),
        "softplus": _of_result(4),
        "sigmoid": _of_result(4),
        "matmul": _matmul,
        "outer": _of_result(1),
        "kron": _of_result(1),
        "tensordot": _tensordot,
        "einsum": _einsum,
        "gram": _gram,
        "weighted_gram": _weighted_gram,
        "weighted_grams": _weighted_grams,
        "solve": _solve,
        "inverse": _cubic(2),
        "det": _cubic(2 / 3),
        "logdet": _cubic(2 / 3),
        "lu": _cubic(2 / 3),
        "cholesky": _cubic(1 / 3),
        **dict.fromkeys(("cholesky_solve", "lu_solve", "lu_solve_transposed"), _substitution),
        "cholesky_inverse": _cubic(2 / 3),
        "lu_inverse": _cubic(4 / 3),
        **dict.fromkeys(("cholesky_logdet", "lu_logdet", "lu_det"), _of_operands(0)),
        "matrix_power": _cubic(4),
        **dict.fromkeys(("pinv", "polar", "nucnorm", "specnorm"), _singular),
        **dict.fromkeys(("eigvals", "eigmax"), _cubic(4 / 3)),
        **dict.fromkeys(("eigvecs", "eigvecmax"), _cubic(9)),
        **dict.fromkeys(("expm", "sqrtm"), _cubic(30)),
        **dict.fromkeys(("sinm", "cosm", "frechet_sqrtm"), _cubic(60)),
        "frechet_expm": _cubic(240),
        **dict.fromkeys(("frechet_sinm", "frechet_cosm"), _cubic(480)),
    }
)


def operations(plan: Plan, place: int, shapes: Mapping[int, Shape]) -> int:
    """How many operations on numbers a step takes; an elementwise function is one an entry."""
    step = plan.steps[place]
    count = COUNTS.get(step.operation, _of_result(1))
    return round(count(step, [shapes[operand] for operand in step.operands], shapes[place]))


def shapes(plan: Plan, sizes: Mapping[str, int]) -> dict[int, Shape]:
    """The shapes of all steps on which an output depends."""
    return {
        place: tuple(axis.size(sizes) for axis in plan.steps[place].axes) for place in plan.needed()
    }
