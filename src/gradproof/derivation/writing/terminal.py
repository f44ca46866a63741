"""A derivation in a terminal that has colours: its rules dim."""

from __future__ import annotations

from collections.abc import Iterable

from gradproof.derivation.writing.lines import Line
from gradproof.derivation.writing.plain import plain_rows


def terminal(lines: Iterable[Line], width: int) -> str:
    """The derivation as a table with ANSI colours, its rules wrapped to the width.

    lines  the lines of the derivation
    width  the number of columns of the terminal
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=1, style="dim", overflow="fold")
    for before, sign, after, rule in plain_rows(lines):
        table.add_row(before, sign, Text(after), rule)
    console = Console(width=width, force_terminal=True, color_system="standard", highlight=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get().rstrip("\n")
