"""One factorisation for everything that needs the same matrix."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from gradproof.program.plan import Builder, Plan, Step
from gradproof.program.properties import definite

CONSUMERS = frozenset({"inverse", "solve", "det", "logdet"})
BY_CHOLESKY = MappingProxyType(
    {
        "inverse": "cholesky_inverse",
        "logdet": "cholesky_logdet",
        "solve": "cholesky_solve",
    }
)
BY_LU = MappingProxyType(
    {"inverse": "lu_inverse", "logdet": "lu_logdet", "det": "lu_det", "solve": "lu_solve"}
)
TRANSPOSED = MappingProxyType({"lu_solve": "lu_solve_transposed"})


class Use(NamedTuple):
    """A step that needs a matrix factorised, or its transpose."""

    place: int
    transposed: bool


def sharing_factorisations(builder: Builder, plan: Plan) -> Plan:
    """The same plan with a matrix that several steps have to factorise factorised once.

    Cholesky's for a matrix that is surely positive definite, LU for others.  Where one of the
    steps is the inverse and the others multiply by it, they use the inverse itself.
    """
    steps = list(plan.steps)
    for matrix, uses in _uses(plan).items():
        operations = {steps[use.place].operation for use in uses}
        if len(uses) < 2:
            continue
        if operations == {"inverse", "solve"}:
            _multiply_by_inverse(steps, uses)
        else:
            cholesky = "det" not in operations and definite(builder, matrix)
            steps.append(Step("cholesky" if cholesky else "lu", (matrix,), (), steps[matrix].axes))
            _read_factors(steps, uses, BY_CHOLESKY if cholesky else BY_LU)
    return Plan(tuple(steps), plan.outputs)


def _uses(plan: Plan) -> dict[int, list[Use]]:
    """The steps that factorise a matrix, by matrix."""
    found: dict[int, list[Use]] = {}
    for place in plan.needed():
        step = plan.steps[place]
        if step.operation not in CONSUMERS or step.parameters:
            continue
        matrix = step.operands[0]
        source = plan.steps[matrix]
        transposed = source.operation == "rearrange" and source.parameters == (1, 0)
        if transposed:
            (matrix,) = source.operands
        found.setdefault(matrix, []).append(Use(place, transposed))
    return found


def _multiply_by_inverse(steps: list[Step], uses: list[Use]) -> None:
    """A⁻¹B as a product, for A⁻¹ has to be worked out anyway."""
    inverse = next(use for use in uses if steps[use.place].operation == "inverse")
    for use in uses:
        step = steps[use.place]
        if step.operation == "inverse" and use.transposed != inverse.transposed:
            steps[use.place] = _turned(step, inverse.place)
        if step.operation != "solve":
            continue
        left = inverse.place
        if use.transposed != inverse.transposed:
            steps.append(_turned(steps[left], left))
            left = len(steps) - 1
        steps[use.place] = Step("matmul", (left, step.operands[1]), (), step.axes)


def _turned(matrix: Step, place: int) -> Step:
    return Step("rearrange", (place,), (1, 0), matrix.axes[::-1])


def _read_factors(steps: list[Step], uses: list[Use], words: Mapping[str, str]) -> None:
    """Every use read from the factorisation, which is the last step."""
    factors = len(steps) - 1
    for use in uses:
        step = steps[use.place]
        word = words[step.operation]
        if use.transposed and step.operation == "inverse":
            steps.append(Step(word, (factors,), (), step.axes))
            steps[use.place] = _turned(step, len(steps) - 1)
            continue
        if use.transposed:
            word = TRANSPOSED.get(word, word)
        steps[use.place] = Step(word, (factors, *step.operands[1:]), (), step.axes)
