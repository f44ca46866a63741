"""Inverse, pseudoinverse, determinant and its logarithm."""

from __future__ import annotations

from gradproof.core.apply import apply
from gradproof.core.canonical import identity
from gradproof.core.contract import contract, transpose
from gradproof.core.node import Node, Operation
from gradproof.core.sum import add
from gradproof.ops import axes

Arguments = tuple[Node, ...]
Directions = tuple[Node | None, ...]


def product(*factors: Node) -> Node:
    """The matrix product of the factors."""
    places = [(factor, (k, k + 1), 1) for k, factor in enumerate(factors)]
    return contract(1, places, (0, len(factors)))


def pairing(one: Node, other: Node) -> Node:
    """⟨A, B⟩ = Σ A ⊙ B."""
    letters = tuple(range(len(one.axes)))
    return contract(1, [(one, letters, 1), (other, letters, 1)], ())


def _direction(directions: Directions) -> Node:
    direction = directions[0]
    assert direction is not None
    return direction


def _inv_differential(arguments: Arguments, directions: Directions) -> Node:
    """d(X⁻¹) = −X⁻¹ dX X⁻¹."""
    inverse = apply(inv, arguments)
    return add([(-1, product(inverse, _direction(directions), inverse))], inverse.axes)


def _pinv_differential(arguments: Arguments, directions: Directions) -> Node:
    """dP = −P dX P + P P′ dX′ (I − X P) + (I − P X) dX′ P′ P, at constant rank."""
    X, dX = arguments[0], _direction(directions)
    P = apply(pinv, arguments)
    left = add([(1, identity(X.axes[1])), (-1, product(P, X))], (X.axes[1], X.axes[1]))
    right = add([(1, identity(X.axes[0])), (-1, product(X, P))], (X.axes[0], X.axes[0]))
    terms = [
        (-1, product(P, dX, P)),
        (1, product(P, transpose(P), transpose(dX), right)),
        (1, product(left, transpose(dX), transpose(P), P)),
    ]
    return add(terms, P.axes)


def _logdet_differential(arguments: Arguments, directions: Directions) -> Node:
    """d log|det X| = tr(X⁻¹ dX)."""
    return pairing(transpose(apply(inv, arguments)), _direction(directions))


def _det_differential(arguments: Arguments, directions: Directions) -> Node:
    """d det X = det X · tr(X⁻¹ dX)."""
    trace = _logdet_differential(arguments, directions)
    return contract(1, [(apply(det, arguments), (), 1), (trace, (), 1)], ())


inv = Operation(
    "inv",
    axes.same,
    differential=_inv_differential,
    transposition="equivariant",
    condition="{0} invertible",
    source="Petersen & Pedersen, The Matrix Cookbook (2012), eq. 40",
)
pinv = Operation(
    "pinv",
    axes.swapped,
    differential=_pinv_differential,
    transposition="equivariant",
    condition="{0} of locally constant rank",
    source="Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973), eq. 4.12",
)
logdet = Operation(
    "logdet",
    axes.scalar,
    differential=_logdet_differential,
    transposition="invariant",
    condition="{0} invertible",
    source="Petersen & Pedersen, The Matrix Cookbook (2012), eq. 43",
)
det = Operation(
    "det",
    axes.scalar,
    differential=_det_differential,
    transposition="invariant",
    source="Petersen & Pedersen, The Matrix Cookbook (2012), eq. 41",
)

INVERSE = (inv, pinv, logdet, det)
