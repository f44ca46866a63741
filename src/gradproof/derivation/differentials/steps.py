"""The steps of a derivation by differentials, from the expression as written to its derivative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from gradproof.core.declaration import OPEN_FACTS, Declaration
from gradproof.core.errors import GradproofError, UnsupportedError
from gradproof.derivation.closed_form import closed_form, direction_of, is_projected
from gradproof.derivation.differentials import words
from gradproof.derivation.differentials.ending import (
    coarse,
    differential_tree,
    map_end,
    matrix_end,
)
from gradproof.derivation.differentials.ending import upright as upright
from gradproof.derivation.differentials.naming import (
    is_wide,
    letter_for,
    suggestions,
    width,
    with_names,
)
from gradproof.derivation.differentials.pushing import Push, is_pending
from gradproof.derivation.differentials.setting import Setting
from gradproof.derivation.goal import Goal as Goal
from gradproof.derivation.goal import Worked as Worked
from gradproof.derivation.step import Step
from gradproof.notation.build import literal, times, transposed, zeros_tree
from gradproof.notation.infer import Inferred
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Name,
    Tree,
    walk,
    weight_of,
)

MOST_STEPS = 40
MOST_NAMES = 3
CALCULUS = frozenset({"differential", "derivative"})
# Longer expressions are not searched for parts that deserve a name.
MOST_NAMED_IN = 200
# A name must make the longest line shorter by a sixth.
SHORTER = 5 / 6


def worked(goal: Goal, *, single: bool = False) -> Worked:
    """The steps in the differential style; with `single`, every rule in a step of its own."""
    try:
        return _stepped(goal, single)
    except (GradproofError, NoMatrixForm, RecursionError):
        return Worked(tuple(coarse(goal)), is_coarse=True)


def _stepped(goal: Goal, single: bool) -> Worked:
    _check(goal.expression)
    first, statement, function = _function(goal, single)
    setting = _setting(goal)
    for name, tree in first.definitions.items():
        setting = setting.defined(name, tree)
    attempt = _last_order(goal, setting, statement, function, single)
    for _ in range(MOST_NAMES if weight_of(function) <= MOST_NAMED_IN else 0):
        if not is_wide(attempt.steps):
            break
        shorter = _with_a_name(goal, statement, function, single, attempt)
        if shorter is None:
            break
        attempt = shorter
    return Worked((*first.steps, *attempt.steps), attempt.setting.definitions)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The steps of the last order of differentiation, and the setting with its names."""

    setting: Setting
    steps: tuple[Step, ...]


def _with_a_name(
    goal: Goal, statement: Tree, function: Tree, single: bool, attempt: Attempt
) -> Attempt | None:
    """The steps with one more name for a part, the one that shortens them most."""
    setting = attempt.setting
    best: Attempt | None = None
    for part in suggestions(with_names(function, setting), attempt.steps, setting):
        letter = letter_for(part, setting, goal.expression.dimensions)
        if letter is None:
            continue
        defined = setting.defined(letter, part)
        try:
            tried = _last_order(goal, defined, statement, function, single)
        except (GradproofError, NoMatrixForm):  # in this name nothing can be written down
            continue
        if best is None or width(tried.steps) < width(best.steps):
            step = Step(f"name {letter}", Name(letter, shape=part.shape), part)
            best = Attempt(defined, (*_definitions(attempt.steps), step, *tried.steps))
    if best is None or width(best.steps) > SHORTER * width(attempt.steps):
        return None
    return best


def _definitions(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple([step for step in steps if isinstance(step.before, Name)])


def _last_order(
    goal: Goal, setting: Setting, statement: Tree, function: Tree, single: bool
) -> Attempt:
    """d of the function, pushed inwards, moved and read off."""
    steps = list(_pushed(function, setting, single))
    moving = steps[-1].after
    if goal.form != "linear map":
        end = matrix_end(goal, setting, statement, function, moving)
        return Attempt(setting, (*steps, *end))
    if _is_reordered(moving, goal.result):
        steps[-1] = replace(steps[-1], after=goal.result)
        return Attempt(setting, tuple(steps))
    return Attempt(setting, (*steps, *map_end(goal, setting, moving)))


def _is_reordered(one: Tree, other: Tree) -> bool:
    """Whether two equal trees have the same parts, in another order."""
    return _parts_counted(one) == _parts_counted(other)


def _parts_counted(tree: Tree) -> Counter[object]:
    return Counter(
        (type(part).__name__, part if isinstance(part, Name | Literal) else None)
        for part in walk(tree)
    )


def _check(expression: Inferred) -> None:
    """Raises for arrays of many axes, and where dx is a variable and no direction of x."""
    assert expression.tree.shape is not None
    if len(expression.tree.shape) > 2:
        raise UnsupportedError("an array of many axes is differentiated as a whole")
    if any(isinstance(p, Call) and p.function in CALCULUS for p in walk(expression.tree)):
        raise UnsupportedError("a derivative in the expression is differentiated as a whole")
    known = expression.declarations.keys() | expression.dimensions
    if any(f"d{name}" in known for name in known):
        raise UnsupportedError("the name of a direction is taken")


def _function(goal: Goal, single: bool) -> tuple[Worked, Tree, Tree]:
    """What is differentiated last: the expression, or its derivative, which is derived first."""
    expression = goal.expression
    tree = upright(expression.tree)
    if len(goal.wrt) == 1:
        return Worked(()), tree, tree
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
    return first, statement, gradient


def _projected(gradient: Tree, declared: Declaration) -> Tree:
    """(G + G′)/2 for a symmetric variable."""
    turned = transposed(gradient)
    if not is_projected(declared) or turned == gradient:
        return gradient
    both = Binary("+", gradient, turned, shape=gradient.shape)
    return times([literal(Fraction(1, 2)), both])


def _freed(goal: Goal) -> dict[str, Declaration]:
    """The variables as they vary, in every direction, without their equations."""
    known = goal.expression.declarations
    return {
        name: replace(d, facts=d.facts & OPEN_FACTS) if name in goal.wrt else d
        for name, d in known.items()
    }


def _setting(goal: Goal) -> Setting:
    expression, name = goal.expression, goal.wrt[-1]
    direction = direction_of(expression, expression.declarations[name])
    return Setting(name, direction, _freed(goal))


def _pushed(function: Tree, setting: Setting, single: bool) -> Iterator[Step]:
    """d pushed inwards until it stands before the variable alone."""
    current = differential_tree(function)
    if not setting.depends(function):
        yield Step(words.CONSTANTS, current, zeros_tree(function.shape or SCALAR))
        return
    if isinstance(function, Name):
        yield Step(words.VARIABLE, current, setting.differential(function))
        return
    pending = differential_tree(with_names(function, setting))
    for _ in range(MOST_STEPS):
        push = Push(setting, single)
        after = push.pushed(pending) or zeros_tree(function.shape or SCALAR)
        yield Step(_said(push.rules), current, after)
        current = pending = after
        if not is_pending(current):
            return
    raise UnsupportedError("too many steps")


def _said(rules: Mapping[str, bool]) -> str:
    """The rules of a step in words; linear ones only where there are no others."""
    telling = [name for name, linear in rules.items() if not linear]
    if telling:
        return "; ".join(telling)
    return next(iter(rules)) if len(rules) == 1 else words.LINEAR
