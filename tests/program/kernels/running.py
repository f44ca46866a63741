"""Runs the functions that programs of loops bring along, as a program would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from gradproof.program.kernels.runtime import HEADER, runtime_text

pytest.importorskip("numba")
pytest.importorskip("scipy")

LOOP = """
@njit(no_cfunc_wrapper=True, fastmath={{"contract", "reassoc", "nsz", "arcp"}})
def over_rows({arguments}, out):
    for i in range(out.size):
        out[i] = {name}({entries})
"""
CALL = """
@njit(no_cfunc_wrapper=True)
def program({arguments}):
    return {name}({arguments})
"""


def namespace(text: str, *names: str) -> Mapping[str, Any]:
    """What a program with these functions defines."""
    defined: dict[str, Any] = {}
    exec(f"{HEADER}\n\n{runtime_text(names)}\n\n{text}", defined)
    return defined


@cache
def loop(name: str, operands: int = 1) -> Callable[..., Any]:
    """An elementary function in a loop, as it is vectorised."""
    arguments = "xyz"[:operands]
    text = LOOP.format(
        name=name,
        arguments=", ".join(arguments),
        entries=", ".join(f"{own}[i]" for own in arguments),
    )
    return namespace(text, name)["over_rows"]  # type: ignore[no-any-return]  # what exec made


@cache
def call(name: str, *arguments: str) -> Callable[..., Any]:
    """A function of arrays, called from Python."""
    text = CALL.format(name=name, arguments=", ".join(arguments))
    return namespace(text, name)["program"]  # type: ignore[no-any-return]
