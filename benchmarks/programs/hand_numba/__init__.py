"""numba by hand: the closed forms fused into loops over blocks that stay in the cache.

Two threads share the rows, each calls BLAS without further threads, and their sums are added in
a fixed order.  Small arrays are treated in plain loops without any call.
"""

from __future__ import annotations

from threadpoolctl import threadpool_limits

from benchmarks.programs.hand_numba import (
    attention,
    cbow,
    classes,
    cosine,
    factors,
    gaussian,
    grams,
    network,
    rows,
    sampling,
)
from benchmarks.programs.hand_numpy import Solve, prepared
from benchmarks.programs.peer import Builders
from benchmarks.programs.problem import Cell, Data
from benchmarks.programs.threads import THREADS

KINDS: dict[str, dict[str, tuple[Solve, ...]]] = {
    "gradient": {
        "P1": (rows.linear,),
        "P2": (rows.logistic,),
        "P3": (classes.classes,),
        "P4": (cosine.cosine,),
        "P5": (factors.factorisation,),
        "P6": (gaussian.process,),
        "P6b": (gaussian.precision,),
        "P7": (sampling.samples,),
        "P7 in batches": (sampling.samples_in_batches,),
        "P8": (cbow.word,),
        "P8 in batches": (cbow.words,),
        "P9": (network.network,),
        "P10": (attention.attention,),
    },
    "hessian": {
        "P1": (grams.linear,),
        "P2": (grams.logistic,),
        "P4": (cosine.hessian,),
        "P6b": (gaussian.precision_hessian,),
    },
    "hvp": {
        "P1": (rows.linear_product,),
        "P2": (rows.logistic_product,),
        "P4": (cosine.product,),
    },
}
LAPACK = ("P6", "P6b")  # where LAPACK, not the loops, has the threads


def builders(cell: Cell, data: Data, option: str) -> Builders:
    """A call for every way in which the cell is written; the threads are the loops' or BLAS's."""
    threadpool_limits(THREADS if cell.problem.key in LAPACK else 1, user_api="blas")
    return prepared(KINDS[cell.kind], cell, data)
