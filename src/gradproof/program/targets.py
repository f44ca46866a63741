"""The targets: how each writes a program, loads what it wrote, and takes its arguments.

A target is an entry of `TARGETS`; what is compiled, listed in help and error messages, and
tested, walks this table.  The library of a target is imported when the target is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from gradproof.core.errors import UnsupportedError
from gradproof.program.arrays import JAX_ARRAYS, NUMPY_ARRAYS, PLAIN_ARRAYS, TORCH_ARRAYS, Arrays
from gradproof.program.backends.spelling import Backend
from gradproof.program.naming import identifier
from gradproof.program.source import source
from gradproof.program.task import Task

Function = Callable[..., Any]
# of a function, the values, which of them are free, the counts of indices: None where none is
Enter = Callable[[Function, Sequence[Any], Sequence[bool], Sequence[int | None]], Function | None]
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Target:
    """A language or library that programs are written for.

    title: its name for people.
    extra: the extra of gradproof that brings it, which has the name of the module it needs.
    write: the source text of a task; it stands alone.
    load: the function of a source text, of positional arrays in the order of the task's
    parameters; it returns a tuple, or for a single output that output.  None for a target
    that is text only.
    arrays: which arrays are its own, and how others become so.
    reusing: as load, of a function that may write its results where it wrote those before.
    differentiable: a program as a function that the library's automatic differentiation takes.
    enter: for a function that was loaded, a quick way in for arguments of certain shapes.
    """

    name: str
    title: str
    extra: str | None
    write: Callable[[Task], str]
    load: Callable[[str, Task], Function] | None = None
    arrays: Arrays = NUMPY_ARRAYS
    reusing: Callable[[str, Task], Function] | None = None
    differentiable: Callable[[Any], Function] | None = None
    enter: Enter | None = None

    def installed(self) -> bool:
        """Whether the library that the target needs is there; it is not imported."""
        return self.extra is None or find_spec(self.extra) is not None

    def require(self) -> None:
        """Raises UnsupportedError, saying what to install, unless the library is there."""
        if not self.installed():
            raise UnsupportedError(
                f"the backend {self.name!r} needs {self.title}, which is not installed",
                hint=f"Install it with: pip install 'gradproof[{self.extra}]'",
            )

    def function(self, text: str, task: Task) -> Function:
        """The function of a source text, ready to be called.

        Raises UnsupportedError for a target that is text only or whose library is missing.
        """
        if self.load is None:
            able = ", ".join(name for name, target in TARGETS.items() if target.load is not None)
            raise UnsupportedError(
                f"a program in {self.title} is text, and cannot be called from Python",
                hint=f"Write it to a file, or compile for one of {able}.",
            )
        self.require()
        return self.load(text, task)


def target_named(backend: str) -> Target:
    """The target of this name; for "auto" the fastest of those installed, numba or else numpy.

    Raises UnsupportedError where there is none.
    """
    if backend == AUTO:
        return TARGETS[fastest([name for name, target in TARGETS.items() if target.installed()])]
    if backend not in TARGETS:
        raise UnsupportedError(
            f"there is no backend {backend!r}", hint=f"The backends are {', '.join(backends())}."
        )
    return TARGETS[backend]


def backends() -> list[str]:
    """The names that a backend may be asked for by."""
    return [*TARGETS, AUTO]


def fastest(installed: Iterable[str]) -> str:
    """The target to choose where all is left to us.

    Fused loops are faster than array operations at every size, so numba wherever it is
    installed; it compiles for a second or two when a program is first called, and later takes
    what it compiled from its cache.

    >>> fastest(["numpy", "jax", "numba"]), fastest(["numpy", "jax"])
    ('numba', 'numpy')
    """
    return "numba" if "numba" in installed else "numpy"


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
        return source(table, task.name, task.outputs, task.declarations, task.formulas, task.sizes)

    return write


def _loops(task: Task) -> str:
    text: str = import_module("gradproof.program.kernels.source").write(task)
    return text


def _loops_in_c(task: Task) -> str:
    text: str = import_module("gradproof.program.kernels.c.source").write(task)
    return text


def _compiled_loops(text: str, task: Task) -> Function:
    function: Function = import_module("gradproof.program.kernels.load").load(text, task)
    return function


def _reusing_loops(text: str, task: Task) -> Function:
    function: Function = import_module("gradproof.program.kernels.load").load(
        text, task, reuse=True
    )
    return function


def _entered_loops(
    function: Function,
    values: Sequence[Any],
    free: Sequence[bool],
    counts: Sequence[int | None],
) -> Function | None:
    entry = getattr(function, "entry", None)
    return None if entry is None else entry(values, free, counts)


def _jitted(text: str, task: Task) -> Function:
    function: Function = import_module("jax").jit(python_function(text, task))
    return function


def _differentiable(backend: str) -> Callable[[Any], Function]:
    """The wrapper of a library, imported when it is used."""

    def wrapped(program: Any) -> Function:
        module = import_module(f"gradproof.program.backends.{backend}_autograd")
        function: Function = module.autograd_function(program)
        return function

    return wrapped


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        target.name: target
        for target in (
            Target("numpy", "NumPy", None, _arrays_by("numpy"), python_function),
            Target(
                "numba",
                "numba",
                "numba",
                _loops,
                _compiled_loops,
                PLAIN_ARRAYS,
                _reusing_loops,
                enter=_entered_loops,
            ),
            Target(
                "jax",
                "JAX",
                "jax",
                _arrays_by("jax"),
                _jitted,
                JAX_ARRAYS,
                differentiable=_differentiable("jax"),
            ),
            Target(
                "torch",
                "PyTorch",
                "torch",
                _arrays_by("torch"),
                python_function,
                TORCH_ARRAYS,
                differentiable=_differentiable("torch"),
            ),
            Target("julia", "Julia", None, _arrays_by("julia")),
            Target("c", "C", None, _loops_in_c),
        )
    }
)
