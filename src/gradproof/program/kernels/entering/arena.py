"""Memory for the temporaries of one call, handed out from the front.

An arena is five whole numbers: the address of its memory, the bytes handed out, the bytes there
are, the bytes that were asked for, and whether a call is using it.  What does not fit is new
memory, as `np.empty` gives it; the fourth number says how large the arena should have been.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disallow-untyped-decorators=False
# numba calls these functions, with types of its own.

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

BASE, USED, SIZE, ASKED, BUSY = range(5)
WORDS = 5
LINE = 64  # bytes to which arrays are aligned: a cache line, and the longest vector
WORD = ir.IntType(64)
TUPLES = (types.Tuple, types.UniTuple)


@intrinsic
def empty_in(context, arena, shape, like):
    """An array with numbers like those of another, in an arena."""
    lengths = shape if isinstance(shape, TUPLES) else (shape,)
    made = types.Array(like.dtype, len(lengths), "C")

    def written(context, builder, signature, arguments):
        given = arguments[1]
        packed = isinstance(signature.args[1], TUPLES)
        own = cgutils.unpack_tuple(builder, given) if packed else [given]
        kinds = list(signature.args[1]) if packed else [signature.args[1]]
        shape = [
            context.cast(builder, one, kind, types.int64)
            for one, kind in zip(own, kinds, strict=True)
        ]
        block = make_array(signature.args[0])(context, builder, arguments[0]).data
        return _array(context, builder, made, block, shape)

    return made(arena, shape, like), written


def _array(context, builder, kind, arena, shape):
    item = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    strides = [WORD(item)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    needed = builder.mul(strides[0], shape[0])
    data, owner = _memory(context, builder, arena, needed)
    array = make_array(kind)(context, builder)
    pointer = builder.bitcast(data, context.get_data_type(kind.dtype).as_pointer())
    populate_array(array, pointer, shape, strides, WORD(item), owner)
    return array._getvalue()


def _memory(context, builder, arena, needed):
    """So many bytes: their address, and the owner of memory that is new."""

    def at(place):
        return builder.gep(arena, [WORD(place)])

    rounded = builder.and_(builder.add(needed, WORD(LINE - 1)), WORD(-LINE))
    used = builder.load(at(USED))
    ends = builder.add(used, rounded)
    builder.store(builder.add(builder.load(at(ASKED)), rounded), at(ASKED))
    data = cgutils.alloca_once(builder, cgutils.voidptr_t)
    owner = cgutils.alloca_once(builder, cgutils.voidptr_t)
    fits = builder.icmp_signed("<=", ends, builder.load(at(SIZE)))
    with builder.if_else(fits, likely=True) as (inside, outside):
        with inside:
            first = builder.add(builder.load(at(BASE)), used)
            builder.store(builder.inttoptr(first, cgutils.voidptr_t), data)
            builder.store(cgutils.voidptr_t(None), owner)
            builder.store(ends, at(USED))
        with outside:
            new = context.nrt.meminfo_alloc_aligned(builder, needed, ir.IntType(32)(LINE))
            builder.store(context.nrt.meminfo_data(builder, new), data)
            builder.store(new, owner)
    return builder.load(data), builder.load(owner)
