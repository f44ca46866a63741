"""Theorems about functions of tensors: inverses, determinants, logarithms, Fréchet derivatives.

A procedure takes an application and returns an equal node in which the function is gone or
acts on something smaller, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType

from gradproof.algebra.positivity import is_nonnegative, is_positive
from gradproof.algebra.rule import constant_value
from gradproof.algebra.rules import EVEN, ODD
from gradproof.core.apply import apply, hadamard, like
from gradproof.core.canonical import ones, unit_and_coefficient
from gradproof.core.contract import contract, scale, size, transpose
from gradproof.core.node import Apply, Contraction, Node, Number, Operation, Sum, Symbol, number
from gradproof.core.rational import Rational, magnitude, ratio
from gradproof.core.sum import add, primitive
from gradproof.ops import elementwise as e
from gradproof.ops.inverse import det, inv, logdet
from gradproof.ops.matrix_functions import (
    cosm,
    expm,
    frechet_cosm,
    frechet_expm,
    frechet_sinm,
    frechet_sqrtm,
    sinm,
    sqrtm,
)
from gradproof.ops.statistics import logsumexp, softmax
from gradproof.ops.structure import diagsums, toeplitz

Procedure = Callable[[Apply], Node | None]


def multiple(node: Node) -> tuple[Rational, Node]:
    """The pair (c, kernel) with node = c·kernel and kernel without a common factor."""
    if isinstance(node, Sum):
        return primitive(node)
    return unit_and_coefficient(node)


def inverse_of_multiple(node: Apply) -> Node | None:
    """(c X)⁻¹ = X⁻¹ / c."""
    weight, kernel = multiple(node.arguments[0])
    if weight == 1:
        return None
    return scale(ratio(1, weight), apply(inv, (kernel,)))


def inverse_of_inverse(node: Apply) -> Node | None:
    """(X⁻¹)⁻¹ = X."""
    inner = node.arguments[0]
    return inner.arguments[0] if isinstance(inner, Apply) and inner.op is inv else None


def inverse_of_orthogonal(node: Apply) -> Node | None:
    """Q⁻¹ = Q′."""
    inner = node.arguments[0]
    if isinstance(inner, Symbol) and "orthogonal" in inner.facts:
        return transpose(inner)
    return None


def inverse_of_product(node: Apply) -> Node | None:
    """(A B)⁻¹ = B⁻¹ A⁻¹ for square A, B; (s A)⁻¹ = A⁻¹ / s; diag(v)⁻¹ = diag(1/v)."""
    inner = node.arguments[0]
    if not isinstance(inner, Contraction):
        return None
    if len(set(inner.output)) == 1:
        return _inverse_of_diagonal(inner)
    matrices = [factor for factor in inner.factors if factor.letters]
    axis = node.axes[0]
    if not all(factor.node.axes == (axis, axis) and factor.exponent == 1 for factor in matrices):
        return None
    if len(inner.factors) < 2 or not _is_path(inner):
        return None
    factors = [
        (apply(inv, (factor.node,)), factor.letters[::-1], 1)
        if factor.letters
        else (factor.node, (), -factor.exponent)
        for factor in inner.factors
    ]
    return contract(ratio(1, inner.coefficient), factors, inner.output[::-1])


def _is_path(node: Contraction) -> bool:
    """Whether the matrices form one chain from the first output letter to the second."""
    count: dict[int, int] = {}
    matrices = 0
    for factor in node.factors:
        if len(factor.letters) not in (0, 2) or len(set(factor.letters)) != len(factor.letters):
            return False
        matrices += bool(factor.letters)
        for letter in factor.letters:
            count[letter] = count.get(letter, 0) + 1
    ends = set(node.output)
    joints = all(times == (1 if letter in ends else 2) for letter, times in count.items())
    return joints and len(ends) == 2 and matrices == len(count) - 1


def _inverse_of_diagonal(inner: Contraction) -> Node | None:
    if len(inner.dimensions) != 1 or not inner.factors:
        return None
    factors = [(factor.node, factor.letters, -factor.exponent) for factor in inner.factors]
    return contract(ratio(1, inner.coefficient), factors, inner.output)


def inverse_of_identity(node: Apply) -> Node | None:
    """I⁻¹ = I."""
    return node.arguments[0] if _is_identity(node.arguments[0]) else None


def _is_identity(node: Node) -> bool:
    return (
        isinstance(node, Contraction)
        and not node.factors
        and node.output == (0, 0)
        and node.coefficient == 1
    )


def reciprocal_determinant(node: Apply) -> Node | None:
    """det X⁻¹ = 1 / det X."""
    inner = node.arguments[0]
    if isinstance(inner, Apply) and inner.op is inv:
        return contract(1, [(apply(det, inner.arguments), (), -1)], ())
    return number(1) if _is_identity(inner) else None


def log_determinant(node: Apply) -> Node | None:
    """log|det X⁻¹| = −log|det X|; log|det cX| = n log|c| + log|det X|; log|det Q| = 0."""
    inner = node.arguments[0]
    if _is_identity(inner) or (isinstance(inner, Symbol) and "orthogonal" in inner.facts):
        return number(0)
    if isinstance(inner, Apply) and inner.op is inv:
        return scale(-1, apply(logdet, inner.arguments))
    if (
        isinstance(inner, Contraction)
        and len(set(inner.output)) == 1
        and len(inner.dimensions) == 1
    ):
        entries = contract(
            inner.coefficient, inner.factors, inner.output[:1], dict(enumerate(inner.dimensions))
        )
        moduli = apply(e.log, (_modulus(entries),))
        return contract(1, [(moduli, (0,), 1)], ())
    scalars, kernel = _scalar_part(inner)
    if scalars is None:
        return None
    logs = apply(e.log, (_modulus(scalars),))
    terms = [(1, contract(1, [(size(inner.axes[0]), (), 1), (logs, (), 1)], ()))]
    return add([*terms, (1, apply(logdet, (kernel,)))], ())


def _modulus(node: Node) -> Node:
    return node if is_nonnegative(node) else apply(e.abs_, (node,))


def _scalar_part(node: Node) -> tuple[Node | None, Node]:
    """The scalar factor s ≠ 1 of a matrix, and the matrix without it."""
    weight, kernel = multiple(node)
    factors = kernel.factors if isinstance(kernel, Contraction) else ()
    scalars = [factor for factor in factors if not factor.letters]
    if weight == 1 and not scalars:
        return None, node
    if isinstance(kernel, Contraction) and scalars:
        matrices = [factor for factor in factors if factor.letters]
        kernel = contract(1, matrices, kernel.output, dict(enumerate(kernel.dimensions)))
    return contract(weight, scalars, ()), kernel


def log_of_determinant(node: Apply) -> Node | None:
    """log det X is log|det X|."""
    inner = node.arguments[0]
    if isinstance(inner, Apply) and inner.op is e.abs_:
        inner = inner.arguments[0]
    if isinstance(inner, Apply) and inner.op is det:
        return apply(logdet, inner.arguments)
    return None


def log_of_product(node: Apply) -> Node | None:
    """log(uᵃ v) = a log u + log v for u > 0."""
    inner = node.arguments[0]
    if not isinstance(inner, Contraction) or len(inner.dimensions) != len(inner.output):
        return None
    if len(set(inner.output)) != len(inner.output):
        return None
    place = {letter: k for k, letter in enumerate(inner.output)}
    terms: list[tuple[Rational, Node]] = []
    kept = []
    for factor in inner.factors:
        if _log_splits(factor.node, inner):
            part = apply(e.log, (factor.node,))
            spots = tuple([place[letter] for letter in factor.letters])
            terms.append((factor.exponent, _spread(part, spots, node)))
        else:
            kept.append(factor)
    if not terms or (len(inner.factors) == 1 and inner.factors[0].exponent == 1):
        return None
    sizes = dict(enumerate(inner.dimensions))
    rest = contract(inner.coefficient, kept, inner.output, sizes)
    if constant_value(rest) != 1:
        terms.append((1, apply(e.log, (rest,))))
    return add(terms, node.axes)


def _log_splits(node: Node, product: Contraction) -> bool:
    """Positive, or the only factor left beside positive ones."""
    if isinstance(node, Apply) and node.op is det:
        return (
            len([f for f in product.factors if isinstance(f.node, Apply) and f.node.op is det]) == 1
        )
    return is_nonnegative(node)


def _spread(part: Node, spots: tuple[int, ...], node: Apply) -> Node:
    output = tuple(range(len(node.axes)))
    return contract(1, [(part, spots, 1)], output, dict(zip(output, node.axes, strict=True)))


def log_sum_exp(node: Apply) -> Node | None:
    """log Σ exp(x) = logsumexp(x), over the last axis."""
    inner = node.arguments[0]
    if not isinstance(inner, Contraction) or len(inner.factors) != 1:
        return None
    weight, (factor, letters, exponent) = inner.coefficient, inner.factors[0]
    if exponent != 1 or not isinstance(factor, Apply) or factor.op is not e.exp or not letters:
        return None
    if letters[:-1] != inner.output or letters[-1] in inner.output or weight <= 0:
        return None
    value = apply(logsumexp, factor.arguments)
    if weight == 1:
        return value
    return add([(1, value), (1, like(value.axes, apply(e.log, (number(weight),))))], value.axes)


def log_softmax(node: Apply) -> Node | None:
    """log softmax(x) = x − logsumexp(x) 1."""
    inner = node.arguments[0]
    if not isinstance(inner, Apply) or inner.op is not softmax:
        return None
    x = inner.arguments[0]
    letters = tuple(range(len(x.axes)))
    total = apply(logsumexp, (x,))
    spread = contract(1, [(total, letters[:-1], 1)], letters, dict(enumerate(x.axes)))
    return add([(1, x), (-1, spread)], x.axes)


def exp_of_log_softmax(node: Apply) -> Node | None:
    """exp(x − logsumexp(x) 1) = softmax(x)."""
    inner = node.arguments[0]
    if not isinstance(inner, Sum):
        return None
    for weight, term in inner.terms:
        total = _only_logsumexp(term) if weight == -1 else None
        if total is not None and add([(1, inner), (1, term)], inner.axes) is total.arguments[0]:
            return apply(softmax, total.arguments)
    return None


def _only_logsumexp(node: Node) -> Apply | None:
    if isinstance(node, Contraction) and len(node.factors) == 1:
        node = node.factors[0].node
    return node if isinstance(node, Apply) and node.op is logsumexp else None


def parity(node: Apply) -> Node | None:
    """f(−u) = ∓f(u) for odd and even f."""
    weight, kernel = unit_and_coefficient(node.arguments[0])
    if weight >= 0 or node.op.name not in ODD | EVEN:
        return None
    turned = apply(node.op, (scale(-weight, kernel),))
    return scale(-1, turned) if node.op.name in ODD else turned


def modulus_of_positive(node: Apply) -> Node | None:
    """|u| = u and sign u = 1 for u > 0; |c u| = |c| |u|; |det X| stays."""
    inner = node.arguments[0]
    if node.op is e.abs_ and is_nonnegative(inner):
        return inner
    if node.op is e.sign and is_positive(inner):
        return ones(node.axes)
    weight, kernel = unit_and_coefficient(inner)
    if node.op is e.abs_ and weight != 1:
        return scale(magnitude(weight), apply(e.abs_, (kernel,)))
    if node.op is e.sign and weight not in (1, -1) and weight != 0:
        return scale(1 if weight > 0 else -1, apply(e.sign, (kernel,)))
    return None


VALUE_AT_ZERO: MappingProxyType[str, Rational] = MappingProxyType(
    {"exp": 1, "sin": 0, "cos": 1, "tan": 0, "arcsin": 0, "arctan": 0, "sinh": 0, "cosh": 1,
     "tanh": 0, "abs": 0, "relu": 0, "sigmoid": Fraction(1, 2)}
)  # fmt: skip


def value_at_constant(node: Apply) -> Node | None:
    """The values at 0, and log 1 = 0."""
    value = constant_value(node.arguments[0])
    if value == 0 and node.op.name in VALUE_AT_ZERO:
        return ones(node.axes, VALUE_AT_ZERO[node.op.name])
    if value == 1 and node.op is e.log:
        return ones(node.axes, 0)
    return None


def of_broadcast(node: Apply) -> Node | None:
    """f(s 1) = f(s) 1: a function of a constant tensor is a constant tensor."""
    inner = node.arguments[0]
    if not node.axes or not isinstance(inner, Contraction) or len(node.arguments) > 1:
        return None
    if any(factor.letters for factor in inner.factors) or len(set(inner.output)) < len(node.axes):
        return None
    scalar = contract(inner.coefficient, inner.factors, ())
    return like(node.axes, apply(node.op, (scalar,)))


def linear_multiple(node: Apply) -> Node | None:
    """L(c u) = c L(u)."""
    weight, kernel = multiple(node.arguments[0])
    if weight == 1:
        return None
    return scale(weight, apply(node.op, (kernel,), node.parameters))


def constant_power(node: Apply) -> Node | None:
    """u^p for a number p is a factor with an exponent; exp stays exp."""
    base, exponent = node.arguments
    if isinstance(exponent, Number):
        return hadamard(1, (base, exponent.value))
    return None


SERIES: MappingProxyType[Operation, Callable[[Node], Node]] = MappingProxyType(
    {
        frechet_expm: lambda X: apply(expm, (X,)),
        frechet_sinm: lambda X: apply(cosm, (X,)),
        frechet_cosm: lambda X: scale(-1, apply(sinm, (X,))),
        frechet_sqrtm: lambda X: scale(Fraction(1, 2), apply(inv, (apply(sqrtm, (X,)),))),
    }
)


def frechet_of_commuting(node: Apply) -> Node | None:
    """L(X, E) = f′(X) E where E commutes with X: E = c I, or X = s E."""
    X, E = node.arguments
    derivative = SERIES[node.op]
    scalars, kernel = _scalar_part(E)
    if _is_identity(kernel):
        value: Node = derivative(X)
    elif _scalar_part(X)[1] is kernel:
        value = contract(1, [(derivative(X), (0, 1), 1), (kernel, (1, 2), 1)], (0, 2))
    elif scalars is not None:
        value = apply(node.op, (X, kernel))
    else:
        return None
    if scalars is None:
        return value
    return contract(1, [(scalars, (), 1), (value, (0, 1), 1)], (0, 1))


_MATRIX: dict[Operation, tuple[Procedure, ...]] = {
    inv: (
        inverse_of_identity,
        inverse_of_multiple,
        inverse_of_inverse,
        inverse_of_orthogonal,
        inverse_of_product,
    ),
    det: (reciprocal_determinant,),
    logdet: (log_determinant,),
    e.power: (constant_power,),
    toeplitz: (linear_multiple,),
    diagsums: (linear_multiple,),
    **dict.fromkeys(SERIES, (frechet_of_commuting,)),
}

_ENTRYWISE: dict[Operation, tuple[Procedure, ...]] = {
    e.log: (log_of_determinant, log_softmax, log_sum_exp, log_of_product),
    e.exp: (exp_of_log_softmax,),
    e.abs_: (modulus_of_positive, parity),
    e.sign: (modulus_of_positive, parity),
}

PROCEDURES: MappingProxyType[Operation, tuple[Procedure, ...]] = MappingProxyType(
    {
        **{
            op: (value_at_constant, of_broadcast, *_ENTRYWISE.get(op, (parity,)))
            for op in e.ELEMENTWISE
            if op is not e.power
        },
        **_MATRIX,
    }
)
