"""Theorems about inverses and determinants."""

from __future__ import annotations

from gradproof.algebra.multiples import is_identity, multiple, scalar_part
from gradproof.algebra.positivity import is_nonnegative
from gradproof.core.apply import apply
from gradproof.core.contract import contract, scale, size, transpose
from gradproof.core.node import Apply, Contraction, Node, Symbol, number
from gradproof.core.rational import ratio
from gradproof.core.sum import add
from gradproof.ops import elementwise as e
from gradproof.ops.inverse import det, inv, logdet, pinv


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
    sizes = {letter: inner.dimensions[letter] for letter in inner.output}
    return contract(ratio(1, inner.coefficient), factors, inner.output[::-1], sizes)


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
    sizes = {letter: inner.dimensions[letter] for letter in inner.output}
    return contract(ratio(1, inner.coefficient), factors, inner.output, sizes)


def pseudoinverse_of_multiple(node: Apply) -> Node | None:
    """(s X)⁺ = X⁺ / s for s ≠ 0."""
    scalars, kernel = scalar_part(node.arguments[0])
    if scalars is None:
        return None
    inverse = apply(pinv, (kernel,))
    return contract(1, [(scalars, (), -1), (inverse, (0, 1), 1)], (0, 1))


def inverse_of_identity(node: Apply) -> Node | None:
    """I⁻¹ = I."""
    return node.arguments[0] if is_identity(node.arguments[0]) else None


def reciprocal_determinant(node: Apply) -> Node | None:
    """det X⁻¹ = 1 / det X."""
    inner = node.arguments[0]
    if isinstance(inner, Apply) and inner.op is inv:
        return contract(1, [(apply(det, inner.arguments), (), -1)], ())
    return number(1) if is_identity(inner) else None


def log_determinant(node: Apply) -> Node | None:
    """log|det X⁻¹| = −log|det X|; log|det cX| = n log|c| + log|det X|; log|det Q| = 0."""
    inner = node.arguments[0]
    if is_identity(inner) or (isinstance(inner, Symbol) and "orthogonal" in inner.facts):
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
    scalars, kernel = scalar_part(inner)
    if scalars is None:
        return None
    logs = apply(e.log, (_modulus(scalars),))
    terms = [(1, contract(1, [(size(inner.axes[0]), (), 1), (logs, (), 1)], ()))]
    return add([*terms, (1, apply(logdet, (kernel,)))], ())


def _modulus(node: Node) -> Node:
    return node if is_nonnegative(node) else apply(e.abs_, (node,))
