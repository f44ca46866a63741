"""The number of threads that SciPy's BLAS, which programs call, uses."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from contextlib import contextmanager


@contextmanager
def blas_threads(n):
    """So many threads for BLAS while the block runs."""
    yield
