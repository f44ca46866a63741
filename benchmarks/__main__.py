"""Runs the named benchmarks, or all, and prints their tables.

usage: python -m benchmarks [derive] [startup] [growth] [check] [peers]
"""

from __future__ import annotations

import sys

from benchmarks import check, derive, growth, peers, startup

BENCHMARKS = {
    "derive": derive.tables,
    "startup": startup.tables,
    "growth": growth.tables,
    "check": check.tables,
    "peers": peers.tables,
}


def main(names: list[str]) -> int:
    """Print every table of the named benchmarks; 2 for a name that there is not."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        for table in BENCHMARKS[name]():
            print(table, flush=True)
    return 0


sys.exit(main(sys.argv[1:]))
