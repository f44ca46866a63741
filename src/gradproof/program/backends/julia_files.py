"""Files in Julia: their grammar, and the functions that programs bring along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from gradproof.program.backends.brought import Brought
from gradproof.program.backends.syntax import Syntax, heading, indented, merged_imports

KEYWORDS = (
    "begin", "const", "do", "end", "export", "false", "function", "global", "let", "local", "macro",
    "module", "quote", "struct", "true", "using",
)  # fmt: skip

BASE = (
    "abs", "copy", "dropdims", "eachslice", "eltype", "exp", "inv", "kron", "log", "map", "max",
    "ones", "permutedims", "pi", "prod", "reshape", "sign", "size", "sqrt", "stack", "sum", "vec",
    "zeros",
)  # fmt: skip


def functions() -> dict[str, Brought]:
    """The functions of the Julia file, which a program brings along."""
    text = Path(__file__).with_name("julia_functions.jl").read_text("utf-8")
    found = {}
    for block in re.split(r"\n\n(?=\S)", text.strip()):
        start = re.search(r"^(?:function )?(\w+!?)\(", block, re.MULTILINE)
        assert start is not None
        found[start[1]] = block
    words = {name: frozenset(re.findall(r"\w+!?", block)) for name, block in found.items()}
    return {
        name: Brought(block, words[name], tuple(sorted(words[name] & set(found) - {name})))
        for name, block in found.items()
    }


def _function(
    name: str,
    arguments: Sequence[str],
    said: Sequence[str],
    statements: Sequence[str],
    results: Sequence[str],
) -> str:
    signature = f"    {name}({', '.join(arguments)})"
    quoted = [line.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") for line in said]
    body = [*statements, f"return {', '.join(results)}"]
    top = heading(f"function {name}", arguments, "")
    return "\n".join(['"""', signature, "", *quoted, '"""', *top, *indented(body), "end"])


SYNTAX = Syntax(
    title=lambda text: f"# {text}",
    imports=lambda lines: "\n".join(merged_imports(lines)),
    function=_function,
    size="size({array}, {axis})",
    sizes="size({array})",
    first_axis=1,
    reserved=frozenset({*KEYWORDS, *BASE}),
)
