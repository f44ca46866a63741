"""A program: its source, and a call that checks the arrays before it runs that source."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike, NDArray

from gradproof.core.declaration import Declaration
from gradproof.expression.arguments import checked
from gradproof.notation.tree import Tree
from gradproof.program.backends.numpy import NUMPY
from gradproof.program.backends.spelling import Backend
from gradproof.program.naming import identifier
from gradproof.program.source import parameters, source

Outputs = Mapping[str, Tree | Mapping[str, Tree]]


@dataclass(frozen=True, slots=True)
class Program:
    """Outputs worked out together from arrays, by source text that can be read and written.

    outputs: the fields of the result; a field with several parts has their names too.
    parameters: what is known of each argument, in order.
    """

    name: str
    source: str
    outputs: tuple[tuple[str, tuple[str, ...]], ...]
    parameters: Mapping[str, Declaration]
    function: Callable[..., Any] = field(repr=False, compare=False)
    result: Callable[..., Any] = field(repr=False, compare=False)

    def __call__(self, **arrays: ArrayLike) -> Any:
        """The outputs, as a named tuple; an output with several parts is a dictionary.

        Raises DataError for an argument that is missing, unknown, or not of its shape.
        """
        values = iter(self._values(checked(self.parameters, arrays)))
        fields = [
            {part: next(values) for part in parts} if parts else next(values)
            for _, parts in self.outputs
        ]
        return self.result(*fields)

    def _values(self, arguments: list[NDArray[Any]]) -> tuple[Any, ...]:
        values = self.function(*arguments)
        return values if sum(max(1, len(parts)) for _, parts in self.outputs) > 1 else (values,)

    def write(self, path: str | PathLike[str]) -> None:
        """Write the source to a file that needs nothing but the libraries it imports."""
        Path(path).write_text(self.source, encoding="utf-8")

    def __str__(self) -> str:
        return self.source


def compiled(
    name: str,
    outputs: Outputs,
    declarations: Mapping[str, Declaration],
    formulas: Mapping[str, str],
    backend: Backend = NUMPY,
) -> Program:
    """The program that works out the outputs.

    outputs: inferred trees; a mapping of trees, such as gradients by several variables,
    becomes one field.  formulas: texts for the docstring, by output, a part as `gradient_w`.
    """
    flat = _flattened(outputs)
    arguments = parameters(flat, declarations)
    text = source(backend, name, flat, declarations, formulas)
    namespace: dict[str, Any] = {}
    exec(compile(text, f"<{name} by gradproof>", "exec"), namespace)  # our own text only
    parts = tuple(
        (field_name, () if not isinstance(tree, Mapping) else tuple(tree))
        for field_name, tree in outputs.items()
    )
    named_tuple: Any = namedtuple  # its fields are known only now
    result = named_tuple("Result", [identifier(field_name) for field_name in outputs])
    function = namespace[identifier(name)]
    return Program(name, text, parts, arguments, function, result)


def _flattened(outputs: Outputs) -> dict[str, Tree]:
    flat: dict[str, Tree] = {}
    for name, tree in outputs.items():
        if isinstance(tree, Mapping):
            flat.update({f"{name}_{part}": value for part, value in tree.items()})
        else:
            flat[name] = tree
    return flat
