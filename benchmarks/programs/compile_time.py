"""`python -m benchmarks compile`: how long a program takes to be ready, for each target.

Each problem and target has a process of its own, which compiles a trivial program first, so that
libraries are loaded.  `written` is `gradproof.compile`: derivation, verification and the source
text; `first call` loads what was written and calls it once.  `cold` has empty caches; `from disk`
is another process that finds what the first one left there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import gradproof as gp
from benchmarks.programs.command import show
from benchmarks.programs.ours import LIBRARIES, named, program
from benchmarks.programs.problem import SIZES, Cell, data
from benchmarks.programs.problems import BY_KEY
from benchmarks.programs.threads import ENVIRONMENT
from benchmarks.table import Table
from benchmarks.timing import milliseconds

CACHES = ("GRADPROOF_CACHE", "NUMBA_CACHE_DIR", "JAX_COMPILATION_CACHE_DIR")


def main(arguments: Sequence[str]) -> int:
    """Print one table for each target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks compile", description=__doc__)
    parser.add_argument("--targets", default=",".join(LIBRARIES))
    parser.add_argument("--problems", default=",".join(BY_KEY))
    parser.add_argument("--kind", default="gradient")
    parser.add_argument("--size", choices=SIZES, default="S")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        print(json.dumps(_one(*options.one)))
        return 0
    for target in options.targets.split(","):
        show(
            _table(target, options.problems.split(","), options.kind, options.size),
            options.markdown,
        )
    return 0


def _table(target: str, problems: Sequence[str], kind: str, size: str) -> Table:
    rows, written, cold, warm = [], [], [], []
    for key in problems:
        if size not in BY_KEY[key].sizes.get(kind, {}):
            continue
        first, again = _processes(target, key, kind, size)
        if "error" in first:
            rows.append((f"{key} {BY_KEY[key].title}", first["error"], "", "", ""))
            continue
        times = (first["written"], first["called"], again["called"], sum(again.values()))
        rows.append((f"{key} {BY_KEY[key].title}", *map(milliseconds, times)))
        written.append(first["written"])
        cold.append(first["called"])
        warm.append(again["called"])
    if written:
        largest = [milliseconds(max(found)) for found in (written, cold, warm)]
        rows.append(("largest", *largest, ""))
    headings = ("problem", "written", "first call cold", "first call from disk", "both from disk")
    return Table(f"{target}, {kind}, size {size}: milliseconds until ready", headings, rows)


def _processes(target: str, key: str, kind: str, size: str) -> tuple[dict[str, float], ...]:
    """What a process with empty caches says, and another with those that it left."""
    with TemporaryDirectory() as folder:
        caches = {name: str(Path(folder) / name) for name in CACHES}
        environment = os.environ | ENVIRONMENT | caches
        command = [sys.executable, "-m", "benchmarks", "compile", "--one", target, key, kind, size]
        return tuple(_said(command, environment) for _ in range(2))


def _said(command: Sequence[str], environment: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]
        return {"error": words[0][:80]}
    return json.loads(done.stdout.splitlines()[-1])


def _one(target: str, key: str, kind: str, size: str) -> dict[str, float]:
    """The seconds until a program is written, and those of its first call."""
    native, finished = LIBRARIES[target]()
    trivial = gp.compile("x'*x", wrt="x", backend=target)
    finished(trivial(x=native(data(Cell(BY_KEY["P1"], "gradient", "S", "float64")).direction)))
    cell = Cell(BY_KEY[key], kind, size, "float64")
    arrays = {name: native(array) for name, array in named(cell, data(cell)).items()}
    start = perf_counter()
    compiled = program(cell, target)
    written = perf_counter() - start
    used = {name: array for name, array in arrays.items() if name in compiled.parameters}
    start = perf_counter()
    finished(compiled(**used))
    return {"written": written, "called": perf_counter() - start}
