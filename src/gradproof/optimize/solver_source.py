"""The source of a closed form: its equations, their stable solution, and the function `solve`."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from gradproof.optimize import stable_solve
from gradproof.optimize.linear_system import Form
from gradproof.program.backends.brought import functions_of
from gradproof.program.compiled import Program

IMPORTS = ("import warnings", "import numpy as np")
BETWEEN = "\n\n\n"

# What `solve` does with the outputs of the equations; {} is the function of the residuals.
BODIES: Mapping[Form, tuple[str, ...]] = MappingProxyType(
    {
        "entrywise": ("return by_entries(left, constant, {kind})",),
        "left": ("return solved(left, constant, {residuals}, {kind})",),
        "right": ("return solved(right.T, constant.T, {residuals}, {kind}).T",),
        "both": (
            "half = by_general(left, constant, {definite})",
            "return by_general(right.T, half.T, {definite}).T",
        ),
        "sum": ("return by_two_spectra(left, right, constant, {kind})",),
        "rows": ("return by_rows(left, constant, {kind})",),
        "columns": ("return by_rows(left, constant.T, {kind}).T",),
        "vec": (
            "columns = solved(left, constant.T.reshape(-1), None, {kind})",
            "return columns.reshape(constant.T.shape).T",
        ),
    }
)


def solver_source(
    title: str, form: Form, kind: str, equations: Program, residuals: Program | None
) -> str:
    """A file that needs NumPy alone; `title` is its first line."""
    programs = [equations] if residuals is None else [equations, residuals]
    own = list(dict.fromkeys(part for program in programs for part in _functions(program)))
    solve = _solve(form, kind, equations, residuals)
    brought = functions_of(Path(stable_solve.__file__))
    first = [name for name in brought if re.search(rf"\b{name}\(", solve)]
    needed = {*first, *(need for name in first for need in brought[name].needs)}
    texts = [part.text for name, part in brought.items() if name in needed]
    top = f'"""{title}"""\n\n{_imports(programs)}'
    return BETWEEN.join([top, *own, *texts, solve]) + "\n"


def _imports(programs: Sequence[Program]) -> str:
    """Every import once, those of Python's own modules first."""
    found = {line for program in programs for line in program.source.splitlines()}
    lines = sorted({*IMPORTS, *(own for own in found if own.startswith(("import ", "from ")))})
    modules = {line: line.split()[1].split(".")[0] for line in lines}
    ours = [line for line in lines if modules[line] in sys.stdlib_module_names]
    others = [line for line in lines if line not in ours]
    return "\n\n".join(["\n".join(ours), "\n".join(others)])


def kind_of_factors(kind: str) -> str:
    """Of P W Q: both factors are semidefinite where the kind is known by the form."""
    return "" if kind == "stationary point" else kind


def _functions(program: Program) -> Sequence[str]:
    """The functions of a program's source, without its title and imports."""
    return program.source.strip().split(BETWEEN)[1:]


def _arguments(program: Program) -> list[str]:
    """The names of the arguments, as the source spells them."""
    found = re.search(rf"def {program.name}\(([^)]*)\)", program.source)
    assert found is not None
    return [name.strip() for name in found[1].split(",") if name.strip()]


def _solve(form: Form, kind: str, equations: Program, residuals: Program | None) -> str:
    known = _arguments(equations)
    others = [] if residuals is None else _arguments(residuals)
    together = list(dict.fromkeys([*known, *others]))
    outputs = ", ".join(name for name, _ in equations.outputs)
    stacked = "None" if residuals is None else "lambda: stacked(residuals({}))"
    words = {
        "kind": repr(kind),
        "definite": repr(kind_of_factors(kind)),
        "residuals": stacked.format(", ".join(others)),
    }
    lines = [
        f"def solve({', '.join(together)}):",
        f'    """The {kind or "zero of the gradient"}."""',
        f"    {outputs} = {equations.name}({', '.join(known)})",
        *(f"    {line.format(**words)}" for line in BODIES[form]),
    ]
    return "\n".join(lines)
