"""A program as a function that JAX differentiates, with our gradient going backward."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gradproof.program.backends.gradient_places import arguments_of, places, refuse

if TYPE_CHECKING:
    from gradproof.program.compiled import Program


def autograd_function(program: Program) -> Callable[..., Any]:
    """The loss as a `jax.custom_vjp`, of arrays by name.

    The value and the gradients are worked out together on the way forward.

    Raises UnsupportedError for a value that is not a number; the function does so where the
    gradient by an array is asked for that the program was not compiled for.
    """
    jax = import_module("jax")
    here, function = places(program), program.function
    count = len(program.parameters)

    def value(*arguments: Any) -> Any:
        results = function(*arguments)
        return results[here.value]

    def forward(*arguments: Any) -> tuple[Any, tuple[Any, ...]]:
        for place, argument in enumerate(arguments):
            if argument.perturbed and place not in here.gradients:
                raise refuse(program, place)
        results = function(*(argument.value for argument in arguments))
        return results[here.value], tuple(results[place] for place in here.gradients.values())

    def backward(gradients: tuple[Any, ...], slope: Any) -> tuple[Any, ...]:
        if isinstance(slope, jax.custom_derivatives.SymbolicZero):
            return (None,) * count
        saved = dict(zip(here.gradients, gradients, strict=True))
        return tuple(slope * saved[place] if place in saved else None for place in range(count))

    loss = jax.custom_vjp(value)
    loss.defvjp(forward, backward, symbolic_zeros=True)

    def differentiable(**arrays: Any) -> Any:
        return loss(*arguments_of(program, arrays))

    return differentiable
