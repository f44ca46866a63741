"""The text of the functions that programs bring along, cut out of the files of this package."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

HEADER = """\
import math
from contextlib import contextmanager
from ctypes import CDLL
from queue import SimpleQueue
from threading import Lock, Thread

import numpy as np
from llvmlite import ir
from llvmlite.binding import add_symbol
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import get_cython_function_address, intrinsic
from numba.np.arrayobj import make_array
from numba.np.linalg import F_INT_nbtype
"""

FILES = (
    "lane",
    "extremes",
    "exponential",
    "logarithm",
    "trigonometric",
    "rows",
    "norms",
    "stable",
    "blas",
    "products",
    "cholesky",
    "lu",
    "solving",
    "threads",
    "parallel",
)


@dataclass(frozen=True)
class RuntimeFunction:
    """A function, class or constant that programs bring along.

    needs: the names of others that its text uses.
    """

    name: str
    text: str
    needs: tuple[str, ...]


def runtime_text(names: Iterable[str]) -> str:
    """The text of these functions and of all that they need, each after what it needs.

    names: keys of `RUNTIME`.  It stands below the imports of `HEADER`.

    Raises KeyError where a name is not known.

    >>> print(runtime_text(["row_sum"]).splitlines()[-5])
    def row_sum(x):
    """
    found: dict[str, RuntimeFunction] = {}
    for name in names:
        _collect(name, found)
    return "\n\n\n".join(function.text for function in found.values())


def _collect(name: str, found: dict[str, RuntimeFunction]) -> None:
    """Put a function behind all that it needs."""
    if name in found:
        return
    function = RUNTIME[name]
    for needed in function.needs:
        _collect(needed, found)
    found[name] = function


def _definitions() -> Iterator[tuple[str, str, ast.stmt]]:
    """Each function, class and constant of the files: its name, text and syntax."""
    for file in FILES:
        source = Path(__file__).with_name(f"{file}.py").read_text("utf-8")
        lines = source.splitlines()
        for statement in ast.parse(source).body:
            for name in _bound(statement):
                yield (
                    name,
                    "\n".join(lines[_first_line(statement) - 1 : statement.end_lineno]),
                    statement,
                )


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _first_line(statement: ast.stmt) -> int:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return min([statement.lineno, *(own.lineno for own in statement.decorator_list)])
    return statement.lineno


def _names_read(statement: ast.stmt) -> list[str]:
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]


def _runtime() -> Mapping[str, RuntimeFunction]:
    definitions = {name: (text, statement) for name, text, statement in _definitions()}
    return MappingProxyType(
        {
            name: RuntimeFunction(
                name,
                text,
                tuple(
                    read
                    for read in dict.fromkeys(_names_read(statement))
                    if read in definitions and read != name
                ),
            )
            for name, (text, statement) in definitions.items()
        }
    )


RUNTIME = _runtime()
HEADER_NAMES = frozenset(
    alias.name
    for statement in ast.parse(HEADER).body
    if isinstance(statement, ast.Import | ast.ImportFrom)
    for alias in statement.names
) | {"np"}
