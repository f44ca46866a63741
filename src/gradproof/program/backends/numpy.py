"""NumPy: the text of each operation, and the functions that NumPy lacks."""

from __future__ import annotations

import inspect
from fractions import Fraction
from types import MappingProxyType

from gradproof.program.backends import numpy_functions
from gradproof.program.backends.spelling import (
    ATOM,
    PRODUCT,
    SUM,
    Backend,
    Operands,
    Sizes,
    Spelled,
    added,
    divided,
    matrix_product,
    multiplied,
    negative,
    raised,
)
from gradproof.program.plan import Step

CALLS = MappingProxyType(
    {
        **{
            name: f"np.{name}"
            for name in (
                "exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh",
                "tanh", "sqrt", "abs", "sign", "outer", "trace", "kron", "prod",
            )
        },
        "diagonal_matrix": "np.diag",
        "inverse": "np.linalg.inv",
        "solve": "np.linalg.solve",
        "det": "np.linalg.det",
        "pinv": "np.linalg.pinv",
        "norm": "np.linalg.norm",
    }
)  # fmt: skip


BATCHED = frozenset(
    {
        "softmax", "log_softmax", "logsumexp", "inverse", "det", "logdet", "pinv", "matrix_power",
        "eigvals", "eigmax", "eigvecs", "eigvecmax", "specnorm", "nucnorm",
    }
)  # fmt: skip


def _number(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    value = step.parameters[0]
    assert isinstance(value, Fraction)
    precedence = ATOM if value >= 0 else SUM
    if value.denominator == 1:
        return Spelled(str(value), precedence)
    if value == Fraction(repr(float(value))):
        return Spelled(repr(float(value)), precedence)
    return Spelled(f"{value.numerator} / {value.denominator}", min(precedence, PRODUCT))


def _argument(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    raise AssertionError("arguments are named by the program")


def _pi(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled("np.pi")


def _size(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return sizes(step.parameters[0])


def _eye(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.eye({sizes(step.axes[0]).text})")


def _arange(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.arange({sizes(step.axes[0]).text})")


def _comm(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"comm({', '.join(sizes(extent).text for extent in step.parameters)})")


def _shape_text(step: Step, sizes: Sizes) -> str:
    texts = [sizes(extent).text for extent in step.axes]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def _ones(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.ones({_shape_text(step, sizes)})")


def _zeros(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.zeros({_shape_text(step, sizes)})" if step.axes else "0.0")


def _sum(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """x.sum() of a name, np.sum(…) of an expression; over some axes, axis=."""
    axes = ""
    if step.axes:
        axes = f"axis={step.parameters[0] if len(step.parameters) == 1 else step.parameters}"
    if operands[0].text.isidentifier():
        return Spelled(f"{operands[0].text}.sum({axes})")
    return Spelled(f"np.sum({', '.join(filter(None, (operands[0].text, axes)))})")


def _diagonal(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.diag({operands[0].text})")


def _rearrange(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """x.T, x.transpose(…) and length-one axes, v[:, None]."""
    base = operands[0].within(ATOM)
    order = tuple(place for place in step.parameters if place is not None)
    if order == (1, 0):
        base += ".T"
    elif order != tuple(range(len(order))):
        base += f".transpose({', '.join(str(place) for place in order)})"
    if None in step.parameters:
        axes = ", ".join("None" if place is None else ":" for place in step.parameters)
        base += f"[{axes}]" if order else f".reshape({(1,) * len(step.parameters)})"
    return Spelled(base)


def _copy(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"{operands[0].within(ATOM)}.copy()")


def _einsum(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    texts = ", ".join(operand.text for operand in operands)
    return Spelled(f'np.einsum("{step.parameters[0]}", {texts})')


def _take(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    before = ":, " * int(str(step.parameters[0]))
    places = ", ".join(operand.text for operand in operands[1:])
    return Spelled(f"{operands[0].within(ATOM)}[{before}{places}]")


def _logdet(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.linalg.slogdet({operands[0].text})[1]")


def _matrix_power(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.linalg.matrix_power({operands[0].text}, {step.parameters[0]})")


def _softplus(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.logaddexp(0, {operands[0].text})")


def _specnorm(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f"np.linalg.norm({operands[0].text}, 2{_last_axes(step)})")


def _nucnorm(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    return Spelled(f'np.linalg.norm({operands[0].text}, "nuc"{_last_axes(step)})')


def _last_axes(step: Step) -> str:
    return ", axis=(-2, -1)" if "batch" in step.parameters else ""


def _vec(step: Step, operands: Operands, sizes: Sizes) -> Spelled:
    """The columns stacked; of a transpose, the rows."""
    base = operands[0].within(ATOM)
    if base.endswith(".T"):
        return Spelled(f"{base.removesuffix('.T')}.ravel()")
    return Spelled(f'{base}.ravel(order="F")')


NUMPY = Backend(
    name="numpy",
    title="NumPy",
    header="import numpy as np",
    prefix="np",
    vectorised='np.vectorize({function}, signature="{signature}")({operands})',
    calls=CALLS,
    spellings=MappingProxyType(
        {
            "number": _number,
            "argument": _argument,
            "pi": _pi,
            "size": _size,
            "eye": _eye,
            "arange": _arange,
            "comm": _comm,
            "ones": _ones,
            "zeros": _zeros,
            "negative": negative,
            "add": added,
            "multiply": multiplied,
            "divide": divided,
            "power": raised,
            "matmul": matrix_product,
            "sum": _sum,
            "diagonal": _diagonal,
            "rearrange": _rearrange,
            "copy": _copy,
            "einsum": _einsum,
            "take": _take,
            "logdet": _logdet,
            "matrix_power": _matrix_power,
            "softplus": _softplus,
            "specnorm": _specnorm,
            "nucnorm": _nucnorm,
            "vec": _vec,
        }
    ),
    functions=MappingProxyType(dict(inspect.getmembers(numpy_functions, inspect.isfunction))),
    needs=MappingProxyType(
        {
            "sinm": ("expm",),
            "cosm": ("expm",),
            "frechet_expm": ("expm", "frechet"),
            "frechet_sinm": ("expm", "sinm", "frechet"),
            "frechet_cosm": ("expm", "cosm", "frechet"),
            "eigvals": ("symmetric_part",),
            "eigmax": ("symmetric_part",),
            "eigvecs": ("symmetric_part",),
            "eigvecmax": ("symmetric_part",),
        }
    ),
    batched=BATCHED,
)
