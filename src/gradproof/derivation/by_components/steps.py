"""The steps of a derivation in components: ∂f/∂xₖ level by level, then back to matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from gradproof.algebra.simplify import simplify
from gradproof.core.declaration import OPEN_FACTS
from gradproof.core.dimension import Dimension
from gradproof.core.errors import GradproofError, UnsupportedError
from gradproof.derivation.by_components.collecting import collected
from gradproof.derivation.by_components.entries import Writer
from gradproof.derivation.by_components.indices import (
    FREE,
    VARIED,
    Letters,
    axes_of,
    closed,
    index,
    selected,
)
from gradproof.derivation.by_components.parts import Parts, parts_of
from gradproof.derivation.by_components.pushing import Pushing
from gradproof.derivation.by_components.terms import Term, collapsed, merged, relettered, tree_of
from gradproof.derivation.closed_form import Form, closed_form, direction_of, is_projected
from gradproof.derivation.coarse import in_one_step
from gradproof.derivation.differentials import words
from gradproof.derivation.differentials.setting import Setting, shape_of_declared
from gradproof.derivation.differentials.steps import Goal, Worked, upright
from gradproof.derivation.step import Step
from gradproof.notation.build import literal, shape_of, times, transposed
from gradproof.notation.infer import Inferred
from gradproof.notation.lower import lower
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Binary, Call, Name, Transpose, Tree, is_column, is_row

MOST_STEPS = 40
COMPONENTS = "in components"
COLLECTED = "collect the factors of equal derivatives"
COLLAPSED = "the sums over δ collapse"
READ = "in matrix notation"
PUT_IN = "the names put in"
AS_MAP = "as a linear map: every entry of ∂F/∂X times that of dX, added up"
BY_ENTRIES = "all entries together"
PROJECTED = "the variable is symmetric, so only the symmetric part counts"


@dataclass(frozen=True, slots=True)
class _Task:
    """∂F/∂x: the function as it is stated and as it is worked with, and what came out."""

    expression: Inferred
    stated: Tree
    variable: Name
    result: Tree
    form: Form
    projected: bool


def in_components(goal: Goal, *, single: bool = False) -> Worked:
    """The steps in index notation: a step is a level of the expression, `single` or not."""
    try:
        return _worked(goal, _freed(goal))
    except (NoMatrixForm, GradproofError):
        return Worked(tuple(in_one_step(goal)), is_coarse=True)


def _freed(goal: Goal) -> Inferred:
    known = {
        name: replace(d, facts=d.facts & OPEN_FACTS) if name in goal.wrt else d
        for name, d in goal.expression.declarations.items()
    }
    return Inferred(upright(goal.expression.tree), known, goal.expression.dimensions)


def _worked(goal: Goal, free: Inferred) -> Worked:
    if len(goal.wrt) > 2 or (len(goal.wrt) == 2 and goal.form == "index"):
        raise UnsupportedError("derivatives of this order have no steps in components")
    steps: tuple[Step, ...] = ()
    definitions: Mapping[str, Tree] = {}
    expression, stated = free, free.tree
    if len(goal.wrt) == 2:
        form = closed_form(free, goal.wrt[:1])
        first = _worked(Goal(free, goal.wrt[:1], form.tree, form.form), free)
        steps, definitions = first.steps, first.definitions
        stated = _last_statement(steps)
        expression = Inferred(form.tree, free.declarations, free.dimensions)
    name = goal.wrt[-1]
    by = Name(name, shape=shape_of_declared(free.declarations[name]))
    projected = is_projected(goal.expression.declarations[name])
    task = _Task(expression, stated, by, goal.result, goal.form, projected)
    more, names = _derived(task, _letters_in(steps), frozenset(definitions))
    return Worked((*steps, *more), {**definitions, **names})


def _letters_in(steps: tuple[Step, ...]) -> frozenset[str]:
    """Names of parts and indices of an earlier derivative, which mean what they meant there."""
    trees = [tree for step in steps for tree in (step.before, step.after)]
    return frozenset().union(*map(names_in, trees))


def _last_statement(steps: tuple[Step, ...]) -> Tree:
    """∂f/∂x, as it was stated last."""
    return next(
        step.before
        for step in reversed(steps)
        if isinstance(step.before, Call) and step.before.function == "derivative"
    )


# ------------------------------------------------------------------------------- one derivative
def _derived(
    task: _Task, taken: frozenset[str], named: frozenset[str]
) -> tuple[list[Step], Mapping[str, Tree]]:
    parts = parts_of(task.expression, task.variable.name, taken)
    letters = Letters(
        names_in(task.expression.tree)
        | names_in(task.stated)
        | parts.known.keys()
        | task.expression.dimensions
        | named
    )
    at = tuple([index(letters.fresh(FREE)) for _ in axes_of(shape_of(parts.function))])
    by = tuple([index(letters.fresh(VARIED)) for _ in axes_of(shape_of(task.variable))])
    varied = selected(task.variable, by)
    letters = letters.from_here()
    steps = [
        Step("name of a part", Name(name, shape=formula.shape), formula)
        for name, formula in parts.definitions.items()
    ]
    setting = _setting(task, parts)
    written = Writer(setting.depends, letters).entry(parts.function, at)
    statement = stated_derivative(_entry_of(task.stated, at), varied)
    start = stated_derivative(written, varied)
    if start != statement:
        steps.append(Step(COMPONENTS, statement, start))
    pushing = partial(Pushing, setting, by, letters)
    collect = partial(collected, parts=parts, letters=letters)
    steps += _pushed(start, Term(pending=written), pushing, collect, varied)
    whole = dict(zip([i.name for i in (*at, *by)], _axes(parts.function, task), strict=True))
    final = closed(steps[-1].after if steps else start, whole)
    steps += _ending(task, parts, final)
    return steps, parts.definitions


def _axes(function: Tree, task: _Task) -> list[Dimension]:
    return [*axes_of(shape_of(function)), *axes_of(shape_of(task.variable))]


def _entry_of(tree: Tree, at: tuple[Name, ...]) -> Tree:
    """The entry of a function; of a gradient ∂f/∂x it is ∂f/∂xᵢ."""
    if not at:
        return tree
    if isinstance(tree, Call) and tree.function == "derivative":
        return stated_derivative(tree.arguments[0], selected(tree.arguments[1], at))
    return selected(tree, at)


def stated_derivative(function: Tree, by: Tree) -> Call:
    """∂F/∂x, with the axes of F, then those of x."""
    rows, columns = axes_of(shape_of(function)), axes_of(shape_of(by))
    if not rows or not columns:
        shape = shape_of(function) if rows else shape_of(by)
    else:
        shape = (*rows, *columns)
    return Call("derivative", (function, by), shape=shape)


def _setting(task: _Task, parts: Parts) -> Setting:
    declared = task.expression.declarations[task.variable.name]
    direction = direction_of(task.expression, declared)
    return Setting(task.variable.name, direction, parts.known, parts.definitions)


def _pushed(
    start: Tree,
    term: Term,
    next_step: Callable[[], Pushing],
    collect: Callable[[list[Term]], list[Term]],
    varied: Tree,
) -> list[Step]:
    """∂ pushed inwards until it stands before nothing; then the δs are used up."""
    steps: list[Step] = []
    terms, current = [term], start
    taken = next_step().letters.lasting

    def tidied(found: list[Term]) -> list[Term]:
        return merged([relettered(part, taken) for part in found])

    for _ in range(MOST_STEPS):
        if all(part.pending is None for part in terms):
            break
        pushing = next_step()
        terms = tidied([inner for part in terms for inner in pushing.pushed(part)])
        after = tree_of(terms, varied)
        steps.append(Step(_said(pushing), current, after))
        current = after
        terms = tidied(collect(terms))
        after = tree_of(terms, varied)
        if after != current:
            steps.append(Step(COLLECTED, current, after))
            current = after
    else:
        raise UnsupportedError("too many steps")
    terms = tidied([collapsed(part) for part in terms])
    after = tree_of(terms, varied)
    if after != current:
        steps.append(Step(COLLAPSED, current, after))
    return steps


def _said(pushing: Pushing) -> str:
    """The rules of a step in words; linear ones only where there are no others."""
    telling = [name for name, linear in pushing.rules.items() if not linear]
    plain = list(pushing.rules) if len(pushing.rules) == 1 else [words.LINEAR]
    said = "; ".join(telling or plain) if pushing.rules else ""
    said = said.replace("differential", "derivative")
    delta = "∂xⱼ/∂xₖ is δ" if pushing.reaches else ""
    return "; ".join(part for part in (said, delta) if part)


# -------------------------------------------------------------------------------------- the end
def _ending(task: _Task, parts: Parts, final: Tree) -> Iterator[Step]:
    """The components read as a matrix, and the names put in."""
    if task.form == "linear map":
        moved = Call("differential", (task.stated,), shape=task.stated.shape)
        yield Step(AS_MAP, moved, task.result)
        return
    if task.form == "index":
        yield Step(BY_ENTRIES, final, task.result)
        return
    statement = stated_derivative(task.stated, _by(task))
    read = _read(parts, final, task)
    if task.projected and read != task.result:
        turned = Transpose(read, shape=read.shape)
        both = Binary("+", read, turned, shape=read.shape)
        read = times([literal(Fraction(1, 2)), both])
        yield Step(f"{READ}; {PROJECTED}", statement, read)
        yield Step(words.TIDY, read, task.result)
        return
    yield Step(READ, statement, read)
    if read != task.result:
        put_in = names_in(read) & parts.definitions.keys()
        yield Step(PUT_IN if put_in else words.TIDY, read, task.result)


def _by(task: _Task) -> Tree:
    """x, or x′ where a column is differentiated by a column once more."""
    second = isinstance(task.stated, Call) and task.stated.function == "derivative"
    columns = is_column(task.variable) and is_column(task.stated)
    return transposed(task.variable) if second and columns else task.variable


def _read(parts: Parts, final: Tree, task: _Task) -> Tree:
    """The formula with these components, in the names of the parts."""
    try:
        node = simplify(lower(final, parts.known))
        tree = matrix_tree(node, parts.context)
    except (NoMatrixForm, GradproofError):
        return task.result
    if not parts.definitions and node is simplify(lower(task.result, parts.known)):
        return task.result
    return transposed(tree) if is_row(tree) else tree
