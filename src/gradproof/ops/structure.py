"""Linear rearrangements that no contraction can say: fused axes, Toeplitz matrices, selection."""

from __future__ import annotations

from collections.abc import Hashable
from functools import reduce

from gradproof.core.apply import apply
from gradproof.core.dimension import ONE, Dimension, times
from gradproof.core.node import Apply, Axes, Node, Operation
from gradproof.ops import axes

Parameters = tuple[Hashable, ...]


def _merged_axes(arguments: tuple[Node, ...], parameters: Parameters) -> Axes:
    remaining, fused = list(arguments[0].axes), []
    for count in parameters:
        assert isinstance(count, int)
        fused.append(reduce(times, remaining[:count], ONE))
        del remaining[:count]
    return tuple(fused)


def _split_axes(arguments: tuple[Node, ...], parameters: Parameters) -> Axes:
    return tuple(part for parts in parameters for part in _parts(parts))


def _parts(parts: Hashable) -> tuple[Dimension, ...]:
    assert isinstance(parts, tuple)
    return parts


def _selector_axes(arguments: tuple[Node, ...], parameters: Parameters) -> Axes:
    bound = parameters[0]
    assert isinstance(bound, Dimension)
    return (*arguments[0].axes, bound)


def _merge_adjoint(node: Apply, place: int, adjoint: Node) -> Node:
    groups = _groups(node)
    leading = [(axis,) for axis in adjoint.axes[: len(adjoint.axes) - len(groups)]]
    return split(adjoint, (*leading, *groups))


def _split_adjoint(node: Apply, place: int, adjoint: Node) -> Node:
    counts = [len(_parts(parts)) for parts in node.parameters]
    return merge(adjoint, (*[1] * (len(adjoint.axes) - sum(counts)), *counts))


merge_op = Operation("merge", _merged_axes, adjoint=_merge_adjoint)
split_op = Operation("split", _split_axes, adjoint=_split_adjoint)


def merge(node: Node, counts: tuple[int, ...]) -> Node:
    """Fuse consecutive axes, `counts[k]` of them into axis k; the first of a group is slowest."""
    if all(count == 1 for count in counts):
        return node
    if (
        isinstance(node, Apply)
        and node.op is split_op
        and counts == tuple(len(_parts(parts)) for parts in node.parameters)
    ):
        return node.arguments[0]
    return apply(merge_op, (node,), counts)


def split(node: Node, parts: tuple[tuple[Dimension, ...], ...]) -> Node:
    """Undo `merge`: replace axis k by the axes parts[k], whose product it is."""
    if all(len(dimensions) == 1 for dimensions in parts):
        return node
    if isinstance(node, Apply) and node.op is merge_op:
        groups = _groups(node)
        if all(len(own) == 1 or own == group for own, group in zip(parts, groups, strict=True)):
            counts = [
                count
                for own, group in zip(parts, groups, strict=True)
                for count in ([len(group)] if len(own) == 1 else [1] * len(group))
            ]
            return merge(node.arguments[0], tuple(counts))
    return apply(split_op, (node,), parts)


def _groups(node: Apply) -> list[tuple[Dimension, ...]]:
    """The axes that each axis of a merged tensor was made of."""
    remaining, groups = list(node.arguments[0].axes), []
    for count in node.parameters:
        assert isinstance(count, int)
        groups.append(tuple(remaining[:count]))
        del remaining[:count]
    return groups


toeplitz: Operation = Operation(
    "toeplitz", axes.last_doubled, adjoint=lambda node, place, adjoint: apply(diagsums, (adjoint,))
)
diagsums: Operation = Operation(
    "diagsums",
    axes.all_but_last,
    adjoint=lambda node, place, adjoint: apply(toeplitz, (adjoint,)),
    transposition="invariant",
)
selector = Operation("selector", _selector_axes, constant=True)

STRUCTURE = (merge_op, split_op, toeplitz, diagsums, selector)
