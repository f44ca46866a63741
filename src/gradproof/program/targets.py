"""The targets: how each writes a program, loads what it wrote, and takes its arguments.

A target is an entry of `TARGETS`; what is compiled, listed in help and error messages, and
tested, walks this table.  The library of a target is imported when the target is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

import numpy as np

from gradproof.core.errors import UnsupportedError
from gradproof.program.backends.spelling import Backend
from gradproof.program.naming import identifier
from gradproof.program.source import source
from gradproof.program.task import Task

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Target:
    """A language or library that programs are written for.

    title: its name for people.
    extra: the extra of gradproof that brings it, which has the name of the module it needs.
    write: the source text of a task; it stands alone.
    load: the function of a source text, of positional arrays in the order of the task's
    parameters; it returns a tuple, or for a single output that output.  None for a target
    that is text only.
    arrays: an argument, a NumPy array of the right kind, as an array of the target.
    """

    name: str
    title: str
    extra: str | None
    write: Callable[[Task], str]
    load: Callable[[str, Task], Function] | None = None
    arrays: Callable[[Any], Any] = np.asarray

    def installed(self) -> bool:
        """Whether the library that the target needs is there; it is not imported."""
        return self.extra is None or find_spec(self.extra) is not None

    def function(self, text: str, task: Task) -> Function:
        """The function of a source text, ready to be called.

        Raises UnsupportedError for a target that is text only or whose library is missing.
        """
        if self.load is None:
            raise UnsupportedError(
                f"{self.title} is written, but cannot be called from here",
                hint=f"The targets that can be called are {', '.join(callable_targets())}.",
            )
        if not self.installed():
            raise UnsupportedError(
                f"{self.title} is not installed",
                hint=f"Install it with: pip install 'gradproof[{self.extra}]'",
            )
        return self.load(text, task)


def callable_targets() -> Iterator[str]:
    """The names of the targets whose programs can be called."""
    return (name for name, target in TARGETS.items() if target.load is not None)


def python_function(text: str, task: Task) -> Function:
    """The function that a Python source text defines."""
    namespace: dict[str, Any] = {}
    exec(compile(text, f"<{task.name} by gradproof>", "exec"), namespace)  # our own text only
    function: Function = namespace[identifier(task.name)]
    return function


def _arrays_by(backend: str) -> Callable[[Task], str]:
    """Writes array text with the table of spellings in `backends`, imported when it is used."""

    def write(task: Task) -> str:
        module = import_module(f"gradproof.program.backends.{backend}")
        table: Backend = getattr(module, backend.upper())
        return source(table, task.name, task.outputs, task.declarations, task.formulas)

    return write


def _jitted(text: str, task: Task) -> Function:
    function: Function = import_module("jax").jit(python_function(text, task))
    return function


def _jax_array(value: Any) -> Any:
    return import_module("jax.numpy").asarray(value)


def _tensor(value: Any) -> Any:
    return import_module("torch").as_tensor(value)


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        target.name: target
        for target in (
            Target("numpy", "NumPy", None, _arrays_by("numpy"), python_function),
            Target("jax", "JAX", "jax", _arrays_by("jax"), _jitted, _jax_array),
            Target("torch", "PyTorch", "torch", _arrays_by("torch"), python_function, _tensor),
            Target("julia", "Julia", None, _arrays_by("julia")),
        )
    }
)
