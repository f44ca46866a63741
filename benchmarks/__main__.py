"""Runs the named benchmarks, or all, and prints their tables.

usage: python -m benchmarks [derive] [startup] [growth] [check] [check_gradient] [closed_form]
                            [peers]
       python -m benchmarks programs|memory|compile [--help]
"""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks import check, check_gradient, closed_form, derive, growth, peers, startup

BENCHMARKS = {
    "derive": derive.tables,
    "startup": startup.tables,
    "growth": growth.tables,
    "check": check.tables,
    "check_gradient": check_gradient.tables,
    "closed_form": closed_form.tables,
    "peers": peers.tables,
}


# Benchmarks of compiled programs, which have options of their own.
PROGRAMS = {
    "programs": "benchmarks.programs.command",
    "memory": "benchmarks.programs.memory",
    "compile": "benchmarks.programs.compile_time",
}


def main(names: list[str]) -> int:
    """Print every table of the named benchmarks; 2 for a name that there is not."""
    if names and names[0] in PROGRAMS:
        return int(import_module(PROGRAMS[names[0]]).main(names[1:]))
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        known = ", ".join((*BENCHMARKS, *PROGRAMS))
        print(f"no benchmark {unknown[0]}; there are {known}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        for table in BENCHMARKS[name]():
            print(table, flush=True)
    return 0


sys.exit(main(sys.argv[1:]))
