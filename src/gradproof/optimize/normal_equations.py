"""Normal equations and their solution as formulas, in the form of their linear system."""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.algebra.simplify import simplify
from gradproof.core.apply import apply
from gradproof.core.contract import contract, scale
from gradproof.core.dimension import ONE
from gradproof.core.dimension import times as size_product
from gradproof.core.node import Node, Operation, Sum
from gradproof.notation.build import call, shape_of, times, total
from gradproof.notation.raising.matrix import shape_for
from gradproof.notation.tree import Name, Tree
from gradproof.notation.write_latex import latex
from gradproof.notation.write_text import text
from gradproof.notation.write_unicode import unicode
from gradproof.optimize.affine import AffineGradient
from gradproof.optimize.linear_system import LinearSystem


@dataclass(frozen=True, slots=True)
class NormalEquations:
    """left = right, linear in the unknown.

    >>> import gradproof as gp
    >>> print(gp.solve("norm2(X*w - y)^2", wrt="w").normal_equations)
    XᵀXw = Xᵀy
    """

    left: Tree
    right: Tree

    @property
    def text(self) -> str:
        """Both sides in the input syntax."""
        return f"{text(self.left)} = {text(self.right)}"

    @property
    def latex(self) -> str:
        """Both sides in LaTeX."""
        return f"{latex(self.left)} = {latex(self.right)}"

    def __str__(self) -> str:
        return f"{unicode(self.left)} = {unicode(self.right)}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


def normal_equations(found: AffineGradient, system: LinearSystem) -> NormalEquations:
    """The equations that set the gradient to zero, without the factors common to both sides."""
    return NormalEquations(_left_side(found, system), constant_tree(found, system))


def constant_tree(found: AffineGradient, system: LinearSystem) -> Tree:
    """b, or the columns of B stacked."""
    tree = found.tree(system.constant)
    return stacked(tree) if system.form == "vec" else tree


def stacked(tree: Tree) -> Tree:
    """vec(B)."""
    rows, columns = shape_of(tree)
    return call("vec", (tree,), (size_product(columns, rows), ONE))


def kronecker_tree(found: AffineGradient, system: LinearSystem) -> Tree:
    """K as the sum of its Kronecker products, each written by itself."""
    assert system.left is not None
    if not isinstance(system.left, Sum):
        return found.tree(system.left)
    return total([found.tree(scale(weight, term)) for weight, term in system.left.terms])


def operator_trees(found: AffineGradient, system: LinearSystem) -> dict[str, Tree]:
    """The operators around the unknown, by their places."""
    if system.form == "vec":
        return {"left": kronecker_tree(found, system)}
    parts = {"left": system.left, "right": system.right}
    return {name: found.tree(part) for name, part in parts.items() if part is not None}


def unknown(found: AffineGradient, system: LinearSystem) -> Tree:
    """w, or vec(W) where the columns are stacked."""
    name = Name(found.variable.name, shape=shape_for(found.variable))
    return stacked(name) if system.form == "vec" else name


def _left_side(found: AffineGradient, system: LinearSystem) -> Tree:
    own = unknown(found, system)
    if system.form == "vec":
        return times([kronecker_tree(found, system), own])
    if system.form == "entrywise":
        assert system.left is not None
        letters = tuple(range(len(system.left.axes)))
        factors = [(system.left, letters, 1), (found.variable, letters, 1)]
        return found.tree(contract(1, factors, letters))
    before = [found.tree(system.left)] if system.left is not None else []
    after = [found.tree(system.right)] if system.right is not None else []
    return times([*before, own, *after])


def solution_tree(found: AffineGradient, system: LinearSystem, inverse: Operation) -> Tree:
    """The unknown by P⁻¹ and Q⁻¹, or by their pseudoinverses."""
    if system.form != "vec":
        return found.tree(_solution(system, inverse))
    K = kronecker_tree(found, system)
    return times([call(inverse.name, (K,), shape_of(K)), constant_tree(found, system)])


def _solution(system: LinearSystem, inverse: Operation) -> Node:
    letters = tuple(range(len(system.constant.axes)))
    if system.form == "entrywise":
        assert system.left is not None
        return simplify(
            contract(1, [(system.constant, letters, 1), (system.left, letters, -1)], letters)
        )
    factors = [(system.constant, (0, *letters[1:]), 1)]
    output = list(letters)
    if system.left is not None:
        factors.append((apply(inverse, (system.left,)), (10, 0), 1))
        output[0] = 10
    if system.right is not None:
        factors.append((apply(inverse, (system.right,)), (1, 11), 1))
        output[1] = 11
    return simplify(contract(1, factors, tuple(output)))
