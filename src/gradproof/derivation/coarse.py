"""The coarse way: the derivative in one step, for what a style cannot take apart."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.derivation.differentials.ending import differential_tree, upright
from gradproof.derivation.differentials.reading_off import derivative_tree
from gradproof.derivation.differentials.setting import shape_of_declared
from gradproof.derivation.goal import Goal
from gradproof.derivation.step import Step
from gradproof.notation.build import transposed
from gradproof.notation.tree import Name, Tree, is_column

WHOLE = "derivative of the whole"


def in_one_step(goal: Goal) -> Iterator[Step]:
    """∂F/∂x, ∂²f/∂x∂x′, or the differential of ∂f/∂X where the result is a linear map."""
    is_map = goal.form == "linear map"
    statement: Tree = upright(goal.expression.tree)
    for place, name in enumerate(goal.wrt[:-1] if is_map else goal.wrt):
        by: Tree = Name(name, shape=shape_of_declared(goal.expression.declarations[name]))
        if place and is_column(by) and is_column(statement):
            by = transposed(by)
        statement = derivative_tree(statement, by)
    yield Step(WHOLE, differential_tree(statement) if is_map else statement, goal.result)
