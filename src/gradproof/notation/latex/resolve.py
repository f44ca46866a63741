"""What ambiguous notation means, decided once shapes are known.

|A| is a determinant where A is a square matrix, ‖A‖₂ a spectral norm, softmax and LSE of a matrix
go row by row, e^A is the matrix exponential, A^{1/2} the matrix square root, A^{-1} the inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.core.errors import GradproofError, ReadError
from gradproof.notation.added_numbers import with_ones
from gradproof.notation.infer import Inferred, infer
from gradproof.notation.latex.readings import readings
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Negation,
    Tree,
    fold,
    is_column,
    is_scalar,
    rebuild,
    walk,
)
from gradproof.notation.vocabulary import AMBIGUOUS, KNOWN

_MATRIX_FUNCTIONS = MappingProxyType({"exp": "expm", "sin": "sinm", "cos": "cosm"})
_COMMANDS = MappingProxyType({".^": r"^{\odot 2}", ".*": r"\odot", "./": r"\oslash"})
_HALF = Fraction(1, 2)


def understand(
    tree: Tree,
    declarations: Mapping[str, Declaration],
    source: str | None = None,
    *,
    matrix_functions: bool = False,
) -> Inferred:
    """The expression with its shapes, in which every notation has its one meaning.

    Raises ReadError for a function that nobody defined, ShapeError where shapes clash.
    """
    for part in walk(tree):
        if isinstance(part, Call) and part.function not in KNOWN:
            raise _undefined(part, source)
    inferred = _inferred(tree, declarations, source)
    decided = fold(inferred.tree, lambda node, parts: _decided(node, parts, matrix_functions))
    return replace(inferred, tree=decided)


def _inferred(tree: Tree, declarations: Mapping[str, Declaration], source: str | None) -> Inferred:
    """The shapes under the first reading that fits; the error of the first, if none does."""
    first: GradproofError | None = None
    for reading in readings(tree, declarations):
        try:
            return _with_square_exponents(
                infer(reading, declarations, source), declarations, source
            )
        except GradproofError as error:
            first = first or error
    assert first is not None, "there is at least one reading"
    filled = with_ones(tree, declarations)
    if filled is not None:
        return _inferred(filled, declarations, source)
    for sign, command in _COMMANDS.items():
        first.hint = first.hint.replace(sign, command)
    raise first


def _with_square_exponents(
    inferred: Inferred, declarations: Mapping[str, Declaration], source: str | None
) -> Inferred:
    """e^A of a matrix makes A square: where that is not known yet, all is inferred again."""

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Call) and _is_oblong(node):
            return Call("expm", parts, node.span)
        return rebuild(node, parts) if parts else node

    if not any(isinstance(part, Call) and _is_oblong(part) for part in walk(inferred.tree)):
        return inferred
    return infer(fold(inferred.tree, combine), declarations, source)


def _is_oblong(call: Call) -> bool:
    if call.function != "exponential":
        return False
    (argument,) = call.arguments
    return is_matrix(argument) and argument.shape != (argument.shape or ())[::-1]


def _decided(node: Tree, parts: tuple[Tree, ...], matrix_functions: bool) -> Tree:
    match node:
        case Call("tuple"):
            return replace(node, function="hcat", arguments=parts)
        case Call(function) if function in AMBIGUOUS:
            return replace(node, function=_MEANT[function](parts[0]), arguments=parts)
        case Call("log", (Call("abs or det", (argument,)),)) if is_matrix(argument):
            inner = parts[0]
            assert isinstance(inner, Call)
            return replace(node, function="logdet", arguments=inner.arguments)
        case Call(function) if matrix_functions and function in _MATRIX_FUNCTIONS:
            square = is_matrix(parts[0])
            meant = _MATRIX_FUNCTIONS[function] if square else function
            return replace(node, function=meant, arguments=parts)
        case Binary("^") if is_matrix(node.left):
            return _matrix_power(node, parts[0], parts[1])
        case _:
            return rebuild(node, parts) if parts else node


def is_matrix(tree: Tree) -> bool:
    """Whether an inferred tree has rows and columns."""
    shape = tree.shape
    return shape is not None and len(shape) == 2 and ONE not in shape


def _matrix_power(node: Binary, base: Tree, exponent: Tree) -> Tree:
    """A⁻¹, A^{1/2} and A^{−1/2} have names of their own."""
    value = _value(exponent)
    if value == -1:
        return Call("inv", (base,), node.span, node.shape)
    if value is not None and abs(value) == _HALF:
        root = Call("sqrtm", (base,), node.span, node.shape)
        return root if value > 0 else Call("inv", (root,), node.span, node.shape)
    return replace(node, left=base, right=exponent)


def _value(tree: Tree) -> Fraction | None:
    """The number that is written."""
    match tree:
        case Literal(value):
            return value
        case Negation(operand):
            inner = _value(operand)
            return None if inner is None else -inner
        case Binary("/", Literal(above), Literal(below)) if below:
            return above / below
        case Binary("/", Negation(Literal(above)), Literal(below)) if below:
            return -above / below
        case _:
            return None


_MEANT: MappingProxyType[str, Callable[[Tree], str]] = MappingProxyType(
    {
        "abs or det": lambda x: "det" if is_matrix(x) else "abs",
        "norm of index 2": lambda x: "specnorm" if is_matrix(x) else "norm2",
        "softmax of rows": lambda x: "softmax" if is_column(x) or is_scalar(x) else "rowsoftmax",
        "logsumexp of rows": lambda x: "rowlogsumexp" if is_matrix(x) else "logsumexp",
        "exponential": lambda x: "expm" if is_matrix(x) else "exp",
    }
)


def _undefined(call: Call, source: str | None) -> ReadError:
    return ReadError(
        f"{call.function[:40]} is not defined",
        source=source,
        span=call.span,
        hint=f"Define it before its use, as in {call.function[:20]}(w) = …",
    )
