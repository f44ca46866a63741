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
from gradproof.program.kernels.letters import Computation
from gradproof.program.plan import Step

Names = tuple[str, ...]
EntrySpelling = Callable[[Computation, Operands, Names], Spelled]

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        name: name
        for name in (
            "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
            "sinh", "cosh", "tanh", "sqrt", "sign", "relu", "sigmoid", "softplus",
            "log_sigmoid", "logcosh", "log1mexp", "sech_squared", "scale_of",
        )
    }
    | {"abs": "absolute"}
)  # fmt: skip


def entry(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    """One entry of a map on the entries of its operands.

    letters: the loop variables of its axes.
    """
    if computation.operation in FUNCTIONS:
        return Spelled(f"{FUNCTIONS[computation.operation]}({operands[0].text})")
    spelling = ENTRIES.get(computation.operation)
    if spelling is None:
        raise UnsupportedError(f"no loop is known for {computation.operation}")
    return spelling(computation, operands, letters)


def number(value: Fraction) -> str:
    """A number as a floating-point literal."""
    return repr(float(value))


def _step(computation: Computation) -> Step:
    return Step(computation.operation, (), computation.parameters)


def _added(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return added(_step(computation), operands, _no_sizes)


def _multiplied(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return multiplied(_step(computation), operands, _no_sizes)


def _divided(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return divided(_step(computation), operands, _no_sizes)


def _negative(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return negative(_step(computation), operands, _no_sizes)


def _no_sizes(extent: object) -> Spelled:
    raise AssertionError("a map has no sizes of its own")


def _power(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    """Small whole powers as products of names; others by the library."""
    base, exponent = operands
    if exponent.text in WHOLE and base.text.isidentifier():
        return Spelled(" * ".join([base.text] * WHOLE[exponent.text]), PRODUCT)
    return Spelled(f"power({base.text}, {exponent.text})")


WHOLE = {"2.0": 2, "3.0": 3, "4.0": 4}


def _copy(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return operands[0]


def _ones(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return Spelled("1.0")


def _zeros(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return Spelled("0.0")


def _arange(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return Spelled(letters[0])


def _eye(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return Spelled(f"(1.0 if {letters[0]} == {letters[1]} else 0.0)")


def _diagonal_matrix(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return Spelled(f"({operands[0].text} if {letters[0]} == {letters[1]} else 0.0)")


def _one_hot(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    return Spelled(f"(1.0 if {letters[-1]} == {operands[0].text} else 0.0)")


def _add_at(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    base, place, amount = operands
    sign = "-" if computation.parameters[0] == -1 else "+"
    return Spelled(
        f"{base.within(SUM)} {sign} ({amount.text} if {letters[-1]} == {place.text} else 0.0)", SUM
    )


def _block_diagonal(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    condition = _agreement(computation.parameters[0], letters)
    return Spelled(f"({operands[0].text} if {condition} else 0.0)")


def _add_diagonal(computation: Computation, operands: Operands, letters: Names) -> Spelled:
    base, values = operands
    sign = "-" if computation.parameters[2] == -1 else "+"
    condition = _agreement(computation.parameters[0], letters)
    return Spelled(f"{base.within(SUM)} {sign} ({values.text} if {condition} else 0.0)", SUM)


def _agreement(pattern: object, letters: Names) -> str:
    """i == k and j == l, for the axes with the same number in the pattern."""
    assert isinstance(pattern, tuple)
    first = {number: letters[pattern.index(number)] for number in pattern}
    return " and ".join(
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
