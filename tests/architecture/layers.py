"""Reads the source tree of the package, without importing it, for the tests of its structure."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "gradproof"

# A folder imports only from folders that stand before it.
LAYERS = (
    "core",
    "ops",
    "numeric",
    "calculus",
    "algebra",
    "notation",
    "expression",
    "checking",
    "derivation",
    "documents",
    "program",
    "optimize",
    "embedding",
)
ABOVE = ("cli", "web")  # thin folders above them all, and the modules beside the folders
TOP = len(LAYERS)


def source_files() -> list[Path]:
    """Every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """`gradproof.core.node` for src/gradproof/core/node.py; a package's name for its __init__."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(source: str, module: str, is_package: bool = False) -> Iterator[str]:
    """The full names that `source`, the text of `module`, imports from, at any depth.

    `from a import b` counts as `a.b`, since b may be a module.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                parents = parts[: len(parts) - node.level + is_package]
                base = ".".join([*parents, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def layer(module: str) -> int:
    """The place of a module in the order: of its folder, or above all folders."""
    parts = module.split(".")
    is_folder = len(parts) > 1 and (PACKAGE / parts[1]).is_dir()
    if len(parts) > 2 or is_folder:
        return LAYERS.index(parts[1]) if parts[1] in LAYERS else TOP
    return TOP


def breaches(source: str, module: str, is_package: bool = False) -> list[str]:
    """The imports of `module` that point upwards in the order of the folders."""
    here = layer(module)
    return [
        f"{module} imports {name}"
        for name in imported_modules(source, module, is_package)
        if name.split(".")[0] == "gradproof" and layer(name) > here
    ]


def foreign_imports(source: str, module: str) -> set[str]:
    """The distributions, by import name, that are neither gradproof nor Python's own."""
    roots = {name.split(".")[0] for name in imported_modules(source, module)}
    return roots - {"gradproof"} - set(sys.stdlib_module_names)


def core_dependencies() -> set[str]:
    """The import names of what an installation without extras brings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [requirement.split(">=")[0] for requirement in project["dependencies"]]
    return {name.strip().replace("-", "_") for name in names}


def function_lengths(source: str) -> Iterator[tuple[str, int]]:
    """Each function with its number of lines, decorators not counted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
