"""How a derivation ends: dX moved to one side, the derivative read off, and tidied up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradproof.algebra.simplify import simplify
from gradproof.core.declaration import Declaration
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.closed_form import direction_of, is_projected
from gradproof.derivation.differentials import words
from gradproof.derivation.differentials.moves import move_said, stands_alone
from gradproof.derivation.differentials.reading_off import (
    applied,
    coefficient_of,
    context_with,
    derivative_tree,
)
from gradproof.derivation.differentials.setting import Setting, shape_of_declared
from gradproof.derivation.goal import Goal
from gradproof.derivation.step import Step
from gradproof.notation.build import transposed
from gradproof.notation.lower import lower
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Call, Name, Tree, is_column, is_row, is_scalar, walk


def upright(tree: Tree) -> Tree:
    """A row as a column: derivatives of vectors are written for columns."""
    return transposed(tree) if is_row(tree) else tree


def differential_tree(tree: Tree) -> Tree:
    """d(tree)."""
    return Call("differential", (tree,), shape=tree.shape)


# ------------------------------------------------------------------------------------- the end
def matrix_end(
    goal: Goal, setting: Setting, statement: Tree, function: Tree, moving: Tree
) -> Iterator[Step]:
    """What stands around dX is moved, read off and tidied up."""
    factor = _factor(goal, setting, moving)
    direction = setting.direction
    moved = applied(factor, moving, direction)
    is_zero = not setting.is_moving(moving)
    if moved != moving and not is_zero and not stands_alone(moving, setting):
        yield Step(move_said(moving, moved, setting), moving, moved)
    projected = is_projected(goal.expression.declarations[goal.wrt[-1]])
    if projected and factor != goal.result and not is_zero:
        final = applied(goal.result, moving, direction)
        yield Step(words.projected(direction.name), moved, final)
        factor = goal.result
    declared = goal.expression.declarations[goal.wrt[-1]]
    by = _by(declared, statement, again=len(goal.wrt) > 1)
    if is_zero:
        factor = goal.result
    yield Step(_read_off_said(goal, function), derivative_tree(statement, by), factor)
    if factor != goal.result:
        yield Step(_tidied_said(factor, setting), factor, goal.result)


def _tidied_said(tree: Tree, setting: Setting) -> str:
    """What the last step does: names are replaced by what they stand for."""
    names = {part.name for part in walk(tree) if isinstance(part, Name)}
    used = [name for name in setting.definitions if name in names]
    return f"insert {' and '.join(used)}" if used else words.TIDY


def _factor(goal: Goal, setting: Setting, moving: Tree) -> Tree:
    """The coefficient of dX: the result itself where it is the same tensor."""
    if goal.form == "index":
        return goal.result
    node, context = coefficient_of(setting.spelled_out(moving), setting)
    known = setting.declarations
    if not setting.definitions and _node(goal.result, known) is node:
        return goal.result
    node, context = coefficient_of(moving, setting)
    tree = matrix_tree(node, context_with(goal.expression, context, setting))
    if is_row(tree) or tree.shape != goal.result.shape:
        raise UnsupportedError("the derivative is of another shape")
    return tree


def _node(tree: Tree, known: Mapping[str, Declaration]) -> object:
    return simplify(lower(tree, known))


def _by(declared: Declaration, statement: Tree, *, again: bool) -> Tree:
    """The variable as it stands in ∂F/∂x, and ∂²f/∂x∂x′."""
    by = Name(declared.name, shape=shape_of_declared(declared))
    return transposed(by) if again and is_column(by) and is_column(statement) else by


def _read_off_said(goal: Goal, function: Tree) -> str:
    if len(goal.wrt) == 2 and is_scalar(goal.expression.tree) and goal.wrt[0] == goal.wrt[1]:
        return "read off the Hessian"
    if is_scalar(function):
        is_vector = goal.expression.declarations[goal.wrt[-1]].axes
        return "read off the gradient" if is_vector else "read off the derivative"
    is_vector = goal.expression.declarations[goal.wrt[-1]].axes
    return "read off the Jacobian" if is_vector else "read off the derivative"


def map_end(goal: Goal, setting: Setting, moving: Tree) -> Iterator[Step]:
    """dF = …, as the result prints it."""
    if moving != goal.result:
        yield Step(_tidied_said(moving, setting), moving, goal.result)


# ------------------------------------------------------------------------------ the coarse way
def coarse(goal: Goal) -> Iterator[Step]:
    """The differential in one step."""
    expression = goal.expression
    tree = upright(expression.tree)
    declared = expression.declarations[goal.wrt[-1]]
    direction = direction_of(expression, declared)
    if len(goal.wrt) == 1 and direction.name == f"d{declared.name}":
        whole = differential_tree(tree)
        if goal.form == "linear map":
            yield Step(words.WHOLE, whole, goal.result)
            return
        yield Step(words.WHOLE, whole, applied(goal.result, tree, direction))
    statement = tree
    for name in goal.wrt:
        by = _by(expression.declarations[name], statement, again=len(goal.wrt) > 1)
        statement = derivative_tree(statement, by)
    yield Step("read off the derivative", statement, goal.result)
