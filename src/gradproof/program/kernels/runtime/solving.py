"""Inverses, solutions and determinants of a matrix that nothing else factors."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from contextlib import contextmanager

from gradproof.program.kernels.runtime.blas import calling
from gradproof.program.kernels.runtime.cholesky import log_of_diagonal
from gradproof.program.kernels.runtime.lu import (
    SINGULAR,
    determinant,
    eliminated,
    inverted,
    solution,
)


@contextmanager
def factor_of(calls, A):
    """The factor of A and whether A is regular."""
    n = A.shape[0]
    with calls.scratch(calls.builder.add(n, n.type(1)), n) as F:
        yield F, eliminated(calls, A, F)


@calling()
def inverse(calls, A, out):
    """out = A⁻¹, or an error."""
    with factor_of(calls, A) as (F, regular):
        inverted(calls, F, out)
    calls.insist(regular, SINGULAR)


@calling()
def solve(calls, A, B, X):
    """A X = B, or an error."""
    with factor_of(calls, A) as (F, regular):
        solution(calls, F, B, X)
    calls.insist(regular, SINGULAR)


@calling("number")
def det(calls, A):
    """det A."""
    with factor_of(calls, A) as (F, _):
        return determinant(calls, F)


@calling("number")
def logdet(calls, A):
    """log |det A|, which is -inf where det A is 0."""
    with factor_of(calls, A) as (F, _):
        return log_of_diagonal(calls, F)
