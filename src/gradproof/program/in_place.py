"""Arrays that nothing else needs, and which a step may therefore overwrite."""

from __future__ import annotations

from collections import Counter

from gradproof.program.plan import Plan

UPDATES = frozenset({"add_at", "add_diagonal"})
FRESH = frozenset(
    {
        "add", "multiply", "divide", "negative", "power", "matmul", "outer", "gram",
        "weighted_gram", "tensordot", "softmax", "sigmoid", "exp", "tanh", "log", "sqrt",
        "scatter_add", "block_diagonal", "inverse", *UPDATES,
    }
)  # fmt: skip


def overwriting(plan: Plan) -> Plan:
    """The plan with updates marked "own" where the array that they change is theirs alone."""
    uses = Counter([operand for step in plan.steps for operand in step.operands])
    uses.update([place for _, place in plan.outputs])
    steps = tuple(
        [
            step._replace(parameters=(*step.parameters, "own"))
            if step.operation in UPDATES
            and uses[step.operands[0]] == 1
            and plan.steps[step.operands[0]].operation in FRESH
            else step
            for step in plan.steps
        ]
    )
    return Plan(steps, plan.outputs)
