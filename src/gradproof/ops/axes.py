"""The ways in which a function's axes follow from those of its arguments."""

from __future__ import annotations

from collections.abc import Hashable

from gradproof.core.node import Axes, Node

Arguments = tuple[Node, ...]
Parameters = tuple[Hashable, ...]


def same(arguments: Arguments, parameters: Parameters) -> Axes:
    """The axes of the first argument."""
    return arguments[0].axes


def widest(arguments: Arguments, parameters: Parameters) -> Axes:
    """The axes of the argument that has most: scalars broadcast."""
    return max((argument.axes for argument in arguments), key=len)


def scalar(arguments: Arguments, parameters: Parameters) -> Axes:
    """No axes."""
    return ()


def swapped(arguments: Arguments, parameters: Parameters) -> Axes:
    """n × m from m × n."""
    return arguments[0].axes[::-1]


def all_but_last(arguments: Arguments, parameters: Parameters) -> Axes:
    """The last axis is reduced."""
    return arguments[0].axes[:-1]


def last_doubled(arguments: Arguments, parameters: Parameters) -> Axes:
    """The last axis twice."""
    return (*arguments[0].axes, arguments[0].axes[-1])
