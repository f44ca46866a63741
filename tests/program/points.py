"""Declarations from short texts, and arrays of pairwise distinct sizes to run programs on."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import numpy as np

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import dimension
from gradproof.notation.infer import read
from gradproof.program.compiled import compiled

SIZES = {"n": 2, "m": 3, "d": 4, "k": 5, "p": 6, "V": 7, "N": 8}
CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "conformance" / "public.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def declared(text):
    """Declarations from `X: matrix(N,d); c: index(k,V)`; the last axis of an index is its bound."""
    found = {}
    for part in filter(None, text.split(";")):
        name, kind, axes = re.fullmatch(r"\s*(\w+): (\w+)(?:\((.*)\))?\s*", part).groups()
        extents = tuple(dimension(axis) for axis in axes.split(",")) if axes else ()
        bound = None
        if kind == "index":
            *extents, bound = extents
        found[name] = Declaration(name, kind, tuple(extents), frozenset(), bound)
    return found


def drawn(declarations, sizes=SIZES, seed=1):
    """An array for each declaration."""
    rng = np.random.default_rng(seed)
    return {name: _drawn(declaration, sizes, rng) for name, declaration in declarations.items()}


def _drawn(declaration, sizes, rng):
    shape = tuple(axis.size(sizes) for axis in declaration.axes)
    if declaration.kind == "index":
        return rng.integers(0, declaration.bound.size(sizes), shape)
    return 0.7 * rng.standard_normal(shape)


def program(text, declarations, **others):
    """The program of value = text, and of other outputs by name."""
    texts = {"value": text, **others}
    outputs = {name: read(source, declarations).tree for name, source in texts.items()}
    return compiled("loss", outputs, declarations, texts)


def body(source):
    """The statements of the function loss, one stripped line each."""
    after = source[source.index("def loss(") :].split('"""')[2]
    return [line.strip() for line in after.strip().splitlines()]


# ------------------------------------------------------------------ cases of the suite
def case_declarations(case):
    """The variables of a conformance case."""
    return {
        name: Declaration(
            name,
            variable["kind"],
            tuple(dimension(axis) for axis in variable["shape"]),
            frozenset([variable["constraint"]] if variable["constraint"] else []),
        )
        for name, variable in case["variables"].items()
    }


def case_point(case):
    """Sizes and arrays for a conformance case: the sizes distinct and as the case demands."""
    names = list(dict.fromkeys(a for v in case["variables"].values() for a in v["shape"]))
    rng = random.Random(case["id"])
    while True:
        sizes = dict(zip(names, rng.sample(range(2, 8), len(names)), strict=True))
        if all(_holds(constraint, sizes) for constraint in case["dim_constraints"]):
            break
    generator = np.random.default_rng(abs(rng.getrandbits(32)))
    return sizes, {
        name: admissible(v["constraint"], tuple(sizes[a] for a in v["shape"]), generator)
        for name, v in case["variables"].items()
    }


def _holds(constraint, sizes):
    left, sign, right = re.fullmatch(r"(\w+)(<=|<|=+)(\w+)", constraint).groups()
    one, other = (sizes.get(name) or int(name) for name in (left, right))
    return one < other if sign == "<" else one <= other if sign == "<=" else one == other


def admissible(constraint, shape, rng):
    """An array with a fact such as posdef or simplex_rows."""
    return ADMISSIBLE[constraint](0.7 * rng.standard_normal(shape), rng)


def _simplex(plain):
    return np.exp(plain) / np.exp(plain).sum(axis=-1, keepdims=True)


def _one_hot_rows(plain, rng):
    return np.eye(plain.shape[-1])[rng.integers(plain.shape[-1], size=plain.shape[:-1])]


def _joint_probability(plain):
    weights = np.exp(plain + plain.T) * (1 - np.eye(len(plain)))
    return weights / weights.sum()


def _squared_distances(points):
    return ((points[:, None] - points) ** 2).sum(axis=2)


ADMISSIBLE = {
    None: lambda plain, rng: plain,
    "positive": lambda plain, rng: np.exp(plain),
    "open01": lambda plain, rng: 1 / (1 + np.exp(-plain)),
    "symmetric": lambda plain, rng: (plain + plain.T) / 2,
    "posdef": lambda plain, rng: plain @ plain.T + 0.4 * np.eye(len(plain)),
    "nonsingular": lambda plain, rng: np.linalg.qr(plain)[0] + 0.1 * plain,
    "diagonal": lambda plain, rng: np.diag(np.diag(plain)),
    "orthogonal": lambda plain, rng: np.linalg.qr(plain)[0],
    "unit": lambda plain, rng: plain / np.linalg.norm(plain),
    "simplex": lambda plain, rng: _simplex(plain),
    "simplex_rows": lambda plain, rng: _simplex(plain),
    "onehot": _one_hot_rows,
    "onehot_rows": _one_hot_rows,
    "binary": lambda plain, rng: (plain > 0).astype(float),
    "pm1": lambda plain, rng: np.sign(plain),
    "count": lambda plain, rng: rng.poisson(2, plain.shape).astype(float),
    "riskset": lambda plain, rng: np.triu(np.ones(plain.shape)),
    "joint_probability": lambda plain, rng: _joint_probability(plain),
    "squared_distances": lambda plain, rng: _squared_distances(plain),
}
