"""What differs between the languages that loops are written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gradproof.program.backends.spelling import Spelled

if TYPE_CHECKING:
    from gradproof.program.kernels.letters import Computation, Letter
    from gradproof.program.kernels.reading import Writer


class MatrixProduct(NamedTuple):
    """C = A B, A B′ and so on: a function of its operands and its result.

    sizes: of the result, and of what is summed over.  beta: what of the result stays.
    """

    function: str
    operands: tuple[str, ...]
    result: str
    sizes: tuple[str, ...]
    beta: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language writes loops, assignments and what stands in them.

    loop: the head of a loop, of its counter and how far it goes.  end: the lines after a loop.
    statement: a line, of what it says.
    constant, variable: what stands before a scalar that is made here once, or summed up.
    entry: an entry of an array, of its name, and the index and the size of each axis.
    fill: the lines that set the array of a place, which has these letters, to one value, at
    the loops around.
    part: the array at some indices of its first axes, of the sizes of all.
    matrix: an array as one with so many rows and columns.
    choice: an expression, of a condition and what it is if it holds.  both: "and".
    real: a size among numbers.
    pi, lowest: π, and the maximum of nothing.
    functions: the names of functions of numbers, by operation.
    product: a line.  call: the lines of a function of whole arrays.
    """

    loop: Callable[[str, str], str]
    end: tuple[str, ...]
    statement: Callable[[str], str]
    constant: str
    variable: str
    entry: Callable[[str, Sequence[str], Sequence[Spelled]], str]
    fill: Callable[[Writer, int, Sequence[Letter], str], list[str]]
    part: Callable[[str, Sequence[str], Sequence[Spelled]], str]
    matrix: Callable[[str, str, str], str]
    choice: Callable[[str, str], str]
    both: str
    real: Callable[[Spelled], Spelled]
    pi: str
    lowest: str
    functions: Mapping[str, str]
    product: Callable[[MatrixProduct], str]
    call: Callable[[Writer, Computation], list[str]]
