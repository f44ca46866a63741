"""Functions that emitted programs bring along: read as text, for their library may be missing."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class Brought(NamedTuple):
    """A function: its source without types, the names in it, and the functions it needs."""

    text: str
    names: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()


def functions_in(name: str) -> Mapping[str, Brought]:
    """The functions of a file of this folder, by name, in order."""
    return functions_of(Path(__file__).with_name(f"{name}.py"))


@cache
def functions_of(path: Path) -> Mapping[str, Brought]:
    """The functions of a file, by name, in order."""
    text = path.read_text("utf-8")
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    names = {node.name for node in found}
    calls = {node.name: _names(node) & names - {node.name} for node in found}
    return MappingProxyType(
        {
            node.name: Brought(
                _without_types(text, node),
                frozenset(_names(node)),
                tuple(sorted(_closure(node.name, calls))),
            )
            for node in found
        }
    )


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _closure(name: str, calls: Mapping[str, set[str]]) -> set[str]:
    """The functions that a function needs, directly or not."""
    found: set[str] = set()
    pending = [name]
    while pending:
        new = calls[pending.pop()] - found
        found |= new
        pending.extend(new)
    return found


def _without_types(text: str, node: ast.FunctionDef) -> str:
    """The source of a function whose annotations are taken out."""
    lines = text.splitlines()
    gone: list[tuple[int, int, int]] = []
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        if argument.annotation:
            start = argument.col_offset + len(argument.arg)
            end = argument.annotation.end_col_offset or start
            gone.append((argument.lineno, start, end))
    if node.returns:
        start = node.returns.col_offset - len(" -> ")
        gone.append((node.returns.lineno, start, node.returns.end_col_offset or start))
    for line, start, end in sorted(gone, reverse=True):
        after = lines[line - 1][end:]
        if after.startswith(" = "):  # a default, without spaces where there is no type
            after = f"={after.removeprefix(' = ')}"
        lines[line - 1] = lines[line - 1][:start] + after
    return "\n".join(lines[node.lineno - 1 : node.end_lineno])
