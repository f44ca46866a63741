"""The shape rules: from the shapes of the operands to the shape of the result.

A rule answers the result's shape, None while the operands do not yet decide it, and raises
Clash where no shape fits.  A rule never guesses; what it learns about its operands holds in
every reading, so a rule may be asked again until it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from gradproof.core.dimension import ONE, Dimension, dimension, divide, plus, times
from gradproof.core.errors import ReadError
from gradproof.notation.unify import SCALAR_PAIR, UNIT, Clash, Pair, Sizes

LONGEST = 1_000

Rule = Callable[..., Pair | None]


class Signature(NamedTuple):
    """The letters of a signature: a pair for each argument, and one for the result."""

    arguments: tuple[tuple[str, str], ...]
    result: tuple[str, str]


@cache
def signature(text: str) -> Signature:
    """The parts of a signature such as `m n, p q -> m*p n*q`."""
    before, _, after = text.partition("->")
    return Signature(tuple(_pair(part) for part in before.split(",")), _pair(after))


def _pair(text: str) -> tuple[str, str]:
    rows, columns = text.split()
    return rows, columns


def product(sizes: Sizes, left: Pair, right: Pair) -> Pair | None:
    """left*right: scaling when one side is a scalar, else the matrix product.

    A column times a scalar and a row times a column need no choice: the two readings agree.
    """
    inner, outer = sizes.find(left[1]), sizes.find(right[0])
    if inner == outer or (sizes.large[inner] and sizes.large[outer]):
        sizes.equate(inner, outer)
        return left[0], right[1]
    if sizes.is_array(left) and sizes.is_array(right):
        sizes.equate(inner, outer)
        return left[0], right[1]
    if inner == UNIT:
        return _after_column(sizes, left, right)
    if outer == UNIT:
        return _before_row(sizes, left, right)
    return None


def _after_column(sizes: Sizes, left: Pair, right: Pair) -> Pair | None:
    """The product when the left side has one column."""
    if sizes.is_large(right[0]):
        sizes.equate(left[0], UNIT)
    if sizes.is_one(left[0]):
        return right
    if sizes.is_large(left[0]):
        sizes.equate(right[0], UNIT)
        return left[0], right[1]
    return None


def _before_row(sizes: Sizes, left: Pair, right: Pair) -> Pair | None:
    """The product when the right side has one row."""
    if sizes.is_large(left[1]):
        sizes.equate(right[1], UNIT)
    if sizes.is_one(right[1]):
        return left
    if sizes.is_large(right[1]):
        sizes.equate(left[1], UNIT)
        return left[0], right[1]
    return None


def entrywise(sizes: Sizes, left: Pair, right: Pair) -> Pair | None:
    """left.*right, and ./ and .^: equal shapes, or a scalar on one side."""
    if sizes.is_scalar(left):
        return right
    if sizes.is_scalar(right):
        return left
    if sizes.is_array(left) and sizes.is_array(right):
        sizes.equate_pairs(left, right)
        return left
    return None


def same(sizes: Sizes, left: Pair, right: Pair) -> Pair:
    """left + right: equal shapes, nothing is broadcast."""
    sizes.equate_pairs(left, right)
    return left


def quotient(sizes: Sizes, left: Pair, right: Pair) -> Pair:
    """left/right: the divisor is a scalar."""
    sizes.equate_pairs(right, SCALAR_PAIR)
    return left


def power(sizes: Sizes, base: Pair, exponent: Pair) -> Pair:
    """base^exponent: a scalar or a square matrix, to a scalar power."""
    sizes.equate_pairs(exponent, SCALAR_PAIR)
    sizes.equate(base[0], base[1])
    return base


def diagonal(sizes: Sizes, operand: Pair) -> Pair | None:
    """diag: a vector becomes a diagonal matrix, a square matrix the vector of its diagonal."""
    if sizes.is_one(operand[1]):
        return operand[0], operand[0]
    if sizes.is_large(operand[1]):
        sizes.equate(operand[0], operand[1])
        return operand[0], UNIT
    return None


def differentiated(sizes: Sizes, function: Pair, by: Pair) -> Pair | None:
    """∂F/∂x: of the shape of x for a scalar F, of F for a scalar x, else the m×n Jacobian.

    The derivative of a row by a column is the transposed Jacobian.
    """
    if sizes.is_scalar(function):
        return by
    if sizes.is_scalar(by):
        return function
    if not sizes.is_array(function) or not sizes.is_array(by):
        return None
    if sizes.is_one(function[1]) and (sizes.is_one(by[0]) or sizes.is_one(by[1])):
        return function[0], by[0] if sizes.is_one(by[1]) else by[1]
    if sizes.is_one(function[0]) and sizes.is_one(by[1]):
        return by[0], function[1]
    if all(sizes.is_one(size) or sizes.is_large(size) for size in (*function, *by)):
        raise Clash
    return None


def beside(sizes: Sizes, *blocks: Pair) -> Pair | None:
    """[A B …]: equally many rows, and as many columns as all blocks together."""
    for block in blocks[1:]:
        sizes.equate(blocks[0][0], block[0])
    total = _added(sizes, [columns for _, columns in blocks])
    return None if total is None else (blocks[0][0], total)


def below(sizes: Sizes, *blocks: Pair) -> Pair | None:
    """Equally many columns, and as many rows as all blocks together."""
    for block in blocks[1:]:
        sizes.equate(blocks[0][1], block[1])
    total = _added(sizes, [rows for rows, _ in blocks])
    return None if total is None else (total, blocks[0][1])


def _added(sizes: Sizes, parts: Sequence[int]) -> int | None:
    known = [sizes.dimension(part) for part in parts]
    total = dimension(0)
    for size in known:
        if size is None:
            return None
        total = plus(total, size)
    return sizes.number(total)


def numbers(sizes: Sizes, *entries: Pair) -> Pair:
    """(a, b, …): a row whose entries are numbers."""
    for entry in entries:
        sizes.equate_pairs(entry, SCALAR_PAIR)
    return UNIT, sizes.number(dimension(len(entries)))


def never_row(sizes: Sizes, operand: Pair) -> Pair | None:
    """A variable is a scalar, a column or a matrix; a row is the transpose of a variable."""
    if sizes.is_one(operand[0]):
        sizes.equate(operand[1], UNIT)
        return operand
    if sizes.is_large(operand[1]):
        sizes.enlarge(operand[0])
    return operand if sizes.is_large(operand[0]) or sizes.is_one(operand[1]) else None


def multiplied(sizes: Sizes, factors: Pair, result: Pair) -> Pair | None:
    """The size that is the product of two sizes, as of an axis of kron or vec.

    Raises ReadError, for its caller to place, when the product is too long.
    """
    left, right = factors
    if sizes.is_one(result[0]):
        sizes.equate_pairs(factors, SCALAR_PAIR)
    if sizes.is_one(left):
        return right, UNIT
    if sizes.is_one(right):
        return left, UNIT
    if sizes.is_array(factors):
        sizes.enlarge(result[0])
    _divide(sizes, factors, result)
    first, second = sizes.dimension(left), sizes.dimension(right)
    if first is None or second is None:
        return None
    if len(first.terms) * len(second.terms) > LONGEST:
        raise ReadError(
            f"a product of sizes has more than {LONGEST:,} terms",
            hint="Give the sizes names of their own.",
        )
    return sizes.number(times(first, second)), UNIT


def _divide(sizes: Sizes, factors: Pair, result: Pair) -> None:
    """Where the product and one factor are known, so is the other: n·k = n·m gives k = m."""
    product_ = sizes.dimension(result[0])
    for known, unknown in (factors, factors[::-1]):
        divisor = sizes.dimension(known)
        if product_ is None or divisor is None or sizes.dimension(unknown) is not None:
            continue
        size = divide(product_, divisor)
        if size is not None:
            sizes.settle(unknown, size)


OPERATORS: MappingProxyType[str, Rule] = MappingProxyType(
    {
        "+": same,
        "-": same,
        "*": product,
        "/": quotient,
        "^": power,
        ".*": entrywise,
        "./": entrywise,
        ".^": entrywise,
    }
)


def bars(sizes: Sizes, operand: Pair) -> Pair | None:
    """|x|: of a matrix the determinant, else the absolute values."""
    if sizes.is_scalar(operand):
        return SCALAR_PAIR
    rows, columns = operand
    if sizes.is_large(rows) and sizes.is_large(columns):
        sizes.equate(rows, columns)
        return SCALAR_PAIR
    one_sided = (sizes.is_one(rows), sizes.is_one(columns))
    return operand if any(one_sided) and sizes.is_array(operand) else None


def by_rows(sizes: Sizes, operand: Pair) -> Pair | None:
    """A vector becomes one number, a matrix one for each row."""
    if sizes.is_one(operand[1]) or sizes.is_one(operand[0]):
        return SCALAR_PAIR
    return (operand[0], UNIT) if sizes.is_large(operand[1]) else None


RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        "diagonal": diagonal,
        "derivative": differentiated,
        "beside": beside,
        "below": below,
        "numbers": numbers,
        "product": product,
        "bars": bars,
        "by rows": by_rows,
    }
)


def match_arguments(sizes: Sizes, wanted: Signature, arguments: Sequence[Pair]) -> dict[str, int]:
    """The size of each letter of a signature, from the shapes of the arguments."""
    letters = {"1": UNIT}
    for pair, names in zip(arguments, wanted.arguments, strict=True):
        for size, letter in zip(pair, names, strict=True):
            if letter in letters:
                sizes.equate(size, letters[letter])
            else:
                letters[letter] = size
    return letters


def constant_shape(function: str, arguments: Sequence[Dimension]) -> tuple[Dimension, Dimension]:
    """The shape of a constant that is written with its sizes: eye(n), ones(m, n), comm(m, n)."""
    first, last = arguments[0], arguments[-1]
    match function:
        case "eye":
            return first, first
        case "comm":
            return times(first, last), times(first, last)
        case _:
            return first, last if len(arguments) == 2 else ONE
