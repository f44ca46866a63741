"""Eigenvalues and eigenvectors of symmetric matrices, the polar factor and the nuclear norm.

Eigenvalues are ascending; the arguments of the eigen-functions are symmetric (the reader
puts (X + X')/2 in the place of any other X).
"""

from __future__ import annotations

from gradproof.core.apply import apply
from gradproof.core.canonical import identity
from gradproof.core.contract import contract
from gradproof.core.node import Node, Operation
from gradproof.core.sum import add
from gradproof.ops import axes
from gradproof.ops.inverse import pairing, pinv, product

Arguments = tuple[Node, ...]
Directions = tuple[Node | None, ...]
MAGNUS = "Magnus, Econometric Theory 1 (1985), theorem 1"


def _eigvals_differential(arguments: Arguments, directions: Directions) -> Node:
    """dλ = diag(V' dS V)."""
    V, dS = apply(eigvecs, arguments), directions[0]
    assert dS is not None
    return contract(1, [(V, (0, 2), 1), (dS, (0, 1), 1), (V, (1, 2), 1)], (2,))


def _eigmax_differential(arguments: Arguments, directions: Directions) -> Node:
    """dλ = v' dS v."""
    v, dS = apply(eigvecmax, arguments), directions[0]
    assert dS is not None
    return contract(1, [(v, (0,), 1), (dS, (0, 1), 1), (v, (1,), 1)], ())


def _eigvecmax_differential(arguments: Arguments, directions: Directions) -> Node:
    """dv = (λI − S)⁺ dS v."""
    S, dS = arguments[0], directions[0]
    assert dS is not None
    top, axis = apply(eigmax, arguments), S.axes[0]
    shift = contract(1, [(top, (), 1), (identity(axis), (0, 1), 1)], (0, 1))
    resolvent = apply(pinv, (add([(1, shift), (-1, S)], S.axes),))
    v = apply(eigvecmax, arguments)
    return contract(1, [(product(resolvent, dS), (0, 1), 1), (v, (1,), 1)], (0,))


def _nucnorm_differential(arguments: Arguments, directions: Directions) -> Node:
    """d‖X‖₊ = ⟨UV', dX⟩ with X = U Σ V'."""
    dX = directions[0]
    assert dX is not None
    return pairing(apply(polar, arguments), dX)


eigvals = Operation(
    "eigvals",
    lambda arguments, parameters: arguments[0].axes[:1],
    differential=_eigvals_differential,
    transposition="invariant",
    condition="the eigenvalues of {0} are distinct",
    source=MAGNUS,
)
eigvecs = Operation("eigvecs", axes.same)
eigmax = Operation(
    "eigmax",
    axes.scalar,
    differential=_eigmax_differential,
    transposition="invariant",
    condition="the largest eigenvalue of {0} is simple",
    source=MAGNUS,
)
eigvecmax = Operation(
    "eigvecmax",
    lambda arguments, parameters: arguments[0].axes[:1],
    differential=_eigvecmax_differential,
    transposition="invariant",
    condition="the largest eigenvalue of {0} is simple",
    source=MAGNUS,
)
polar = Operation("polar", axes.same, transposition="equivariant", condition="{0} of full rank")
nucnorm = Operation(
    "nucnorm",
    axes.scalar,
    differential=_nucnorm_differential,
    transposition="invariant",
    condition="{0} of full rank",
    source="Watson, Linear Algebra Appl. 170 (1992), section 3",
)

SPECTRAL = (eigvals, eigvecs, eigmax, eigvecmax, polar, nucnorm)
