"""The functions that C programs bring along: each with its comment, and what it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from gradproof.program.kernels.c import matrices, numbers, products

START = re.compile(r"^static (?:inline )?\w+ (\w+)\(", re.MULTILINE)


def _functions() -> dict[str, str]:
    """Each function by its name, in an order in which each stands after what it needs."""
    found = {}
    for text in (numbers.TEXT, products.TEXT, matrices.TEXT):
        for part in re.split(r"\n\n(?=/\*)", text.strip()):
            name = START.search(part)
            assert name is not None
            found[name[1]] = part
    return found


FUNCTIONS: Mapping[str, str] = MappingProxyType(_functions())


def mentioned(text: str) -> set[str]:
    """The functions that a text calls."""
    return set(re.findall(r"\b(\w+)\(", text)) & FUNCTIONS.keys()


def functions_text(names: Iterable[str]) -> str:
    """These functions and all that they need, each after what it needs.

    >>> print(functions_text(["log_sigmoid"]).splitlines()[6])
    /* log(1 / (1 + exp(-x))). */
    """
    wanted, pending = set(), list(names)
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending += mentioned(_body(FUNCTIONS[name]))
    return "\n\n".join(text for name, text in FUNCTIONS.items() if name in wanted)


def _body(text: str) -> str:
    """A function without the comment above it."""
    return text[text.index("\nstatic") :]
