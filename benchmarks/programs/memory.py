"""`python -m benchmarks memory`: what programs allocate besides their results.

In a process for each program: after a first call, the high-water mark of the resident memory is
reset, the program is called again, and what it rose by, less the results, is what temporaries
took together at their peak.  Large blocks are given back to the system when they are freed, so
that nothing hides in what the allocator keeps.  Beside it stands the largest input or output.
For NumPy there is also the largest temporary of a step, as `program.explain` has it.  Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.programs.command import show
from benchmarks.programs.ours import named, program
from benchmarks.programs.peer import PEERS, Call
from benchmarks.programs.problem import KINDS, SIZES, Cell, data
from benchmarks.programs.problems import BY_KEY
from benchmarks.programs.threads import ENVIRONMENT
from benchmarks.table import Table

# Every block of this size and more is mapped alone, and unmapped when it is freed.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
CALLS = 3
TOLERATED = 64 * 1024  # bytes that are no array's


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory", description=__doc__)
    parser.add_argument("--peers", default="ours-numpy,ours-numba,jax,hand-numpy,hand-numba")
    parser.add_argument("--problems", default=",".join(BY_KEY))
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--sizes", default="L", help=", ".join(SIZES))
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        print(json.dumps(_one(*options.one)))
        return 0
    cells = [
        (key, kind, size)
        for kind in options.kinds.split(",")
        for key in options.problems.split(",")
        for size in options.sizes.split(",")
        if size in BY_KEY[key].sizes.get(kind, {})
    ]
    show(_table(cells, options.peers.split(",")), options.markdown)
    return 0


def _table(cells: Sequence[tuple[str, str, str]], peers: Sequence[str]) -> Table:
    rows = []
    for key, kind, size in cells:
        found = {peer: _process(peer, key, kind, size) for peer in peers}
        largest = max((one.get("largest", 0) for one in found.values()), default=0)
        shown = [_cell(found[peer]) for peer in peers]
        rows.append((f"{key} {kind} {size}", megabytes(largest), *shown))
    headings = ("cell", "largest array, MB", *peers)
    remark = (
        "MB of all temporaries at their peak (and as a multiple of the largest input or output); "
        "for ours-numpy also the largest that one step makes.  ! more than the largest array."
    )
    return Table("Temporaries", headings, rows, (remark,))


def _cell(one: dict[str, Any]) -> str:
    if "peak" not in one:
        return str(one.get("error", "–"))
    text = f"{megabytes(one['peak'])} ({one['peak'] / one['largest']:.2f})"
    if "step" in one:
        text += f", step {megabytes(one['step'])} ({one['step'] / one['largest']:.2f})"
    measure = one.get("step", one["peak"])
    return text + (" !" if measure > one["largest"] + TOLERATED else "")


def megabytes(count: float) -> str:
    """Two digits after the comma below ten."""
    value = count / 1e6
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _process(peer: str, key: str, kind: str, size: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks", "memory", "--one", peer, key, kind, size]
    environment = os.environ | ENVIRONMENT | ALLOCATOR
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or ["no word"]
        return {"error": words[0][:40]}
    return json.loads(done.stdout.splitlines()[-1])


def _one(name: str, key: str, kind: str, size: str) -> dict[str, Any]:
    """The bytes of the temporaries of one program, and of its largest input or output."""
    peer, cell = PEERS[name], Cell(BY_KEY[key], kind, size, "float64")
    inputs = data(cell)
    module = import_module(f"benchmarks.programs.{peer.module}")
    calls = module.builders(cell, inputs, peer.option)
    if not calls:
        return {}
    call: Call = next(iter(calls.values()))()
    outputs = [np.asarray(array) for array in call.outputs(call.run())]
    results = sum(array.nbytes for array in outputs)
    sizes = [array.nbytes for array in (*outputs, *inputs.arguments)]
    del outputs
    # What is written by hand keeps its buffers and results.
    owned = 0 if peer.group == "hand" else results
    found = {"peak": max(0, _risen(call.run) - owned), "largest": max(sizes)}
    return found | ({"step": _largest_step(cell)} if name == "ours-numpy" else {})


def _risen(run: Callable[[], Any]) -> int:
    """The bytes by which resident memory rises during a call, at its peak."""
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    found = []
    for _ in range(CALLS):
        reset.write_text("5")
        before = _field(status, "VmRSS")
        result = run()
        found.append(_field(status, "VmHWM") - before)
        del result
    return max(0, min(found))


def _field(status: Path, name: str) -> int:
    line = next(line for line in status.read_text().splitlines() if line.startswith(name))
    return 1024 * int(line.split()[1])


def _largest_step(cell: Cell) -> int:
    """The bytes of the largest array that a step of the program makes and that is no output."""
    explained = program(cell, "numpy").explain(**named(cell, data(cell)))
    return explained.temporary.written if explained.temporary else 0
