"""gradproof's programs: called in full, and with their arguments bound beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import gradproof as gp
from benchmarks.programs.peer import Builders, Call, Outputs
from benchmarks.programs.problem import Array, Cell, Data
from benchmarks.programs.threads import THREADS
from gradproof.program.compiled import Program

OUTPUTS = {"gradient": ("value", "gradient"), "hessian": ("hessian",), "hvp": ("hvp",)}


def program(cell: Cell, backend: str) -> Program:
    """The program that solves a cell."""
    stated = cell.statement
    several = cell.kind == "gradient" and len(stated.wrt) > 1
    return gp.compile(
        stated.text,
        wrt=stated.wrt if several else stated.wrt[0],
        declare=stated.declare,
        outputs=OUTPUTS[cell.kind],
        backend=backend,
    )


def named(cell: Cell, data: Data) -> dict[str, Array]:
    """The arguments of the program, by name; the direction of dw is dw."""
    arrays = data.variables | {
        name: array if array.shape else array.item() for name, array in data.constants.items()
    }
    if cell.kind == "hvp":
        arrays[f"d{cell.statement.wrt[0]}"] = data.direction
    return arrays


def builders(cell: Cell, data: Data, option: str) -> Builders:
    """The call in full, as `program(X=X, y=y, w=w)`, and of w alone with the rest bound.

    What reuses its results may be compared with what is written by hand, which does so too.
    """
    native, finished = LIBRARIES[option]()

    def called(bind: Callable[[Program, Data, dict[str, Any]], Callable[[], Any]]) -> Call:
        compiled = program(cell, option)
        arrays = {
            name: native(array) if np.shape(array) else array
            for name, array in named(cell, data).items()
            if name in compiled.parameters
        }
        run = bind(compiled, data, arrays)
        return Call(lambda: finished(run()), lambda result: outputs(cell, result))

    ways = {"": _full, "bound": _bound}
    if option in REUSING:
        ways["reusing"] = _reusing
    return {label: (lambda way=way: called(way)) for label, way in ways.items()}


def _full(compiled: Program, data: Data, arrays: dict[str, Any]) -> Callable[[], Any]:
    return lambda: compiled(**arrays)


def _bound(compiled: Program, data: Data, arrays: dict[str, Any]) -> Callable[[], Any]:
    return _partly(compiled, data, arrays, reuse=False)


def _reusing(compiled: Program, data: Data, arrays: dict[str, Any]) -> Callable[[], Any]:
    return _partly(compiled, data, arrays, reuse=True)


def _partly(
    compiled: Program, data: Data, arrays: dict[str, Any], *, reuse: bool
) -> Callable[[], Any]:
    """A call of the variables and the direction, with the constants bound."""
    constants = {name: arrays[name] for name in data.constants if name in arrays}
    others = {name: arrays[name] for name in compiled.parameters if name not in constants}
    function = compiled.bind(reuse=reuse, **constants)
    positional = tuple(others.values())
    return lambda: function(*positional)


def outputs(cell: Cell, result: Any) -> Outputs:
    """The arrays of a result: the value and the gradients, or the one that was asked for."""
    if cell.kind != "gradient":
        return [np.asarray(result[0])]
    value, gradient = result
    parts = gradient.values() if isinstance(gradient, dict) else [gradient]
    return [np.asarray(value), *map(np.asarray, parts)]


def _numpy() -> tuple[Callable[[Array], Any], Callable[[Any], Any]]:
    return np.asarray, lambda result: result


def _jax() -> tuple[Callable[[Array], Any], Callable[[Any], Any]]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    return jnp.asarray, jax.block_until_ready


def _torch() -> tuple[Callable[[Array], Any], Callable[[Any], Any]]:
    import torch

    torch.set_num_threads(THREADS)
    return lambda array: torch.from_numpy(np.array(array)), lambda result: result


# The targets whose programs can write a result where the one before lay.
REUSING = ("numba",)

# For each target, how arrays become its own and how a result is waited for.
LIBRARIES = {"numpy": _numpy, "numba": _numpy, "jax": _jax, "torch": _torch}
