"""Progress on standard error: a line that is rewritten on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gradproof.optimize.stopping import Progress

OFTEN, SELDOM = 0.1, 5.0  # seconds between two lines on a terminal, and elsewhere


@contextmanager
def shown_progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """What is called after each step; nothing is shown of descents that are done at once."""
    if quiet or sys.stderr is None:
        yield None
        return
    if sys.stderr.isatty():
        yield from _rewritten()
    else:
        yield _spoken(SELDOM)


def _rewritten() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    last = [monotonic()]
    with Live(console=Console(stderr=True), transient=True, refresh_per_second=10) as live:

        def show(progress: Progress) -> None:
            if monotonic() - last[0] >= OFTEN:
                last[0] = monotonic()
                live.update(Text(_line(progress)))

        yield show


def _spoken(pause: float) -> Callable[[Progress], None]:
    last = [monotonic()]

    def show(progress: Progress) -> None:
        if monotonic() - last[0] >= pause:
            last[0] = monotonic()
            click.echo(_line(progress), err=True)

    return show


def _line(progress: Progress) -> str:
    return (
        f"step {progress.nit}  loss {progress.fun:.8g}  gradient {progress.slope:.3g}  "
        f"{progress.seconds:.1f} s"
    )
