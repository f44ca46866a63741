"""What each function of the text language is in a program.

Sums, traces and norms are products of lettered arrays; the rest are steps of their own,
which a backend knows how to spell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from gradproof.core.dimension import ONE
from gradproof.core.errors import UnsupportedError
from gradproof.notation.lower import dimension_of
from gradproof.notation.tree import Shape, Tree
from gradproof.program.arrange import arranged
from gradproof.program.contract import array, opaque
from gradproof.program.elementwise import Meaning, Parts, applied, elementwise, logarithm
from gradproof.program.plan import Builder
from gradproof.program.powers import divided
from gradproof.program.product import (
    SCALAR,
    Factor,
    Product,
    axis_letters,
    diagonal,
    free_letters,
    hadamard,
    is_scalar,
    matrix_product,
    transpose,
)
from gradproof.program.reductions import (
    entry_sum,
    inner,
    mean,
    norm1,
    norm2,
    pinv,
    singular_values,
    trace_of,
)
from gradproof.program.whole import shape_letters, whole

ELEMENTWISE = (
    "exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
    "sqrt", "abs", "sign", "relu", "sigmoid", "softplus",
)  # fmt: skip

FRECHET = ("frechet_expm", "frechet_sinm", "frechet_cosm", "frechet_sqrtm")


def call(
    builder: Builder, function: str, parts: Parts, arguments: tuple[Tree, ...], shape: Shape
) -> Product:
    """function(parts), of the given shape; `arguments` are read where they are sizes."""
    if function == "comm":
        extents = tuple(dimension_of(argument) for argument in arguments)
        letters = builder.letters(shape)
        step = builder.add("comm", (), extents, shape)
        return Product(letters, (Factor(step, letters),))
    if function not in MEANINGS:
        raise UnsupportedError(f"no program is known for {function}")
    return MEANINGS[function](builder, parts, shape)


def _whole(operation: str) -> Meaning:
    def meaning(builder: Builder, parts: Parts, shape: Shape) -> Product:
        return whole(builder, operation, parts, shape_letters(builder, shape))

    return meaning


def _matrix_function(operation: str, of_scalar: Callable[[Builder, Product], Product]) -> Meaning:
    """A function of a square matrix, which of a 1×1 matrix is a function of a number."""

    def meaning(builder: Builder, parts: Parts, shape: Shape) -> Product:
        if is_scalar(parts[0]):
            return of_scalar(builder, parts[0])
        return whole(builder, operation, parts, shape_letters(builder, shape))

    return meaning


def _same(builder: Builder, part: Product) -> Product:
    return part


def _one(builder: Builder, part: Product) -> Product:
    return Product(SCALAR)


def _function(name: str) -> Callable[[Builder, Product], Product]:
    return lambda builder, part: applied(builder, name, part)


def _reciprocal(builder: Builder, part: Product) -> Product:
    return divided(builder, Product(SCALAR), part)


def _log_absolute(builder: Builder, part: Product) -> Product:
    return applied(builder, "log", applied(builder, "abs", part))


def _diagonal(builder: Builder, parts: Parts, shape: Shape) -> Product:
    return parts[0] if is_scalar(parts[0]) else diagonal(parts[0])


def _outer(builder: Builder, parts: Parts, shape: Shape) -> Product:
    return matrix_product(builder, parts[0], transpose(parts[1]))


def _adjugate(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """adj A = det A · A⁻¹."""
    if is_scalar(parts[0]):
        return _one(builder, parts[0])
    part = opaque(builder, parts[0])
    determinant = whole(builder, "det", (part,), SCALAR)
    return hadamard(determinant, whole(builder, "inverse", (part,), part.axes))


def _vec(builder: Builder, parts: Parts, shape: Shape) -> Product:
    part = parts[0]
    if len(axis_letters(part)) < 2:
        return replace(part, axes=(*axis_letters(part), *SCALAR)[:2])
    return whole(builder, "vec", parts, shape_letters(builder, shape))


def _kron(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """A ⊗ B; a column gets its second axis where the other is a matrix."""
    left, right = parts
    if is_scalar(left) or is_scalar(right):
        return hadamard(left, right)
    if left.axes[0] is None and right.axes[1] is None:
        return matrix_product(builder, right, left)
    if left.axes[1] is None and right.axes[0] is None:
        return matrix_product(builder, left, right)
    axes = shape_letters(builder, shape)
    if len(axis_letters(left)) == len(axis_letters(right)):
        return whole(builder, "kron", parts, axes)
    free = tuple(sorted({*free_letters(left), *free_letters(right)}))
    steps = tuple(_as_matrix(builder, part, free) for part in parts)
    letters = free + tuple(letter for letter in axes if letter is not None)
    batch = ("batch", len(free)) if free else ()
    step = builder.add("kron", steps, batch, builder.axes(letters))
    return Product(axes, (Factor(step, letters),))


def _as_matrix(builder: Builder, part: Product, free: tuple[int, ...]) -> int:
    """The array with two axes of its own, one of which may have size one."""
    part = opaque(builder, part)
    step = array(builder, part, free)
    single = builder.letter(ONE)
    target = (*free, *(single if letter is None else letter for letter in part.axes))
    return arranged(builder, Factor(step, (*free, *axis_letters(part))), target, full=True)


def _last_axis(operation: str) -> Meaning:
    """softmax or logsumexp of a vector; of a single number they are 1 and the number."""

    def meaning(builder: Builder, parts: Parts, shape: Shape) -> Product:
        part = parts[0]
        if part.axes[-1] is None and (part.axes[0] is None or operation.startswith("row")):
            return Product(part.axes) if "softmax" in operation else part
        axes = shape_letters(builder, shape)
        return whole(builder, operation.removeprefix("row"), (part,), axes)

    return meaning


def _ones(builder: Builder, parts: Parts, shape: Shape) -> Product:
    return Product(shape_letters(builder, shape))


def _zeros(builder: Builder, parts: Parts, shape: Shape) -> Product:
    return Product(shape_letters(builder, shape), (), Fraction(0))


def _eye(builder: Builder, parts: Parts, shape: Shape) -> Product:
    letter = None if shape[0] == ONE else builder.letter(shape[0])
    return Product((letter, letter))


def _fill(builder: Builder, parts: Parts, shape: Shape) -> Product:
    """vector(c), matrix(c): every entry is c."""
    return hadamard(parts[0], Product(shape_letters(builder, shape)))


MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        **{function: elementwise(function) for function in ELEMENTWISE},
        **{function: _whole(function) for function in FRECHET},
        "log": logarithm,
        "inv": _matrix_function("inverse", _reciprocal),
        "pinv": pinv,
        "det": _matrix_function("det", _same),
        "logdet": _matrix_function("logdet", _log_absolute),
        "expm": _matrix_function("expm", _function("exp")),
        "sinm": _matrix_function("sinm", _function("sin")),
        "cosm": _matrix_function("cosm", _function("cos")),
        "sqrtm": _matrix_function("sqrtm", _function("sqrt")),
        "polar": _matrix_function("polar", _function("sign")),
        "prod": _matrix_function("prod", _same),
        "toeplitz": _matrix_function("toeplitz", _same),
        "diagsums": _matrix_function("diagsums", _same),
        "eigvals": _matrix_function("eigvals", _same),
        "eigmax": _matrix_function("eigmax", _same),
        "eigvecmax": _matrix_function("eigvecmax", _one),
        "eigvecs": _matrix_function("eigvecs", _one),
        "sum": entry_sum,
        "mean": mean,
        "tr": trace_of,
        "norm1": norm1,
        "norm2": norm2,
        "specnorm": singular_values("specnorm"),
        "nucnorm": singular_values("nucnorm"),
        "diag": _diagonal,
        "inner": inner,
        "outer": _outer,
        "adj": _adjugate,
        "vec": _vec,
        "kron": _kron,
        "softmax": _last_axis("softmax"),
        "logsumexp": _last_axis("logsumexp"),
        "rowsoftmax": _last_axis("rowsoftmax"),
        "rowlogsumexp": _last_axis("rowlogsumexp"),
        "ones": _ones,
        "zeros": _zeros,
        "eye": _eye,
        "vector": _fill,
        "matrix": _fill,
    }
)
