"""Times of a call, and how much of the machine others used meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter, sleep
from typing import Any

import psutil

from benchmarks.timing import quantile

SHORTEST = 2e-4  # seconds between two looks at the clock
FEWEST, MOST = 7, 300  # samples
QUIET = 0.04  # share of the machine that others may use before a timing is repeated
PATIENCE = 1.5  # seconds to wait for the others before it is


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one call: the quartiles of the samples; and the share that others used."""

    median: float
    low: float
    high: float
    samples: int
    others: float

    def record(self) -> dict[str, Any]:
        """The fields, as they are saved."""
        return asdict(self)


def measured(run: Callable[[], Any], seconds: float, tries: int) -> Timing:
    """The quickest of the timings, which are repeated while others keep the machine busy."""
    found: list[Timing] = []
    while len(found) < tries:
        found.append(_measured(run, seconds))
        if found[-1].others < QUIET:
            break
        if len(found) < tries:
            wait_for_quiet(PATIENCE)
    return min(found, key=lambda timing: timing.median)


def wait_for_quiet(patience: float) -> bool:
    """Wait until others leave the machine alone, or patience ends."""
    end = perf_counter() + patience
    while perf_counter() < end:
        before = _snapshot()
        sleep(0.3)
        if _others(before, _snapshot()) < QUIET:
            return True
    return False


def _measured(run: Callable[[], Any], seconds: float) -> Timing:
    """Samples of enough calls each, for about so many seconds."""
    run()
    single = max(_seconds(run, 1), 1e-7)
    calls = max(1, int(SHORTEST / single))
    count = int(min(MOST, max(FEWEST, seconds / (single * calls))))
    if single > 1:
        count = 3
    before = _snapshot()
    samples = [_seconds(run, calls) / calls for _ in range(count)]
    others = _others(before, _snapshot())
    quartiles = (quantile(samples, 0.5), quantile(samples, 0.25), quantile(samples, 0.75))
    return Timing(*quartiles, count * calls, round(others, 3))


def _seconds(run: Callable[[], Any], calls: int) -> float:
    repeated = range(calls)
    start = perf_counter()
    for _ in repeated:
        run()
    return perf_counter() - start


def _snapshot() -> tuple[float, float, float]:
    """The clock, the seconds for which processors were busy, and those that were ours."""
    cpu = psutil.cpu_times()
    idle = cpu.idle + getattr(cpu, "iowait", 0.0)
    # Time of guests is counted under user too.
    guests = getattr(cpu, "guest", 0.0) + getattr(cpu, "guest_nice", 0.0)
    return perf_counter(), sum(cpu) - idle - guests, sum(os.times()[:4])


def _others(before: tuple[float, float, float], after: tuple[float, float, float]) -> float:
    wall, busy, own = (late - early for early, late in zip(before, after, strict=True))
    processors = os.cpu_count() or 1
    return max(0.0, (busy - own) / (max(wall, 1e-3) * processors))
