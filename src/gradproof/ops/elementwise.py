"""Functions of one number, applied to every entry: each needs only its slope f'.

The slopes are those of any table of derivatives (e.g. DLMF 4.20, 4.34).
"""

from __future__ import annotations

from fractions import Fraction

from gradproof.core.apply import apply, hadamard, like, shifted
from gradproof.core.node import Node, Operation
from gradproof.core.sum import add
from gradproof.ops import axes

HALF = Fraction(1, 2)

exp: Operation = Operation("exp", axes.same, elementwise=True, slope=lambda u: apply(exp, (u,)))
log: Operation = Operation(
    "log", axes.same, elementwise=True, slope=lambda u: hadamard(1, (u, -1)), condition="{0} > 0"
)
sin: Operation = Operation("sin", axes.same, elementwise=True, slope=lambda u: apply(cos, (u,)))
cos: Operation = Operation(
    "cos", axes.same, elementwise=True, slope=lambda u: hadamard(-1, (apply(sin, (u,)), 1))
)
tan: Operation = Operation(
    "tan",
    axes.same,
    elementwise=True,
    slope=lambda u: shifted(1, (1, hadamard(1, (apply(tan, (u,)), 2)))),
    condition="cos({0}) ≠ 0",
)
arcsin: Operation = Operation(
    "arcsin",
    axes.same,
    elementwise=True,
    slope=lambda u: hadamard(1, (shifted(1, (-1, hadamard(1, (u, 2)))), -HALF)),
    condition="|{0}| < 1",
)
arccos: Operation = Operation(
    "arccos",
    axes.same,
    elementwise=True,
    slope=lambda u: hadamard(-1, (shifted(1, (-1, hadamard(1, (u, 2)))), -HALF)),
    condition="|{0}| < 1",
)
arctan: Operation = Operation(
    "arctan",
    axes.same,
    elementwise=True,
    slope=lambda u: hadamard(1, (shifted(1, (1, hadamard(1, (u, 2)))), -1)),
)
sinh: Operation = Operation("sinh", axes.same, elementwise=True, slope=lambda u: apply(cosh, (u,)))
cosh: Operation = Operation("cosh", axes.same, elementwise=True, slope=lambda u: apply(sinh, (u,)))
tanh: Operation = Operation(
    "tanh",
    axes.same,
    elementwise=True,
    slope=lambda u: shifted(1, (-1, hadamard(1, (apply(tanh, (u,)), 2)))),
)
abs_: Operation = Operation(
    "abs", axes.same, elementwise=True, slope=lambda u: apply(sign, (u,)), condition="{0} ≠ 0"
)
sign: Operation = Operation("sign", axes.same, elementwise=True, constant=True, condition="{0} ≠ 0")
relu: Operation = Operation(
    "relu",
    axes.same,
    elementwise=True,
    slope=lambda u: hadamard(HALF, (shifted(1, (1, apply(sign, (u,)))), 1)),
    condition="{0} ≠ 0",
)
sigmoid: Operation = Operation(
    "sigmoid",
    axes.same,
    elementwise=True,
    slope=lambda u: hadamard(1, (apply(sigmoid, (u,)), 1), (apply(sigmoid, (negative(u),)), 1)),
)
softplus: Operation = Operation(
    "softplus", axes.same, elementwise=True, slope=lambda u: apply(sigmoid, (u,))
)


def negative(node: Node) -> Node:
    """−node."""
    return add([(-1, node)], node.axes)


def _power_differential(arguments: tuple[Node, ...], directions: tuple[Node | None, ...]) -> Node:
    """d(uᵖ) = p uᵖ⁻¹ du + uᵖ log u dp."""
    base, exponent = arguments
    value = apply(power, arguments)
    terms = []
    if directions[0] is not None:
        lower = apply(power, (base, shifted(-1, (1, exponent))))
        slope = hadamard(1, (lower, 1), (exponent, 1), (directions[0], 1))
        terms.append((1, slope))
    if directions[1] is not None:
        growth = hadamard(1, (value, 1), (apply(log, (base,)), 1), (directions[1], 1))
        terms.append((1, growth))
    wide = [(weight, like(value.axes, term) if not term.axes else term) for weight, term in terms]
    return add(wide, value.axes)


power: Operation = Operation(
    "power", axes.widest, differential=_power_differential, condition="{0} > 0"
)

ELEMENTWISE = (
    exp, log, sin, cos, tan, arcsin, arccos, arctan, sinh, cosh, tanh,
    abs_, sign, relu, sigmoid, softplus, power,
)  # fmt: skip
