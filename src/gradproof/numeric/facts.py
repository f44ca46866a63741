"""Whether an array has a fact that its variable was declared with: one test each, in FACTS_HOLD."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TOLERANCE = 1e-8


def _close(one: Array, other: Array | float) -> bool:
    return bool(np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE))


def _is_symmetric(array: Array) -> bool:
    return _close(array, array.T)


def _is_posdef(array: Array) -> bool:
    return _is_symmetric(array) and bool(np.linalg.eigvalsh(array).min() > 0)


def _is_diagonal(array: Array) -> bool:
    return _close(array, np.diag(np.diag(array)))


def _is_orthogonal(array: Array) -> bool:
    return _close(array @ array.T, np.eye(len(array)))


def _is_binary(array: Array) -> bool:
    return bool(np.isin(array, (0, 1)).all())


def _is_distribution(array: Array) -> bool:
    """Over the last axis: a vector, or each row."""
    return bool((array >= 0).all()) and _close(array.sum(axis=-1), 1.0)


FACTS_HOLD: MappingProxyType[str, Callable[[Array], bool]] = MappingProxyType(
    {
        "symmetric": _is_symmetric,
        "posdef": _is_posdef,
        "nonsingular": lambda array: bool(np.linalg.matrix_rank(array) == len(array)),
        "diagonal": _is_diagonal,
        "orthogonal": _is_orthogonal,
        "positive": lambda array: bool((array > 0).all()),
        "open01": lambda array: bool(((array > 0) & (array < 1)).all()),
        "binary": _is_binary,
        "pm1": lambda array: bool(np.isin(array, (-1, 1)).all()),
        "count": lambda array: bool(((array >= 0) & (array == np.round(array))).all()),
        "onehot": lambda array: _is_binary(array) and _is_distribution(array),
        "onehot_rows": lambda array: _is_binary(array) and _is_distribution(array),
        "simplex": _is_distribution,
        "simplex_rows": _is_distribution,
        "unit": lambda array: _close((array * array).sum(), 1.0),
        "riskset": lambda array: _close(array, np.triu(np.ones(array.shape))),
        "joint_probability": lambda array: (
            _is_symmetric(array)
            and bool((array >= 0).all())
            and _close(array.sum(), 1.0)
            and _close(np.diag(array), 0.0)
        ),
        "squared_distances": lambda array: (
            _is_symmetric(array) and bool((array >= 0).all()) and _close(np.diag(array), 0.0)
        ),
    }
)
