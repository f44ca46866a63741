"""The source of a closed form: its equations, their stable solution, and the function `solve`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from gradproof.optimize import stable_solve
from gradproof.optimize.linear_system import Form
from gradproof.program.backends.brought import functions_of
from gradproof.program.compiled import Program

IMPORTS = "import warnings\n\nimport numpy as np"
BETWEEN = "\n\n\n"

# What `solve` does with the outputs of the equations; {} is the function of the residuals.
BODIES: Mapping[Form, tuple[str, ...]] = MappingProxyType(
    {
        "entrywise": ("return by_entries(left, constant, {minimiser})",),
        "left": ("return solved(left, constant, {residuals}, {minimiser})",),
        "right": ("return solved(right.T, constant.T, {residuals}, {minimiser}).T",),
        "both": (
            "half = by_general(left, constant)",
            "return by_general(right.T, half.T).T",
        ),
        "sum": ("return by_two_spectra(left, right, constant, {minimiser})",),
        "vec": (
            "columns = solved(left, constant.T.reshape(-1), None, {minimiser})",
            "return columns.reshape(constant.T.shape).T",
        ),
    }
)


def solver_source(
    title: str, form: Form, minimiser: bool, equations: Program, residuals: Program | None
) -> str:
    """A file that needs NumPy alone; `title` is its first line."""
    programs = [equations] if residuals is None else [equations, residuals]
    own = list(dict.fromkeys(part for program in programs for part in _functions(program)))
    solve = _solve(form, minimiser, equations, residuals)
    brought = functions_of(Path(stable_solve.__file__))
    first = [name for name in brought if re.search(rf"\b{name}\(", solve)]
    needed = {*first, *(need for name in first for need in brought[name].needs)}
    texts = [part.text for name, part in brought.items() if name in needed]
    return BETWEEN.join([f'"""{title}"""\n\n{IMPORTS}', *own, *texts, solve]) + "\n"


def _functions(program: Program) -> Sequence[str]:
    """The functions of a program's source, without its title and imports."""
    return program.source.strip().split(BETWEEN)[1:]


def _arguments(program: Program) -> list[str]:
    """The names of the arguments, as the source spells them."""
    found = re.search(rf"def {program.name}\(([^)]*)\)", program.source)
    assert found is not None
    return [name.strip() for name in found[1].split(",") if name.strip()]


def _solve(form: Form, minimiser: bool, equations: Program, residuals: Program | None) -> str:
    known = _arguments(equations)
    others = [] if residuals is None else _arguments(residuals)
    together = list(dict.fromkeys([*known, *others]))
    outputs = ", ".join(name for name, _ in equations.outputs)
    stacked = "None" if residuals is None else "lambda: stacked(residuals({}))"
    words = {
        "minimiser": str(minimiser),
        "residuals": stacked.format(", ".join(others)),
    }
    lines = [
        f"def solve({', '.join(together)}):",
        f'    """The {"minimiser" if minimiser else "zero of the gradient"}."""',
        f"    {outputs} = {equations.name}({', '.join(known)})",
        *(f"    {line.format(**words)}" for line in BODIES[form]),
    ]
    return "\n".join(lines)
