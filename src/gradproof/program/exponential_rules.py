"""Sums of exponentials along the last axis, with positive weights or without, in logarithms.

Each rule takes a step and gives a stable equivalent, or None where the step is not of the form.
"""

from __future__ import annotations

from typing import NamedTuple

from gradproof.core.declaration import closure
from gradproof.core.dimension import ONE
from gradproof.program.forms import composed, opposite
from gradproof.program.parts import Ratio, factors, quotient
from gradproof.program.plan import Builder


class Weighted(NamedTuple):
    """Σ a exp z along the last axis of z; without weights a is None."""

    exponent: int
    weights: int | None = None


def log_of_sum(builder: Builder, place: int) -> int | None:
    """log Σ a exp z = logsumexp(z + log a), for positive a."""
    found = _summed(builder, builder.steps[place].operands[0])
    if found is None:
        return None
    return builder.add("logsumexp", (_raised(builder, found),), (), builder.steps[place].axes)


def share_of_exponentials(builder: Builder, place: int) -> int | None:
    """a exp z / Σ a exp z = softmax(z + log a), for positive a; other factors stay."""
    ratio = factors(builder, place, Ratio())
    for k, below in enumerate(ratio.below):
        found = _summed(builder, _bare(builder, below))
        if found is None:
            continue
        exponential = builder.add("exp", (found.exponent,), (), builder.steps[found.exponent].axes)
        if exponential not in ratio.above or len(builder.steps[below].axes) == 1:
            continue
        above = list(ratio.above)
        above.remove(exponential)
        rest = ratio.below[:k] + ratio.below[k + 1 :]
        if found.weights in above:
            above.remove(found.weights)
        elif found.weights is not None:
            rest = (*rest, found.weights)
        argument = _raised(builder, found)
        share = builder.add("softmax", (argument,), (), builder.steps[argument].axes)
        return quotient(builder, Ratio(ratio.sign, (share, *above), rest))
    return None


def share_within_a_product(builder: Builder, place: int) -> int | None:
    """The same where exp z is a factor with its axes moved, as in the gradient of a mixture."""
    step = builder.steps[place]
    if step.operation != "divide":
        return None
    above, below = step.operands
    rank = len(step.axes)
    divisor, kept = _behind(builder, below, _last(tuple(range(rank)), builder, below))
    found = _summed(builder, divisor)
    if found is None or not kept:
        return None
    positions = _last(tuple(range(rank)), builder, above)
    share = _with_share(builder, above, positions, Share(found, kept))
    if share is None or builder.steps[share].axes != step.axes:
        return None
    return share


class Share(NamedTuple):
    """Exponentials by their sum, and the axes of the quotient along which the sums run."""

    of: Weighted
    kept: tuple[int, ...]


def _last(positions: tuple[int, ...], builder: Builder, place: int) -> tuple[int, ...]:
    """The positions of the axes of an operand, which is broadcast from the right."""
    return positions[len(positions) - len(builder.steps[place].axes) :]


def _behind(
    builder: Builder, place: int, positions: tuple[int, ...]
) -> tuple[int, tuple[int, ...]]:
    """The step whose axes are rearranged, and where they are."""
    step = builder.steps[place]
    if step.operation != "rearrange":
        return place, positions
    inner = dict(zip(step.parameters, positions, strict=True))
    own = range(len(builder.steps[step.operands[0]].axes))
    return _behind(builder, step.operands[0], tuple(inner[axis] for axis in own))


def _with_share(
    builder: Builder, place: int, positions: tuple[int, ...], share: Share
) -> int | None:
    """The product with exp z in it divided by the sum; None where it is no factor."""
    step = builder.steps[place]
    exponential = builder.add(
        "exp", (share.of.exponent,), (), builder.steps[share.of.exponent].axes
    )
    if positions[:-1] == share.kept and exponential in (place, *step.operands):
        left = builder.add("divide", (place, _sums(builder, share.of, exponential)), (), step.axes)
        return share_of_exponentials(builder, left)
    if step.operation == "rearrange":
        inner, moved = _behind(builder, place, positions)
        found = _with_share(builder, inner, moved, share)
        if found is None or builder.steps[step.operands[0]].operation == "rearrange":
            return None
        return builder.add("rearrange", (found,), step.parameters, step.axes)
    if step.operation == "multiply":
        for k, operand in enumerate(step.operands):
            found = _with_share(builder, operand, _last(positions, builder, operand), share)
            if found is not None:
                both = (found, step.operands[1]) if k == 0 else (step.operands[0], found)
                return composed(builder, "multiply", both)
    return None


def _sums(builder: Builder, found: Weighted, exponential: int) -> int:
    """Σ a exp z, with an axis of length one for that which is summed."""
    axes = builder.steps[exponential].axes
    if found.weights is None:
        total = builder.add("sum", (exponential,), (len(axes) - 1,), axes[:-1])
    else:
        total = builder.add("matmul", (exponential, found.weights), (), axes[:-1])
    places = (*range(len(axes) - 1), None)
    return builder.add("rearrange", (total,), places, (*axes[:-1], ONE))


def _bare(builder: Builder, place: int) -> int:
    """Sums along the last axis without the axis of length one that stands for it."""
    step = builder.steps[place]
    if step.operation == "rearrange" and step.parameters == (*range(len(step.axes) - 1), None):
        return step.operands[0]
    return place


def _summed(builder: Builder, place: int) -> Weighted | None:
    """What is summed where the step is a sum of exponentials."""
    step = builder.steps[place]
    if step.operation == "sum":
        inner = builder.steps[step.operands[0]]
        if inner.operation == "exp" and step.parameters == (len(inner.axes) - 1,):
            return Weighted(inner.operands[0])
    if step.operation == "matmul":
        one, other = step.operands
        for exponential, weights in ((one, other), (other, one)):
            inner = builder.steps[exponential]
            last = exponential == one or not step.axes
            if inner.operation == "exp" and last and _is_positive(builder, weights):
                return Weighted(inner.operands[0], weights)
    return None


def _is_positive(builder: Builder, place: int) -> bool:
    """Whether the step is a vector that is surely positive, if not too small for its format."""
    step = builder.steps[place]
    if step.operation == "argument":
        facts = builder.declarations[str(step.parameters[0])].facts
        return "positive" in closure(facts) and len(step.axes) == 1
    return step.operation in ("exp", "softmax", "sigmoid") and len(step.axes) == 1


def _raised(builder: Builder, found: Weighted) -> int:
    """z + log a."""
    if found.weights is None:
        return found.exponent
    return composed(builder, "add", [found.exponent, _log(builder, found.weights)], (1, 1))


def _log(builder: Builder, place: int) -> int:
    step = builder.steps[place]
    match step.operation:
        case "exp":
            return step.operands[0]
        case "softmax":
            return builder.add("log_softmax", step.operands, step.parameters, step.axes)
        case "sigmoid":
            minus = opposite(builder, step.operands[0])
            return opposite(builder, composed(builder, "softplus", [minus]))
    return composed(builder, "log", [place])
