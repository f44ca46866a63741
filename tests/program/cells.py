"""Samples of the operations of plans, as programs of one step for any target."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import reduce

import numpy as np

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import dimension, times
from gradproof.program.emit import function_body
from gradproof.program.operations import OPERATIONS
from gradproof.program.plan import Builder, Plan
from gradproof.program.sizes import alike, size_statements, unique_dimensions
from gradproof.program.source import file_text

SIZES = {"m": 3, "n": 2, "k": 4, "j": 5, "i": 8, "N": 6, "V": 7}
SAMPLES = [(name, sample) for name, operation in OPERATIONS.items() for sample in operation.samples]
IDS = [f"{name}-{', '.join(s.operands)} -> {s.result}" for name, s in SAMPLES]
NUMBER = re.compile(r"-?\d+(/\d+)?")


class Cell:
    """A program that is one operation on arguments a, b, … and its plan."""

    def __init__(self, operation, sample):
        self.declarations = {}
        self.builder = Builder(self.declarations)
        operands = [self._operand(text) for text in sample.operands]
        result = tuple(map(_extent, sample.result.split()))
        place = self.builder.add(operation, tuple(operands), sample.parameters, result)
        self._sizes_of(result)
        self.plan = Plan(tuple(self.builder.steps), (("value", place),))

    def _operand(self, text):
        factorised = re.fullmatch(r"(\w+)\((.+)\)", text)
        if factorised:
            matrix = self._operand(factorised[2])
            axes = self.builder.steps[matrix].axes
            return self.builder.add(factorised[1], (matrix,), (), axes)
        if NUMBER.fullmatch(text):
            return self.builder.number(Fraction(text))
        shape, _, fact = (part.strip() for part in text.partition(":"))
        axes = tuple(map(_extent, shape.replace("()", "").split()))
        name = chr(ord("a") + len(self.declarations))
        kind, bound = "tensor", None
        if fact.startswith("index"):
            kind, bound, fact = "index", dimension(fact.split()[1]), ""
        facts = frozenset({fact} if fact else ())
        self.declarations[name] = Declaration(name, kind, axes, facts, bound)
        return self.builder.add("argument", (), (name,), axes)

    def _sizes_of(self, result):
        """Arguments from which the sizes of the result can be read."""
        known = {name for found in self.declarations.values() for axis in found.axes
                 for name in axis.names()}  # fmt: skip
        missing = [name for axis in result for name in axis.names() if name not in known]
        if missing or not any(found.kind != "index" for found in self.declarations.values()):
            axes = tuple(map(dimension, dict.fromkeys(missing)))
            name = chr(ord("a") + len(self.declarations))
            self.declarations[name] = Declaration(name, "tensor", axes)

    def source(self, backend):
        """The text of the program."""
        variables = {name: name for name in self.declarations}
        dimensions = unique_dimensions(self.declarations, {*variables, *backend.taken()})
        statements, sizes, functions = function_body(
            self.plan, backend, variables, dimensions, alike(self.declarations, variables)
        )
        read = size_statements(backend.syntax, sizes, self.declarations, variables, dimensions)
        function = backend.syntax.function(
            "cell", list(variables), ["A cell."], [*read, *statements], ["value"]
        )
        return file_text(backend, "A cell.", functions, function, statements)

    def arrays(self, seed=3):
        """An array for each argument."""
        rng = np.random.default_rng(seed)
        return [_drawn(found, rng) for found in self.declarations.values()]


def _extent(text):
    first, *others = (dimension(int(p) if p.isdigit() else p) for p in text.split("*"))
    return reduce(times, others, first)


def _drawn(declaration, rng):
    shape = tuple(axis.size(SIZES) for axis in declaration.axes)
    if declaration.kind == "index":
        return np.asarray(rng.integers(0, declaration.bound.size(SIZES), shape))
    plain = np.asarray(rng.uniform(-1.5, 1.5, shape))
    return ADMISSIBLE[next(iter(declaration.facts), "")](plain)


ADMISSIBLE = {
    "": lambda plain: plain,
    "positive": lambda plain: np.exp(plain),
    "negative": lambda plain: -np.exp(plain),
    "open01": lambda plain: 1 / (1 + np.exp(-plain)),
    "posdef": lambda plain: plain @ np.swapaxes(plain, -1, -2) + 0.4 * np.eye(plain.shape[-1]),
    "nonsingular": lambda plain: plain + 3 * np.eye(plain.shape[-1]),
}
