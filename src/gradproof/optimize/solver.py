"""A closed form as a function of arrays: one program for the equations, and a stable solution."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.core.declaration import Declaration
from gradproof.core.errors import DataError
from gradproof.expression.arguments import NUMERIC, fitted, named
from gradproof.expression.expression import Expression
from gradproof.notation.infer import infer
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import Name, Tree, walk
from gradproof.notation.write_text import text
from gradproof.notation.write_unicode import unicode
from gradproof.optimize import stable_solve
from gradproof.optimize.affine import DESCEND, AffineGradient
from gradproof.optimize.least_squares import Block
from gradproof.optimize.linear_system import Form, LinearSystem
from gradproof.optimize.normal_equations import operator_trees
from gradproof.optimize.solver_source import kind_of_factors, solver_source
from gradproof.program.compiled import Program, compiled

Array = NDArray[Any]
MOST_TOGETHER = 20_000  # entries of W that are solved for as one dense system


@dataclass(frozen=True, slots=True, eq=False)
class Solver:
    """The programs of the equations and of the residuals, and the variable that is solved for."""

    equations: Program
    residuals: Program | None
    form: Form
    kind: str
    variable: Declaration
    accepted: Mapping[str, Declaration]
    supposed: tuple[str, ...]

    def __call__(self, **arrays: ArrayLike) -> Array:
        """The solution.  Raises DataError for what is no data of the loss, or has no solution."""
        given = self._given(arrays)
        self._check_signs(arrays)
        self._check_size(given)
        parts = self._run(self.equations, given)._asdict()
        _check_finite(given, parts.values())
        residuals = None if self.residuals is None else partial(self._stacked, given)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                found = _solved(self.form, parts, residuals, self.kind)
            except ValueError as error:
                raise DataError(str(error)) from None
        for own in told:  # said of the line that called the solution
            warnings.warn(own.message, own.category, stacklevel=3)
        return found

    def source(self, title: str) -> str:
        """A program that does the same and needs NumPy alone."""
        return solver_source(title, self.form, self.kind, self.equations, self.residuals)

    def parameters(self) -> list[str]:
        """The arguments, each once."""
        programs = [self.equations] + ([] if self.residuals is None else [self.residuals])
        return list(dict.fromkeys(name for program in programs for name in program.parameters))

    def _given(self, arrays: Mapping[str, ArrayLike]) -> dict[str, ArrayLike]:
        """The arguments that are needed; other variables of the loss may be given too."""
        needed = self.parameters()
        if self.variable.name in arrays and self.variable.name not in needed:
            hint = f"The arguments are {', '.join(needed)}."
            raise DataError(f"{self.variable.name} is what is solved for", hint=hint)
        given = named(dict.fromkeys([*self.accepted, *needed]), arrays, partly=True)
        return named(needed, {name: own for name, own in given.items() if name in needed})

    def _check_signs(self, arrays: Mapping[str, ArrayLike]) -> None:
        """Warns where a number that cancels has another sign than the kind supposes."""
        for name, own in named([*self.accepted, *self.parameters()], arrays, partly=True).items():
            cancelled = name in self.supposed and name not in self.equations.parameters
            if cancelled and not (np.asarray(own) > 0).all():
                warnings.warn(
                    f"{name} is not positive: for these data it need not be a {self.kind}",
                    stacklevel=4,
                )

    def _check_size(self, given: Mapping[str, ArrayLike]) -> None:
        """Raises DataError where the dense matrix for all entries together is too large."""
        if self.form != "vec":
            return
        shapes = [np.shape(own) for own in given.values()]
        sizes = fitted([self.accepted[name] for name in given], shapes)
        count = prod(axis.size(sizes) for axis in self.variable.axes)
        if count > MOST_TOGETHER:
            raise DataError(
                f"{self.variable.name} has {count:,} entries: equations for all of them together "
                f"take {count**2 * 8 / 1e9:.0f} GB",
                hint=DESCEND,
            )

    def _run(self, program: Program, given: Mapping[str, ArrayLike]) -> Any:
        return program(**{name: given[name] for name in program.parameters})

    def _stacked(self, given: Mapping[str, ArrayLike]) -> tuple[Array, Array]:
        """A and c of the residuals, one block below the other."""
        assert self.residuals is not None
        return stable_solve.stacked(tuple(self._run(self.residuals, given)))


def _solved(
    form: Form,
    parts: Mapping[str, Array],
    residuals: Callable[[], tuple[Array, Array]] | None,
    kind: str,
) -> Array:
    constant = parts["constant"]
    found: Array
    match form:
        case "entrywise":
            found = stable_solve.by_entries(parts["left"], constant, kind)
        case "left":
            found = stable_solve.solved(parts["left"], constant, residuals, kind)
        case "right":
            found = stable_solve.solved(parts["right"].T, constant.T, residuals, kind).T
        case "both":
            definite = kind_of_factors(kind)
            half = stable_solve.by_general(parts["left"], constant, definite)
            found = stable_solve.by_general(parts["right"].T, half.T, definite).T
        case "sum":
            found = stable_solve.by_two_spectra(parts["left"], parts["right"], constant, kind)
        case "rows":
            found = stable_solve.by_rows(parts["left"], constant, kind)
        case "columns":
            found = stable_solve.by_rows(parts["left"], constant.T, kind).T
        case "vec":
            columns = stable_solve.solved(parts["left"], constant.T.reshape(-1), None, kind)
            found = columns.reshape(constant.T.shape).T
    return np.asarray(found)


def _check_finite(given: Mapping[str, ArrayLike], parts: Sequence[Array]) -> None:
    """Raises DataError, naming the array, where a number is missing or the equations overflow."""
    if all(np.isfinite(part).all() for part in parts):
        return
    for name, array in given.items():
        value = np.asarray(array)
        if value.dtype.kind in NUMERIC and not np.isfinite(value).all():
            count = int((~np.isfinite(value)).sum())
            noun = "entry that is no" if count == 1 else "entries that are no"
            raise DataError(
                f"{name} has {count} {noun} finite number",
                hint="Leave their rows out, or fill them in.",
            )
    raise DataError("the equations overflow for these data", hint="Scale the data first.")


def solver(
    loss: Expression,
    found: AffineGradient,
    system: LinearSystem,
    blocks: Sequence[Block],
    kind: str,
    supposed: tuple[str, ...],
) -> Solver:
    """The programs for a linear system, and for the residuals whose squares the loss adds up."""
    declared = loss.variables[found.variable.name]
    known = {name: own for name, own in loss.variables.items() if name != declared.name}
    if _sizes([declared]) - _sizes(known.values()):
        known[declared.name] = declared  # an array whose shape alone is looked at
    equations = {**operator_trees(found, system), "constant": found.tree(system.constant)}
    residuals = {
        f"{name}{place}": found.tree(node)
        for place, block in enumerate(blocks, 1)
        for name, node in (("A", block.matrix), ("c", block.target))
    }
    return Solver(
        _program("normal_equations", equations, known),
        _program("residuals", residuals, known) if residuals else None,
        system.form,
        kind,
        declared,
        known,
        supposed,
    )


def _program(name: str, formulas: Mapping[str, Tree], known: Mapping[str, Declaration]) -> Program:
    trees = {part: _read_back(tree, known) for part, tree in formulas.items()}
    used = _arguments(list(trees.values()), known)
    return compiled(name, trees, used, {part: unicode(tree) for part, tree in trees.items()})


def _arguments(
    trees: Sequence[Tree], known: Mapping[str, Declaration]
) -> Mapping[str, Declaration]:
    """The variables that occur, and those whose sizes alone are needed."""
    names = {part.name for tree in trees for part in walk(tree) if isinstance(part, Name)}
    found = [own for own in known.values() if own.name in names]
    sizes = names - known.keys()
    for own in known.values():
        if own not in found and (sizes - _sizes(found)) & _sizes([own]):
            found.append(own)
    return {name: own for name, own in known.items() if own in found}


def _sizes(declarations: Iterable[Declaration]) -> set[str]:
    return {size for own in declarations for axis in own.axes for size in axis.names()}


def _read_back(tree: Tree, known: Mapping[str, Declaration]) -> Tree:
    return infer(parse_text(text(tree)), known).tree
