"""What NumPy, JAX and PyTorch spell alike: indexing, transposes, sums, products."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

from gradproof.program.backends.diagonals import picked
from gradproof.program.backends.spelling import (
    ATOM,
    POWER,
    PRODUCT,
    SUM,
    Names,
    Operands,
    Spelled,
    Spelling,
    added,
    divided,
    matrix_product,
    multiplied,
    negative,
    raised,
    shape_text,
)
from gradproof.program.plan import Step

ELEMENTWISE = (
    "exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
    "sqrt", "abs", "sign",
)  # fmt: skip

SCALARS = MappingProxyType(
    {
        **{name: f"math.{name}({{0.text}})" for name in ("sqrt", "log", "sin", "cos", "tanh")},
        "arctan": "math.atan({0.text})",
        "abs": "abs({0.text})",
        "relu": "max({0.text}, 0)",
    }
)


def number(step: Step, operands: Operands, names: Names) -> Spelled:
    """A number."""
    value = step.parameters[0]
    assert isinstance(value, Fraction)
    return decimal(value)


def decimal(value: Fraction) -> Spelled:
    """A decimal where that is exact, or a quotient."""
    precedence = ATOM if value >= 0 else SUM
    if value.denominator == 1:
        return Spelled(str(value), precedence)
    if value == Fraction(repr(float(value))):
        return Spelled(repr(float(value)), precedence)
    return Spelled(f"{value.numerator} / {value.denominator}", min(precedence, PRODUCT))


def size(step: Step, operands: Operands, names: Names) -> Spelled:
    """A dimension."""
    return names.size(step.parameters[0])


def comm(dtype: str) -> Spelling:
    """comm(m, n, dtype=X.dtype)."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        sizes = [names.size(extent).text for extent in step.parameters]
        kind = dtype.format(like=names.like) if names.like else ", dtype=float"
        return Spelled(f"comm({', '.join(sizes)}{kind})")

    return spelling


def zeros(library: str, made: str) -> Spelling:
    """zeros_like(X) where an argument has that shape, or zeros((m, n)); 0.0 for a scalar."""
    return _filled(f"{library}.zeros_like", made, "0.0")


def ones(library: str, made: str) -> Spelling:
    """ones_like(X) where an argument has that shape, or ones((m, n))."""
    return _filled(f"{library}.ones_like", made, "1.0")


def _filled(alike: str, made: str, number: str) -> Spelling:
    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        if not step.axes:
            return Spelled(number, plain=True)
        argument = names.shaped(step.axes)
        if argument:
            return Spelled(f"{alike}({argument})")
        return Spelled(made.format(shape=shape_text(step, names), like=names.like))

    return spelling


def total(library: str, axis: str) -> Spelling:
    """x.sum() of a name, np.sum(…) of an expression; over some axes, axis=."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        over = ""
        if step.axes:
            places = step.parameters
            over = f"{axis}={places[0] if len(places) == 1 else places}"
        if operands[0].text.isidentifier():
            return Spelled(f"{operands[0].text}.sum({over})")
        return Spelled(f"{library}.sum({', '.join(filter(None, (operands[0].text, over)))})")

    return spelling


def rearranged(permute: str) -> Spelling:
    """x.T, x.transpose(…) and length-one axes, v[:, None]."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        base = operands[0].atom
        order = tuple(place for place in step.parameters if place is not None)
        if order == (1, 0):
            base += ".T"
        elif order != tuple(range(len(order))):
            base += f".{permute}({', '.join(str(place) for place in order)})"
        if None in step.parameters:
            axes = ", ".join("None" if place is None else ":" for place in step.parameters)
            base += f"[{axes}]" if order else f".reshape({(1,) * len(step.parameters)})"
        return Spelled(base)

    return spelling


def einsum(library: str) -> Spelling:
    """einsum("ab,bc->ac", A, B)."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        texts = ", ".join(operand.text for operand in operands)
        return Spelled(f'{library}.einsum("{step.parameters[0]}", {texts})')

    return spelling


def tensordot(library: str, axes: str) -> Spelling:
    """tensordot(A, B, axes=((…), (…)))."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        texts = ", ".join(operand.text for operand in operands)
        return Spelled(f"{library}.tensordot({texts}, {axes}={step.parameters})")

    return spelling


def taken(step: Step, operands: Operands, names: Names) -> Spelled:
    """x[i] and x[:, i]."""
    before = ":, " * int(str(step.parameters[0]))
    places = ", ".join(operand.text for operand in operands[1:])
    return Spelled(f"{operands[0].atom}[{before}{places}]")


