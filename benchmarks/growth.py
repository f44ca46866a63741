"""How the time grows with the expression: deep networks and long sums, doubled in size.

`derivative` is differentiation and simplification of tensors alone; `derivation` is all that lies
between a read expression and its formula.  In each, the ratio to half the size follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import gradproof as gp
from benchmarks.table import Table
from benchmarks.timing import forget, milliseconds, timed
from gradproof.algebra.simplify import simplify
from gradproof.calculus.derivative import derivative
from gradproof.core.node import Node, Symbol
from gradproof.derivation.closed_form import closed_form
from gradproof.notation.declare import declare
from gradproof.notation.infer import Inferred, infer
from gradproof.notation.lower import lower_parts, variable
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import Binary, Tree

ROUNDS = 3
PATIENCE = 10.0  # seconds of one derivation after which a series stops

Family = Callable[[int], tuple[Inferred, str]]


def network(layers: int) -> tuple[Inferred, str]:
    """‖W_L tanh(W_{L−1} … tanh(W₁x)) − y‖², by the first weights."""
    inner = "x"
    for layer in range(1, layers):
        inner = f"tanh(W{layer}*{inner})"
    return gp.parse(f"norm2(W{layers}*{inner} - y)^2").inferred, "W1"


def vectors(terms: int) -> tuple[Inferred, str]:
    """Σ softplus(h_k′x) for as many different vectors h_k."""
    return _sum([parse_text(f"softplus(h{k}'*x)") for k in range(terms)], {"x": "vector(n)"}), "x"


def coefficients(terms: int) -> tuple[Inferred, str]:
    """Σ softplus(k·t) for as many different numbers k."""
    return _sum([parse_text(f"softplus({k}*t)") for k in range(1, terms + 1)], {"t": "scalar"}), "t"


def _sum(terms: Sequence[Tree], known: dict[str, str]) -> Inferred:
    """a + b + c + …; made as a tree, since a text of this length is more than the reader takes."""
    tree = reduce(lambda left, right: Binary("+", left, right), terms)
    return infer(tree, {name: declare(name, text) for name, text in known.items()})


SERIES: tuple[tuple[str, Family, tuple[int, ...]], ...] = (
    ("Layers of a tanh network", network, (5, 10, 20, 40)),
    ("Terms softplus(h'*x) with different vectors", vectors, (250, 500, 1000, 2000)),
    ("Terms softplus(k*t) with different numbers", coefficients, (250, 500, 1000, 2000)),
)


def tables() -> list[Table]:
    """One table for each family."""
    return [_table(title, family, sizes) for title, family, sizes in SERIES]


def _table(title: str, family: Family, sizes: tuple[int, ...]) -> Table:
    rows: list[tuple[str, ...]] = []
    previous: tuple[float, ...] = ()
    for size in sizes:
        if previous and max(previous) > PATIENCE:
            rows.append((str(size), *["–"] * 6))
            continue
        times = _times(family, size)
        ratios = [f"{now / before:.1f}" for now, before in zip(times, previous, strict=False)]
        cells = [
            cell
            for time, ratio in zip(times, ratios or ["", "", ""], strict=True)
            for cell in (milliseconds(time), ratio)
        ]
        rows.append((str(size), *cells))
        previous = times
    headings = ("size", "read ms", "ratio", "derivative ms", "ratio", "derivation ms", "ratio")
    return Table(title, headings, rows)


def _times(family: Family, size: int) -> tuple[float, float, float]:
    """Reading, the derivative alone, and the whole derivation: the best of the rounds."""
    rounds = []
    for _ in range(ROUNDS):
        reading, (expression, name) = timed(lambda: family(size))
        whole = _derivation(expression, name)
        rounds.append((reading, _derivative(expression, name), whole))
        if whole > PATIENCE:
            break
    readings, derivatives, derivations = zip(*rounds, strict=True)
    return min(readings), min(derivatives), min(derivations)


def _derivation(expression: Inferred, name: str) -> float:
    forget()
    return timed(lambda: closed_form(expression, (name,)))[0]


def _derivative(expression: Inferred, name: str) -> float:
    forget()
    known = expression.declarations
    parts = lower_parts(expression.tree, known)
    root, by = parts[id(expression.tree)].node, variable(known[name])
    assert isinstance(by, Symbol)
    return timed(lambda: _simplified(root, by))[0]


def _simplified(root: Node, by: Symbol) -> Node:
    return simplify(derivative(root, by))
