"""The text of the functions that programs bring along, cut out of the files of this package."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from symtable import SymbolTable, symtable
from types import MappingProxyType

HEADER = """\
import math
from contextlib import contextmanager
from ctypes import CDLL
from functools import cache, wraps
from importlib import import_module
from queue import SimpleQueue
from threading import Lock, Thread

import numpy as np
from llvmlite import ir
from llvmlite.binding import add_symbol
from numba import config, njit, objmode, types
from numba.core import cgutils, errors
from numba.extending import get_cython_function_address, intrinsic
from numba.np.arrayobj import make_array
from numba.np.linalg import F_INT_nbtype, ensure_lapack
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
    "small",
    "cholesky",
    "lu",
    "solving",
    "threads",
    "parallel",
)
FOR_LINTERS = re.compile(r"  # (noqa|fmt).*$")


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

    >>> "def row_sum(x):" in runtime_text(["row_sum"]).splitlines()
    True
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


def _definitions() -> Iterator[tuple[str, str]]:
    """Each function, class and constant of the files: its name and text."""
    for file in FILES:
        source = Path(__file__).with_name(f"{file}.py").read_text("utf-8")
        lines = source.splitlines()
        for statement in ast.parse(source).body:
            for name in _bound(statement):
                own = lines[_first_line(statement, lines) - 1 : statement.end_lineno]
                yield name, "\n".join(FOR_LINTERS.sub("", line) for line in own)


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    return []


def _first_line(statement: ast.stmt, lines: list[str]) -> int:
    """Of the decorators, and of the comment above it all."""
    first = statement.lineno
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        first = min([first, *(own.lineno for own in statement.decorator_list)])
    while lines[first - 2].startswith("# "):
        first -= 1
    return first


def _names_read(table: SymbolTable) -> Iterator[str]:
    """The names that a text does not bind itself."""
    at_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (at_top or symbol.is_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _names_read(inner)


def _runtime() -> Mapping[str, RuntimeFunction]:
    texts = dict(_definitions())
    return MappingProxyType(
        {
            name: RuntimeFunction(
                name,
                text,
                tuple(
                    read
                    for read in dict.fromkeys(_names_read(symtable(text, name, "exec")))
                    if read in texts and read != name
                ),
            )
            for name, text in texts.items()
        }
    )


RUNTIME = _runtime()
HEADER_NAMES = frozenset(
    alias.asname or alias.name
    for statement in ast.parse(HEADER).body
    if isinstance(statement, ast.Import | ast.ImportFrom)
    for alias in statement.names
)
