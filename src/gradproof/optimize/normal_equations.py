"""Normal equations and their solution as formulas, in the form of their linear system."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradproof.algebra.simplify import simplify
from gradproof.core.apply import apply
from gradproof.core.contract import contract, scale
from gradproof.core.dimension import ONE
from gradproof.core.dimension import times as size_product
from gradproof.core.node import Node, Operation, Sum
from gradproof.notation.build import call, eye_tree, shape_of, times, total
from gradproof.notation.raising.matrix import shape_for
from gradproof.notation.tree import Binary, Call, Name, Tree
from gradproof.notation.write_latex import latex
from gradproof.notation.write_text import text
from gradproof.notation.write_unicode import unicode
from gradproof.optimize.affine import AffineGradient
from gradproof.optimize.linear_system import BY_ITSELF, LinearSystem
from gradproof.optimize.row_by_row import row_equations, row_solution

STACKED = ("sum", "vec")  # forms whose solution is written with the columns of W stacked


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
    if system.form in BY_ITSELF:
        own = row_equations(found, system)
        return NormalEquations(times([own.matrix, own.unknown]), own.constant)
    right = found.tree(system.constant)
    right = stacked(right) if system.form == "vec" else right
    return NormalEquations(_left_side(found, system), right)


def stacked(tree: Tree) -> Tree:
    """vec(B)."""
    rows, columns = shape_of(tree)
    return call("vec", (tree,), (size_product(columns, rows), ONE))


def kronecker_tree(found: AffineGradient, system: LinearSystem) -> Tree:
    """K as the sum of its Kronecker products, each written by itself."""
    assert system.left is not None
    if system.form == "sum":
        P, Q = operator_trees(found, system).values()
        rows, columns = shape_of(P)[0], shape_of(Q)[0]
        return total([_kron(eye_tree(columns), P), _kron(Q, eye_tree(rows))])
    terms = system.left.terms if isinstance(system.left, Sum) else ((1, system.left),)
    return total([_without_identity(found.tree(scale(weight, term))) for weight, term in terms])


def _without_identity(tree: Tree) -> Tree:
    """(I ⊗ I) K is K."""
    match tree:
        case Binary("*", Call("kron", (Call("eye"), Call("eye"))), right):
            return right
        case Binary("*", left, right):
            return replace(tree, left=_without_identity(left), right=_without_identity(right))
        case _:
            return tree


def _kron(left: Tree, right: Tree) -> Tree:
    pairs = zip(shape_of(left), shape_of(right), strict=True)
    return call("kron", (left, right), tuple(size_product(*pair) for pair in pairs))


def operator_trees(found: AffineGradient, system: LinearSystem) -> dict[str, Tree]:
    """The operators around the unknown, by their places."""
    if system.form == "vec":
        return {"left": kronecker_tree(found, system)}
    parts = {"left": system.left, "right": system.right}
    return {name: found.tree(part) for name, part in parts.items() if part is not None}


def unknown(found: AffineGradient, system: LinearSystem) -> Tree:
    """w, or vec(W) where the solution is given with its columns stacked."""
    name = variable_tree(found)
    return stacked(name) if system.form in STACKED else name


def variable_tree(found: AffineGradient) -> Tree:
    """The variable itself."""
    return Name(found.variable.name, shape=shape_for(found.variable))


def _left_side(found: AffineGradient, system: LinearSystem) -> Tree:
    own = variable_tree(found)
    if system.form == "vec":
        return times([kronecker_tree(found, system), stacked(own)])
    if system.form == "sum":
        P, Q = operator_trees(found, system).values()
        return total([times([P, own]), times([own, Q])])
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
    if system.form in BY_ITSELF:
        return row_solution(found, system, inverse.name)
    if system.form not in STACKED:
        return found.tree(_solution(system, inverse))
    K = kronecker_tree(found, system)
    columns = stacked(found.tree(system.constant))
    return times([call(inverse.name, (K,), shape_of(K)), columns])


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
