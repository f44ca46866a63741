"""Pairs of a forward and a backward function, as functions and gradients of one array.

    class Square:                            a class with static methods, as of PyTorch's Function
        forward(ctx, x), backward(ctx, dy)
    layer                                    an object, as networks written by hand have them
        layer.forward(x), layer.backward(dy)

A pair whose value is an array stands for ⟨u, forward(x)⟩ with random weights u: its gradient is
backward(u), so that the pair is right where the gradient is, for almost all u.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from gradproof.core.errors import DataError
from gradproof.numeric.arrays import as_array, point_of

Functions = tuple[Callable[[Any], Any], Callable[[Any], Any]]


class Context:
    """What forward leaves for backward: saved tensors, and attributes of any name."""

    saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep arrays for backward, which finds them as `saved_tensors`."""
        self.saved_tensors = tensors


@dataclass(frozen=True, slots=True)
class Pair:
    """forward(x), and backward(x, dy), the product of dy with the Jacobian at x."""

    forward: Callable[[Any], Any]
    backward: Callable[[Any, Any], Any]


def is_pair(f: object) -> bool:
    """Whether f has a forward and a backward function."""
    return all(callable(getattr(f, name, None)) for name in ("forward", "backward"))


def pair_of(f: Any) -> Pair:
    """The two functions of a class or an object that has them."""
    if not isinstance(f, type):
        return Pair(f.forward, lambda x, dy: _after(f.forward(x), f.backward(dy)))
    if any(base.__module__.partition(".")[0] == "torch" for base in f.__mro__):
        return Pair(f.apply, lambda x, dy: _by_autograd(f.apply, x, dy))  # type: ignore[attr-defined]
    return Pair(lambda x: f.forward(Context(), x), lambda x, dy: _by_context(f, x, dy))  # type: ignore[attr-defined]


def _after(_: Any, result: Any) -> Any:
    return result


def _by_context(f: Any, x: Any, dy: Any) -> Any:
    context = Context()
    f.forward(context, x)
    return f.backward(context, dy)


def _by_autograd(apply: Callable[[Any], Any], x: Any, dy: Any) -> Any:
    leaf = x.detach().clone().requires_grad_(True)
    apply(leaf).backward(dy)
    return leaf.grad


def functions_of(f: Any, x: Any, rng: Generator) -> Functions:
    """x ↦ ⟨u, forward(x)⟩ and its gradient as backward has it, for random weights u."""
    pair = pair_of(f)
    point = point_of(x)
    value = pair.forward(point.back(point.array.copy()))
    shape = as_array(value).shape
    weights = rng.uniform(0.5, 1.5, shape) * rng.choice((-1.0, 1.0), shape)
    dy = point_of(value, "forward's value").back(np.asarray(weights, as_array(value).dtype))
    return (
        lambda x: np.sum(as_array(pair.forward(x)).astype(float) * as_array(dy)),
        lambda x: _first(pair.backward(x, dy)),
    )


def _first(gradients: Any) -> Any:
    """The gradient by the first argument, where backward returns one for each."""
    if not isinstance(gradients, tuple | list):
        return gradients
    if not gradients or gradients[0] is None:
        raise DataError("backward returns no gradient", hint="It must return one by its input.")
    return gradients[0]
