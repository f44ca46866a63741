"""`python -m benchmarks programs`: what may be asked, and where it goes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Shown

from benchmarks.programs.markdown import page
from benchmarks.programs.peer import PEERS
from benchmarks.programs.problem import DTYPES, KINDS, SIZES
from benchmarks.programs.problems import BY_KEY
from benchmarks.programs.report import tables
from benchmarks.programs.results import collected
from benchmarks.programs.schedule import SLOW, Settings, missing, run, saved
from benchmarks.table import Table

FOLDER = Path("build/benchmarks")


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for, save it, and print it."""
    options = _parser().parse_args(arguments)
    settings = _settings(options)
    console = Console(stderr=True)
    for peer in settings.peers:
        if reason := missing(peer, settings):
            console.print(f"{peer} is left out: {reason}")
    if options.fresh:
        settings.records.unlink(missing_ok=True)
    if not options.report and not run(settings, console.print):
        console.print("The time is over; the same command goes on from here.")
    records = saved(settings)
    results = collected(records)
    if options.markdown:
        print(page(results, _last(records, "machine"), settings))
        return 0
    for table in tables(results):
        show(table)
    settings.folder.joinpath(f"programs-{settings.dtype}.json").write_text(
        json.dumps(_summary(records), indent=1)
    )
    return 0


def show(table: Table, markdown: bool = False) -> None:
    """Print a table to the terminal, as wide as it needs to be, or as Markdown."""
    if markdown:
        print(table)
        return
    shown = Shown(title=table.title, caption="\n".join(table.remarks), title_justify="left")
    for place, heading in enumerate(table.headings):
        shown.add_column(heading, justify="left" if place < 2 else "right", overflow="fold")
    for row in table.rows:
        shown.add_row(*row)
    console = Console()
    wide = console.width if console.is_terminal else max(console.width, 250)
    Console(width=wide).print(shown)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks programs", description=__doc__)
    _listed(parser, "--problems", tuple(BY_KEY))
    _listed(parser, "--kinds", KINDS)
    _listed(parser, "--sizes", SIZES)
    _listed(parser, "--peers", tuple(PEERS))
    parser.add_argument("--dtype", choices=DTYPES, default="float64")
    parser.add_argument("--rounds", type=int, help="how often each is measured (3)")
    parser.add_argument("--seconds", type=float, help="of one timing (0.15)")
    parser.add_argument("--minutes", type=float, default=15, help="after which the run stops (15)")
    parser.add_argument("--quick", action="store_true", help="one short round of sizes S and M")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs measured")
    parser.add_argument("--report", action="store_true", help="only print what is saved")
    parser.add_argument("--markdown", action="store_true", help="print docs/benchmarks.md")
    parser.add_argument("--folder", type=Path, help=f"where results are saved ({FOLDER})")
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PEER=PATH",
        help="another interpreter for a peer, as pytensor=…/bin/python",
    )
    return parser


def _listed(parser: argparse.ArgumentParser, name: str, known: tuple[str, ...]) -> None:
    def several(text: str) -> tuple[str, ...]:
        words = tuple(text.split(","))
        for word in words:
            if word not in known:
                raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(known)}")
        return words

    parser.add_argument(name, type=several, metavar="A,B", help=", ".join(known))


def _settings(options: argparse.Namespace) -> Settings:
    quick = options.quick
    folder = options.folder or (FOLDER / "quick" if quick else FOLDER)
    peers = tuple(name for name in PEERS if not (quick and name in SLOW))
    return Settings(
        options.problems or tuple(BY_KEY),
        options.kinds or KINDS,
        options.sizes or (("S", "M") if quick else SIZES),
        options.peers or peers,
        options.dtype,
        options.rounds or (1 if quick else 3),
        options.seconds or (0.03 if quick else 0.15),
        1 if quick else 3,
        options.minutes,
        folder,
        dict(text.split("=", 1) for text in options.python),
    )


def _last(records: Sequence[dict[str, Any]], key: str) -> Any:
    return next((record[key] for record in reversed(records) if key in record), {})


def _summary(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is kept of a run: the machine and every record."""
    return {
        "machine": _last(records, "machine"),
        "records": [record for record in records if "label" in record],
    }
