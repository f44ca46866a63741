"""Several threads for one pass over the rows."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disable-error-code=var-annotated
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from queue import SimpleQueue
from threading import Lock, Thread

import numpy as np

from gradproof.program.kernels.runtime.stand_ins import config

THREADS = config.NUMBA_NUM_THREADS
JOBS = SimpleQueue()
WORKERS = []
STARTING = Lock()


def work():
    """A thread's life: take a part, do it, say so."""
    while True:
        function, part, start, stop, done = JOBS.get()
        try:
            done.put((part, function(part, start, stop), None))
        except BaseException as error:  # noqa: BLE001  # the caller raises it
            done.put((part, None, error))


def in_threads(function, total):
    """function(part, start, stop) for equal parts of the rows at the same time, in order."""
    with STARTING:
        WORKERS[:] = [worker for worker in WORKERS if worker.is_alive()]  # after a fork, none is
        while len(WORKERS) < THREADS - 1:
            WORKERS.append(Thread(target=work, daemon=True))
            WORKERS[-1].start()
    ends = [total * part // THREADS for part in range(THREADS + 1)]
    done = SimpleQueue()
    for part in range(1, THREADS):
        JOBS.put((function, part, ends[part], ends[part + 1], done))
    try:
        first = function(0, ends[0], ends[1])
    finally:
        others = sorted((done.get() for _ in range(THREADS - 1)), key=lambda found: found[0])
    for _, _, error in others:
        if error is not None:
            raise error
    return [first, *(result for _, result, _ in others)]


def summed(parts):
    """What the threads have added up, in the order of the rows."""
    for part in parts[1:]:
        np.add(parts[0], part, out=parts[0])
    return parts[0]


def largest(parts):
    """The largest that the threads have found."""
    for part in parts[1:]:
        np.maximum(parts[0], part, out=parts[0])
    return parts[0]
