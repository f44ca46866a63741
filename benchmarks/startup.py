"""What is paid before the first formula: the import, and the command from a cold start."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.table import Table
from benchmarks.timing import milliseconds, quantile, timed

ROUNDS = 7
COMMANDS = {
    "import numpy": ("-c", "import numpy"),
    "import gradproof": ("-c", "import gradproof"),
    "gradproof derive": (
        *("-m", "gradproof", "derive"),
        *("norm2(X*w - y)^2/N", "--wrt", "w", "--declare", "X: matrix(N,d)"),
    ),
}


def tables() -> list[Table]:
    """Wall times of fresh interpreters, the commands taking turns."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, arguments in COMMANDS.items():
            times[name].append(_wall(arguments))
    best = {name: min(found) for name, found in times.items()}
    more = best["import gradproof"] - best["import numpy"]
    rows = [
        (name, milliseconds(best[name]), milliseconds(quantile(found, 0.5)))
        for name, found in times.items()
    ]
    remark = f"Importing gradproof takes {milliseconds(more)} ms more than importing NumPy (best)."
    return [Table("A fresh interpreter", ("ms", "best", "median"), rows, (remark,))]


def _wall(arguments: tuple[str, ...]) -> float:
    command = [sys.executable, *arguments]
    seconds, _ = timed(lambda: subprocess.run(command, check=True, capture_output=True))
    return seconds
