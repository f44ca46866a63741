"""What the verbs share: their options, how an expression is read, how an answer is printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

from gradproof.core.errors import ReadError, UnknownNameError
from gradproof.expression.expression import Expression
from gradproof.expression.write import declarations_from, parse

EXIT_BY_VERDICT: Mapping[str, int] = MappingProxyType(
    {"proved": 0, "agrees": 0, "refuted": 1, "not understood": 3}
)
BYTE_ORDER_MARK = "\ufeff"
LONGEST_INPUT = 1_000_000
# An expression may begin with a minus sign.
EXPRESSIONS: dict[str, Any] = {"ignore_unknown_options": True}

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
declare_option = click.option(
    "--declare",
    "-d",
    "declarations",
    multiple=True,
    metavar="'X: matrix(N,d)'",
    help="Say what a variable is; may be repeated, or hold several with ';'.",
)
seed_option = click.option(
    "--seed", default=0, show_default=True, help="Seed of the random points."
)
notation_option = click.option(
    "--notation",
    type=click.Choice(["text", "latex"]),
    default="text",
    show_default=True,
    help="How the expression is written.",
)


def read_expression(text: str, declarations: tuple[str, ...], notation: str) -> Expression:
    """The expression itself, or standard input for `-`."""
    source = text.strip() if text != "-" else standard_input()
    return parse(source, declare=declared(declarations, notation), notation=notation)


def declared(declarations: tuple[str, ...], notation: str) -> dict[str, str]:
    """The declarations by name; beside LaTeX the names may be written in LaTeX."""
    if notation != "latex":
        return declarations_from(declarations)
    statements = [part for line in declarations for part in line.split(";") if part.strip()]
    found: dict[str, str] = {}
    for statement in statements:
        name, colon, kind = statement.partition(":")
        if not colon:
            raise ReadError(
                f"{statement.strip()} is no declaration", hint="Write it as in X: matrix(N,d)."
            )
        found[name.strip()] = kind.strip()
    return found


def standard_input() -> str:
    """What is typed or piped, without a byte order mark."""
    if sys.stdin is None:
        raise ReadError("standard input is closed", hint="Give the expression as an argument.")
    try:
        return sys.stdin.read(LONGEST_INPUT).removeprefix(BYTE_ORDER_MARK).strip()
    except UnicodeDecodeError:
        raise ReadError(
            "standard input is not text in the encoding of this terminal",
            hint="Write the expression in UTF-8, or in plain ASCII.",
        ) from None


def names_of(wrt: str | None, function: Expression, notation: str) -> str | tuple[str, ...] | None:
    """One name, or a tuple of several; beside LaTeX they may be written in LaTeX."""
    if wrt is None:
        return None
    names = tuple(name.strip() for name in wrt.split(","))
    if not all(names):
        known = function.variables.items()
        variables = [name for name, declared in known if declared.kind != "index"]
        raise UnknownNameError(
            "--wrt lacks a name beside a comma" if any(names) else "--wrt names no variable",
            hint=f"The variables are {', '.join(variables) or 'none'}.",
        )
    if notation == "latex":
        from gradproof.notation.latex.declaring import identifier

        names = tuple(identifier(name) for name in names)
    return names[0] if len(names) == 1 else names


def is_coloured() -> bool:
    """Whether the output is a terminal that may be coloured."""
    return sys.stdout is not None and sys.stdout.isatty() and "NO_COLOR" not in os.environ


def print_json(data: Any) -> None:
    """One JSON object on a line."""
    click.echo(json.dumps(data, ensure_ascii=False))
