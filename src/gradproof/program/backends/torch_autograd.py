"""A program as a function that PyTorch differentiates, with our gradient going backward."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gradproof.program.backends.gradient_places import arguments_of, places, refuse

if TYPE_CHECKING:
    from gradproof.program.compiled import Program


def autograd_function(program: Program) -> Callable[..., Any]:
    """The loss as a `torch.autograd.Function`, applied to tensors by name.

    The value and the gradients are worked out together on the way forward.  What is asked to
    be differentiated twice takes the gradient again, through PyTorch's own derivatives.

    Raises UnsupportedError for a value that is not a number; the function does so where the
    gradient by a tensor is asked for that the program was not compiled for.
    """
    torch = import_module("torch")
    here, function = places(program), program.function
    count = len(program.parameters)

    def forward(*arguments: Any) -> tuple[Any, ...]:
        results = function(*arguments)
        return results[here.value], *(results[place] for place in here.gradients.values())

    def setup_context(context: Any, inputs: tuple[Any, ...], output: tuple[Any, ...]) -> None:
        for place, needed in enumerate(context.needs_input_grad):
            if needed and place not in here.gradients:
                raise refuse(program, place)
        context.mark_non_differentiable(*output[1:])
        context.save_for_backward(*inputs, *output[1:])

    def backward(context: Any, slope: Any, *_: Any) -> tuple[Any, ...]:
        inputs, gradients = context.saved_tensors[:count], context.saved_tensors[count:]
        if torch.is_grad_enabled():
            results = function(*inputs)
            gradients = tuple(results[place] for place in here.gradients.values())
        saved = dict(zip(here.gradients, gradients, strict=True))
        return tuple(
            slope * saved[place] if needed else None
            for place, needed in enumerate(context.needs_input_grad)
        )

    loss = _function_class(torch, program.name, forward, setup_context, backward)

    def differentiable(**arrays: Any) -> Any:
        return loss.apply(*arguments_of(program, arrays))[0]

    return differentiable


def _function_class(torch: Any, name: str, *methods: Callable[..., Any]) -> Any:
    """The class that PyTorch asks for, of its static methods."""
    own = {method.__name__: staticmethod(method) for method in methods}
    return type(name, (torch.autograd.Function,), {**own, "generate_vmap_rule": True})
