"""A Hessian given by its factors, as the whole array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.core.errors import DataError

FACTORS = ("left", "right", "crossed_left", "crossed_right", "diagonal")


def expand_hessian(factors: Mapping[str, ArrayLike], shape: Sequence[int]) -> NDArray[np.floating]:
    """The m×k×m×k Hessian by an m×k matrix from what the output "hessian_factors" gives.

    H[i,j,p,q] = left[i,p] right[j,q] + crossed_left[i,q] crossed_right[j,p]
                 + diagonal[i,j] [i = p, j = q]

    A product of which no factor is given is left out; of which one is given, the other is the
    identity.

    factors  arrays by name
    shape    (m, k), the shape of the variable

    Raises DataError for other names, and arrays of other shapes.

    >>> import gradproof as gp
    >>> gp.expand_hessian({"right": [[2.0]]}, (2, 1)).reshape(2, 2)
    array([[2., 0.],
           [0., 2.]])
    """
    rows, columns = shape
    arrays = {name: np.asarray(factor) for name, factor in factors.items()}
    unknown = sorted(arrays.keys() - set(FACTORS))
    if unknown or not arrays:
        raise DataError(
            f"there is no factor {unknown[0]}" if unknown else "there are no factors",
            hint=f"The factors are {', '.join(FACTORS)}.",
        )
    pieces = []
    if arrays.keys() & {"left", "right"}:
        left = _factor(arrays, "left", (rows, rows))
        right = _factor(arrays, "right", (columns, columns))
        pieces.append(left[:, None, :, None] * right[None, :, None, :])
    if arrays.keys() & {"crossed_left", "crossed_right"}:
        left = _factor(arrays, "crossed_left", (rows, columns))
        right = _factor(arrays, "crossed_right", (columns, rows))
        pieces.append(left[:, None, None, :] * right[None, :, :, None])
    if "diagonal" in arrays:
        entries = _factor(arrays, "diagonal", (rows, columns)).ravel()
        pieces.append(np.diag(entries).reshape(rows, columns, rows, columns))
    whole: NDArray[np.floating] = sum(pieces[1:], start=pieces[0])
    return whole


def _factor(
    arrays: Mapping[str, NDArray[np.floating]], name: str, shape: tuple[int, int]
) -> NDArray[np.floating]:
    factor = arrays.get(name)
    if factor is None:
        return np.eye(*shape)
    if factor.shape != shape:
        raise DataError(f"the factor {name} has the shape {factor.shape}, and {shape} is needed")
    return factor
