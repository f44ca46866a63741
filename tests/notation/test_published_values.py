"""Published expressions are worth what their NumPy source says, at random admissible points."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gradproof.core.declaration import Declaration, closure
from gradproof.core.dimension import dimension
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import read

Array = NDArray[Any]

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "conformance" / "public.jsonl")
    .read_text()
    .splitlines()
]


def lengths(case: dict[str, Any], rng: np.random.Generator) -> dict[str, int]:
    """Pairwise different sizes that keep the case's constraints, such as n<m."""
    names = sorted({name for v in case["variables"].values() for name in v["shape"]})
    while True:
        sizes = dict(zip(names, rng.permutation(range(2, 8)).tolist(), strict=False))
        pairs = [constraint.split("<") for constraint in case["dim_constraints"]]
        if all(sizes[small] < sizes[large] for small, large in pairs):
            return sizes


def normalised(array: Array) -> Array:
    return np.asarray(array / array.sum(axis=-1, keepdims=True))


ADMISSIBLE: dict[str | None, Callable[[Array], Array]] = {
    None: lambda normal: 0.7 * normal,
    "positive": lambda normal: np.exp(normal / 2),
    "open01": lambda normal: 0.5 + 0.4 * np.tanh(normal),
    "symmetric": lambda normal: normal + normal.T,
    "posdef": lambda normal: normal @ normal.T + np.eye(len(normal)),
    "nonsingular": lambda normal: 2 * np.linalg.qr(normal)[0],
    "orthogonal": lambda normal: np.linalg.qr(normal)[0],
    "diagonal": lambda normal: np.diag(np.diag(normal) + 3),
    "unit": lambda normal: normal / np.linalg.norm(normal),
    "simplex": lambda normal: normalised(np.exp(normal)),
    "simplex_rows": lambda normal: normalised(np.exp(normal)),
    "onehot": lambda normal: (normal == normal.max()).astype(float),
    "onehot_rows": lambda normal: (normal == normal.max(axis=1, keepdims=True)).astype(float),
    "binary": lambda normal: (normal > 0).astype(float),
    "pm1": lambda normal: np.where(normal > 0, 1.0, -1.0),
    "riskset": lambda normal: np.triu(np.ones_like(normal)),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_texts_are_worth_what_their_numpy_source_says(case: dict[str, Any]) -> None:
    declarations = {
        name: Declaration(
            name,
            v["kind"],
            tuple(dimension(axis) for axis in v["shape"]),
            closure([v["constraint"]] if v["constraint"] else []),
        )
        for name, v in case["variables"].items()
    }
    tree = read(case["text"], declarations).tree
    namespace: dict[str, Any] = {"xp": np}
    exec(case["numpy"], namespace)
    compared = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        sizes = lengths(case, rng)
        values = {
            name: ADMISSIBLE[v["constraint"]](
                np.asarray(rng.standard_normal([sizes[axis] for axis in v["shape"]]))
            )
            for name, v in case["variables"].items()
        }
        with np.errstate(all="ignore"):
            wanted = np.asarray(namespace["f"](**values))
        if np.isfinite(wanted).all():
            found = evaluate(tree, values, sizes)
            assert found.shape == wanted.shape
            np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-10)
            compared += 1
    assert compared
