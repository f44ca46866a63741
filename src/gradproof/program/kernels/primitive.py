"""A plan in the operations of loops: functions of rows taken apart into maps and reductions.

softmax(z) is exp(z − max z) over its sum; logsumexp shares the exponentials with it.  What
is left are maps entry by entry, sums, maxima, products, gathers and scatters, and calls on
whole arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from gradproof.core.dimension import ONE
from gradproof.program.plan import Axes, Plan, Step


@dataclass(slots=True)
class Rewriter:
    """The steps so far, equal ones once."""

    steps: list[Step] = field(default_factory=list)
    places: dict[Step, int] = field(default_factory=dict)

    def add(
        self,
        operation: str,
        operands: tuple[int, ...] = (),
        parameters: tuple[object, ...] = (),
        axes: Axes = (),
    ) -> int:
        """The place of this step, new or already there."""
        step = Step(operation, operands, parameters, axes)
        place = self.places.setdefault(step, len(self.steps))
        if place == len(self.steps):
            self.steps.append(step)
        return place


Expansion = Callable[[Rewriter, Step], int]


def primitive(plan: Plan) -> Plan:
    """The same outputs by maps, reductions, products and calls only, with no step unneeded."""
    rewriter = Rewriter()
    moved: dict[int, int] = {}
    for place in plan.needed():
        step = plan.steps[place]
        step = step._replace(operands=tuple(moved[operand] for operand in step.operands))
        expansion = EXPANSIONS.get(step.operation)
        if expansion is None or ("batch" in step.parameters and step.operation not in ROWWISE):
            moved[place] = rewriter.add(*step)
        else:
            moved[place] = expansion(rewriter, step)
    outputs = tuple((name, moved[place]) for name, place in plan.outputs)
    return Plan(tuple(rewriter.steps), outputs)


def _shifted(rewriter: Rewriter, step: Step) -> tuple[int, int, int, Axes]:
    """z, max z and exp(z − max z) along the last axis."""
    (rows,) = step.operands
    axes = rewriter.steps[rows].axes
    top = rewriter.add("max", (rows,), (len(axes) - 1,), axes[:-1])
    difference = rewriter.add("add", (rows, _spread(rewriter, top)), (1, -1), axes)
    return rows, top, rewriter.add("exp", (difference,), (), axes), axes


def _spread(rewriter: Rewriter, place: int) -> int:
    """A value for each row as a column, to go with every entry of the row."""
    axes = rewriter.steps[place].axes
    if not axes:
        return place
    order = (*range(len(axes)), None)
    return rewriter.add("rearrange", (place,), order, (*axes, ONE))


def _row_sum(rewriter: Rewriter, place: int) -> int:
    axes = rewriter.steps[place].axes
    return rewriter.add("sum", (place,), (len(axes) - 1,), axes[:-1])


def _softmax(rewriter: Rewriter, step: Step) -> int:
    _, _, exponentials, axes = _shifted(rewriter, step)
    total = _row_sum(rewriter, exponentials)
    one = rewriter.add("number", (), (Fraction(1),))
    share = rewriter.add("divide", (one, total), (), axes[:-1])
    return rewriter.add("multiply", (_spread(rewriter, share), exponentials), (), axes)


def _logsumexp(rewriter: Rewriter, step: Step) -> int:
    _, top, exponentials, axes = _shifted(rewriter, step)
    logarithm = rewriter.add("log", (_row_sum(rewriter, exponentials),), (), axes[:-1])
    return rewriter.add("add", (logarithm, top), (1, 1), axes[:-1])


def _log_softmax(rewriter: Rewriter, step: Step) -> int:
    rows = step.operands[0]
    total = _logsumexp(rewriter, step)
    return rewriter.add("add", (rows, _spread(rewriter, total)), (1, -1), step.axes)


def _trace(rewriter: Rewriter, step: Step) -> int:
    axes = rewriter.steps[step.operands[0]].axes
    entries = rewriter.add("diagonal", step.operands, (), axes[:1])
    return rewriter.add("sum", (entries,), (0,), ())


def _outer(rewriter: Rewriter, step: Step) -> int:
    left, right = step.operands
    column = rewriter.add("rearrange", (left,), (0, None), (step.axes[0], ONE))
    return rewriter.add("multiply", (column, right), (), step.axes)


def _gram(rewriter: Rewriter, step: Step) -> int:
    """X′X and X′ diag(w) X, or XX′ and X diag(w) X′, as products of two matrices."""
    matrix, *weights = step.operands
    rows = step.parameters[0] == 0
    axes = rewriter.steps[matrix].axes
    scaled = matrix
    if weights:
        weight = weights[0]
        if rows:
            weight = _spread(rewriter, weight)
        scaled = rewriter.add("multiply", (weight, matrix), (), axes)
    left, right = (matrix, scaled) if rows else (scaled, matrix)
    turned = rewriter.add("rearrange", (left if rows else right,), (1, 0), axes[::-1])
    operands = (turned, right) if rows else (left, turned)
    return rewriter.add("matmul", operands, (), step.axes)


def _norm(rewriter: Rewriter, step: Step) -> int:
    """The root of the sum of squares, checked for overflow; of rows, from scaled entries."""
    (entries,) = step.operands
    axes = rewriter.steps[entries].axes
    if "batch" in step.parameters:
        return _row_norms(rewriter, entries, axes, len(step.axes))
    names = "abcdefgh"[: len(axes)]
    squares = rewriter.add("einsum", (entries, entries), (f"{names},{names}->",), ())
    return rewriter.add("guarded_norm", (squares, entries), (), ())


def _row_norms(rewriter: Rewriter, entries: int, axes: Axes, kept: int) -> int:
    over = tuple(range(kept, len(axes)))
    sizes = rewriter.add("abs", (entries,), (), axes)
    top = rewriter.add("max", (sizes,), over, axes[:kept])
    scale = rewriter.add("scale_of", (top,), (), axes[:kept])
    spread = scale
    for _ in over:
        spread = _spread(rewriter, spread)
    scaled = rewriter.add("divide", (entries, spread), (), axes)
    squares = rewriter.add("multiply", (scaled, scaled), (), axes)
    total = rewriter.add("sum", (squares,), over, axes[:kept])
    root = rewriter.add("sqrt", (total,), (), axes[:kept])
    return rewriter.add("multiply", (scale, root), (), axes[:kept])


def _tensordot(rewriter: Rewriter, step: Step) -> int:
    """Summed over pairs of axes, as an einsum."""
    left, right = (rewriter.steps[operand].axes for operand in step.operands)
    over_left, over_right = step.parameters
    assert isinstance(over_left, tuple)
    assert isinstance(over_right, tuple)
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    first = [next(letters) for _ in left]
    second = [
        first[over_left[over_right.index(axis)]] if axis in over_right else next(letters)
        for axis in range(len(right))
    ]
    kept = [x for k, x in enumerate(first) if k not in over_left]
    kept += [x for k, x in enumerate(second) if k not in over_right]
    spec = f"{''.join(first)},{''.join(second)}->{''.join(kept)}"
    return rewriter.add("einsum", step.operands, (spec,), step.axes)


EXPANSIONS: Mapping[str, Expansion] = MappingProxyType(
    {
        "softmax": _softmax,
        "logsumexp": _logsumexp,
        "log_softmax": _log_softmax,
        "trace": _trace,
        "outer": _outer,
        "gram": _gram,
        "weighted_gram": _gram,
        "norm": _norm,
        "tensordot": _tensordot,
    }
)
ROWWISE = frozenset({"softmax", "logsumexp", "log_softmax", "norm"})
