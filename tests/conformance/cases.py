"""The conformance cases: published derivatives, each with an oracle of its own in NumPy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import gradproof as gp
from gradproof.core.declaration import Declaration
from gradproof.notation.declare import declare
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import infer
from gradproof.notation.parser import parse_text
from gradproof.numeric.differences import numerical_gradient
from gradproof.numeric.sampling import draw

FILE = Path(__file__).with_name("public.jsonl")
POOL = (2, 3, 4, 5, 6, 7)
DERIVED: dict[str, gp.Derivation] = {}


@dataclass(frozen=True)
class Case:
    """One published derivative."""

    data: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.data[name]

    @property
    def declare(self) -> dict[str, str]:
        """The variables as declarations."""
        return {name: _declared(known) for name, known in self.variables.items()}

    def derive(self) -> gp.Derivation:
        """Our derivative, worked out once."""
        if self.id not in DERIVED:
            known = self.declare
            DERIVED[self.id] = gp.derive(self.text, self.wrt, self.order, declare=known)
        return DERIVED[self.id]

    def sample(self, seed: int) -> tuple[dict[str, Any], dict[str, int]]:
        """Random admissible arrays and pairwise distinct sizes that obey the case's constraints."""
        rng = np.random.default_rng(seed)
        names = sorted({size for known in self.variables.values() for size in known["shape"]})
        while True:
            sizes = dict(zip(names, map(int, rng.permutation(POOL)), strict=False))
            if all(_holds(rule, sizes) for rule in self.dim_constraints):
                break
        known = self.declarations()
        return {name: draw(known[name], sizes, rng, 0) for name in known}, sizes

    def declarations(self) -> dict[str, Declaration]:
        """The variables, parsed."""
        return {name: declare(name, text) for name, text in self.declare.items()}

    def oracle(self, values: dict[str, Any]) -> np.ndarray:
        """The derivative of the case's own NumPy source by central differences."""
        scope: dict[str, Any] = {"xp": np}
        exec(self.numpy, scope)

        def at(x: np.ndarray) -> np.ndarray:
            return np.asarray(scope["f"](**{**values, self.wrt: x}))

        def first(x: np.ndarray) -> np.ndarray:
            return numerical_gradient(at, x, 1e-3)

        x = values[self.wrt]
        return first(x) if self.order == 1 else numerical_gradient(first, x, 2e-3)

    def closed_form(self, values: dict[str, Any], sizes: dict[str, int]) -> np.ndarray | None:
        """The published formula, as it is laid out in its source."""
        if self.closed_form_text is None:
            return None
        known, given = self.declarations(), dict(values)
        for definition in self.data.get("closed_form_where") or []:
            name, _, text = definition["text"].partition("=")
            value = _value(text.strip(), known, given, sizes)
            given[name.strip()] = value
            known[name.strip()] = _declaration_of(name.strip(), text.strip(), known)
        return _value(self.closed_form_text, known, given, sizes)


def _declared(known: dict[str, Any]) -> str:
    kind, sizes, fact = known["kind"], ", ".join(known["shape"]), known["constraint"]
    shape = f"{kind}({sizes})" if sizes else kind
    return f"{shape} {fact}" if fact else shape


def _holds(rule: str, sizes: dict[str, int]) -> bool:
    smaller, _, larger = rule.partition("<")
    return sizes[smaller] < sizes[larger]


def _value(
    text: str, known: dict[str, Declaration], values: dict[str, Any], sizes: dict[str, int]
) -> np.ndarray:
    return evaluate(infer(parse_text(text), known, text).tree, values, sizes)


def _declaration_of(name: str, text: str, known: dict[str, Declaration]) -> Declaration:
    shape = infer(parse_text(text), known, text).tree.shape
    axes = tuple(axis for axis in shape if str(axis) != "1")
    kind = ("scalar", "vector", "matrix")[len(axes)]
    return Declaration(name, kind, axes)


def in_layout(tensor: np.ndarray, layout: str, outer: int) -> np.ndarray:
    """The tensor, or ∂vec F/∂(vec X)′ with column-major vec."""
    if layout != "vec":
        return tensor
    axes = tuple(reversed(range(outer))) + tuple(reversed(range(outer, tensor.ndim)))
    rows = int(np.prod(tensor.shape[:outer]))
    return tensor.transpose(axes).reshape(rows, -1)


def load() -> list[Case]:
    """All cases."""
    return [Case(json.loads(line)) for line in FILE.read_text(encoding="utf-8").splitlines()]
