"""The text of one entry: each map as an expression in scalars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from gradproof.core.errors import UnsupportedError
from gradproof.program.backends.spelling import (
    ATOM,
    PRODUCT,
    SUM,
    Operands,
    Spelled,
    added,
    divided,
    multiplied,
    negative,
)
from gradproof.program.kernels.dialect import Dialect
from gradproof.program.kernels.letters import Computation
from gradproof.program.plan import Step

Names = tuple[str, ...]
EntrySpelling = Callable[[Dialect, Computation, Operands, Names], Spelled]

FUNCTIONS = (
    "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
    "sinh", "cosh", "tanh", "sqrt", "sign", "relu", "sigmoid", "softplus",
    "log_sigmoid", "logcosh", "log1mexp", "sech_squared", "scale_of", "abs", "power",
)  # fmt: skip


def entry(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    """One entry of a map on the entries of its operands.

    letters: the loop variables of its axes.
    """
    spelling = ENTRIES.get(computation.operation)
    if spelling is not None:
        return spelling(dialect, computation, operands, letters)
    function = dialect.functions.get(computation.operation)
    if function is None:
        raise UnsupportedError(f"no loop is known for {computation.operation}")
    return Spelled(f"{function}({operands[0].text})")


def number(value: Fraction) -> str:
    """A number as a floating-point literal."""
    return repr(float(value))


def _step(computation: Computation) -> Step:
    return Step(computation.operation, (), computation.parameters)


def _added(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return added(_step(computation), operands, _no_sizes)


def _multiplied(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return multiplied(_step(computation), operands, _no_sizes)


def _divided(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return divided(_step(computation), operands, _no_sizes)


def _negative(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return negative(_step(computation), operands, _no_sizes)


def _no_sizes(extent: object) -> Spelled:
    raise AssertionError("a map has no sizes of its own")


def _power(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    """Small whole powers as products of names; others by the library."""
    base, exponent = operands
    if exponent.text in WHOLE and base.text.isidentifier():
        return Spelled(" * ".join([base.text] * WHOLE[exponent.text]), PRODUCT)
    return Spelled(f"{dialect.functions['power']}({base.text}, {exponent.text})")


WHOLE = {"2.0": 2, "3.0": 3, "4.0": 4}


def _copy(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return operands[0]


def _ones(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return Spelled("1.0")


def _zeros(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return Spelled("0.0")


def _arange(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return Spelled(letters[0])


def _eye(dialect: Dialect, computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return Spelled(dialect.choice(f"{letters[0]} == {letters[1]}", "1.0"))


def _diagonal_matrix(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return Spelled(dialect.choice(f"{letters[0]} == {letters[1]}", operands[0].text))


def _one_hot(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    return Spelled(dialect.choice(f"{letters[-1]} == {operands[0].text}", "1.0"))


def _add_at(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    base, place, amount = operands
    sign = "-" if computation.parameters[0] == -1 else "+"
    added_there = dialect.choice(f"{letters[-1]} == {place.text}", amount.text)
    return Spelled(f"{base.within(SUM)} {sign} {added_there}", SUM)


def _block_diagonal(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    condition = _agreement(dialect, computation.parameters[0], letters)
    return Spelled(dialect.choice(condition, operands[0].text))


def _add_diagonal(
    dialect: Dialect, computation: Computation, operands: Operands, letters: Names
) -> Spelled:
    base, values = operands
    sign = "-" if computation.parameters[2] == -1 else "+"
    condition = _agreement(dialect, computation.parameters[0], letters)
    added_there = dialect.choice(condition, values.text)
    return Spelled(f"{base.within(SUM)} {sign} {added_there}", SUM)


def _agreement(dialect: Dialect, pattern: object, letters: Names) -> str:
    """i == k and j == l, for the axes with the same number in the pattern."""
    assert isinstance(pattern, tuple)
    first = {number: letters[pattern.index(number)] for number in pattern}
    return dialect.both.join(
        f"{first[number]} == {letter}"
        for number, letter in zip(pattern, letters, strict=True)
        if first[number] != letter
    )


ENTRIES: Mapping[str, EntrySpelling] = MappingProxyType(
    {
        "add": _added,
        "multiply": _multiplied,
        "divide": _divided,
        "negative": _negative,
        "power": _power,
        "copy": _copy,
        "ones": _ones,
        "zeros": _zeros,
        "arange": _arange,
        "eye": _eye,
        "diagonal_matrix": _diagonal_matrix,
        "one_hot": _one_hot,
        "add_at": _add_at,
        "block_diagonal": _block_diagonal,
        "add_diagonal": _add_diagonal,
    }
)

__all__ = ["ATOM", "ENTRIES", "FUNCTIONS", "entry", "number"]
