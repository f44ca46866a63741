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
    plain = 0.7 * rng.standard_normal(shape)
    match constraint:
        case "positive":
            return np.exp(plain)
        case "open01":
            return rng.uniform(0.15, 0.85, shape)
        case "symmetric":
            return (plain + plain.T) / 2
        case "posdef":
            return plain @ plain.T + 0.4 * np.eye(len(plain))
        case "nonsingular":
            return np.linalg.qr(plain)[0] + 0.1 * plain
        case "diagonal":
            return np.diag(rng.standard_normal(shape[0]))
        case "orthogonal":
            return np.linalg.qr(plain)[0]
        case "unit":
            return plain / np.linalg.norm(plain)
        case "simplex" | "simplex_rows":
            weights = np.exp(plain)
            return weights / weights.sum(axis=-1, keepdims=True)
        case "onehot":
            return np.eye(shape[0])[rng.integers(shape[0])]
        case "onehot_rows":
            return np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]
        case "binary":
            return rng.integers(0, 2, shape).astype(float)
        case "pm1":
            return rng.choice([-1.0, 1.0], shape)
        case "count":
            return rng.poisson(2, shape).astype(float)
        case "riskset":
            return np.triu(np.ones(shape))
        case "joint_probability":
            weights = np.exp(plain + plain.T) * (1 - np.eye(shape[0]))
            return weights / weights.sum()
        case "squared_distances":
            points = rng.standard_normal((shape[0], 3))
            return ((points[:, None] - points) ** 2).sum(axis=2)
    assert constraint is None
    return plain
