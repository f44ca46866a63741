"""The zero of an affine gradient with all that is known: a formula, and a function of data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike, NDArray

from gradproof.checking.verdict import Verdict
from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.derivation.step import Step
from gradproof.expression.expression import Expression
from gradproof.notation.tree import Tree
from gradproof.notation.write_latex import latex
from gradproof.notation.write_unicode import unicode
from gradproof.optimize.affine import AffineGradient
from gradproof.optimize.kind_of_point import Kind
from gradproof.optimize.least_squares import residual_blocks
from gradproof.optimize.linear_system import LinearSystem
from gradproof.optimize.normal_equations import NormalEquations

if TYPE_CHECKING:
    from gradproof.optimize.solver import Solver


@dataclass(frozen=True, eq=False)
class Solution:
    """The zero of an affine gradient as a formula, and as a function of the data.

    >>> import gradproof as gp
    >>> w = gp.solve("norm2(X*w - y)^2", wrt="w")
    >>> w.kind, w.text
    ('minimiser', "inv(X'*X)*X'*y")
    >>> w(X=[[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]], y=[1.0, 1.0, 5.0])
    array([1. , 0.5])

    loss              what was to be minimised
    wrt               the variable that was solved for
    expression        the solution; of its columns stacked where `unknown` is vec(W)
    normal_equations  what was solved
    kind              minimiser, maximiser, saddle point, or a stationary point of unknown sign
    reason            why it is of that kind
    conditions        under which the formula holds and is of that kind
    is_unique         False where the formula is the solution of least norm among many
    supposed          the variables that are positive where it is of that kind
    verification      the slopes of the loss at the solution, at random data
    """

    loss: Expression
    wrt: str
    expression: Expression
    normal_equations: NormalEquations
    unknown: Tree
    kind: Kind
    reason: str
    conditions: tuple[str, ...]
    is_unique: bool
    verification: Verdict
    steps: tuple[Step, ...]
    system: LinearSystem
    gradient: AffineGradient
    supposed: tuple[str, ...]

    @property
    def text(self) -> str:
        """The solution in the input syntax."""
        return self.expression.text

    @property
    def latex(self) -> str:
        """The solution in LaTeX."""
        return self.expression.latex

    @property
    def mathml(self) -> str:
        """The solution in presentation MathML."""
        return self.expression.mathml

    @property
    def shape(self) -> tuple[Dimension, ...]:
        """The axes of the solution."""
        return self.expression.shape

    @property
    def variables(self) -> Mapping[str, Declaration]:
        """What is known of each variable of the solution."""
        return self.expression.variables

    @property
    def source(self) -> str:
        """A NumPy program that finds the solution from data, of text that needs nothing else."""
        return self._solver.source(f"{self}, in NumPy; written by gradproof.")

    def __call__(self, **arrays: ArrayLike) -> NDArray[Any]:
        """The solution from data, of the shape of the variable.

        By Cholesky's factorisation where the matrix is positive definite and well conditioned, by
        least squares where the loss is a sum of squares, by eigenvalues otherwise.  Where the rank
        is short it warns (numpy.exceptions.RankWarning) and gives the solution of least norm.
        Where no data have the size of the variable, an array of its shape is given too.

        Raises DataError for arrays that are missing, of other shapes, or not finite, and where
        the equations have no solution.
        """
        return self._solver(**arrays)

    @cached_property
    def _solver(self) -> Solver:
        from gradproof.optimize.solver import solver

        blocks = residual_blocks(self.loss, self.gradient.variable, self.system)
        return solver(self.loss, self.gradient, self.system, blocks, self.kind, self.supposed)

    def to_dict(self) -> dict[str, Any]:
        """The solution as JSON data, with its normal equations, conditions and verdict."""
        from gradproof.optimize.writing import solution_data

        return solution_data(self)

    def __str__(self) -> str:
        return f"{unicode(self.unknown)} = {self.expression}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {latex(self.unknown)} = {self.latex}$"
