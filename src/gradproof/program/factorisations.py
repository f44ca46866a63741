"""One factorisation for everything that needs the same matrix."""

from __future__ import annotations

from gradproof.program.plan import Plan, Step


def reusing_inverses(plan: Plan) -> Plan:
    """The same plan with A⁻¹B as a product wherever A⁻¹ itself has to be worked out anyway."""
    needed = {plan.steps[place]: place for place in plan.needed()}
    steps = list(plan.steps)
    for place, step in enumerate(plan.steps):
        if step.operation != "solve":
            continue
        system = step.operands[0]
        inverse = needed.get(Step("inverse", (system,), (), plan.steps[system].axes))
        if inverse is not None:
            steps[place] = Step("matmul", (inverse, step.operands[1]), (), step.axes)
    return Plan(tuple(steps), plan.outputs)
