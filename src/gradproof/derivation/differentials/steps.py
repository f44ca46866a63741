"""The steps of a derivation by differentials, from the expression as written to its derivative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from gradproof.algebra.simplify import simplify
from gradproof.core.declaration import OPEN_FACTS, Declaration
from gradproof.core.errors import GradproofError, UnsupportedError
from gradproof.derivation.closed_form import Form, closed_form, direction_of, is_projected
from gradproof.derivation.differentials import words
from gradproof.derivation.differentials.moves import move_said, stands_alone
from gradproof.derivation.differentials.pushing import Push
from gradproof.derivation.differentials.reading_off import (
    applied,
    coefficient_of,
    context_with,
    derivative_tree,
)
from gradproof.derivation.differentials.setting import Setting, shape_of_declared
from gradproof.derivation.step import Step
from gradproof.notation.build import literal, times, transposed, zeros_tree
from gradproof.notation.infer import Inferred
from gradproof.notation.lower import lower
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Name,
    Tree,
    is_column,
    is_row,
    is_scalar,
    walk,
)

MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be derived: the expression, by which variables, and what came out."""

    expression: Inferred
    wrt: tuple[str, ...]
    result: Tree
    form: Form


@dataclass(frozen=True, slots=True)
class Worked:
    """The steps, and what the names stand for that they introduce."""

    steps: tuple[Step, ...]
    definitions: Mapping[str, Tree] = field(default_factory=dict)
    is_coarse: bool = False


def worked(goal: Goal, *, single: bool = False) -> Worked:
    """The steps in the differential style; with `single`, every rule in a step of its own."""
    try:
        return _stepped(goal, single)
    except (GradproofError, NoMatrixForm):
        return Worked(tuple(_coarse(goal)), is_coarse=True)


def _stepped(goal: Goal, single: bool) -> Worked:
    _check(goal.expression)
    before, statement, function = _function(goal, single)
    setting = _setting(goal, function)
    steps = list(_pushed(function, setting, single))
    moving = steps[-1].after
    if goal.form == "linear map":
        end = _map_end(goal, moving)
    else:
        end = _matrix_end(goal, setting, statement, function, moving)
    return Worked((*before, *steps, *end))


def _check(expression: Inferred) -> None:
    """Raises for arrays of many axes, and where dx is a variable and no direction of x."""
    assert expression.tree.shape is not None
    if len(expression.tree.shape) > 2:
        raise UnsupportedError("an array of many axes is differentiated as a whole")
    known = expression.declarations.keys() | expression.dimensions
    if any(f"d{name}" in known for name in known):
        raise UnsupportedError("the name of a direction is taken")


def _function(goal: Goal, single: bool) -> tuple[tuple[Step, ...], Tree, Tree]:
    """What is differentiated last: the expression, or its derivative, which is derived first."""
    expression = goal.expression
    tree = upright(expression.tree)
    if len(goal.wrt) == 1:
        return (), tree, tree
    varied = Inferred(tree, _freed(goal), expression.dimensions)
    form = closed_form(varied, goal.wrt[:-1])
    if form.form != "matrix":
        raise UnsupportedError("the derivative is no matrix")
    first = worked(Goal(varied, goal.wrt[:-1], form.tree, form.form), single=single)
    statement, gradient = first.steps[-1].before, form.tree
    for name in goal.wrt[:-1]:
        projected = _projected(gradient, expression.declarations[name])
        if projected != gradient:
            statement = gradient = projected
    return first.steps, statement, gradient


def _projected(gradient: Tree, declared: Declaration) -> Tree:
    """(G + G′)/2 for a symmetric variable."""
    turned = transposed(gradient)
    if not is_projected(declared) or turned == gradient:
        return gradient
    both = Binary("+", gradient, turned, shape=gradient.shape)
    return times([literal(Fraction(1, 2)), both])


def upright(tree: Tree) -> Tree:
    """A row as a column: derivatives of vectors are written for columns."""
    return transposed(tree) if is_row(tree) else tree


def _freed(goal: Goal) -> dict[str, Declaration]:
    """The variables as they vary, in every direction, without their equations."""
    known = goal.expression.declarations
    return {
        name: replace(d, facts=d.facts & OPEN_FACTS) if name in goal.wrt else d
        for name, d in known.items()
    }


def _setting(goal: Goal, function: Tree) -> Setting:
    expression, name = goal.expression, goal.wrt[-1]
    direction = direction_of(expression, expression.declarations[name])
    return Setting(name, direction, _freed(goal))


def differential_tree(tree: Tree) -> Tree:
    """d(tree)."""
    return Call("differential", (tree,), shape=tree.shape)


def _pushed(function: Tree, setting: Setting, single: bool) -> Iterator[Step]:
    """d pushed inwards until it stands before the variable alone."""
    current = differential_tree(function)
    if not setting.depends(function):
        yield Step(words.CONSTANTS, current, zeros_tree(function.shape or SCALAR))
        return
    if isinstance(function, Name):
        yield Step(words.VARIABLE, current, setting.differential(function))
        return
    for _ in range(MOST_STEPS):
        push = Push(setting, single)
        after = push.pushed(current) or zeros_tree(function.shape or SCALAR)
        yield Step(_said(push.rules), current, after)
        current = after
        if not _is_pending(current):
            return
    raise UnsupportedError("too many steps")


def _is_pending(tree: Tree) -> bool:
    return any(isinstance(part, Call) and part.function == "differential" for part in walk(tree))


def _said(rules: Mapping[str, bool]) -> str:
    """The rules of a step in words; linear ones only where there are no others."""
    telling = [name for name, linear in rules.items() if not linear]
    if telling:
        return "; ".join(telling)
    return next(iter(rules)) if len(rules) == 1 else words.LINEAR


# ------------------------------------------------------------------------------------- the end
def _matrix_end(
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
        yield Step(words.PROJECTED, moved, final)
        factor = goal.result
    declared = goal.expression.declarations[goal.wrt[-1]]
    by = _by(declared, statement, again=len(goal.wrt) > 1)
    if is_zero:
        factor = goal.result
    yield Step(_read_off_said(goal, function), derivative_tree(statement, by), factor)
    if factor != goal.result:
        yield Step(words.TIDY, factor, goal.result)


def _factor(goal: Goal, setting: Setting, moving: Tree) -> Tree:
    """The coefficient of dX: the result itself where it is the same tensor."""
    if goal.form == "index":
        return goal.result
    node, context = coefficient_of(setting.spelled_out(moving), setting)
    known = setting.declarations
    if not setting.definitions and _node(goal.result, known) is node:
        return goal.result
    node, context = coefficient_of(moving, setting)
    tree = matrix_tree(node, context_with(goal.expression, context))
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


def _map_end(goal: Goal, moving: Tree) -> Iterator[Step]:
    """dF = …, as the result prints it."""
    if moving != goal.result:
        yield Step(words.TIDY, moving, goal.result)


# ------------------------------------------------------------------------------ the coarse way
def _coarse(goal: Goal) -> Iterator[Step]:
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
