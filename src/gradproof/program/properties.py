"""What is surely true of a step: symmetric, nowhere negative, positive definite.

What is not recognised counts as not so.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradproof.core.declaration import closure
from gradproof.program.plan import Builder, Step

NONNEGATIVE = frozenset(
    {
        "exp", "sqrt", "abs", "sigmoid", "softmax", "softplus", "cosh", "relu", "norm", "size",
        "ones", "zeros", "eye", "one_hot", "arange", "pi", "specnorm", "nucnorm",
    }
)  # fmt: skip
AT_MOST_ONE = frozenset({"sigmoid", "softmax", "one_hot"})
NONNEGATIVE_FACTS = frozenset(
    {
        "positive", "open01", "binary", "onehot", "onehot_rows", "simplex", "simplex_rows",
        "count", "riskset", "joint_probability", "squared_distances",
    }
)  # fmt: skip
ENTRYWISE = frozenset(
    {"rearrange", "take", "take_along", "diagonal", "copy", "sum", "diagonal_matrix", "scatter_add"}
)


def symmetric(builder: Builder, place: int) -> bool:
    """Whether the step is a symmetric matrix: X'X, X'SX, sums, multiples and inverses of such."""
    return _remembered(builder, "symmetric", place, _symmetric)


def nonnegative(builder: Builder, place: int) -> bool:
    """Whether no entry of the step is negative."""
    return _remembered(builder, "nonnegative", place, _nonnegative)


def positive(builder: Builder, place: int) -> bool:
    """Whether a scalar is greater than zero."""
    step = builder.steps[place]
    if step.operation == "number":
        return isinstance(step.parameters[0], Fraction) and step.parameters[0] > 0
    if step.operation == "argument":
        return "positive" in facts(builder, step)
    if step.operation in ("multiply", "divide"):
        return all(positive(builder, operand) for operand in step.operands)
    if step.operation in ("power", "sqrt"):
        return positive(builder, step.operands[0])
    return step.operation in ("exp", "size", "pi", "cosh")


def definite(builder: Builder, place: int) -> bool:
    """Whether the step is a positive definite matrix: declared, an inverse, X'X + λI, …"""
    return _remembered(builder, "definite", place, _definite)


def facts(builder: Builder, step: Step) -> frozenset[str]:
    """What is declared of an argument, with all that it implies."""
    return closure(builder.declarations[str(step.parameters[0])].facts)


def _remembered(
    builder: Builder, name: str, place: int, found: Callable[[Builder, int, Step], bool]
) -> bool:
    known = builder.properties.get((name, place))
    if known is None:
        known = found(builder, place, builder.steps[place])
        builder.properties[name, place] = known
    return known


def _symmetric(builder: Builder, place: int, step: Step) -> bool:
    match step.operation:
        case "argument":
            return len(step.axes) == 2 and "symmetric" in facts(builder, step)
        case "eye" | "diagonal_matrix" | "gram" | "weighted_gram":
            return True
        case "outer":
            return step.operands[0] == step.operands[1]
        case "inverse" | "matrix_power" | "sqrtm":
            return symmetric(builder, step.operands[0])
        case "add_diagonal":
            return len(step.axes) == 2 and symmetric(builder, step.operands[0])
        case "add" | "multiply" | "divide" | "negative":
            return len(step.axes) == 2 and all(
                not builder.steps[operand].axes or symmetric(builder, operand)
                for operand in step.operands
            )
        case "matmul":
            return len(step.axes) == 2 and _congruence(builder, *step.operands)
    return False


def _congruence(builder: Builder, left: int, right: int) -> bool:
    """Whether left·right is B'B, B'(SB) or B'(v∘B) for some B and symmetric S."""
    inner = builder.steps[right]
    if inner.operation == "matmul" and symmetric(builder, inner.operands[0]):
        right = inner.operands[1]
    if inner.operation == "multiply" and is_column_scale(builder, inner.operands[0]):
        right = inner.operands[1]
    return any(
        builder.steps[one].operation == "rearrange"
        and builder.steps[one].parameters == (1, 0)
        and builder.steps[one].operands == (other,)
        for one, other in ((left, right), (right, left))
    )


def is_column_scale(builder: Builder, place: int) -> bool:
    """Whether a step times a matrix scales its rows: v[:, None], or a scalar."""
    step = builder.steps[place]
    return not step.axes or (step.operation == "rearrange" and step.parameters == (0, None))


def _nonnegative(builder: Builder, place: int, step: Step) -> bool:
    match step.operation:
        case "number":
            return isinstance(step.parameters[0], Fraction) and step.parameters[0] >= 0
        case "argument":
            return bool(facts(builder, step) & NONNEGATIVE_FACTS)
        case "power":
            return _is_even(builder, step.operands[1]) or nonnegative(builder, step.operands[0])
        case "add":
            return _one_minus(builder, step) or (
                -1 not in step.parameters
                and all(nonnegative(builder, operand) for operand in step.operands)
            )
        case "multiply" | "divide":
            first, second = step.operands
            return first == second or (nonnegative(builder, first) and nonnegative(builder, second))
        case operation if operation in ENTRYWISE:
            return nonnegative(builder, step.operands[0])
    return step.operation in NONNEGATIVE


def _is_even(builder: Builder, place: int) -> bool:
    step = builder.steps[place]
    value = step.parameters[0] if step.operation == "number" else None
    return isinstance(value, Fraction) and value % 2 == 0


def _one_minus(builder: Builder, step: Step) -> bool:
    """1 − p, for probabilities p."""
    return (
        step.parameters == (1, -1)
        and step.operands[0] == builder.number(1)
        and builder.steps[step.operands[1]].operation in AT_MOST_ONE
    )


def _definite(builder: Builder, place: int, step: Step) -> bool:
    match step.operation:
        case "argument":
            return len(step.axes) == 2 and "posdef" in facts(builder, step)
        case "eye":
            return True
        case "inverse" | "sqrtm" | "copy":
            return definite(builder, step.operands[0])
        case "add":
            return (
                len(step.axes) == 2
                and -1 not in step.parameters
                and all(_semidefinite(builder, operand) for operand in step.operands)
                and any(definite(builder, operand) for operand in step.operands)
            )
        case "multiply":
            scalar, matrix = step.operands
            return positive(builder, scalar) and definite(builder, matrix)
        case "divide":
            matrix, scalar = step.operands
            return definite(builder, matrix) and positive(builder, scalar)
        case "add_diagonal":
            base, values = step.operands
            return (
                step.parameters[0] == (0, 0)
                and step.parameters[2] == 1
                and _semidefinite(builder, base)
                and positive(builder, values)
            )
    return False


def _semidefinite(builder: Builder, place: int) -> bool:
    step = builder.steps[place]
    match step.operation:
        case "gram":
            return True
        case "weighted_gram":
            return nonnegative(builder, step.operands[1])
        case "outer":
            return step.operands[0] == step.operands[1]
        case "multiply" if not builder.steps[step.operands[0]].axes:
            scalar, matrix = step.operands
            return nonnegative(builder, scalar) and _semidefinite(builder, matrix)
        case "divide" if not builder.steps[step.operands[1]].axes:
            matrix, scalar = step.operands
            return _semidefinite(builder, matrix) and positive(builder, scalar)
        case "diagonal_matrix":
            return nonnegative(builder, step.operands[0])
    return definite(builder, place)
