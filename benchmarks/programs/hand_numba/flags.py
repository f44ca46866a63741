"""How the hand-written loops are compiled, and how they share the work."""

from __future__ import annotations

from benchmarks.programs.threads import THREADS

# Sums may be reordered and fused; nothing here makes NaN or infinity out of sensible data.
FAST = {
    "fastmath": {"contract", "reassoc", "nsz", "arcp", "nnan", "ninf"},
    "error_model": "numpy",
    "cache": True,
    "nogil": True,
}
PARALLEL = FAST | {"parallel": True}
INLINE = FAST | {"inline": "always"}
PARTS = THREADS  # each thread has one contiguous part of the rows, and sums of its own
LARGE = 200_000  # entries from which threads are worth waking