def gram(step: Step, operands: Operands, names: Names) -> Spelled:
    """X'X or XX'."""
    transposed = Spelled(f"{operands[0].atom}.T")
    pair = (transposed, operands[0]) if step.parameters[0] == 0 else (operands[0], transposed)
    return matrix_product(step, pair, names)


def weighted_gram(step: Step, operands: Operands, names: Names) -> Spelled:
    """X' diag(w) X or X diag(w) X'."""
    matrix, weights = operands
    transposed = Spelled(f"{matrix.atom}.T")
    if step.parameters[0] == 0:
        scaled = Spelled(f"{weights.atom}[:, None] * {matrix.within(POWER)}", PRODUCT)
        return matrix_product(step, (transposed, scaled), names)
    scaled = Spelled(f"{matrix.within(POWER)} * {weights.within(POWER)}", PRODUCT)
    return matrix_product(step, (scaled, transposed), names)


def argument(step: Step, operands: Operands, names: Names) -> Spelled:
    """An argument is named by the program."""
    raise AssertionError("arguments are named by the program")


def array_spellings(
    library: str, *, axis: str, permute: str, axes: str, dtype: str, new: str
) -> dict[str, Spelling]:
    """The spellings of a library.

    axis, axes: how sums and tensor products name the axes they run over.
    permute: the method that permutes axes.  dtype: the type of number of new arrays.
    new: zeros of a shape, where ones are made alike.
    """
    return {
        "number": number,
        "argument": argument,
        "size": size,
        "comm": comm(dtype),
        "zeros": zeros(library, new),
        "ones": ones(library, new.replace("zeros", "ones")),
        "negative": negative,
        "add": added,
        "multiply": multiplied,
        "divide": divided,
        "power": raised,
        "matmul": matrix_product,
        "sum": total(library, axis),
        "rearrange": rearranged(permute),
        "einsum": einsum(library),
        "tensordot": tensordot(library, axes),
        "take": taken,
        "gram": gram,
        "weighted_gram": weighted_gram,
    }


def scaled(factor: object, operand: Spelled, times: str = "*") -> Spelled:
    """factor · operand, for a factor that is often 1 or −1."""
    assert isinstance(factor, Fraction | int)
    if factor == 1:
        return operand
    if factor == -1:
        return Spelled(f"-{operand.within(PRODUCT)}", SUM, plain=operand.plain)
    text = decimal(Fraction(factor)).within(PRODUCT)
    return Spelled(f"{text} {times} {operand.within(POWER)}", PRODUCT, 0, operand.plain)


def one_row_each(library: str, grid: str = "{library}.arange({size})") -> Spelling:
    """z[arange(N), c]: of each row the entry that an index names."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        base, index = operands
        (together,) = step.parameters
        if together == 1 == len(step.axes):
            rows = grid.format(
                library=library, size=names.size(step.axes[0]).text, index=index.atom
            )
            return Spelled(f"{base.atom}[{rows}, {index.text}]")
        return Spelled(f"take_along({base.text}, {index.text}, {together})")

    return spelling


def added_at(base: str) -> Spelling:
    """add_at(base, index, s * value)."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        first, index, value = operands
        factor, *own = step.parameters
        start = first.text if own else base.format(first)
        return Spelled(f"add_at({start}, {index.text}, {scaled(factor, value).text})")

    return spelling


def on_diagonal(new: Spelling) -> Spelling:
    """add_diagonal(zeros, values, "abab->ab")."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        zero = new(Step("zeros", (), (), step.axes), (), names)
        places = picked(*step.parameters)
        return Spelled(f'add_diagonal({zero.text}, {operands[0].text}, "{places}")')

    return spelling


def added_on_diagonal(base: str, simple: Spelling) -> Spelling:
    """add_diagonal(base, s * values, "abab->ab").

    simple: the spelling for the diagonal of a matrix, of the base and of s * values.
    """

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        agreeing, own, factor, *free = step.parameters
        start = operands[0] if free else Spelled(base.format(operands[0]))
        values = scaled(factor, operands[1])
        if agreeing == (0, 0):
            return simple(step, (start, values), names)
        return Spelled(f'add_diagonal({start.text}, {values.text}, "{picked(agreeing, own)}")')

    return spelling


def scattered(new: Spelling) -> Spelling:
    """scatter_add(zeros, index, values)."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        values, index = operands
        zero = new(Step("zeros", (), (), step.axes), (), names)
        return Spelled(f"scatter_add({zero.text}, {index.text}, {values.text})")

    return spelling
