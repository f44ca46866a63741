"""Factorisations of matrices so small that loops are done before LAPACK has begun."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.lane import Lane, of_llvm
from gradproof.program.kernels.runtime.stand_ins import cgutils, ir

SMALL = 24  # rows


def is_small(calls, A):
    """Whether loops are quicker than LAPACK."""
    return calls.builder.icmp_signed("<=", A.shape[0], A.shape[0].type(SMALL))


def small_factor(calls, A, L):
    """A = L L' row by row, from A's lower half; whether A is positive definite."""
    builder = calls.builder
    positive = cgutils.alloca_once_value(builder, ir.IntType(1)(1))
    with cgutils.for_range(builder, A.shape[0]) as rows:
        i = rows.index
        with cgutils.for_range(builder, builder.add(i, i.type(1))) as columns:
            j = columns.index
            rest = less_products(calls, calls.entry(A, i, j), j, (L, i), (L, j))
            with builder.if_else(builder.icmp_signed("==", i, j)) as (diagonal, below):
                with diagonal:
                    so_far = builder.and_(builder.load(positive), rest > 0)
                    builder.store(so_far, positive)
                    builder.store(of_llvm("llvm.sqrt", rest).value, calls.place(L, i, j))
                with below:
                    entry = rest / calls.entry(L, j, j)
                    builder.store(entry.value, calls.place(L, i, j))
    return builder.load(positive)


def less_products(calls, start, count, left, right):
    """start − Σₖ B[i, k] C[j, k], for k below count; left is (B, i), right is (C, j)."""

    def step(total, k):
        product = calls.entry(*left, k) * calls.entry(*right, k)
        return (Lane(calls.builder, total) - product).value

    return Lane(calls.builder, calls.folded(count, start.value, step))


def small_solve(calls, L, x):
    """x becomes A⁻¹ x: forwards by L, backwards by L'."""
    builder, n = calls.builder, L.shape[0]

    def solved(i, first, count, entry):
        def step(total, k):
            own = builder.add(first, k)
            return (Lane(builder, total) - entry(i, own) * calls.entry(x, own)).value

        rest = Lane(builder, calls.folded(count, calls.entry(x, i).value, step))
        builder.store((rest / calls.entry(L, i, i)).value, calls.place(x, i))

    with cgutils.for_range(builder, n) as rows:
        i = rows.index
        solved(i, i.type(0), i, lambda i, k: calls.entry(L, i, k))
    with cgutils.for_range(builder, n) as rows:
        after = builder.add(rows.index, n.type(1))
        i = builder.sub(n, after)
        solved(i, builder.add(i, i.type(1)), rows.index, lambda i, k: calls.entry(L, k, i))


def small_inverse(calls, L, out):
    """out = A⁻¹ = M'M with M = L⁻¹, which lies in the lower half of out meanwhile."""
    builder, n = calls.builder, L.shape[0]
    with cgutils.for_range(builder, n) as columns:
        j = columns.index
        own = 1 / calls.entry(L, j, j)
        builder.store(own.value, calls.place(out, j, j))
        with cgutils.for_range_slice(builder, builder.add(j, j.type(1)), n, n.type(1)) as (i, _):

            def step(total, k, i=i, j=j):
                at = builder.add(j, k)
                product = calls.entry(L, i, at) * calls.entry(out, at, j)
                return (Lane(builder, total) - product).value

            rest = calls.folded(builder.sub(i, j), calls.number(0.0), step)
            entry = Lane(builder, rest) / calls.entry(L, i, i)
            builder.store(entry.value, calls.place(out, i, j))
    with cgutils.for_range(builder, n) as rows:
        i = rows.index
        with cgutils.for_range(builder, builder.add(i, i.type(1))) as columns:
            j = columns.index

            def multiplied(total, k, i=i, j=j):
                at = builder.add(i, k)
                product = calls.entry(out, at, i) * calls.entry(out, at, j)
                return (Lane(builder, total) + product).value

            value = calls.folded(builder.sub(n, i), calls.number(0.0), multiplied)
            builder.store(value, calls.place(out, i, j))
            builder.store(value, calls.place(out, j, i))
