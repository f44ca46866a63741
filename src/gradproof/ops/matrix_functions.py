"""Power-series functions of a square matrix and their Fréchet derivatives.

    f(X + E) = f(X) + L(X, E) + o(E),   ⟨G, L(X, E)⟩ = ⟨L(X', G), E⟩

(Higham, Functions of Matrices (2008), chapter 3).
"""

from __future__ import annotations

from collections.abc import Callable

from gradproof.core.apply import apply
from gradproof.core.contract import transpose
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Apply, Node, Operation
from gradproof.ops import axes

HIGHAM = "Higham, Functions of Matrices (2008), section 3.2"


def _frechet_differential(arguments: tuple[Node, ...], directions: tuple[Node | None, ...]) -> Node:
    raise UnsupportedError(
        "the second derivative of a matrix function has no closed form here",
        hint="Elementwise functions (exp, sin, …) can be differentiated any number of times.",
    )


def _frechet_adjoint(node: Apply, place: int, adjoint: Node) -> Node:
    """L(X', G): only for a scalar result, so that G is one matrix."""
    if place == 0:
        _frechet_differential((), ())
    if len(adjoint.axes) != 2:
        raise UnsupportedError(
            f"the Jacobian of {node.op.name.removeprefix('frechet_')} has no closed form here",
            hint="Differentiate a scalar function of it, such as tr(expm(X)) or a'*expm(X)*b.",
        )
    return apply(node.op, (transpose(node.arguments[0]), adjoint))


def _frechet(name: str) -> Operation:
    return Operation(f"frechet_{name}", axes.same, adjoint=_frechet_adjoint, source=HIGHAM)


frechet_expm = _frechet("expm")
frechet_sinm = _frechet("sinm")
frechet_cosm = _frechet("cosm")
frechet_sqrtm = _frechet("sqrtm")


def _frechet_of(
    frechet: Operation,
) -> Callable[[tuple[Node, ...], tuple[Node | None, ...]], Node]:
    """d f(X) = L(X, dX)."""

    def differential(arguments: tuple[Node, ...], directions: tuple[Node | None, ...]) -> Node:
        direction = directions[0]
        assert direction is not None
        return apply(frechet, (arguments[0], direction))

    return differential


def _matrix_function(name: str, frechet: Operation, condition: str = "") -> Operation:
    return Operation(
        name,
        axes.same,
        differential=_frechet_of(frechet),
        transposition="equivariant",
        condition=condition,
        source=HIGHAM,
    )


expm = _matrix_function("expm", frechet_expm)
sinm = _matrix_function("sinm", frechet_sinm)
cosm = _matrix_function("cosm", frechet_cosm)
sqrtm = _matrix_function("sqrtm", frechet_sqrtm, "{0} positive definite")

MATRIX_FUNCTIONS = (
    expm, sinm, cosm, sqrtm, frechet_expm, frechet_sinm, frechet_cosm, frechet_sqrtm,
)  # fmt: skip
