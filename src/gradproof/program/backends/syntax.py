"""The grammar of a language around the expressions of a program: files, functions, sizes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap

LONGEST_LINE = 88
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a language writes what is not an expression.

    title: the first lines of a file, of what it says.
    imports: the lines that a file starts with in order.
    function: a function of its name, arguments, what is said of it, statements and results.
    size: the size of one axis of an array.  sizes: all of them.  first_axis: its number.
    reserved: the words that cannot be names.
    """

    title: Callable[[str], str]
    imports: Callable[[Sequence[str]], str]
    function: Callable[[str, Sequence[str], Sequence[str], Sequence[str], Sequence[str]], str]
    size: str
    sizes: str
    first_axis: int = 0
    reserved: frozenset[str] = frozenset()


def indented(lines: Sequence[str]) -> list[str]:
    """The lines as a block."""
    return [f"{INDENT}{line}" if line else "" for line in lines]


def heading(start: str, arguments: Sequence[str], end: str) -> list[str]:
    """start(arguments)end, over several lines where one is too short."""
    line = f"{start}({', '.join(arguments)}){end}"
    if len(line) <= LONGEST_LINE:
        return [line]
    listed = wrap(", ".join(arguments), LONGEST_LINE - 2 * len(INDENT), break_long_words=False)
    return [f"{start}(", *(f"{2 * INDENT}{part}" for part in listed), f"){end}"]


def merged_imports(lines: Sequence[str]) -> list[str]:
    """The lines with `from m import a` and `from m import b` as one."""
    modules: dict[str, list[str]] = {}
    for line in lines:
        module, _, name = line.partition(" import ")
        modules.setdefault(module, []).extend([name] if name else [])
    return [
        f"{module} import {', '.join(sorted(set(names)))}" if names else module
        for module, names in modules.items()
    ]


def _python_title(text: str) -> str:
    return f'"""{_plain(text)}"""'


def _python_imports(lines: Sequence[str]) -> str:
    """Python's own modules first, then the others; in each, modules before their parts."""
    own = [line for line in merged_imports(lines) if line.split()[1] in sys.stdlib_module_names]
    others = [line for line in merged_imports(lines) if line not in own]
    groups = [sorted(group, key=_order) for group in (own, others) if group]
    return "\n\n".join("\n".join(group) for group in groups)


def _order(line: str) -> tuple[bool, str]:
    return line.startswith("from "), line.split()[1].casefold()


def _python_function(
    name: str,
    arguments: Sequence[str],
    said: Sequence[str],
    statements: Sequence[str],
    results: Sequence[str],
) -> str:
    first, *rest = map(_plain, said)
    body = [f'"""{first}', *rest, '"""', *statements, f"return {', '.join(results)}"]
    return "\n".join([*heading(f"def {name}", arguments, ":"), *indented(body)])


def _plain(text: str) -> str:
    """A line that can stand in a docstring whatever it contains."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


PYTHON = Syntax(
    title=_python_title,
    imports=_python_imports,
    function=_python_function,
    size="{array}.shape[{axis}]",
    sizes="{array}.shape",
)
