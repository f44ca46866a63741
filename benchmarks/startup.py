"""What is paid before the first formula: the import, and the command from a cold start."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

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
    with TemporaryDirectory() as cache:
        for arguments in COMMANDS.values():
            _wall(arguments, Path(cache))  # so that all is compiled, as after an installation
        for _ in range(ROUNDS):
            for name, arguments in COMMANDS.items():
                times[name].append(_wall(arguments, Path(cache)))
    best = {name: min(found) for name, found in times.items()}
    more = best["import gradproof"] - best["import numpy"]
    rows = [
        (name, milliseconds(best[name]), milliseconds(quantile(found, 0.5)))
        for name, found in times.items()
    ]
    remark = f"Importing gradproof takes {milliseconds(more)} ms more than importing NumPy (best)."
    return [Table("A fresh interpreter", ("ms", "best", "median"), rows, (remark,))]


def _wall(arguments: tuple[str, ...], cache: Path) -> float:
    """The time of a fresh interpreter; byte code is kept in `cache` whatever the settings here."""
    settings = {"PYTHONPYCACHEPREFIX": str(cache), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, *arguments]
    run = partial(subprocess.run, command, env=os.environ | settings, check=True)
    return timed(lambda: run(capture_output=True))[0]
