"""How many threads everybody has, and where that is said."""

from __future__ import annotations

THREADS = 2

# Read by the libraries when they are imported, hence set for a process before it starts.
ENVIRONMENT = {
    "OMP_NUM_THREADS": str(THREADS),
    "OPENBLAS_NUM_THREADS": str(THREADS),
    "MKL_NUM_THREADS": str(THREADS),
    "NUMBA_NUM_THREADS": str(THREADS),
    "PYTHONWARNINGS": "ignore",
}
