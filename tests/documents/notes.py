"""Small documents for the tests, made from published cases or written out."""

from __future__ import annotations

from typing import Any

KINDS = ("scalar", "vector", "matrix")


def markdown_of(case: dict[str, Any]) -> str:
    """A case as a note: its variables in a directive, its definitions and its claim as displays."""
    declared = [_declaration(variable) for variable in case["variables"].values()]
    declared += [
        f"{name}: rows({matrix})" for name, matrix in (case.get("latex_rows") or {}).items()
    ]
    lines = [f"<!-- gradproof: {'; '.join(declared)} -->"]
    lines += [f"Let ${name} = {size}$." for name, size in (case.get("fixed_dims") or {}).items()]
    lines += [f"$${definition['latex']}$$" for definition in case.get("where") or []]
    return "\n\n".join([*lines, f"$${case['claim_latex']}$$"])


def _declaration(variable: dict[str, Any]) -> str:
    axes = variable["shape"]
    sizes = f"({','.join(axes)})" if axes else ""
    return f"{variable['latex']}: {KINDS[len(axes)]}{sizes} {variable.get('constraint') or ''}"


def signs_of(case: dict[str, Any]) -> list[int]:
    """The columns of the = between the steps of a case, in the last line of its note."""
    columns, position = [], len("$$")
    for step in case["steps"][:-1]:
        position += len(step["latex"]) + len(" ")
        columns.append(position + 1)
        position += len("= ")
    return columns
