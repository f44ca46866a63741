"""Inverses, determinants and power series of matrices, real or complex.

Each continues the real function analytically: no conjugate occurs, so that f(X + ihE) carries the
derivative of f in its imaginary part.  Ill-conditioned matrices raise `Singular`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradproof.notation.conditioning import CONDITION_LIMIT, NonFinite, NotAnalytic, Singular

Array: TypeAlias = NDArray[Any]

FIRST_ORDER = 1e-8
MINORS_UP_TO = 8
TERMS = 18


def squared_norm(matrix: Array) -> float:
    """Σ |entries|²."""
    return float(np.vdot(matrix, matrix).real)


def inverse(matrix: Array) -> Array:
    """X⁻¹.

    Raises Singular where ‖X‖ ‖X⁻¹‖ exceeds CONDITION_LIMIT.
    """
    try:
        result = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        raise _singular(matrix) from None
    if not squared_norm(matrix) * squared_norm(result) <= CONDITION_LIMIT**2:
        raise _singular(matrix)
    return result


def _singular(matrix: Array) -> Singular | NonFinite:
    if not np.isfinite(matrix).all():
        return NonFinite("a matrix that must be invertible has entries that are not finite")
    size = "×".join(map(str, matrix.shape))
    return Singular(
        f"a {size} matrix that must be invertible is singular, or so nearly that no digit is left",
        hint="Use other values, or declare what makes the matrix invertible.",
    )


def matrix_power(matrix: Array, exponent: int) -> Array:
    """X to a whole power; a negative one is a power of the inverse."""
    base = matrix if exponent >= 0 else inverse(matrix)
    return np.linalg.matrix_power(base, abs(exponent))


def logdet(matrix: Array) -> Any:
    """log |det X|, continued as log(± det X)."""
    inverse(matrix)
    sign, logarithm = np.linalg.slogdet(matrix)
    if not np.iscomplexobj(matrix):
        return logarithm
    return logarithm + 1j * np.angle(sign * np.sign(sign.real))


def adjugate(matrix: Array) -> Array:
    """The transposed matrix of cofactors, det X · X⁻¹ where that exists."""
    try:
        return np.asarray(np.linalg.det(matrix) * inverse(matrix))
    except Singular:
        if len(matrix) > MINORS_UP_TO:
            raise
    places = range(len(matrix))
    minors = [
        [np.delete(np.delete(matrix, row, 0), column, 1) for row in places] for column in places
    ]
    signs = (-1.0) ** np.add.outer(places, places)
    return np.asarray(signs * np.linalg.det(np.array(minors)))


def pseudoinverse(matrix: Array) -> Array:
    """X⁺ (Moore and Penrose), of full or of deficient but clear rank.

    For a complex X + iE with small E, the first-order expansion at constant rank
    (Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973), eq. 4.12).
    """
    if not np.iscomplexobj(matrix):
        return _real_pseudoinverse(matrix)
    real, step = first_order(matrix)
    inverted = _real_pseudoinverse(real)
    left = np.eye(len(inverted)) - inverted @ real
    right = np.eye(len(real)) - real @ inverted
    change = (
        -inverted @ step @ inverted
        + inverted @ inverted.T @ step.T @ right
        + left @ step.T @ inverted.T @ inverted
    )
    return np.asarray(inverted + 1j * change)


def _real_pseudoinverse(matrix: Array) -> Array:
    """Singular values are zero below 1e-12 of the largest, and unclear up to 1e-8 of it."""
    result = np.linalg.pinv(matrix, 1e-12)
    if not squared_norm(matrix) * squared_norm(result) <= CONDITION_LIMIT**2:
        raise _singular(matrix)
    return result


def first_order(matrix: Array) -> tuple[Array, Array]:
    """Real part and imaginary part of X + iE, for functions expanded to first order in E.

    Raises NotAnalytic if E is not small beside X.
    """
    real, imaginary = matrix.real, matrix.imag
    if squared_norm(imaginary) > FIRST_ORDER**2 * squared_norm(real):
        raise NotAnalytic("this function is continued only to small imaginary parts")
    return real, imaginary


def expm(matrix: Array) -> Array:
    """e^X = Σ Xᵏ/k!, by scaling and squaring."""
    doublings = _doublings(matrix)
    scaled = matrix / 2.0**doublings
    term = total = np.eye(len(matrix), dtype=matrix.dtype)
    for k in range(1, TERMS):
        term = term @ scaled / k
        total = total + term
    for _ in range(doublings):
        total = total @ total
    return np.asarray(total)


def _doublings(matrix: Array) -> int:
    """How often X must be halved for its norm to be below a half."""
    norm = float(np.abs(matrix).sum(axis=0).max())
    return max(0, int(np.ceil(np.log2(norm))) + 1) if np.isfinite(norm) and norm > 0 else 0


def cosm_sinm(matrix: Array) -> tuple[Array, Array]:
    """cos X and sin X, from their series at X/2ᵏ by cos 2X = 2cos²X − I, sin 2X = 2 sin X cos X."""
    doublings = _doublings(matrix)
    scaled = matrix / 2.0**doublings
    unit = np.eye(len(matrix), dtype=matrix.dtype)
    term = cosine = unit
    sine = np.zeros_like(unit)
    for k in range(1, TERMS, 2):
        sine = sine + term @ scaled / k
        term = -term @ scaled @ scaled / (k * (k + 1))
        cosine = cosine + term
    for _ in range(doublings):
        cosine, sine = 2 * cosine @ cosine - unit, 2 * sine @ cosine
    return np.asarray(cosine), np.asarray(sine)


def cosm(matrix: Array) -> Array:
    """cos X = Σ (−1)ᵏ X²ᵏ/(2k)!."""
    return cosm_sinm(matrix)[0]


def sinm(matrix: Array) -> Array:
    """sin X = Σ (−1)ᵏ X²ᵏ⁺¹/(2k+1)!."""
    return cosm_sinm(matrix)[1]


def doubled(matrix: Array, direction: Array) -> Array:
    """[[X, E], [0, X]]: the upper right block of f of it is the derivative of f at X along E.

    (Higham, Functions of Matrices (2008), eq. 3.16.)
    """
    return np.block([[matrix, direction], [np.zeros_like(matrix), matrix]])


def _block_derivative(function: Callable[[Array], Array], matrix: Array, direction: Array) -> Array:
    """L(X, E) = s L(X, E/s), with s so that E/s is of the size of X."""
    scale = float(np.abs(direction).max(initial=0.0)) / (1 + float(np.abs(matrix).max())) or 1.0
    block = function(doubled(matrix, direction / scale))
    return np.asarray(scale * block[: len(matrix), len(matrix) :])


def frechet_expm(matrix: Array, direction: Array) -> Array:
    """The derivative of e^X at X along E."""
    return _block_derivative(expm, matrix, direction)


def frechet_cosm(matrix: Array, direction: Array) -> Array:
    """The derivative of cos X at X along E."""
    return _block_derivative(cosm, matrix, direction)


def frechet_sinm(matrix: Array, direction: Array) -> Array:
    """The derivative of sin X at X along E."""
    return _block_derivative(sinm, matrix, direction)
